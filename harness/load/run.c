/* SPDX-License-Identifier: MIT
 * A load run as its caller sees it: everything set up, the phases walked
 * through, everything wound up; see load.h. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/coordinator.h"
#include "load/worker.h"

#define TICK_MS   10
#define SAMPLE_NS (250 * NS_PER_MS)

static void on_tick(uv_timer_t *t)
{
  struct coordinator *c = t->data;
  struct load_progress progress;
  uint64_t now = clock_mono_ns();
  coordinator_walk(c, now);
  if(c->phase == PHASE_DONE || now - c->progress_ns < SAMPLE_NS)
    return;
  c->progress_ns = now;
  server_watch_sample(c, now);
  if(c->options->on_progress) {
    gather_progress(c, &progress);
    c->options->on_progress(&progress, c->options->progress_ctx);
  }
}

static void on_signal(uv_signal_t *h, int signum)
{
  (void)signum;
  coordinator_interrupt(h->data);
}

static bool is_ignored(int signum)
{
  struct sigaction a;
  return sigaction(signum, NULL, &a) == 0 && a.sa_handler == SIG_IGN;
}

static void start_signals(struct coordinator *c)
{
  uv_signal_init(&c->loop, &c->on_int);
  uv_signal_init(&c->loop, &c->on_term);
  uv_signal_init(&c->loop, &c->on_hup);
  c->on_int.data = c->on_term.data = c->on_hup.data = c;
  uv_signal_start(&c->on_int, on_signal, SIGINT);
  uv_signal_start(&c->on_term, on_signal, SIGTERM);
  if(!is_ignored(SIGHUP)) /* as nohup has it */
    uv_signal_start(&c->on_hup, on_signal, SIGHUP);
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
}

static int prepare_outcome(struct coordinator *c)
{
  struct load_outcome *o = c->out;
  o->scenario = c->scenario;
  o->seed = c->scenario->seed ? c->scenario->seed : rng_fresh_seed();
  snprintf(o->run, sizeof(o->run), "%012llx",
           (unsigned long long)(rng_fresh_seed() & 0xffffffffffffull));
  o->started_real_ns = clock_real_ns();
  machine_read(&o->machine[0]);
  o->total = snapshot_new(SLICE_NS);
  return o->total ? 0 : err_set(c->e, E_NOMEM, "out of memory");
}

static int run_phases(struct coordinator *c)
{
  uv_timer_init(&c->loop, &c->tick);
  c->tick.data = c;
  start_signals(c);
  coordinator_enter(c, PHASE_SPAWN);
  c->rc = live_begin(c);
  if(!c->rc)
    c->rc = crew_start(c);
  if(c->rc) {
    crew_kill(c);
    crew_end(c);
    c->phase = PHASE_DONE;
  } else {
    uv_timer_start(&c->tick, on_tick, TICK_MS, TICK_MS);
    uv_run(&c->loop, UV_RUN_DEFAULT);
  }
  live_finish(c->live);
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
  memset(out, 0, sizeof(*out));
  signal(SIGPIPE, SIG_IGN);
  rc = load_plan_make(s, &c->plan, e);
  if(!rc)
    rc = prepare_outcome(c);
  if(!rc)
    rc = uv_loop_init(&c->loop) ? err_set(e, E_IO, "no event loop")
                                : run_phases(c);
  if(rc)
    load_outcome_free(out);
  free_members(c);
  live_free(c->live);
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
