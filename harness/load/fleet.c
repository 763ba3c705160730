/* SPDX-License-Identifier: MIT
 * Opening, holding, slowing, cutting and closing streams by the schedule. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#include "load/worker.h"

/* How many first attempts may be under way.  Opened "at once", more would only
 * queue in the kernel.  On a schedule the limit is there to be never reached.
 * libcurl shares HTTP/2 connections only with those already up. */
#define IN_FLIGHT_AT_ONCE  256
#define IN_FLIGHT_SCHEDULE 8192
#define IN_FLIGHT_HTTP2    4
#define SLOW_FEED_NS       (100 * NS_PER_MS)
#define COMPACT_AT         1024

static uint64_t whole_part(double share, uint64_t n)
{
  return (uint64_t)(share * (double)n + 1e-9);
}

/* Stages that go up again take up the numbers, and thus the users, of those
 * that were closed; all others count on. */
static uint64_t next_number(const struct worker *w)
{
  uint64_t n = w->scenario->stage_count ? w->streams : w->started;
  return n * w->workers + w->index;
}

static bool is_slow(const struct worker *w, uint64_t number)
{
  double share = w->scenario->slow.share;
  return whole_part(share, number + 1) > whole_part(share, number);
}

static bool add_slow(struct worker *w, struct stream *st)
{
  if(w->slows == w->slow_cap) {
    uint32_t cap = w->slow_cap ? w->slow_cap * 2 : 64;
    struct stream **more = realloc(w->slow, cap * sizeof(*more));
    if(!more)
      return false;
    w->slow = more;
    w->slow_cap = cap;
  }
  w->slow[w->slows++] = st;
  st->slow = w->slows;
  return true;
}

/* The last one takes its place. */
static void remove_slow(struct worker *w, const struct stream *st)
{
  struct stream *last;
  if(!st->slow)
    return;
  weir_assert(w->slows && w->slow[st->slow - 1] == st);
  last = w->slow[--w->slows];
  w->slow[st->slow - 1] = last;
  last->slow = st->slow;
}

static struct stream *new_stream(struct worker *w)
{
  struct stream *st = calloc(1, sizeof(*st));
  if(!st)
    return NULL;
  st->number = next_number(w);
  if(w->scenario->user_count) {
    st->user_index = (uint32_t)(st->number % w->scenario->user_count);
    st->user = &w->scenario->user[st->user_index];
  }
  st->first_pending = true;
  st->starting = true;
  subscriber_init(&st->sub, &w->sub);
  if(is_slow(w, st->number) && !add_slow(w, st)) {
    free(st);
    return NULL;
  }
  return st;
}

/* Room for one more, at first where closed streams have left some. */
static bool grow(struct worker *w)
{
  struct stream **more;
  uint32_t cap = w->stream_cap ? w->stream_cap * 2 : COMPACT_AT;
  weir_assert(w->oldest <= w->streams && w->streams <= w->stream_cap);
  if(w->oldest >= COMPACT_AT && w->oldest >= w->streams / 2) {
    w->streams -= w->oldest;
    memmove(w->stream, w->stream + w->oldest, w->streams * sizeof(*w->stream));
    w->oldest = 0;
  }
  if(w->streams < w->stream_cap)
    return true;
  more = realloc(w->stream, cap * sizeof(*more));
  if(!more)
    return false;
  w->stream = more;
  w->stream_cap = cap;
  return true;
}

/* What the target's slowness held back is not the schedule's lateness. */
static void record_lag(struct worker *w, const struct stream *st,
                       uint64_t now_ns)
{
  const struct scenario *sc = w->scenario;
  uint64_t due;
  if(!w->t0_ns || (sc->arrival_rate <= 0 && !sc->ramp_ns && !sc->stage_count))
    return;
  due = w->t0_ns + schedule_stream_due_ns(sc, st->number, now_ns - w->t0_ns);
  if(w->slot_ns > due) {
    w->held_back++;
    due = w->slot_ns;
  }
  hist_record(&w->snap->hist[H_SCHEDULE_LAG], now_ns > due ? now_ns - due : 0);
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
  presence_set(w, st, PRESENCE_EXCUSED, now_ns);
  record_lag(w, st, now_ns);
  if(sc->arrival_rate > 0 && sc->lifetime_ns)
    st->close_ns = now_ns + sc->lifetime_ns;
  subscriber_start(&st->sub);
  return true;
}

void fleet_first_settled(struct worker *w, struct stream *st)
{
  if(!st->starting)
    return;
  weir_assert(w->in_flight);
  st->starting = false;
  w->in_flight--;
  w->made_room = true;
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
  const struct scenario *sc = w->scenario;
  if(w->target.multiplexed && !w->target.lean)
    return IN_FLIGHT_HTTP2; /* libcurl shares only what is already up */
  return sc->arrival_rate > 0 || sc->ramp_ns || sc->stage_count
             ? IN_FLIGHT_SCHEDULE
             : IN_FLIGHT_AT_ONCE;
}

