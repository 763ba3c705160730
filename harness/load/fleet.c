/* SPDX-License-Identifier: MIT
 * Opening, holding, slowing, cutting and closing streams by the schedule. */
#include <stdlib.h>
#include <string.h>

#include "load/worker.h"

/* How many first attempts may be under way.  More would only queue in the
 * kernel; libcurl shares HTTP/2 connections only with those already up. */
#define IN_FLIGHT_HTTP1 256
#define IN_FLIGHT_HTTP2 4
#define SLOW_FEED_NS    (100 * NS_PER_MS)

static uint64_t whole_part(double share, uint64_t n)
{
  return (uint64_t)(share * (double)n + 1e-9);
}

static struct stream *new_stream(struct worker *w)
{
  struct stream *st = calloc(1, sizeof(*st));
  if(!st)
    return NULL;
  st->number = w->started * w->workers + w->index;
  st->index = w->streams;
  if(w->scenario->user_count) {
    st->user_index = (uint32_t)(st->number % w->scenario->user_count);
    st->user = &w->scenario->user[st->user_index];
  }
  st->first_pending = true;
  st->starting = true;
  st->slow = whole_part(w->scenario->slow.share, st->number + 1) >
             whole_part(w->scenario->slow.share, st->number);
  subscriber_init(&st->sub, &w->sub);
  return st;
}

static bool grow(struct worker *w)
{
  struct stream **more;
  uint32_t cap = w->stream_cap ? w->stream_cap * 2 : 1024;
  if(w->streams < w->stream_cap)
    return true;
  more = realloc(w->stream, cap * sizeof(*more));
  if(!more)
    return false;
  w->stream = more;
  w->stream_cap = cap;
  return true;
}

static bool open_next(struct worker *w, uint64_t now_ns)
{
  const struct scenario *sc = w->scenario;
  struct stream *st = grow(w) ? new_stream(w) : NULL;
  if(!st)
    return false;
  w->stream[w->streams++] = st;
  w->started++;
  w->live++;
  w->in_flight++;
  if(w->t0_ns && (sc->arrival_rate > 0 || sc->ramp_ns)) {
    uint64_t due = w->t0_ns + schedule_stream_due_ns(sc, st->number);
    hist_record(&w->snap->hist[H_SCHEDULE_LAG],
                now_ns > due ? now_ns - due : 0);
  }
  if(sc->arrival_rate > 0 && sc->lifetime_ns)
    st->close_ns = now_ns + sc->lifetime_ns;
  subscriber_start(&st->sub);
  return true;
}

void fleet_first_settled(struct worker *w, struct stream *st)
{
  if(!st->starting)
    return;
  st->starting = false;
  w->in_flight--;
  if(w->pilot.pending && st->number == 0)
    w->pilot.ok = st->sub.state == SUBSCRIBER_OPEN;
}

void fleet_pilot(struct worker *w)
{
  w->pilot.pending = true;
  open_next(w, clock_mono_ns());
}

/* Of `total`, this worker's part: numbers index, index + workers, ... */
static uint64_t part(const struct worker *w, uint64_t total)
{
  return (total + w->workers - 1 - w->index) / w->workers;
}

static uint32_t in_flight_limit(const struct worker *w)
{
  return w->scenario->http == HTTP_1_1 ? IN_FLIGHT_HTTP1 : IN_FLIGHT_HTTP2;
}

static void open_due(struct worker *w, uint64_t want, uint64_t now_ns)
{
  uint64_t have = w->scenario->arrival_rate > 0 || !w->scenario->stage_count
                      ? w->started
                      : w->live;
  while(have < want && w->in_flight < in_flight_limit(w)) {
    if(!open_next(w, now_ns))
      return;
    have++;
  }
}

static void retire(struct worker *w, struct stream *st)
{
  if(st->sub.state == SUBSCRIBER_STOPPED)
    return;
  if(st->starting)
    fleet_first_settled(w, st);
  subscriber_stop(&st->sub, false);
  listener_left(w, st);
  w->live--;
}

