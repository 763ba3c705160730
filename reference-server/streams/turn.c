/* SPDX-License-Identifier: MIT
 * What all feeding has in common; see turn.h. */
#include "streams/turn.h"

#include "base/clock.h"
#include "streams/shape.h"
#include "streams/streams.h"

#define STUCK_NS (10 * NS_PER_SEC)

void stream_refused(struct stream *s, int rc, uint64_t now_ns)
{
  struct conn *c = s->conn;
  struct streams *sv = streams_of(c);
  bool lenient =
      now_ns < sv->grace_until_ns || hold_active(&sv->hold) || s->faults;
  if(rc != E_LIMIT) {
    conn_close(c);
    return;
  }
  /* A stream that catches up is paced by its client; one that had everything
   * and cannot keep up is dropped, unless the lump is of our own making. */
  if(s->live && !lenient) {
    HUB_ADD(sv->http.count->slow_dropped, 1);
    conn_reset(c);
    return;
  }
  s->live = false;
  if(!s->stuck_ns)
    s->stuck_ns = now_ns;
  schedule_set(sv->http.schedule, &c->timer, s->stuck_ns + STUCK_NS);
}

static bool is_over(const struct feed *f)
{
  return f->s->last && f->s->at.place > f->s->last;
}

bool feed_goes_on(const struct feed *f)
{
  return !is_over(f) && !shape_is_busy(f->s) &&
         !shape_is_over(f->s, f->now_ns);
}

uint64_t feed_next_event(const struct feed *f)
{
  return delivery_event_at(&f->delivery, f->s->at.place);
}

bool feed_keeps(struct feed *f, const struct fate *fate)
{
  struct stream *s = f->s;
  if(!s->at.sent_any || !fate->dropped)
    return true;
  /* Counted with the next event: only then can a client know. */
  s->at.pending_drops++;
  s->at.place++;
  return false;
}

void feed_account(struct feed *f, uint64_t event, struct tally *t)
{
  struct stream *s = f->s;
  t->events++;
  t->fault_drop += s->at.pending_drops;
  s->at.pending_drops = 0;
  if(event > s->at.place) {
    s->at.swap_led = true;
  } else if(event < s->at.place) {
    t->fault_swap += s->at.swap_led;
    s->at.swap_led = false;
  }
  s->at.sent_any = true;
  s->at.place++;
}
