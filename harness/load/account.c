/* SPDX-License-Identifier: MIT
 * What one event means: latency, gaps, ledger, damage, wrong address. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/worker.h"

void account_offender(struct worker *w, const struct stream *st,
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

/* Was this instant (real clock) inside the measured span? */
static bool measured(const struct worker *w, uint64_t real_ns)
{
  uint64_t mono = real_ns - (uint64_t)w->real_offset_ns;
  return w->m0_ns && mono >= w->m0_ns && (!w->m1_ns || mono < w->m1_ns);
}

static void record_latency(struct worker *w, struct stream *st,
                           const struct payload *p, const struct arrival *when)
{
  uint64_t stamp = p->stamp_ns + (uint64_t)w->scenario->clock_offset_ns;
  uint64_t sent = p->sent_ns + (uint64_t)w->scenario->clock_offset_ns;
  if(w->m1_ns && stamp - (uint64_t)w->real_offset_ns >= w->m1_ns)
    st->late_seen = true; /* all that was due inside the span is here */
  if(when->real_ns < stamp) {
    w->snap->counter[C_LATENCY_NEGATIVE]++;
    return;
  }
  if(!w->now.latency)
    w->now.latency = calloc(1, sizeof(*w->now.latency));
  if(w->now.latency) {
    if(!w->now.latency->total)
      hist_init(w->now.latency);
    hist_record(w->now.latency, when->real_ns - stamp);
  }
  if(!measured(w, stamp))
    return;
  hist_record(&w->snap->hist[H_LATENCY], when->real_ns - stamp);
  w->snap->counter[when->kernel ? C_CLOCK_KERNEL : C_CLOCK_USER]++;
  if(p->has_sent && when->real_ns >= sent)
    hist_record(&w->snap->hist[H_LATENCY_RAW], when->real_ns - sent);
}

static void lost(struct worker *w, struct stream *st,
                 const struct ledger_result *r)
{
  w->snap->counter[C_LOST] += r->gap_count;
  w->now.counter[S_LOST] += (int64_t)r->gap_count;
  if(st->after_break)
    w->snap->counter[C_LOST_RECONNECT] += r->gap_count;
  account_offender(w, st, "lost", r->gap_first, r->gap_count);
}

static void ledger_enter(struct worker *w, struct stream *st, uint64_t n)
{
  struct ledger_result r;
  if(st->after_break && !st->resumed && !w->plan.known &&
     !w->scenario->publish.enabled) {
    /* A reconnection that named no position begins a new account: a stream
     * that counts from one again has repeated nothing. */
    account_close(w, st);
    ledger_fini(&st->ledger);
  }
  r = ledger_arrive(&st->ledger, n);
  if(r.arrival == LEDGER_AHEAD)
    lost(w, st, &r);
  else if(r.arrival == LEDGER_LATE) {
    w->snap->counter[C_LOST]--;
    w->now.counter[S_LOST]--;
    w->snap->counter[C_REORDERED]++;
    account_offender(w, st, "reordered", n, 1);
  } else if(r.arrival == LEDGER_DUPLICATE) {
    w->snap->counter[C_DUPLICATED]++;
    account_offender(w, st, "duplicated", n, 1);
  }
  st->after_break = false;
}

static bool foreign(const struct worker *w, const struct stream *st,
                    const struct payload *p)
{
  return st->user && p->user.p &&
         !slice_eq_cstr(p->user, st->user->field[w->id_field]);
}

static void account_numbered(struct worker *w, struct stream *st,
                             const struct sse_event *event,
                             const struct arrival *when)
{
  struct payload p;
  uint64_t n = 0;
  bool numbered;
  payload_read(&w->sense.spec, event->data, &p);
  numbered = w->sense.numbers == SENSE_ID
                 ? event->id_in_block && sense_id_number(event->id, &n)
                 : p.has_seq;
  if(w->sense.numbers == SENSE_DATA)
    n = p.seq;
  if(p.has_crc && !p.crc_ok) {
    w->snap->counter[C_CORRUPT]++;
    account_offender(w, st, "corrupt", n, 1);
  }
  if(foreign(w, st, &p)) {
    w->snap->counter[C_FOREIGN]++;
    account_offender(w, st, "foreign", n, 1);
    return;
  }
  if(p.has_stamp)
    record_latency(w, st, &p, when);
  if(numbered)
    ledger_enter(w, st, n);
  else if(w->sense.numbers != SENSE_NONE)
    w->snap->counter[C_UNNUMBERED]++;
}

