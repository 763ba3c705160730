/* SPDX-License-Identifier: MIT
 * The run from start to end: one phase after the other, driven by what the
 * workers report and by the clock. */
#include "load/coordinator.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/schedule.h"
#include "load/worker.h"

#define TICK_MS       10
#define LEAD_NS       (50 * NS_PER_MS) /* so that all know before it starts */
#define READY_WAIT_NS (20 * NS_PER_SEC)
#define FINAL_WAIT_NS (30 * NS_PER_SEC)
#define OPEN_SLACK_NS (5 * NS_PER_SEC)
#define SAMPLE_NS     (250 * NS_PER_MS)

static void enter(struct coordinator *c, enum phase phase)
{
  c->phase = phase;
  c->phase_ns = clock_mono_ns();
}

static void fail(struct coordinator *c, int code)
{
  if(c->phase == PHASE_DONE)
    return;
  c->rc = code;
  crew_kill(c);
  crew_end(c);
  enter(c, PHASE_DONE);
  uv_timer_stop(&c->tick);
  uv_stop(&c->loop);
}

static void send_finish(struct coordinator *c)
{
  crew_tell(c, message_new("finish"));
  enter(c, PHASE_FINISH);
}

static void send_drain(struct coordinator *c)
{
  json_t *m = message_new("drain");
  message_set_u64(m, "published", c->published);
  if(c->failed)
    message_set(m, "failed", json_incref(c->failed));
  crew_tell(c, m);
  enter(c, PHASE_DRAIN);
}

static void start_pilot(struct coordinator *c)
{
  server_watch_begin(c);
  crew_tell_one(&c->member[0], message_new("pilot"));
  enter(c, PHASE_PILOT);
}

static void start_run(struct coordinator *c)
{
  json_t *m = message_new("go");
  c->t0_ns = clock_mono_ns() + LEAD_NS;
  message_set_u64(m, "t0", c->t0_ns);
  crew_tell(c, m);
  enter(c, PHASE_OPEN);
}

/* Where the measured span lies follows from the workload. */
static void start_measuring(struct coordinator *c)
{
  const struct scenario *s = c->scenario;
  uint64_t stages = schedule_stages_ns(s);
  bool fixed = stages || s->arrival_rate > 0;
  uint64_t from = fixed ? c->t0_ns : clock_mono_ns() + LEAD_NS;
  json_t *m;
  c->m0_ns = from + s->warmup_ns;
  c->m1_ns = stages ? c->t0_ns + stages : c->m0_ns + s->duration_ns;
  if(c->m1_ns <= c->m0_ns)
    c->m1_ns = c->m0_ns + NS_PER_MS;
  m = message_new("measure");
  message_set_u64(m, "m0", c->m0_ns);
  message_set_u64(m, "m1", c->m1_ns);
  crew_tell(c, m);
  if(c->plan.publisher) {
    m = message_new("publish");
    message_set_u64(m, "p0", fixed ? from + 2 * LEAD_NS : from);
    message_set_u64(m, "until", c->m1_ns);
    crew_tell(c, m);
  }
  c->plan.expected_ns = c->m1_ns - c->t0_ns;
  enter(c, PHASE_MEASURE);
}

static void pilot_failed(struct coordinator *c, json_t *m)
{
  err_set(c->e, E_UNREACHABLE, "%s: %s", c->scenario->url,
          message_text(m, "sentence"));
  fail(c, message_flag(m, "local") ? E_LIMIT : E_UNREACHABLE);
}

static void heard_published(struct coordinator *c, json_t *m)
{
  c->published = message_u64(m, "count");
  c->published_known = true;
  json_decref(c->failed);
  c->failed = json_incref(json_object_get(m, "failed"));
}

static void heard_final(struct member *b, json_t *m)
{
  struct err e;
  if(gather_final(b, m, &e))
    snprintf(b->how, sizeof(b->how), "%.79s", e.text);
  b->finished = true;
}

