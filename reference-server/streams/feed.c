/* SPDX-License-Identifier: MIT
 * What a subscriber is sent next, one at a time: a topic's replay, and every
 * stream that a fault makes differ from its neighbours.  Live streams of a
 * topic without faults take the fan-out in fanout.c; own generators are
 * in own.c. */
#include "streams/stream.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "streams/audience.h"
#include "streams/shape.h"
#include "streams/streams.h"
#include "streams/turn.h"

#define GAP_MAX 128u

void stream_drained(struct conn *c)
{
  struct stream *s = c->self;
  if(s->ending || !s->stuck_ns)
    return;
  s->stuck_ns = 0;
  stream_feed(s, clock_mono_ns());
}

/* Sets the timer to wake_ns or the next heartbeat. */
static void arm(struct stream *s, uint64_t wake_ns)
{
  struct delivery d = stream_delivery(s);
  struct conn *c = s->conn;
  uint64_t due = wake_ns;
  if(s->hb_ns && s->last_write_ns + s->hb_ns < due && !delivery_is_silent(&d))
    due = s->last_write_ns + s->hb_ns;
  if(s->shape && s->shape->life.ends_ns < due)
    due = s->shape->life.ends_ns;
  if(shape_is_busy(s))
    due = s->shape->rest_due_ns;
  schedule_set(c->http->schedule, &c->timer, due);
}

/* --- topics ------------------------------------------------------------- */

static int put(struct feed *f, struct block *b, const struct tally *t)
{
  struct slice body = {b->bytes + b->body, b->body_n};
  struct outgoing o = {.p = body.p, .n = body.n, .block = b, .tally = *t};
  if(f->s->shape)
    return t->gaps ? shape_other(f->s, body, t) : shape_event(f->s, body, t);
  if(f->s->chunked) {
    o.p = b->bytes + b->start;
    o.n = b->framed_n;
  }
  return conn_send(f->c, &o);
}

static enum step send_block(struct feed *f, struct block *b,
                            const struct tally *t)
{
  int rc = put(f, b, t);
  if(rc) {
    stream_refused(f->s, rc, f->now_ns);
    return STEP_GONE;
  }
  f->s->last_write_ns = f->now_ns;
  f->sent += b->framed_n;
  return f->sent > FEED_TURN_BYTES ? STEP_REST : STEP_ON;
}

/* The history no longer has what the stream needs: say so, and go on with
 * what there is. */
static enum step send_gap(struct feed *f, uint64_t oldest)
{
  struct block *b = block_new(GAP_MAX);
  struct tally t = {.gaps = 1};
  enum step step;
  char from[24] = "null";
  int n;
  if(!b)
    return STEP_REST;
  if(!f->s->gap_unknown)
    snprintf(from, sizeof(from), "%llu", (unsigned long long)f->s->at.place);
  n = snprintf(block_body(b), GAP_MAX,
               "event: gap\ndata: {\"from\":%s,\"to\":%llu}\n\n", from,
               (unsigned long long)oldest - 1);
  block_seal(b, (size_t)n);
  step = send_block(f, b, &t);
  block_unref(b);
  if(step == STEP_GONE)
    return step;
  f->s->gap_unknown = false;
  f->s->at.place = oldest;
  return step;
}

static struct block *corrupt_copy(const struct block *b)
{
  struct block *copy = block_new(b->body_n);
  if(!copy)
    return NULL;
  memcpy(block_body(copy), b->bytes + b->body, b->body_n);
  if(!encode_corrupt(block_body(copy), b->body_n)) {
    block_unref(copy);
    return NULL;
  }
  block_seal(copy, b->body_n);
  return copy;
}

/* Whether this event is for this stream; *leak when it only is by a fault. */
static bool is_addressee(const struct feed *f, const struct view_event *ev,
                         bool *leak)
{
  const struct stream *s = f->s;
  *leak = false;
  if(!ev->block->user || stream_is_for(s, ev->block->user))
    return true;
  *leak = s->user && delivery_leaks(&f->delivery, s->live);
  return *leak;
}