static void open_due(struct worker *w, uint64_t want, uint64_t now_ns)
{
  uint64_t have = w->scenario->stage_count ? w->live : w->started;
  while(have < want) {
    if(w->in_flight >= in_flight_limit(w)) {
      w->slot_ns = now_ns; /* none yet: whatever opens, opens later */
      return;
    }
    if(!open_next(w, now_ns))
      return;
    have++;
  }
}

static void free_stream(struct stream *st)
{
  struct account *a = st->account.next;
  spans_fini(&st->account.breaks);
  ledger_fini(&st->account.ledger);
  while(a) {
    struct account *next = a->next;
    spans_fini(&a->breaks);
    ledger_fini(&a->ledger);
    free(a);
    a = next;
  }
  free(st);
}

static void close_departed(struct worker *w, struct stream *st)
{
  account_close(w, st);
  free_stream(st);
}

/* Closes a stream for good.  Its account may have to wait until the outcome of
 * what was published to it is known. */
static void retire(struct worker *w, struct stream *st)
{
  if(st->sub.state != SUBSCRIBER_STOPPED) {
    if(st->starting)
      fleet_first_settled(w, st);
    subscriber_stop(&st->sub, false);
    listener_left(w, st);
    weir_assert(w->live);
    w->live--;
  }
  presence_set(w, st, PRESENCE_UNASKED, clock_mono_ns());
  numbers_decide(w); /* the first numbers may be this one's */
  subscriber_fini(&st->sub);
  remove_slow(w, st);
  if(account_closable(w, st)) {
    close_departed(w, st);
    return;
  }
  st->next = w->departed;
  w->departed = st;
}

/* Closes the accounts of those that have left when more has become known of
 * what was published to them; all of them when `all`. */
static void settle_departed(struct worker *w, bool all)
{
  struct stream **at = &w->departed;
  if(!all && w->settled_known == w->known)
    return;
  w->settled_known = w->known;
  while(*at) {
    struct stream *st = *at;
    if(!all && !account_closable(w, st)) {
      at = &st->next;
      continue;
    }
    *at = st->next;
    close_departed(w, st);
  }
}

/* Stages that go down close the newest streams first. */
static void close_surplus(struct worker *w, uint64_t want)
{
  while(w->live > want && w->streams > w->oldest)
    retire(w, w->stream[--w->streams]);
}

static void close_expired(struct worker *w, uint64_t now_ns)
{
  while(w->oldest < w->streams && w->stream[w->oldest]->close_ns &&
        w->stream[w->oldest]->close_ns <= now_ns)
    retire(w, w->stream[w->oldest++]);
}

/* So many of the open streams, each choice equally likely. */
static void cut_share(struct worker *w, double share, bool abrupt,
                      uint64_t now_ns)
{
  uint64_t left = w->open_now;
  uint64_t want = (uint64_t)(share * (double)left + 0.5);
  uint32_t i;
  for(i = w->oldest; i < w->streams && want; i++) {
    struct stream *st = w->stream[i];
    if(!st->counted_open)
      continue;
    if(rng_below(&w->rng, left--) >= want || !subscriber_cut(&st->sub, abrupt))
      continue;
    want--;
    w->snap->counter[C_CUT]++;
    listener_left(w, st);
    presence_set(w, st,
                 st->sub.state == SUBSCRIBER_STOPPED ? PRESENCE_UNASKED
                                                     : PRESENCE_EXCUSED,
                 now_ns);
    if(st->sub.state == SUBSCRIBER_STOPPED)
      w->live--; /* it does not come back, and nobody will say so */
  }
}

/* When the next one is, UINT64_MAX when there is none any more. */
static uint64_t storm_due_ns(const struct worker *w)
{
  const struct storm *s = &w->scenario->storm;
  if(!s->enabled || (w->storms_done && !s->every_ns))
    return UINT64_MAX;
  return w->t0_ns + s->at_ns + w->storms_done * s->every_ns;
}

static void storm(struct worker *w, uint64_t now_ns)
{
  const struct storm *s = &w->scenario->storm;
  if(now_ns < storm_due_ns(w))
    return;
  w->storms_done++;
  cut_share(w, s->share, s->how == CUT_BY_RST, now_ns);
}

/* Slow readers get their bytes in small helpings; what is less than a byte
 * stays on account. */
static void feed_slow(struct worker *w, uint64_t now_ns)
{
  const struct slow_readers *slow = &w->scenario->slow;
  uint64_t helping;
  uint32_t i;
  if(slow->share <= 0 || !slow->bytes_per_second ||
     now_ns - w->slow_fed_ns < SLOW_FEED_NS)
    return;
  if(w->slow_fed_ns == 0)
    w->slow_fed_ns = now_ns;
  helping = schedule_bytes(slow->bytes_per_second, now_ns - w->slow_fed_ns);
  if(!helping)
    return;
  w->slow_fed_ns += schedule_bytes_ns(slow->bytes_per_second, helping);
  for(i = 0; i < w->slows; i++) {
    if(w->slow[i]->sub.state == SUBSCRIBER_OPEN)
      subscriber_read(&w->slow[i]->sub, helping);
  }
}

