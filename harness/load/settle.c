/* SPDX-License-Identifier: MIT
 * What a stream is owed, whether it got it, and the closing of its account. */
#include <stdlib.h>

#include "load/worker.h"
#include "metrics/count.h"

static struct share share_of(const struct worker *w, const struct stream *st)
{
  return (struct share){st->user_index, w->plan.users};
}

void account_expect(struct worker *w, struct stream *st)
{
  uint64_t since, i;
  if(!w->plan.known || st->owed_all || w->sense.numbers == SENSE_NONE)
    return;
  since = st->open_ns > w->plan.p0_ns ? st->open_ns - w->plan.p0_ns : 0;
  st->owed_all = true;
  i = schedule_publish_from(w->plan.rate, since);
  ledger_expect(&st->account.ledger,
                schedule_user_first(i, st->user_index, w->plan.users));
}

static uint64_t last_owed(const struct worker *w, const struct stream *st)
{
  return schedule_user_last(w->published, st->user_index, w->plan.users);
}

struct owing {
  const struct worker *w;
  const struct stream *st;
  uint64_t numbers;
};

static void add_owing(uint64_t first, uint64_t count, void *ctx)
{
  struct owing *o = ctx;
  o->numbers += spans_each_owed(&o->w->failed, (struct span){first, count},
                                share_of(o->w, o->st), NULL, NULL);
}

bool account_satisfied(const struct worker *w, const struct stream *st)
{
  struct owing o = {w, st, 0};
  if(st->sub.state == SUBSCRIBER_STOPPED)
    return true;
  if(!st->owed_all)
    return !w->sense.spec.stamp[0] || st->first_pending || st->late_seen ||
           st->sub.state != SUBSCRIBER_OPEN;
  if(st->account.ledger.next <= last_owed(w, st))
    return false;
  ledger_missing(&st->account.ledger, add_owing, &o);
  return o.numbers == 0;
}

bool account_closable(const struct worker *w, const struct stream *st)
{
  const struct ledger_stream *l = &st->account.ledger;
  if(!w->scenario->publish.enabled || !l->started || l->next == l->first)
    return true;
  return schedule_user_publish(l->next - 1, st->user_index, w->plan.users) <
         w->known;
}

struct settle {
  struct worker *w;
  struct stream *st;
  struct account *a;
  uint64_t lost;
};

/* Numbers that were owed and never came. */
static void settle_owed(struct span owed, void *ctx)
{
  struct settle *s = ctx;
  count_add(&s->lost, owed.count);
  count_add(&s->w->snap->counter[C_LOST_RECONNECT],
            spans_overlap(&s->a->breaks, owed.first, owed.count));
  ledger_tally_add(s->w->snap->missing, owed.first, owed.count, 1);
}

static void settle_range(uint64_t first, uint64_t count, void *ctx)
{
  struct settle *s = ctx;
  spans_each_owed(&s->w->failed, (struct span){first, count},
                  share_of(s->w, s->st), settle_owed, s);
}

/* What was published last and is missing at the end of a stream.  One that was
 * closed early is owed no such tail, since nobody can know what was under way
 * to it; nor is one between two connections, which may still fetch it. */
static void close_tail(struct worker *w, struct stream *st)
{
  uint64_t last = last_owed(w, st), tail;
  if(!w->draining || !st->owed_all || st->account.ledger.next > last ||
     st->sub.state == SUBSCRIBER_STOPPED)
    return;
  if(st->sub.state != SUBSCRIBER_OPEN) {
    w->absent++;
    return;
  }
  tail = ledger_close(&st->account.ledger, last);
  if(tail)
    objection_note(w, st, "lost", st->account.ledger.next - tail, tail);
}

/* What was counted as lost while it came becomes what is lost in the end. */
static void correct(struct worker *w, uint64_t counted, uint64_t lost)
{
  uint64_t *total = &w->snap->counter[C_LOST];
  if(lost >= counted)
    count_add(total, lost - counted);
  else
    count_sub(total, counted - lost);
  count_shift(&w->now.counter[S_LOST], (int64_t)(lost - counted));
}

void account_settle(struct worker *w, struct stream *st, struct account *a)
{
  struct settle s = {w, st, a, 0};
  struct ledger_stream *l = &a->ledger;
  uint64_t counted = l->missing_count;
  if(l->started) {
    close_tail(w, st);
    ledger_missing(l, settle_range, &s);
    count_add(&s.lost, ledger_forgotten(l));
    ledger_tally_add_overflow(w->snap->missing, ledger_forgotten(l));
    correct(w, counted, s.lost);
    if(w->scenario->publish.enabled)
      w->snap->counter[C_EXPECTED] += spans_each_owed(
          &w->failed, (struct span){l->first, l->next - l->first},
          share_of(w, st), NULL, NULL);
    if(l->overflowed)
      w->snap->ledger_overflowed = true;
  }
  spans_fini(&a->breaks);
  ledger_fini(l);
}

void account_close(struct worker *w, struct stream *st)
{
  struct account *a;
  account_settle(w, st, &st->account);
  for(a = st->account.next; a; a = st->account.next) {
    st->account.next = a->next;
    account_settle(w, st, a);
    free(a);
  }
}
