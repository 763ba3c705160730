/* SPDX-License-Identifier: MIT
 * Roles of a script's recordings; see roles.h. */
#include "checks/core/roles.h"

#include <stdlib.h>

const struct recording *role_find(const struct check_input *in,
                                  enum script_id id, enum role role, size_t n)
{
  const struct recording *r;
  size_t count = input_script_count(in, id);
  for(size_t i = 0; i < count; i++) {
    r = input_script(in, id, i);
    if(r->label.role != role)
      continue;
    if(n == 0)
      return r;
    n--;
  }
  return NULL;
}

size_t role_count(const struct check_input *in, enum script_id id,
                  enum role role)
{
  size_t n = 0, count = input_script_count(in, id);
  for(size_t i = 0; i < count; i++)
    n += input_script(in, id, i)->label.role == role;
  return n;
}

const struct recording *role_stream(const struct check_input *in,
                                    enum script_id id, enum role role,
                                    struct finding *f)
{
  const struct recording *r = role_find(in, id, role, 0);
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the script \"%s\" made no connection \"%s\"", script_name(id),
                role_name(role));
    return NULL;
  }
  f->recording = r;
  if(input_is_stream(r))
    return r;
  if(r->head.status)
    finding_set(f, VERDICT_UNTESTABLE,
                "no stream: the connection \"%s\" was answered %d",
                role_name(role), r->head.status);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no response on the connection \"%s\": %s", role_name(role),
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

size_t role_count_streams(const struct check_input *in, enum script_id id,
                          enum role role, struct finding *f)
{
  size_t good = 0, all = role_count(in, id, role);
  for(size_t i = 0; i < all; i++) {
    const struct recording *r = role_find(in, id, role, i);
    if(input_is_stream(r)) {
      good++;
      continue;
    }
    if(i - good < 5) {
      finding_show_head(f, r);
      f->recording = r;
    }
  }
  return good;
}

static int compare_ns(const void *a, const void *b)
{
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

void times_sort(int64_t *ns, size_t n)
{
  qsort(ns, n, sizeof(*ns), compare_ns);
}