void coordinator_heard(struct member *b, json_t *m)
{
  struct coordinator *c = b->c;
  if(c->phase == PHASE_DONE)
    return;
  if(message_is(m, "slice"))
    gather_slice(b, m);
  else if(message_is(m, "ready"))
    b->ready = true;
  else if(message_is(m, "pilot") && message_flag(m, "ok"))
    start_run(c);
  else if(message_is(m, "pilot"))
    pilot_failed(c, m);
  else if(message_is(m, "settled"))
    b->settled = true;
  else if(message_is(m, "published"))
    heard_published(c, m);
  else if(message_is(m, "drained"))
    b->drained = true;
  else if(message_is(m, "final"))
    heard_final(b, m);
  else if(message_is(m, "trouble")) {
    err_set(c->e, E_INTERNAL, "%s", message_text(m, "sentence"));
    fail(c, (int)json_integer_value(json_object_get(m, "code")));
  }
}

void coordinator_lost(struct member *b)
{
  struct coordinator *c = b->c;
  if(b->finished || c->phase == PHASE_DONE)
    return;
  b->died = true;
  if(b->publisher)
    c->published_known = true; /* nobody can say more */
  if(c->phase <= PHASE_PILOT && b->index == 0) {
    err_set(c->e, E_INTERNAL,
            "the first worker died before the first "
            "stream was open");
    fail(c, E_INTERNAL);
  }
}

static bool waited(const struct coordinator *c, uint64_t now, uint64_t limit)
{
  return now - c->phase_ns > limit;
}

static void check_settled(struct coordinator *c, uint64_t now)
{
  const struct scenario *s = c->scenario;
  uint64_t patience =
      s->ramp_ns + s->connect_timeout_ns + s->head_timeout_ns + OPEN_SLACK_NS;
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].publisher)
      c->member[i].settled = true;
  }
  if(crew_all(c, offsetof(struct member, settled)) || waited(c, now, patience))
    start_measuring(c);
}

static void check_finished(struct coordinator *c, uint64_t now)
{
  if(!crew_all(c, offsetof(struct member, finished)) &&
     !waited(c, now, FINAL_WAIT_NS))
    return;
  crew_end(c);
  enter(c, PHASE_DONE);
  uv_timer_stop(&c->tick);
  uv_stop(&c->loop);
}

static void end_span(struct coordinator *c)
{
  if(c->plan.publisher && !c->published_known)
    enter(c, PHASE_PUBLISHED);
  else
    send_drain(c);
}

static void check_published(struct coordinator *c, uint64_t now)
{
  if(c->published_known)
    send_drain(c);
  else if(waited(c, now, c->scenario->drain_ns))
    crew_tell(c, message_new("stop-publishing"));
}

static void check_drained(struct coordinator *c, uint64_t now)
{
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].publisher)
      c->member[i].drained = true;
  }
  if(crew_all(c, offsetof(struct member, drained)) ||
     waited(c, now, c->scenario->drain_ns))
    send_finish(c);
}

static void walk(struct coordinator *c, uint64_t now)
{
  switch(c->phase) {
  case PHASE_SPAWN:
    if(crew_all(c, offsetof(struct member, ready)))
      start_pilot(c);
    else if(waited(c, now, READY_WAIT_NS)) {
      err_set(c->e, E_INTERNAL, "the workers do not start");
      fail(c, E_INTERNAL);
    }
    break;
  case PHASE_PILOT:
    break;
  case PHASE_OPEN:
    check_settled(c, now);
    break;
  case PHASE_MEASURE:
    if(now >= c->m1_ns + LEAD_NS)
      end_span(c);
    break;
  case PHASE_PUBLISHED:
    check_published(c, now);
    break;
  case PHASE_DRAIN:
    check_drained(c, now);
    break;
  case PHASE_FINISH:
    check_finished(c, now);
    break;
  case PHASE_DONE:
    break;
  }
}

static void on_tick(uv_timer_t *t)
{
  struct coordinator *c = t->data;
  uint64_t now = clock_mono_ns();
  if(c->phase < PHASE_FINISH && c->phase > PHASE_PILOT && !crew_alive(c)) {
    enter(c, PHASE_FINISH);
    c->phase_ns = now - FINAL_WAIT_NS;
  }
  walk(c, now);
  if(c->phase == PHASE_DONE)
    return;
  if(now - c->progress_ns >= SAMPLE_NS) {
    c->progress_ns = now;
    server_watch_sample(c, now);
    if(c->options->on_progress)
      gather_progress(c);
  }
}

