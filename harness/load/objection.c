/* SPDX-License-Identifier: MIT
 * The first things the ledger objected to, for a person to look into; and what
 * of them turned out to be nothing. */
#include <stdio.h>
#include <string.h>

#include "load/worker.h"

void objection_note(struct worker *w, const struct stream *st,
                    const char *kind, uint64_t number, uint64_t count)
{
  struct offender o;
  if(w->snap->offender_count >= OFFENDER_MAX)
    return;
  memset(&o, 0, sizeof(o));
  snprintf(o.kind, sizeof(o.kind), "%s", kind);
  o.stream = st->number;
  o.number = number;
  o.count = count;
  o.t_s = w->t0_ns ? (double)(clock_mono_ns() - w->t0_ns) / 1e9 : 0;
  if(st->user)
    snprintf(o.detail, sizeof(o.detail), "user %s",
             st->user->field[w->id_field]);
  snapshot_offender(w->snap, &o);
}

static bool is_loss(const struct offender *o)
{
  return strcmp(o->kind, "lost") == 0;
}

static void drop(struct snapshot *s, uint32_t i)
{
  s->offender_count--;
  memmove(&s->offender[i], &s->offender[i + 1],
          (s->offender_count - i) * sizeof(s->offender[0]));
}

void objection_withdraw(struct worker *w, const struct stream *st, uint64_t n)
{
  struct snapshot *s = w->snap;
  uint32_t i;
  for(i = 0; i < s->offender_count; i++) {
    struct offender *o = &s->offender[i];
    if(!is_loss(o) || o->stream != st->number || n < o->number ||
       n - o->number >= o->count)
      continue;
    if(--o->count == 0)
      drop(s, i);
    else if(o->number == n)
      o->number++;
    return;
  }
}

struct review {
  struct offender *o;
  bool first;
};

static void owed(struct span s, void *ctx)
{
  struct review *r = ctx;
  if(r->first)
    r->o->number = s.first;
  r->first = false;
}

void objection_review(struct worker *w)
{
  struct snapshot *s = w->snap;
  uint32_t i = 0;
  while(w->plan.known && i < s->offender_count) {
    struct offender *o = &s->offender[i];
    struct review r = {o, true};
    struct share share = {0, w->plan.users};
    uint64_t left;
    if(share.users)
      share.user = o->stream % share.users;
    left = is_loss(o) ? spans_each_owed(&w->failed,
                                        (struct span){o->number, o->count},
                                        share, owed, &r)
                      : 1;
    if(left == 0) {
      drop(s, i);
      continue;
    }
    if(is_loss(o) && left < o->count)
      o->count = left;
    i++;
  }
}
