/* SPDX-License-Identifier: MIT
 * Guessing the protocol on top of a stream; see check_run.h. */
#include "conformance/check_run.h"

#define EVENTS_LOOKED_AT 3

static bool fits(const struct profile *p, const struct recording *r)
{
  struct look l;
  size_t i;
  bool found = false;
  if(!p->sniff)
    return false;
  look_init(&l, &p->grammar.set);
  for(i = 0; i < r->events && i < EVENTS_LOOKED_AT && !found; i++) {
    struct stream_item item = {.kind = ITEM_EVENT,
                               .event = r->event[i].type,
                               .id = r->event[i].id,
                               .data = r->event[i].data,
                               .gap_ns = GAP_NONE};
    look_at(&l, &item);
    found = expr_judge(p->sniff, &l) == HOLDS_YES;
  }
  look_fini(&l);
  return found;
}

/* Of several the one that asks for most. */
static const struct profile *best(const struct check_job *job,
                                  const struct recording *r)
{
  const struct profile *p = NULL;
  size_t i;
  for(i = 0; i < job->guesses; i++) {
    if(fits(job->guess[i], r) &&
       (!p || expr_tests(job->guess[i]->sniff) > expr_tests(p->sniff)))
      p = job->guess[i];
  }
  return p;
}

int check_guess(struct check_run *run, const struct recording *r)
{
  const struct profile *p = run->protocol ? NULL : best(run->job, r);
  if(!run->job->guesses || run->protocol)
    return 0;
  if(!p)
    return buf_adds(
        &run->first.assumptions,
        "no known protocol is on top of the stream (--app NAME names one)\n");
  if(!run->job->target->protocol)
    run->job->target->protocol = slice_dup(slice_of(p->name));
  if(check_rows_add(run, p) || !run->job->target->protocol)
    return E_NOMEM;
  return buf_addf(&run->first.assumptions,
                  "the protocol on top is %s, by its first events (--app %s "
                  "says so)\n",
                  p->name, p->name);
}