/* Stages that go down close the newest streams first. */
static void close_surplus(struct worker *w, uint64_t want)
{
  uint32_t i;
  for(i = w->streams; i > 0 && w->live > want; i--)
    retire(w, w->stream[i - 1]);
}

static void close_expired(struct worker *w, uint64_t now_ns)
{
  while(w->oldest < w->streams && w->stream[w->oldest]->close_ns &&
        w->stream[w->oldest]->close_ns <= now_ns)
    retire(w, w->stream[w->oldest++]);
}

/* So many of the open streams, each choice equally likely. */
static void cut_share(struct worker *w, double share, bool abrupt)
{
  uint64_t left = w->open_now;
  uint64_t want = (uint64_t)(share * (double)left + 0.5);
  uint32_t i;
  for(i = 0; i < w->streams && want; i++) {
    struct stream *st = w->stream[i];
    if(!st->counted_open)
      continue;
    if(rng_below(&w->rng, left--) >= want || !subscriber_cut(&st->sub, abrupt))
      continue;
    want--;
    w->snap->counter[C_CUT]++;
    listener_left(w, st);
  }
}

static void storm(struct worker *w, uint64_t now_ns)
{
  const struct storm *s = &w->scenario->storm;
  uint64_t due = w->t0_ns + s->at_ns + w->storms_done * s->every_ns;
  if(!s->enabled || now_ns < due || (w->storms_done && !s->every_ns))
    return;
  w->storms_done++;
  cut_share(w, s->share, s->how == CUT_RST);
}

/* Slow readers get their bytes in small helpings. */
static void feed_slow(struct worker *w, uint64_t now_ns)
{
  const struct slow_readers *slow = &w->scenario->slow;
  uint64_t helping;
  uint32_t i;
  if(slow->share <= 0 || now_ns - w->slow_fed_ns < SLOW_FEED_NS)
    return;
  helping = slow->bytes_per_second * (now_ns - w->slow_fed_ns) / NS_PER_SEC;
  if(w->slow_fed_ns == 0)
    helping = 0;
  w->slow_fed_ns = now_ns;
  if(!helping)
    return;
  for(i = 0; i < w->streams; i++) {
    if(w->stream[i]->slow && w->stream[i]->sub.state == SUBSCRIBER_OPEN)
      subscriber_read(&w->stream[i]->sub, helping);
  }
}

void fleet_tick(struct worker *w, uint64_t now_ns)
{
  uint64_t want;
  if(w->publisher || !w->t0_ns || now_ns < w->t0_ns || w->draining)
    return;
  want = part(w, schedule_streams(w->scenario, now_ns - w->t0_ns));
  if(!w->opening_over)
    open_due(w, want, now_ns);
  if(w->scenario->stage_count)
    close_surplus(w, want);
  close_expired(w, now_ns);
  storm(w, now_ns);
  feed_slow(w, now_ns);
}

bool fleet_settled(const struct worker *w, uint64_t now_ns)
{
  const struct scenario *sc = w->scenario;
  if(!w->t0_ns || now_ns < w->t0_ns + sc->ramp_ns)
    return false;
  if(sc->arrival_rate > 0 || sc->stage_count)
    return true;
  return w->started >= part(w, sc->connections) && w->in_flight == 0;
}

void fleet_stop_all(struct worker *w)
{
  uint32_t i;
  w->opening_over = true;
  for(i = 0; i < w->streams; i++) {
    account_close(w, w->stream[i]);
    ledger_fini(&w->stream[i]->ledger);
  }
}

void fleet_free(struct worker *w)
{
  uint32_t i;
  for(i = 0; i < w->streams; i++) {
    subscriber_fini(&w->stream[i]->sub);
    ledger_fini(&w->stream[i]->ledger);
    free(w->stream[i]);
  }
  free(w->stream);
  w->stream = NULL;
  w->streams = w->stream_cap = 0;
}
