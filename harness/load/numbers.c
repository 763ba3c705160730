/* SPDX-License-Identifier: MIT
 * Numbers on their way into accounts: whose they are, and whether they are a
 * sequence at all, which the first ones have to show. */
#include <stdlib.h>

#include "load/worker.h"
#include "metrics/count.h"

static void lost(struct worker *w, struct stream *st, struct account *a,
                 const struct ledger_result *r)
{
  count_add(&w->snap->counter[C_LOST], r->gap_count);
  count_shift(&w->now.counter[S_LOST], (int64_t)r->gap_count);
  if(a->after_break)
    spans_add(&a->breaks, r->gap_first, r->gap_count);
  if(r->gap_count)
    objection_note(w, st, "lost", r->gap_first, r->gap_count);
}

static void reordered(struct worker *w, struct stream *st, uint64_t n)
{
  count_add(&w->snap->counter[C_REORDERED], 1);
  objection_note(w, st, "reordered", n, 1);
}

static void count(struct worker *w, struct stream *st, struct account *a,
                  uint64_t n)
{
  struct ledger_result r = ledger_arrive(&a->ledger, n);
  switch(r.arrival) {
  case LEDGER_EARLIER:
    reordered(w, st, n);
    lost(w, st, a, &r);
    break;
  case LEDGER_AHEAD:
    lost(w, st, a, &r);
    break;
  case LEDGER_LATE:
    count_sub(&w->snap->counter[C_LOST], 1);
    count_shift(&w->now.counter[S_LOST], -1);
    objection_withdraw(w, st, n);
    reordered(w, st, n);
    break;
  case LEDGER_DUPLICATE:
    count_add(&w->snap->counter[C_DUPLICATED], 1);
    objection_note(w, st, "duplicated", n, 1);
    break;
  case LEDGER_IN_ORDER:
  case LEDGER_BEFORE:
    break;
  }
}

static void enter(struct worker *w, struct stream *st, struct account *a,
                  uint64_t n)
{
  if(a->after_break && !st->resumed && !w->plan.known &&
     !w->scenario->publish.enabled) {
    /* A reconnection that named no position begins a new account: a stream
     * that counts from one again has repeated nothing. */
    account_settle(w, st, a);
  } else if(a->after_break)
    ledger_seal(&a->ledger);
  count(w, st, a, n);
  a->after_break = false;
}

/* The owner's account, made when there is room; NULL when not. */
static struct account *account_of(struct stream *st, uint64_t key)
{
  struct account *a = &st->account, *last = a;
  uint32_t i;
  if(!a->key && !a->ledger.started)
    a->key = key;
  for(i = 0; a; i++, a = a->next) {
    if(a->key == key)
      return a;
    last = a;
  }
  a = i < ACCOUNTS_MAX ? calloc(1, sizeof(*a)) : NULL;
  if(!a)
    return NULL;
  a->key = key;
  last->next = a;
  return a;
}

static void enter_of(struct worker *w, const struct trial_entry *e)
{
  struct stream *st = e->stream;
  struct account *a = account_of(st, trial_key_of(e, w->sense.by));
  if(a)
    enter(w, st, a, e->n);
  else
    w->snap->counter[C_UNNUMBERED]++;
}

void numbers_take(struct worker *w, struct stream *st, uint64_t n,
                  const struct number_owner *o)
{
  struct trial *t = &w->trial;
  struct trial_entry e = {.stream = st, .n = n};
  if(w->sense.on_trial || w->sense.by != TRIAL_BY_STREAM) {
    e.type = trial_key(o->type);
    e.topic = trial_key(o->topic);
  }
  if(!w->sense.on_trial) {
    enter_of(w, &e);
    return;
  }
  e.broke = st->account.after_break;
  e.resumed = st->resumed;
  st->account.after_break = false;
  t->entry[t->count++] = e;
  if(t->count == TRIAL_NUMBERS)
    numbers_decide(w);
}

/* As it was when the number came: a reconnection is behind all accounts. */
static void replay(struct worker *w, const struct trial_entry *e)
{
  struct stream *st = e->stream;
  bool broke = st->account.after_break, resumed = st->resumed;
  if(e->broke)
    numbers_broke(st);
  st->resumed = e->resumed;
  enter_of(w, e);
  st->resumed = resumed;
  st->account.after_break = st->account.after_break || broke;
}

void numbers_decide(struct worker *w)
{
  uint32_t i;
  if(!w->sense.on_trial)
    return;
  sense_decide(&w->sense, &w->trial);
  if(w->sense.numbers == SENSE_NONE) {
    w->snap->counter[C_UNNUMBERED] = 0;
    return;
  }
  for(i = 0; i < w->trial.count; i++)
    replay(w, &w->trial.entry[i]);
}

void numbers_broke(struct stream *st)
{
  struct account *a;
  for(a = &st->account; a; a = a->next)
    a->after_break = true;
}
