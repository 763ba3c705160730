/* SPDX-License-Identifier: MIT
 * PCRE2, which is what nginx uses, with limits on work and memory, so that no
 * pattern can hold the program; see regex.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "nginxconf/regex.h"

#include <stdio.h>
#include <string.h>

#include <pcre2.h>

#define MATCH_LIMIT 200000u /* inner calls of one match */
#define DEPTH_LIMIT 10000u
#define HEAP_KIB    8192u

static void take_names(const pcre2_code *code, const PCRE2_SIZE *at,
                       size_t groups, struct slice subject,
                       struct regex_match *out)
{
  uint32_t count = 0, size = 0, i;
  PCRE2_SPTR table = NULL;
  pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
  for(i = 0; i < count && out->nnames < REGEX_NAMES_MAX; i++) {
    const unsigned char *entry = table + i * size;
    size_t group = (size_t)entry[0] << 8 | entry[1];
    struct slice value = {"", 0};
    if(group < groups && at[2 * group] != PCRE2_UNSET)
      value = (struct slice){subject.p + at[2 * group],
                             at[2 * group + 1] - at[2 * group]};
    snprintf(out->names[out->nnames].name, sizeof(out->names[0].name), "%s",
             (const char *)entry + 2);
    out->names[out->nnames++].value = value;
  }
}

static void take_groups(const pcre2_code *code, pcre2_match_data *data,
                        struct slice subject, struct regex_match *out)
{
  const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
  size_t n = pcre2_get_ovector_count(data), i;
  for(i = 0; i < n && i < REGEX_GROUPS_MAX; i++) {
    out->groups[i] = (struct slice){"", 0};
    /* \K in a lookahead can put the start behind the end. */
    if(at[2 * i] != PCRE2_UNSET && at[2 * i] <= at[2 * i + 1])
      out->groups[i] =
          (struct slice){subject.p + at[2 * i], at[2 * i + 1] - at[2 * i]};
  }
  out->ngroups = i;
  take_names(code, at, n, subject, out);
}

static enum regex_result run_code(const pcre2_code *code, struct slice subject,
                                  struct regex_match *out)
{
  pcre2_match_context *limits = pcre2_match_context_create(NULL);
  pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
  enum regex_result result = REGEX_HARD;
  int rc;
  if(limits && data) {
    pcre2_set_match_limit(limits, MATCH_LIMIT);
    pcre2_set_depth_limit(limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(limits, HEAP_KIB);
    rc = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, data,
                     limits);
    result = rc >= 0                     ? REGEX_YES
             : rc == PCRE2_ERROR_NOMATCH ? REGEX_NO
                                         : REGEX_HARD;
    if(result == REGEX_YES)
      take_groups(code, data, subject, out);
  }
  pcre2_match_data_free(data);
  pcre2_match_context_free(limits);
  return result;
}

enum regex_result regex_run(struct slice pattern, bool ignore_case,
                            struct slice subject, struct regex_match *out)
{
  int error = 0;
  PCRE2_SIZE at = 0;
  enum regex_result result;
  uint32_t options = ignore_case ? PCRE2_CASELESS : 0;
  pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options,
                                   &error, &at, NULL);
  out->ngroups = 0;
  out->nnames = 0;
  if(!code)
    return REGEX_BAD;
  if(!subject.p)
    subject.p = "";
  result = run_code(code, subject, out);
  pcre2_code_free(code);
  return result;
}
