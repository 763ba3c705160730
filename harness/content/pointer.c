/* SPDX-License-Identifier: MIT
 * Reading pointers; see pointer.h. */
#include "content/pointer.h"

#include <stdlib.h>
#include <string.h>

/* Undoes "~1" and "~0"; false where a '~' means nothing. */
static bool undo(struct slice raw, char *to, struct slice *out)
{
  size_t i, n = 0;
  for(i = 0; i < raw.n; i++) {
    char c = raw.p[i];
    if(c == '~') {
      if(++i == raw.n || (raw.p[i] != '0' && raw.p[i] != '1'))
        return false;
      c = raw.p[i] == '1' ? '/' : '~';
    }
    to[n++] = c;
  }
  *out = (struct slice){to, n};
  return true;
}

/* Section 4: digits without a leading zero. */
static uint64_t read_index(struct slice step)
{
  uint64_t v = 0;
  size_t i;
  if(step.n == 0 || step.n > 15 || (step.p[0] == '0' && step.n > 1))
    return UINT64_MAX;
  for(i = 0; i < step.n; i++) {
    if(step.p[i] < '0' || step.p[i] > '9')
      return UINT64_MAX;
    v = v * 10 + (uint64_t)(step.p[i] - '0');
  }
  return v;
}

static int take_steps(struct pointer *p, struct err *e)
{
  struct slice rest = {p->whole.p + 1, p->whole.n - 1};
  char *to = p->text + p->whole.n + 1;
  while(rest.p) {
    struct slice raw = slice_cut(&rest, '/');
    if(p->steps == POINTER_STEPS_MAX)
      return err_set(e, E_TOO_LONG, "more than %d steps in a pointer",
                     POINTER_STEPS_MAX);
    if(!undo(raw, to, &p->step[p->steps]))
      return err_set(e, E_SYNTAX,
                     "\"%.*s\": a '~' in a name is written ~0, a '/' ~1",
                     (int)(p->whole.n < 80 ? p->whole.n : 80), p->whole.p);
    p->index[p->steps] = read_index(p->step[p->steps]);
    to += p->step[p->steps++].n;
  }
  return 0;
}

int pointer_parse(struct slice text, struct pointer *out, struct err *e)
{
  struct pointer p = {0};
  int rc = 0;
  if(text.n > POINTER_TEXT_MAX)
    return err_set(e, E_TOO_LONG, "a pointer has at most %d bytes",
                   POINTER_TEXT_MAX);
  if(text.n && text.p[0] != '/')
    return err_set(e, E_SYNTAX,
                   "\"%.*s\" is no JSON pointer (did you mean \"/%.*s\"?)",
                   (int)(text.n < 80 ? text.n : 80), text.p,
                   (int)(text.n < 80 ? text.n : 80), text.p);
  p.text = malloc(2 * text.n + 2);
  if(!p.text)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  if(text.n)
    memcpy(p.text, text.p, text.n);
  p.text[text.n] = '\0';
  p.whole = (struct slice){p.text, text.n};
  if(text.n)
    rc = take_steps(&p, e);
  if(rc)
    free(p.text);
  else
    *out = p;
  return rc;
}

void pointer_fini(struct pointer *p)
{
  free(p->text);
  memset(p, 0, sizeof(*p));
}

int pointer_set_add(struct pointer_set *set, struct slice text, struct err *e)
{
  uint8_t i, step;
  int rc;
  for(i = 0; i < set->count; i++) {
    if(slice_eq(set->at[i].whole, text))
      return i;
  }
  if(set->count == POINTER_SET_MAX)
    return err_set(e, E_LIMIT, "more than %d different pointers",
                   POINTER_SET_MAX);
  rc = pointer_parse(text, &set->at[i], e);
  if(rc)
    return rc;
  set->having[set->at[i].steps] |= UINT64_C(1) << i;
  for(step = 0; step < set->at[i].steps; step++)
    set->named[step][set->at[i].step[step].n % POINTER_LENGTHS] |= UINT64_C(1)
                                                                   << i;
  return set->count++;
}

void pointer_set_fini(struct pointer_set *set)
{
  uint8_t i;
  for(i = 0; i < set->count; i++)
    pointer_fini(&set->at[i]);
  memset(set, 0, sizeof(*set));
}
