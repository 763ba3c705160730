/* SPDX-License-Identifier: MIT
 * The way of a topic's events to its subscribers; see fanout.h. */
#include "streams/audience.h"

#include "base/clock.h"
#include "streams/streams.h"
#include "streams/turn.h"

#define PUMP_NS (20 * NS_PER_MS) /* then other work gets a turn */

/* Fan-out of one block: events [first, first + n). */
struct offer {
  struct block *block;
  uint64_t first;
  uint32_t n;
};

/* Whether the shared block is just what this stream needs. */
static bool takes_block(const struct stream *s, const struct offer *o)
{
  return s->shares && s->at.place == o->first &&
         (!s->last || o->first + o->n - 1 <= s->last);
}

static void offer_one(struct stream *s, const struct offer *o, uint64_t now)
{
  struct block *b = o->block;
  struct outgoing out = {.p = b->bytes + b->start,
                         .n = b->framed_n,
                         .block = b,
                         .tally = {.events = o->n}};
  int rc;
  if(b->user && !stream_is_for(s, b->user)) {
    s->at.place += o->n;
    return;
  }
  rc = conn_send(s->conn, &out);
  if(rc) {
    stream_refused(s, rc, now);
    return;
  }
  s->at.place += o->n;
  s->at.sent_any = true;
  s->last_write_ns = now;
  if(s->last && s->at.place > s->last)
    stream_end(s);
}

/* Closing a stream moves the last one into its slot: go from the end. */
static void offer_all(struct audience *a, const struct offer *o, uint64_t now)
{
  bool faults = a->streams->any_fault;
  for(uint32_t i = a->count; i-- > 0;) {
    struct stream *s = a->subs[i];
    if(i >= 8)
      __builtin_prefetch(a->subs[i - 8]);
    if(i >= 4)
      __builtin_prefetch(&a->subs[i - 4]->conn->fd);
    if(!s->live || s->ending)
      continue;
    if(!faults && takes_block(s, o))
      offer_one(s, o, now);
    else
      stream_feed(s, now);
  }
}

/* The worker fell behind the history: its streams get gap events. */
static void skip_lost(struct audience *a, uint64_t head, uint64_t now)
{
  uint64_t oldest = view_oldest(&a->view);
  a->head = oldest > a->head && oldest <= head ? oldest : a->head + 1;
  HUB_ADD(a->streams->http.count->overrun, a->count);
  for(uint32_t i = a->count; i-- > 0;)
    stream_feed(a->subs[i], now);
}

static void pump_one(struct audience *a, uint64_t head, uint64_t now)
{
  struct offer o = {.first = a->head, .n = 1};
  const struct view_event *ev;
  struct block *run = NULL;
  uint32_t n =
      head - a->head > 1 ? view_run(&a->view, a->head, head, &run) : 0;
  if(n) {
    o.n = n;
    o.block = run;
    a->head += n;
    offer_all(a, &o, now);
    block_unref(run);
    return;
  }
  ev = view_fetch(&a->view, a->head);
  if(!ev) {
    skip_lost(a, head, now);
    return;
  }
  a->head++;
  /* The slot may be reused while slow streams are fed: hold the block. */
  o.block = ev->block;
  block_ref(o.block);
  offer_all(a, &o, now);
  block_unref(o.block);
}

void fanout_pump(struct audience *a, uint64_t now_ns)
{
  struct schedule *schedule = a->streams->http.schedule;
  uint64_t head, due, start = now_ns;
  hub_lock(&a->view.topic->lock);
  hub_topic_advance(a->view.topic, now_ns);
  head = a->view.topic->log.head_id;
  due = hub_topic_due_ns(a->view.topic);
  hub_unlock(&a->view.topic->lock);
  while(a->count && a->head < head) {
    pump_one(a, head, now_ns);
    now_ns = clock_mono_ns();
    if(now_ns - start > PUMP_NS)
      due = now_ns;
    if(now_ns - start > PUMP_NS)
      break;
  }
  if(a->count)
    schedule_set(schedule, &a->timer, due);
}

void fanout_due(struct timer *t, uint64_t now_ns)
{
  char *a = (char *)t - offsetof(struct audience, timer);
  fanout_pump((struct audience *)(void *)a, now_ns);
}
