/* SPDX-License-Identifier: MIT
 * What subscribers report becomes counts: connections, causes, times. */
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "load/worker.h"
#include "transport/address.h"

/* The request of the attempt being made; the subscriber copies what it needs
 * before the next is asked for, so all streams of a worker share this. */
static struct request_texts texts;
static char source[16];

static struct worker *worker_of(const struct subscriber *s)
{
  /* The config is a member of the worker. */
  return (struct worker *)((char *)(uintptr_t)s->config -
                           offsetof(struct worker, sub));
}

static struct stream *stream_of(struct subscriber *s)
{
  return (struct stream *)s;
}

static const char *source_of(const struct worker *w, const struct stream *st)
{
  const struct scenario *sc = w->scenario;
  if(sc->endpoint.source_ip_count)
    return sc->endpoint.source_ip[st->number % sc->endpoint.source_ip_count];
  if(!w->target.loopback || w->target.multiplexed)
    return NULL;
  address_loopback(st->number, scenario_peak(sc), source);
  return source;
}

static bool fill_request(const struct worker *w, const struct stream *st,
                         struct request *out)
{
  const struct asked what = target_asked(w->scenario);
  struct template_values v;
  memset(&v, 0, sizeof(v));
  v.n = st->number;
  v.run = w->run;
  v.user = st->user;
  out->source_ip = source_of(w, st);
  if(st->slow)
    out->receive_buffer = 4096; /* the least a kernel gives: it fills soon */
  return target_fill(w->scenario, &what, &v, &texts, out);
}

static bool on_request(struct subscriber *s, struct request *out)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  static const struct subscriber_cause c = {
      .name = "request",
      .sentence = "its headers need more room than a request has",
      .final = true,
      .local = true};
  if(fill_request(w, st, out))
    return true;
  if(s->redirects == 0) { /* the subscriber stops without a word */
    load_listener.on_failed(s, &c);
    w->live--;
  }
  return false;
}

static void on_attempt(struct subscriber *s, bool reconnection)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  st->attempt_ns = clock_mono_ns();
  w->snap->counter[C_ATTEMPTED]++;
  if(reconnection) {
    w->snap->counter[C_RECONNECTS]++;
    w->now.counter[S_RECONNECTS]++;
  }
}

static void on_connected(struct subscriber *s)
{
  struct worker *w = worker_of(s);
  hist_record(&w->snap->hist[H_CONNECT],
              clock_mono_ns() - stream_of(s)->attempt_ns);
}

static void on_redirect(struct subscriber *s)
{
  worker_of(s)->snap->counter[C_REDIRECTS]++;
}

static void count_open(struct worker *w, struct stream *st)
{
  st->counted_open = true;
  presence_set(w, st, PRESENCE_STANDS, clock_mono_ns());
  w->snap->counter[C_OPENED]++;
  w->now.counter[S_OPENED]++;
  if(++w->open_now > w->snap->counter[C_PEAK])
    w->snap->counter[C_PEAK] = w->open_now;
}

static void on_open(struct subscriber *s, bool sent_id)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  uint64_t now = clock_mono_ns();
  count_open(w, st);
  st->open_ns = now;
  hist_record(&w->snap->hist[H_HEADERS], now - st->attempt_ns);
  st->resumed = sent_id;
  if(st->ended_ns) {
    numbers_broke(st);
    w->snap->counter[C_RECONNECTED]++;
    w->snap->counter[C_RESUMED] += sent_id;
    hist_record(&w->snap->hist[H_RECONNECT], now - st->ended_ns);
  }
  st->last_event_ns = 0;
  account_expect(w, st);
  if(st->slow && !w->draining)
    subscriber_read(s, 0);
  fleet_first_settled(w, st);
}

static void on_bytes(struct subscriber *s, size_t n)
{
  struct worker *w = worker_of(s);
  w->snap->counter[C_BYTES] += n;
  w->now.counter[S_BYTES] += (int64_t)n;
}

static void on_event(struct subscriber *s, const struct sse_event *event,
                     const struct arrival *when)
{
  account_event(worker_of(s), stream_of(s), event, when);
}

static void on_comment(struct subscriber *s, struct slice text,
                       const struct arrival *when)
{
  (void)text;
  (void)when;
  worker_of(s)->snap->counter[C_COMMENTS]++;
}

void listener_left(struct worker *w, struct stream *st)
{
  if(!st->counted_open)
    return;
  st->counted_open = false;
  st->ended_ns = clock_mono_ns();
  weir_assert(w->open_now);
  w->open_now--;
  w->now.counter[S_CLOSED]++;
}

static void on_failed(struct subscriber *s, const struct subscriber_cause *c)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  if(c->status == 204) {
    w->snap->counter[C_STOPPED_204]++;
  } else {
    presence_missed(st);
    w->snap->counter[C_FAILED]++;
    w->now.counter[S_FAILED]++;
    if(strcmp(c->name, "refused") == 0 || c->status == 429 || c->status == 503)
      w->snap->counter[C_REFUSED]++;
    snapshot_cause(w->snap, c->name, c->sentence);
  }
  if(w->pilot.pending) {
    snprintf(w->pilot.cause, sizeof(w->pilot.cause), "%s", c->name);
    snprintf(w->pilot.sentence, sizeof(w->pilot.sentence), "%s", c->sentence);
    w->pilot.local = c->local;
  }
  fleet_first_settled(w, st);
}

/* Who reads with fetch has no reconnection that would bring the rest: a proper
 * end of the response in the middle of an event is none of the stream. */
static bool breaks_off(const struct worker *w,
                       const struct subscriber_cause *c)
{
  const char *method = w->scenario->endpoint.method;
  return c->amid && method && method[0] && strcmp(method, "GET") != 0;
}

static void on_ended(struct subscriber *s, const struct subscriber_cause *c)
{
  struct worker *w = worker_of(s);
  static const struct subscriber_cause cut = {
      .name = "cut",
      .sentence = "the response ended in the middle of an event"};
  if(c->clean && breaks_off(w, c))
    c = &cut;
  w->snap->counter[C_ENDED_BY_SERVER]++;
  if(strcmp(c->name, "limit") == 0)
    w->snap->counter[C_LIMIT_EXCEEDED]++;
  else if(!c->clean)
    w->snap->counter[C_BROKEN]++;
  if(!c->clean)
    snapshot_cause(w->snap, c->name, c->sentence);
  listener_left(w, stream_of(s));
  presence_set(w, stream_of(s), c->clean ? PRESENCE_EXCUSED : PRESENCE_AWAY,
               clock_mono_ns());
}

static void on_stopped(struct subscriber *s, const struct subscriber_cause *c)
{
  struct worker *w = worker_of(s);
  if(c->final)
    w->snap->counter[C_FINISHED]++;
  if(c->clean || c->status == 204)
    presence_set(w, stream_of(s), PRESENCE_UNASKED, clock_mono_ns());
  weir_assert(w->live);
  w->live--;
}

const struct subscriber_listener load_listener = {
    on_request, on_attempt, on_connected, on_redirect, on_open,    on_bytes,
    on_event,   on_comment, on_failed,    on_ended,    on_stopped, NULL};