static void record_gap(struct worker *w, struct stream *st,
                       const struct arrival *when)
{
  bool inside = measured(w, when->real_ns);
  if(inside && when->real_ns == st->last_event_ns)
    w->snap->counter[C_BATCHED]++;
  if(inside && st->last_event_ns && when->real_ns >= st->last_event_ns)
    hist_record(&w->snap->hist[H_GAP], when->real_ns - st->last_event_ns);
  st->last_event_ns = when->real_ns;
}

void account_event(struct worker *w, struct stream *st,
                   const struct sse_event *event, const struct arrival *when)
{
  w->snap->counter[C_EVENTS]++;
  w->now.counter[S_EVENTS]++;
  if(st->first_pending) {
    st->first_pending = false;
    hist_record(&w->snap->hist[H_FIRST_EVENT],
                clock_mono_ns() - st->attempt_ns);
  }
  record_gap(w, st, when);
  if(w->sense.numbers == SENSE_OPEN || w->sense.stamps_open)
    sense_event(&w->sense, st, event, when->real_ns);
  account_numbered(w, st, event, when);
}

void account_expect(struct worker *w, struct stream *st)
{
  uint64_t since, i;
  if(!w->plan.known || st->owed_all)
    return;
  since = st->open_ns > w->plan.p0_ns ? st->open_ns - w->plan.p0_ns : 0;
  st->owed_all = true;
  i = schedule_publish_from(w->plan.rate, since);
  ledger_expect(&st->ledger,
                schedule_user_first(i, st->user_index, w->plan.users));
}

static bool was_published(const struct worker *w, uint64_t publish)
{
  size_t lo = 0, hi = w->failed_count;
  while(lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if(w->failed[mid] == publish)
      return false;
    if(w->failed[mid] < publish)
      lo = mid + 1;
    else
      hi = mid;
  }
  return true;
}

static uint64_t last_owed(const struct worker *w, const struct stream *st)
{
  return schedule_user_last(w->published, st->user_index, w->plan.users);
}

bool account_satisfied(const struct worker *w, const struct stream *st)
{
  if(st->sub.state == SUBSCRIBER_STOPPED)
    return true;
  if(!st->owed_all)
    return !w->sense.spec.stamp[0] || st->first_pending || st->late_seen ||
           st->sub.state != SUBSCRIBER_OPEN;
  return st->ledger.next > last_owed(w, st) &&
         st->ledger.missing_count <= w->failed_count;
}

struct settle {
  struct worker *w;
  struct stream *st;
  uint64_t lost;
};

/* A run of numbers that never came: what was never published is not owed. */
static void settle_range(uint64_t first, uint64_t count, void *ctx)
{
  struct settle *s = ctx;
  uint64_t n, from = first;
  for(n = first; n < first + count && s->w->failed_count; n++) {
    if(was_published(s->w, schedule_user_publish(n, s->st->user_index,
                                                 s->w->plan.users)))
      continue;
    if(n > from)
      ledger_tally_add(s->w->snap->missing, from, n - from, 1);
    s->lost -= 1;
    from = n + 1;
  }
  if(first + count > from)
    ledger_tally_add(s->w->snap->missing, from, first + count - from, 1);
}

static uint64_t failed_between(const struct worker *w, const struct stream *st,
                               uint64_t first, uint64_t last)
{
  uint64_t n = 0;
  uint32_t i;
  for(i = 0; i < w->failed_count; i++) {
    uint64_t users = w->plan.users;
    uint64_t seq = schedule_user_seq(w->failed[i], users);
    if(users && w->failed[i] % users != st->user_index)
      continue;
    n += seq >= first && seq <= last;
  }
  return n;
}

void account_close(struct worker *w, struct stream *st)
{
  struct settle s = {w, st, 0};
  uint64_t before = st->ledger.missing_count;
  if(!st->ledger.started)
    return;
  /* A stream that was closed before the end is owed no tail: what may have
   * been under way to it, nobody can know. */
  if(st->owed_all && w->draining && st->sub.state != SUBSCRIBER_STOPPED) {
    uint64_t tail = ledger_close(&st->ledger, last_owed(w, st));
    if(tail)
      account_offender(w, st, "lost", st->ledger.next - tail, tail);
  }
  s.lost = st->ledger.missing_count;
  ledger_missing(&st->ledger, settle_range, &s);
  w->snap->counter[C_LOST] += s.lost - before;
  if(w->scenario->publish.enabled && st->ledger.next > st->ledger.first)
    w->snap->counter[C_EXPECTED] +=
        st->ledger.next - st->ledger.first -
        failed_between(w, st, st->ledger.first, st->ledger.next - 1);
  if(st->ledger.overflowed)
    w->snap->ledger_overflowed = true;
}