/* First time: end now, in order.  Second time: at once. */
static void on_signal(uv_signal_t *h, int signum)
{
  struct coordinator *c = h->data;
  (void)signum;
  if(c->out->interrupted || c->phase <= PHASE_PILOT) {
    c->out->interrupted = true;
    err_set(c->e, E_CLOSED, "interrupted before the first stream was open");
    if(c->phase > PHASE_PILOT)
      err_set(c->e, E_CLOSED, "interrupted twice: nothing was saved");
    fail(c, E_CLOSED);
    return;
  }
  c->out->interrupted = true;
  if(c->phase < PHASE_FINISH)
    send_finish(c);
}

static void start_signals(struct coordinator *c)
{
  uv_signal_init(&c->loop, &c->on_int);
  uv_signal_init(&c->loop, &c->on_term);
  c->on_int.data = c->on_term.data = c;
  uv_signal_start(&c->on_int, on_signal, SIGINT);
  uv_signal_start(&c->on_term, on_signal, SIGTERM);
}

static void close_any(uv_handle_t *h, void *ctx)
{
  (void)ctx;
  if(!uv_is_closing(h))
    uv_close(h, NULL);
}

/* Waits for the workers to leave, at most for a moment, then sees to it. */
static void wind_up(struct coordinator *c)
{
  uint64_t until = clock_mono_ns() + 2 * NS_PER_SEC;
  uint32_t i, left;
  uv_timer_start(&c->tick, on_tick, TICK_MS, TICK_MS);
  do {
    uv_run(&c->loop, UV_RUN_ONCE);
    left = 0;
    for(i = 0; i < c->members; i++)
      left += c->member[i].spawned && !c->member[i].exited;
    if(left && clock_mono_ns() > until)
      crew_kill(c);
  } while(left);
  uv_walk(&c->loop, close_any, NULL);
  uv_run(&c->loop, UV_RUN_DEFAULT);
  uv_loop_close(&c->loop);
}

static void free_members(struct coordinator *c)
{
  uint32_t i;
  for(i = 0; i < c->members; i++)
    snapshot_free(c->member[i].final);
  free(c->member);
  json_decref(c->failed);
}

static int prepare_outcome(struct coordinator *c)
{
  struct load_outcome *o = c->out;
  memset(o, 0, sizeof(*o));
  o->scenario = c->scenario;
  o->seed = c->scenario->seed ? c->scenario->seed : rng_fresh_seed();
  snprintf(o->run, sizeof(o->run), "%012llx",
           (unsigned long long)(rng_fresh_seed() & 0xffffffffffffull));
  o->started_real_ns = clock_real_ns();
  o->total = snapshot_new(SLICE_NS);
  return o->total ? 0 : err_set(c->e, E_NOMEM, "out of memory");
}

static int run_phases(struct coordinator *c)
{
  uv_timer_init(&c->loop, &c->tick);
  c->tick.data = c;
  start_signals(c);
  enter(c, PHASE_SPAWN);
  c->rc = crew_start(c);
  if(c->rc) {
    crew_kill(c);
    crew_end(c);
    c->phase = PHASE_DONE;
  } else {
    uv_timer_start(&c->tick, on_tick, TICK_MS, TICK_MS);
    uv_run(&c->loop, UV_RUN_DEFAULT);
  }
  if(!c->rc)
    c->rc = gather_outcome(c);
  if(!c->rc) {
    server_watch_end(c);
    if(!c->out->interrupted)
      health_judge(c);
  }
  wind_up(c);
  return c->rc;
}

int load_run(const struct scenario *s, const struct load_options *options,
             struct load_outcome *out, struct err *e)
{
  struct coordinator *c = calloc(1, sizeof(*c));
  int rc;
  if(!c)
    return err_set(e, E_NOMEM, "out of memory");
  c->scenario = s;
  c->options = options;
  c->out = out;
  c->e = e;
  signal(SIGPIPE, SIG_IGN);
  rc = load_plan_make(s, &c->plan, e);
  if(!rc)
    rc = prepare_outcome(c);
  if(!rc && uv_loop_init(&c->loop))
    rc = err_set(e, E_IO, "no event loop");
  if(!rc) {
    rc = run_phases(c);
    if(rc)
      load_outcome_free(out);
  }
  free_members(c);
  free(c);
  return rc;
}

int load_worker_process(int fd)
{
  return worker_main(fd);
}

void load_outcome_free(struct load_outcome *o)
{
  snapshot_free(o->total);
  free(o->worker);
  o->total = NULL;
  o->worker = NULL;
}