static enum step send_event(struct feed *f, uint64_t event, struct block *b,
                            const struct fate *fate, bool leak)
{
  struct position before = f->s->at;
  struct block *bad = fate->corrupt ? corrupt_copy(b) : NULL;
  struct tally t = {.fault_leak = leak, .fault_corrupt = bad != NULL};
  struct tally again = {
      .events = 1, .fault_dup = 1, .fault_corrupt = bad != NULL};
  struct conn *c = f->c;
  enum step step;
  feed_account(f, event, &t);
  step = send_block(f, bad ? bad : b, &t);
  if(step == STEP_GONE && c->phase == CONN_BUSY)
    f->s->at = before; /* not taken: it is still to be sent */
  else if(step != STEP_GONE && fate->doubled)
    (void)put(f, bad ? bad : b, &again); /* counted only if taken */
  block_unref(bad);
  return step;
}

static enum step feed_one(struct feed *f)
{
  struct stream *s = f->s;
  uint64_t event = feed_next_event(f);
  const struct view_event *ev;
  struct block *b;
  struct fate fate;
  enum step step;
  bool leak;
  if(event >= s->audience->head && !s->gap_unknown) {
    s->live = true;
    return STEP_REST;
  }
  ev = s->gap_unknown ? NULL : view_fetch(&s->audience->view, event);
  if(!ev) {
    step = send_gap(f, view_oldest(&s->audience->view));
    f->wake_ns = step == STEP_ON ? TIMER_NEVER : f->now_ns;
    return step;
  }
  if(ev->t_ns > f->limit_ns) {
    f->wake_ns = hold_release_ns(&f->hold, ev->t_ns);
    return STEP_REST;
  }
  if(!is_addressee(f, ev, &leak)) {
    s->at.place++;
    return STEP_ON;
  }
  fate = delivery_fate(&f->delivery, event);
  if(!feed_keeps(f, &fate))
    return STEP_ON;
  b = ev->block;
  block_ref(b);
  step = send_event(f, event, b, &fate, leak);
  block_unref(b);
  /* Only its own pace ends a turn early: more is there to send. */
  if(step == STEP_REST)
    f->wake_ns = f->now_ns;
  return step;
}

static enum step feed_topic(struct feed *f)
{
  enum step step = STEP_ON;
  while(step == STEP_ON && feed_goes_on(f))
    step = feed_one(f);
  return step;
}

/* --- both --------------------------------------------------------------- */

void stream_feed(struct stream *s, uint64_t now_ns)
{
  struct feed f = {
      .s = s, .c = s->conn, .now_ns = now_ns, .wake_ns = TIMER_NEVER};
  enum step step;
  if(s->ending || s->stuck_ns)
    return;
  if(shape_is_busy(s) && shape_rest(s, now_ns)) {
    conn_close(f.c);
    return;
  }
  f.sv = streams_of(f.c);
  f.delivery = stream_delivery(s);
  f.hold = delivery_hold(&f.delivery, &f.sv->hold);
  f.limit_ns = hold_limit_ns(&f.hold, now_ns);
  step = s->audience ? feed_topic(&f) : feed_own(&f);
  if(step == STEP_GONE)
    return;
  if(!shape_is_busy(s) && !feed_goes_on(&f)) {
    stream_end(s);
    return;
  }
  /* A hold that ends now must not spin within one instant. */
  if(f.wake_ns != TIMER_NEVER && f.wake_ns <= now_ns && !f.sent)
    f.wake_ns = now_ns + NS_PER_MS;
  arm(s, f.wake_ns);
}

static bool send_heartbeat(struct stream *s, uint64_t now_ns)
{
  struct slice text =
      s->chunked ? SLICE_LIT("5\r\n: hb\n\r\n") : SLICE_LIT(": hb\n");
  struct outgoing o = {.p = text.p, .n = text.n, .tally = {.comments = 1}};
  struct conn *c = s->conn;
  int rc = 0;
  s->last_write_ns = now_ns;
  /* What still waits is no silence. */
  if(c->queued || shape_is_busy(s))
    return true;
  if(s->shape)
    rc = shape_other(s, slice_of(s->shape->life.heartbeat), &o.tally);
  else
    rc = conn_send(c, &o);
  if(rc)
    conn_close(c);
  return !rc;
}

void stream_on_timer(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct stream *s = c->self;
  struct delivery d = stream_delivery(s);
  if(s->stuck_ns) {
    HUB_ADD(c->http->count->slow_dropped, 1);
    conn_reset(c);
    return;
  }
  if(s->hb_ns && now_ns >= s->last_write_ns + s->hb_ns &&
     !delivery_is_silent(&d) && !send_heartbeat(s, now_ns))
    return;
  stream_feed(s, now_ns);
}
