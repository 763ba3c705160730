/* SPDX-License-Identifier: MIT
 * How long each stream stood of the time that it was asked for; see worker.h.
 *
 * Not asked for is the time in which a client rightly has no stream: until its
 * first attempt opens, and between a proper end (or weir's own cut) and the
 * next opening.  An attempt that fails makes that time an absence. */
#include "load/worker.h"

/* The part of from .. to that lies in the measured span, in microseconds. */
static uint64_t measured_us(const struct worker *w, uint64_t from_ns,
                            uint64_t to_ns)
{
  if(!w->m0_ns)
    return 0;
  if(from_ns < w->m0_ns)
    from_ns = w->m0_ns;
  if(to_ns > w->m1_ns)
    to_ns = w->m1_ns;
  return from_ns < to_ns ? (to_ns - from_ns) / 1000 : 0;
}

static void close_interval(struct worker *w, struct stream *st,
                           uint64_t now_ns)
{
  uint64_t us = measured_us(w, st->since_ns, now_ns);
  if(st->presence == PRESENCE_STANDS)
    w->snap->counter[C_PRESENT_US] += us;
  if(st->presence == PRESENCE_STANDS || st->presence == PRESENCE_AWAY)
    w->snap->counter[C_ASKED_US] += us;
}

void presence_set(struct worker *w, struct stream *st, enum presence to,
                  uint64_t now_ns)
{
  close_interval(w, st, now_ns);
  st->presence = to;
  st->since_ns = now_ns;
}

void presence_missed(struct stream *st)
{
  if(st->presence == PRESENCE_EXCUSED)
    st->presence = PRESENCE_AWAY;
}

void presence_end(struct worker *w, struct stream *st)
{
  if(st->presence == PRESENCE_EXCUSED &&
     st->sub.state == SUBSCRIBER_CONNECTING) {
    st->presence = PRESENCE_AWAY; /* nobody has answered */
    st->since_ns = st->attempt_ns;
  }
  presence_set(w, st, PRESENCE_UNASKED, w->m1_ns);
}

void presence_never(struct worker *w, uint64_t streams)
{
  w->snap->counter[C_ASKED_US] += streams * measured_us(w, w->m0_ns, w->m1_ns);
}
