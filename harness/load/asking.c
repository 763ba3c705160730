/* SPDX-License-Identifier: MIT
 * Streams that answer requests, as a worker's workload: what requests/ does,
 * for this scenario, into this worker's counts and slices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "load/message.h"
#include "load/worker.h"
#include "profile/profile.h"
#include "requests/requests.h"
#include "transport/address.h"

struct asking {
  struct profile *profile;    /* owned */
  struct requests *requests;  /* owned */
  struct request_texts texts; /* of the request that is being made */
  char source[16];
  bool told; /* that it is over */
};

static const char *source_of(struct worker *w, uint64_t user)
{
  const struct scenario *sc = w->scenario;
  const struct endpoint *p = &sc->endpoint;
  if(p->source_ip_count)
    return p->source_ip[user % p->source_ip_count];
  if(!w->target.loopback || w->target.multiplexed)
    return NULL;
  address_loopback(user, scenario_peak(sc), w->asking->source);
  return w->asking->source;
}

static bool on_request(void *ctx, uint64_t number, uint64_t user,
                       struct request *out)
{
  struct worker *w = ctx;
  const struct scenario *sc = w->scenario;
  const struct asked what = target_asked(sc);
  struct template_values v;
  memset(&v, 0, sizeof(v));
  v.n = number;
  v.run = w->run;
  if(sc->user_count)
    v.user = &sc->user[user % sc->user_count];
  out->source_ip = source_of(w, user);
  return target_fill(sc, &what, &v, &w->asking->texts, out);
}

/* What the first one meets ends the run where none could go better: nobody
 * there, or a request that is refused as it is. */
static bool is_hopeless(enum request_result r, const struct request_course *c)
{
  return r == RESULT_UNANSWERED || (r == RESULT_HTTP_ERROR && c->status < 500);
}

static void on_pilot(void *ctx, enum request_result r,
                     const struct request_course *c, const char *cause,
                     const char *sentence)
{
  struct worker *w = ctx;
  w->pilot.ok = !is_hopeless(r, c);
  w->pilot.local = strcmp(cause, "local-limit") == 0;
  snprintf(w->pilot.cause, sizeof(w->pilot.cause), "%s", cause);
  snprintf(w->pilot.sentence, sizeof(w->pilot.sentence), "%s", sentence);
  w->in_flight = 0;
  w->made_room = true;
}

static void on_started(void *ctx, uint64_t now_ns)
{
  struct worker *w = ctx;
  (void)now_ns;
  w->now.counter[S_OPENED]++;
  w->started++;
  if(++w->open_now > w->snap->counter[C_PEAK])
    w->snap->counter[C_PEAK] = w->open_now;
}

static void on_bytes(void *ctx, size_t n)
{
  struct worker *w = ctx;
  w->snap->counter[C_BYTES] += n;
  w->now.counter[S_BYTES] += (int64_t)n;
}

static void on_event(void *ctx)
{
  struct worker *w = ctx;
  w->now.counter[S_EVENTS]++;
}

static void on_ended(void *ctx, enum request_result r, uint64_t latency_ns)
{
  struct worker *w = ctx;
  w->open_now--;
  w->now.counter[S_CLOSED]++;
  w->now.counter[S_FAILED] += request_result_failed(r);
  if(r != RESULT_COMPLETED)
    return;
  if(!w->now.latency)
    w->now.latency = hist_new();
  if(w->now.latency)
    hist_record(w->now.latency, latency_ns);
}

static const struct requests_listener listener = {
    on_request, on_pilot, on_started, on_bytes, on_event, on_ended};

static int read_profile(struct asking *a, const char *file, struct err *e)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = file_read(file, PROFILE_BYTES_MAX, &text, e);
  if(!rc) {
    a->profile = profile_read(buf_slice(&text), file, e);
    rc = a->profile ? 0 : e->code;
  }
  buf_free(&text);
  return rc;
}

