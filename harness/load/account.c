/* SPDX-License-Identifier: MIT
 * What one event means: latency, gaps, ledger, damage, wrong address. */
#include "load/worker.h"

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
  if(st->slow)
    return; /* late by weir's own doing */
  if(when->real_ns < stamp) {
    w->snap->counter[C_LATENCY_NEGATIVE]++;
    return;
  }
  if(!w->now.latency)
    w->now.latency = hist_new();
  if(w->now.latency)
    hist_record(w->now.latency, when->real_ns - stamp);
  if(!measured(w, stamp))
    return;
  hist_record(&w->snap->hist[H_LATENCY], when->real_ns - stamp);
  w->snap->counter[when->kernel ? C_CLOCK_KERNEL : C_CLOCK_USER]++;
  /* A member of that name that lies outside is something else. */
  if(p->has_sent && sent >= stamp && when->real_ns >= sent)
    hist_record(&w->snap->hist[H_LATENCY_RAW], when->real_ns - sent);
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
  struct number_owner owner;
  struct payload p;
  uint64_t n = 0;
  bool numbered;
  payload_read(&w->sense.spec, event->data, &p);
  owner = (struct number_owner){event->type, p.key};
  numbered = w->sense.numbers == SENSE_ID
                 ? event->id_in_block && sense_id_number(event->id, &n)
                 : p.has_seq;
  if(w->sense.numbers == SENSE_DATA)
    n = p.seq;
  if(p.has_crc && !p.crc_ok) {
    w->snap->counter[C_CORRUPT]++;
    objection_note(w, st, "corrupt", n, 1);
  }
  if(foreign(w, st, &p)) {
    w->snap->counter[C_FOREIGN]++;
    objection_note(w, st, "foreign", n, 1);
    return;
  }
  sense_stamped(&w->sense, p.has_stamp, event->data, when->real_ns);
  if(p.has_stamp)
    record_latency(w, st, &p, when);
  if(numbered)
    numbers_take(w, st, n, &owner);
  else if(w->sense.numbers == SENSE_ID || w->sense.numbers == SENSE_DATA)
    w->snap->counter[C_UNNUMBERED]++;
}

static void record_gap(struct worker *w, struct stream *st,
                       const struct arrival *when)
{
  bool inside = measured(w, when->real_ns) && !st->slow;
  if(inside && when->real_ns == st->last_event_ns)
    w->snap->counter[C_BATCHED]++;
  if(inside && st->last_event_ns && when->real_ns >= st->last_event_ns)
    hist_record(&w->snap->hist[H_GAP], when->real_ns - st->last_event_ns);
  st->last_event_ns = when->real_ns;
}

/* From the attempt to the arrival, not to the moment it is looked at; but not
 * before the head, which is timed when it is looked at. */
static void first_event(struct worker *w, struct stream *st,
                        const struct arrival *when)
{
  uint64_t mono = when->real_ns - (uint64_t)w->real_offset_ns;
  if(mono < st->open_ns)
    mono = st->open_ns;
  st->first_pending = false;
  if(st->slow)
    return;
  hist_record(&w->snap->hist[H_FIRST_EVENT],
              mono > st->attempt_ns ? mono - st->attempt_ns : 0);
}

void account_event(struct worker *w, struct stream *st,
                   const struct sse_event *event, const struct arrival *when)
{
  w->snap->counter[C_EVENTS]++;
  w->now.counter[S_EVENTS]++;
  if(st->first_pending)
    first_event(w, st, when);
  record_gap(w, st, when);
  if(w->sense.numbers == SENSE_OPEN || w->sense.stamps_open)
    sense_event(&w->sense, event, when->real_ns);
  account_numbered(w, st, event, when);
}
