/* SPDX-License-Identifier: MIT
 * Are these numbers a sequence?  See trial.h. */
#include "load/trial.h"

uint64_t trial_key(struct slice name)
{
  uint64_t h = 14695981039346656037u; /* FNV-1a */
  size_t i;
  for(i = 0; i < name.n; i++)
    h = (h ^ (unsigned char)name.p[i]) * 1099511628211u;
  return h ? h : 1;
}

uint64_t trial_key_of(const struct trial_entry *e, enum trial_by by)
{
  return by == TRIAL_BY_TYPE ? e->type : by == TRIAL_BY_TOPIC ? e->topic : 0;
}

/* The entry before i with the same owner, unless the connection broke between
 * them; NULL when there is none. */
static const struct trial_entry *before(const struct trial *t, uint32_t i,
                                        enum trial_by by)
{
  const struct trial_entry *e = &t->entry[i];
  if(e->broke)
    return NULL;
  while(i--) {
    const struct trial_entry *b = &t->entry[i];
    if(b->stream != e->stream)
      continue;
    if(trial_key_of(b, by) == trial_key_of(e, by))
      return b;
    if(b->broke)
      return NULL;
  }
  return NULL;
}

struct trial_steps trial_steps(const struct trial *t, enum trial_by by)
{
  struct trial_steps steps = {0, 0};
  uint32_t i;
  for(i = 0; i < t->count; i++) {
    const struct trial_entry *b = before(t, i, by);
    if(!b)
      continue;
    steps.all++;
    steps.by_one += t->entry[i].n == b->n + 1;
  }
  return steps;
}

bool trial_fits(const struct trial *t, enum trial_by by)
{
  struct trial_steps s = trial_steps(t, by);
  return s.by_one * 10 >= s.all * 9;
}

bool trial_find(const struct trial *t, enum trial_by *by)
{
  for(*by = TRIAL_BY_STREAM; *by < TRIAL_BYS; (*by)++) {
    uint32_t steps = trial_steps(t, *by).all;
    /* Many owners with a step each would say nothing. */
    bool many = *by == TRIAL_BY_STREAM || (steps > 1 && steps * 4 >= t->count);
    if(many && trial_fits(t, *by))
      return true;
  }
  *by = TRIAL_BY_STREAM;
  return false;
}

bool trial_jump(const struct trial *t, uint64_t *from, uint64_t *to)
{
  uint32_t i;
  for(i = 0; i < t->count; i++) {
    const struct trial_entry *b = before(t, i, TRIAL_BY_STREAM);
    if(!b || t->entry[i].n == b->n + 1)
      continue;
    *from = b->n;
    *to = t->entry[i].n;
    return true;
  }
  return false;
}