void fleet_read_on(struct worker *w)
{
  uint32_t i;
  for(i = 0; i < w->slows; i++)
    subscriber_read(&w->slow[i]->sub, UINT64_MAX);
}

/* So many streams are to be open, or to have been opened. */
static uint64_t wanted(const struct worker *w, uint64_t now_ns)
{
  return part(w, schedule_streams(w->scenario, now_ns - w->t0_ns));
}

/* The fleet stands still before the start and once all is measured. */
static bool moves(const struct worker *w, uint64_t now_ns)
{
  return !w->publisher && w->t0_ns && now_ns >= w->t0_ns && !w->draining &&
         (!w->m1_ns || now_ns < w->m1_ns);
}

void fleet_open(struct worker *w, uint64_t now_ns)
{
  if(moves(w, now_ns))
    open_due(w, wanted(w, now_ns), now_ns);
}

void fleet_tick(struct worker *w, uint64_t now_ns)
{
  if(w->t0_ns && now_ns >= w->t0_ns && !w->draining)
    feed_slow(w, now_ns);
  if(!moves(w, now_ns))
    return;
  fleet_open(w, now_ns);
  if(w->scenario->stage_count)
    close_surplus(w, wanted(w, now_ns));
  close_expired(w, now_ns);
  storm(w, now_ns);
  settle_departed(w, false);
}

static uint64_t sooner(uint64_t due_ns, uint64_t now_ns, uint64_t until_ns)
{
  return due_ns > now_ns && due_ns < until_ns ? due_ns : until_ns;
}

uint64_t fleet_due_ns(const struct worker *w, uint64_t now_ns,
                      uint64_t until_ns)
{
  uint64_t at;
  if(!w->publisher && w->t0_ns > now_ns)
    return sooner(w->t0_ns, now_ns, until_ns);
  if(!moves(w, now_ns))
    return until_ns;
  until_ns = sooner(storm_due_ns(w), now_ns, until_ns);
  if(w->oldest < w->streams)
    until_ns = sooner(w->stream[w->oldest]->close_ns, now_ns, until_ns);
  for(at = now_ns + NS_PER_MS; at < until_ns; at += NS_PER_MS) {
    if(wanted(w, at) != wanted(w, now_ns))
      return at;
  }
  return until_ns;
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
  uint64_t asked = part(w, w->scenario->connections);
  uint32_t i;
  numbers_decide(w);
  settle_departed(w, true);
  for(i = w->oldest; i < w->streams; i++) {
    presence_end(w, w->stream[i]);
    account_close(w, w->stream[i]);
  }
  if(!w->publisher && w->scenario->connections && w->started < asked)
    presence_never(w, asked - w->started);
}

/* Once nothing more is published, every event is one that was owed: as long as
 * they keep coming they are late, not lost. */
static bool still_coming(struct worker *w, uint64_t now)
{
  if(!w->drain_ns || w->snap->counter[C_EVENTS] != w->drain_events) {
    w->drain_ns = now;
    w->drain_events = w->snap->counter[C_EVENTS];
  }
  return now - w->drain_ns < w->scenario->drain_ns;
}

static bool drained(struct worker *w, uint64_t now)
{
  bool coming = still_coming(w, now);
  if(w->drained < w->oldest)
    w->drained = w->oldest;
  for(; w->drained < w->streams; w->drained++) {
    if(coming && !account_satisfied(w, w->stream[w->drained]))
      return false;
  }
  return true;
}

uint64_t fleet_cut_lines(const struct worker *w)
{
  uint64_t n = 0;
  uint32_t i;
  for(i = w->oldest; i < w->streams; i++)
    n += parser_is_cut(&w->stream[i]->sub.parser);
  return n;
}

void fleet_free(struct worker *w)
{
  uint32_t i;
  for(i = w->oldest; i < w->streams; i++) {
    subscriber_fini(&w->stream[i]->sub);
    free_stream(w->stream[i]);
  }
  while(w->departed) {
    struct stream *st = w->departed;
    w->departed = st->next;
    free_stream(st);
  }
  free(w->stream);
  free(w->slow);
  w->stream = w->slow = NULL;
  w->slows = w->slow_cap = 0;
  w->oldest = w->streams = w->stream_cap = 0;
}

const struct workload fleet_workload = {
    fleet_pilot,   fleet_open, fleet_tick,     fleet_due_ns,    fleet_settled,
    fleet_read_on, drained,    fleet_stop_all, fleet_cut_lines, fleet_free};
