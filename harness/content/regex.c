/* SPDX-License-Identifier: MIT
 * PCRE2 with limits; see regex.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "content/regex.h"

#include <stdlib.h>

#include <pcre2.h>

#define MATCH_LIMIT 200000u /* inner calls of one match */
#define DEPTH_LIMIT 10000u
#define HEAP_KIB    8192u

struct regex {
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *limits;
};

static int compile(struct regex *r, struct slice pattern, size_t *at,
                   struct err *e)
{
  int error = 0;
  PCRE2_UCHAR why[160];
  uint32_t options =
      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
  r->code = pcre2_compile((PCRE2_SPTR)(pattern.n ? pattern.p : ""), pattern.n,
                          options, &error, at, NULL);
  if(!r->code) {
    pcre2_get_error_message(error, why, sizeof(why));
    return err_set(e, E_SYNTAX, "not a regular expression: %s", (char *)why);
  }
  r->data = pcre2_match_data_create(1, NULL);
  r->limits = pcre2_match_context_create(NULL);
  if(!r->data || !r->limits)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  pcre2_set_match_limit(r->limits, MATCH_LIMIT);
  pcre2_set_depth_limit(r->limits, DEPTH_LIMIT);
  pcre2_set_heap_limit(r->limits, HEAP_KIB);
  return 0;
}

struct regex *regex_new(struct slice pattern, size_t *at, struct err *e)
{
  struct regex *r;
  *at = 0;
  if(pattern.n > REGEX_PATTERN_MAX) {
    err_set(e, E_TOO_LONG, "a regular expression has at most %d bytes",
            REGEX_PATTERN_MAX);
    return NULL;
  }
  r = calloc(1, sizeof(*r));
  if(!r) {
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    return NULL;
  }
  if(compile(r, pattern, at, e)) {
    regex_free(r);
    return NULL;
  }
  return r;
}

void regex_free(struct regex *r)
{
  if(!r)
    return;
  pcre2_match_context_free(r->limits);
  pcre2_match_data_free(r->data);
  pcre2_code_free(r->code);
  free(r);
}

int regex_found(struct regex *r, struct slice subject)
{
  int rc = pcre2_match(r->code, (PCRE2_SPTR)(subject.n ? subject.p : ""),
                       subject.n, 0, 0, r->data, r->limits);
  if(rc >= 0)
    return 1;
  return rc == PCRE2_ERROR_NOMATCH ? 0 : E_LIMIT;
}
