/* SPDX-License-Identifier: MIT
 * A stream with its own generator: events are formatted into the worker's
 * scratch buffer and written from there, so that none of them is allocated.
 * What is due at once goes out in one write, one chunk an event. */
#include <string.h>

#include "base/clock.h"
#include "streams/shape.h"
#include "streams/streams.h"
#include "streams/turn.h"

/* Events formatted and not yet sent. */
struct batch {
  size_t start, n; /* their place in the scratch buffer */
  struct tally tally;
  struct position before; /* if they cannot be sent */
};

static void begin_batch(struct feed *f, struct batch *b)
{
  b->before = f->s->at;
  b->start = b->n = 0;
  b->tally = (struct tally){0};
}

static enum step flush_batch(struct feed *f, struct batch *b)
{
  struct outgoing o = {
      .p = f->sv->http.scratch.p + b->start, .n = b->n, .tally = b->tally};
  int rc;
  if(!b->n)
    return STEP_ON;
  if(f->s->shape)
    rc = shape_event(f->s, (struct slice){o.p, o.n}, &o.tally);
  else
    rc = conn_send(f->c, &o);
  if(rc == E_LIMIT)
    f->s->at = b->before;
  if(rc) {
    stream_refused(f->s, rc, f->now_ns);
    return STEP_GONE;
  }
  f->s->last_write_ns = f->now_ns;
  f->sent += b->n;
  begin_batch(f, b);
  return f->sent > FEED_TURN_BYTES ? STEP_REST : STEP_ON;
}

/* Formats one event behind those in the batch. */
static int append_event(struct feed *f, struct batch *b,
                        const struct generated_event *ev, bool *corrupt)
{
  struct buf *scratch = &f->sv->http.scratch;
  size_t head = 0, tail = 0, n;
  char *body;
  scratch->n = b->start + b->n;
  if(buf_reserve(scratch, encode_generated_max(ev->size, ev->type.n) +
                              ENCODE_CHUNK_HEAD + ENCODE_CHUNK_TAIL))
    return E_NOMEM;
  body = scratch->p + scratch->n + ENCODE_CHUNK_HEAD;
  n = encode_generated(&f->sv->encoder, ev, body);
  if(*corrupt)
    *corrupt = encode_corrupt(body, n);
  if(f->s->chunked && !f->s->shape) {
    head = encode_chunk(body, n);
    tail = ENCODE_CHUNK_TAIL;
  }
  if(!b->n)
    b->start = (size_t)(body - head - scratch->p);
  else
    memmove(scratch->p + scratch->n, body - head, head + n + tail);
  b->n += head + n + tail;
  return 0;
}

static enum step add_event(struct feed *f, struct batch *b, uint64_t event,
                           uint64_t due_ns)
{
  struct stream *s = f->s;
  struct generated_event ev = {.id = event,
                               .seq = event,
                               .t_ns = hub_real_ns(f->sv->hub, due_ns),
                               .s_ns = hub_real_ns(f->sv->hub, f->now_ns),
                               .size = s->size,
                               .type = slice_of(s->type)};
  struct fate fate = delivery_fate(&f->delivery, event);
  if(!feed_keeps(f, &fate))
    return STEP_ON;
  if(append_event(f, b, &ev, &fate.corrupt))
    return STEP_REST;
  feed_account(f, event, &b->tally);
  b->tally.fault_corrupt += fate.corrupt;
  if(fate.doubled && f->s->shape && flush_batch(f, b) == STEP_GONE)
    return STEP_GONE;
  if(fate.doubled && !append_event(f, b, &ev, &fate.corrupt)) {
    b->tally.events++;
    b->tally.fault_dup++;
    b->tally.fault_corrupt += fate.corrupt;
  }
  return STEP_ON;
}

/* What may be in one write: less where the queue is already in use. */
static size_t batch_room(const struct feed *f)
{
  size_t max = (size_t)f->sv->http.options->max_queue;
  size_t used = f->c->queued ? conn_queue_bytes(f->c) : 0;
  size_t room = used < max ? max - used : 0;
  if(f->s->shape)
    return 1;
  return room < FEED_BATCH_BYTES ? room : FEED_BATCH_BYTES;
}

enum step feed_own(struct feed *f)
{
  struct stream *s = f->s;
  struct batch b;
  enum step step = STEP_ON;
  if(s->gen.interval_ns <= 0)
    return STEP_REST;
  begin_batch(f, &b);
  while(step == STEP_ON && feed_goes_on(f)) {
    uint64_t event = feed_next_event(f);
    uint64_t due = generator_due_ns(&s->gen, event);
    if(due > f->limit_ns) {
      f->wake_ns = hold_release_ns(&f->hold, due);
      s->live = true;
      break;
    }
    step = add_event(f, &b, event, due);
    if(step == STEP_ON && b.n >= batch_room(f))
      step = flush_batch(f, &b);
    if(step == STEP_REST)
      f->wake_ns = f->now_ns;
  }
  if(step == STEP_GONE)
    return step;
  return flush_batch(f, &b) == STEP_GONE ? STEP_GONE : STEP_REST;
}
