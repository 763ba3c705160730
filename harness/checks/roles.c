/* SPDX-License-Identifier: MIT
 * Roles of a script's recordings; see roles.h. */
#include "checks/roles.h"

#include <string.h>

static bool is_word_end(char c)
{
  return c == '\0' || c == ' ' || c == ';';
}

struct slice role_attribute(const struct recording *r, const char *key)
{
  const char *p = r->detail;
  size_t n = strlen(key), len = 0;
  while(*p && *p != ';') {
    if(strncmp(p, key, n) == 0 && p[n] == '=') {
      p += n + 1;
      while(!is_word_end(p[len]))
        len++;
      return (struct slice){p, len};
    }
    while(!is_word_end(*p))
      p++;
    while(*p == ' ')
      p++;
  }
  return (struct slice){NULL, 0};
}

uint64_t role_number(const struct recording *r, const char *key)
{
  struct slice s = role_attribute(r, key);
  uint64_t v = 0;
  for(size_t i = 0; i < s.n && i < 18; i++) {
    if(s.p[i] < '0' || s.p[i] > '9')
      return 0;
    v = v * 10 + (uint64_t)(s.p[i] - '0');
  }
  return v;
}

bool role_is(const struct recording *r, const char *role)
{
  return slice_eq_cstr(role_attribute(r, "role"), role);
}

const struct recording *role_find(const struct check_input *in,
                                  enum script_id id, const char *role,
                                  size_t n)
{
  const struct recording *r;
  size_t count = input_script_count(in, id);
  for(size_t i = 0; i < count; i++) {
    r = input_script(in, id, i);
    if(!role_is(r, role))
      continue;
    if(n == 0)
      return r;
    n--;
  }
  return NULL;
}

size_t role_count(const struct check_input *in, enum script_id id,
                  const char *role)
{
  size_t n = 0, count = input_script_count(in, id);
  for(size_t i = 0; i < count; i++)
    n += role_is(input_script(in, id, i), role);
  return n;
}

const struct recording *role_stream(const struct check_input *in,
                                    enum script_id id, const char *role,
                                    struct finding *f)
{
  const struct recording *r = role_find(in, id, role, 0);
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the script \"%s\" made no connection \"%s\"", script_name(id),
                role);
    return NULL;
  }
  f->recording = r;
  if(input_is_stream(r))
    return r;
  if(r->head.status)
    finding_set(f, VERDICT_UNTESTABLE,
                "no stream: the connection \"%s\" was answered %d", role,
                r->head.status);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no response on the connection \"%s\": %s", role,
                recording_end_name(r->end));
  finding_show_head(f, r);
  return NULL;
}

struct slice sent_header(const struct recording *r, const char *name)
{
  struct slice rest = buf_slice(&r->request), line, key;
  slice_cut(&rest, '\n');
  while(rest.n) {
    line = slice_trim(slice_cut(&rest, '\n'));
    if(!line.n)
      break;
    key = slice_cut(&line, ':');
    if(slice_ieq_cstr(key, name)) {
      line = slice_trim(line);
      return line.p ? line : SLICE_LIT("");
    }
  }
  return (struct slice){NULL, 0};
}