int asking_new(struct worker *w, const char *profile, uint64_t seed,
               struct err *e)
{
  static const enum arrival_shape shape[] = {
      [ARRIVE_EVENLY] = ARRIVAL_CONSTANT, [ARRIVE_POISSON] = ARRIVAL_POISSON};
  const struct scenario *sc = w->scenario;
  struct requests_config c = {.loop = &w->loop,
                              .transport = w->transport,
                              .snap = w->snap,
                              .heard = &w->sub.heard,
                              .listener = &listener,
                              .ctx = w,
                              .max_line = sc->max_line,
                              .max_event = sc->max_event,
                              .workers = w->workers,
                              .index = w->index,
                              .users = scenario_peak(sc),
                              .requests = sc->requests,
                              .ramp_ns = sc->ramp_ns,
                              .think_ns = sc->think_ns,
                              .rate = sc->arrival_rate,
                              .shape = shape[sc->arrival_shape],
                              .seed = seed,
                              .stall_ns = sc->stall_ns,
                              .real_offset_ns = &w->real_offset_ns};
  int rc;
  w->asking = calloc(1, sizeof(*w->asking));
  if(!w->asking)
    return err_set(e, E_NOMEM, "out of memory");
  rc = read_profile(w->asking, profile, e);
  if(!rc && sc->goodput)
    rc = slo_parse(&c.slo, slice_of(sc->goodput), "goodput", e);
  if(rc)
    return rc;
  c.grammar = &w->asking->profile->grammar;
  w->asking->requests = requests_new(&c);
  return w->asking->requests ? 0 : err_set(e, E_NOMEM, "out of memory");
}

static void pilot(struct worker *w)
{
  w->pilot.pending = true;
  w->in_flight = 1;
  requests_pilot(w->asking->requests);
}

/* Users ask again by themselves. */
static void open_due(struct worker *w, uint64_t now_ns)
{
  (void)w;
  (void)now_ns;
}

/* Tells once that all that was to be sent has ended, and when. */
static void tell_over(struct worker *w)
{
  uint64_t last_ns;
  json_t *m;
  if(w->asking->told || !requests_over(w->asking->requests, &last_ns))
    return;
  w->asking->told = true;
  m = message_new("over");
  message_set_u64(m, "last", last_ns);
  message_send(&w->channel, m);
}

static void tick(struct worker *w, uint64_t now_ns)
{
  struct requests *r = w->asking->requests;
  if(w->t0_ns)
    requests_go(r, w->t0_ns);
  requests_measure(r, w->m0_ns, w->m1_ns);
  requests_tick(r, now_ns);
  tell_over(w);
}

static uint64_t due_ns(const struct worker *w, uint64_t now_ns,
                       uint64_t until_ns)
{
  if(!w->asking) /* about to be made */
    return until_ns;
  if(w->t0_ns > now_ns && w->t0_ns < until_ns)
    return w->t0_ns;
  return requests_due_ns(w->asking->requests, now_ns, until_ns);
}

static bool settled(const struct worker *w, uint64_t now_ns)
{
  return w->t0_ns && now_ns >= w->t0_ns;
}

static void drain(struct worker *w)
{
  requests_drain(w->asking->requests);
}

static bool drained(struct worker *w, uint64_t now_ns)
{
  (void)now_ns;
  return requests_open(w->asking->requests) == 0;
}

static void stop_all(struct worker *w)
{
  requests_stop(w->asking->requests);
}

static uint64_t cut_lines(const struct worker *w)
{
  return requests_cut_lines(w->asking->requests);
}

static void free_all(struct worker *w)
{
  struct asking *a = w->asking;
  if(!a)
    return;
  requests_free(a->requests);
  profile_free(a->profile);
  target_texts_free(&a->texts);
  free(a);
  w->asking = NULL;
}

const struct workload asking_workload = {
    pilot, open_due, tick,     due_ns,    settled,
    drain, drained,  stop_all, cut_lines, free_all};
