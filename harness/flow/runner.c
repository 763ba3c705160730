/* SPDX-License-Identifier: MIT
 * Flows on a loop; see run.h.
 *
 * Each turn of the loop notes the time before it asks the kernel for what has
 * come, and looks at the flows behind that: what was not there to be read then
 * had not arrived by that time.  Deadlines are judged by this alone. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/instance.h"

struct runner {
  const struct flow_plan *plan;
  struct transport *transport;
  uv_loop_t loop;
  uv_prepare_t before;
  uv_check_t after;
  uv_idle_t awake;
  uv_timer_t timer;
  uv_signal_t on_int, on_term;
  uint64_t asked_ns;         /* mono, before the kernel was asked */
  struct instance **running; /* owned, by job; NULL: not under way */
  json_t *done;              /* by job */
  uint32_t begun, live;
  bool red, interrupted;
};

static void on_before(uv_prepare_t *h)
{
  ((struct runner *)h->data)->asked_ns = clock_mono_ns();
}

static void on_awake(uv_idle_t *h)
{
  (void)h;
}

static void on_timer(uv_timer_t *t)
{
  struct runner *r = t->data;
  uv_idle_start(&r->awake, on_awake); /* look, and do not sleep */
}

static void finish(struct runner *r, uint32_t i)
{
  struct instance *in = r->running[i];
  json_t *doc = flow_doc_run(in);
  r->red |= in->red || in->error || in->uncertain;
  if(r->plan->on_over)
    r->plan->on_over(doc, r->plan->ctx);
  json_array_set_new(r->done, i, doc);
  instance_free(in);
  r->running[i] = NULL;
  r->live--;
}

static bool may_begin(const struct runner *r)
{
  const struct flow_plan *p = r->plan;
  if(r->begun == p->jobs || r->interrupted || (r->red && p->fail_fast))
    return false;
  if(p->job[r->begun].flow->alone && r->live)
    return false;
  if(r->live == 1) { /* one that wants to be alone has no company */
    uint32_t i;
    for(i = 0; i < r->begun; i++) {
      if(r->running[i] && r->running[i]->f->alone)
        return false;
    }
  }
  return r->live < p->side_by_side;
}

static void begin(struct runner *r)
{
  while(may_begin(r)) {
    uint32_t i = r->begun++;
    const struct flow_job *job = &r->plan->job[i];
    r->running[i] = instance_new(job->flow, &r->plan->options, r->transport,
                                 job->turn + i);
    r->live += r->running[i] != NULL;
  }
}

/* All flows go on as far as they can; true where one is over. */
static bool turn_all(struct runner *r)
{
  bool any = false;
  uint32_t i;
  for(i = 0; i < r->begun; i++) {
    if(r->running[i] && instance_turn(r->running[i], r->asked_ns)) {
      finish(r, i);
      any = true;
    }
  }
  return any;
}

/* Sleeps until the first of them wants to be looked at. */
static void arm(struct runner *r)
{
  uint64_t wake = UINT64_MAX, now = clock_mono_ns();
  uint32_t i;
  for(i = 0; i < r->begun; i++) {
    if(r->running[i] && r->running[i]->wake_mono_ns < wake)
      wake = r->running[i]->wake_mono_ns;
  }
  uv_idle_stop(&r->awake);
  uv_timer_stop(&r->timer);
  if(wake <= now)
    uv_idle_start(&r->awake, on_awake);
  else if(wake != UINT64_MAX) {
    uv_update_time(&r->loop);
    uv_timer_start(&r->timer, on_timer, (wake - now) / NS_PER_MS + 1, 0);
  }
}

static void on_after(uv_check_t *h)
{
  struct runner *r = h->data;
  if(turn_all(r)) {
    begin(r);
    r->asked_ns = clock_mono_ns();
    uv_idle_start(&r->awake, on_awake);
  }
  if(!r->live)
    uv_stop(&r->loop);
  else
    arm(r);
}

static void on_signal(uv_signal_t *h, int number)
{
  struct runner *r = h->data;
  uint32_t i;
  (void)number;
  if(r->interrupted) /* asked twice: without teardown */
    uv_stop(&r->loop);
  r->interrupted = true;
  for(i = 0; i < r->begun; i++) {
    if(r->running[i])
      instance_stop(r->running[i]);
  }
}

static void start_handles(struct runner *r)
{
  uv_prepare_init(&r->loop, &r->before);
  uv_check_init(&r->loop, &r->after);
  uv_idle_init(&r->loop, &r->awake);
  uv_timer_init(&r->loop, &r->timer);
  uv_signal_init(&r->loop, &r->on_int);
  uv_signal_init(&r->loop, &r->on_term);
  r->before.data = r->after.data = r->timer.data = r;
  r->on_int.data = r->on_term.data = r;
  uv_prepare_start(&r->before, on_before);
  uv_check_start(&r->after, on_after);
  uv_idle_start(&r->awake, on_awake);
  uv_signal_start(&r->on_int, on_signal, SIGINT);
  uv_signal_start(&r->on_term, on_signal, SIGTERM);
}

static void close_any(uv_handle_t *h, void *ctx)
{
  (void)ctx;
  if(!uv_is_closing(h))
    uv_close(h, NULL);
}

/* What was cut off by a second signal is told as it stands. */
static void finish_all(struct runner *r)
{
  uint32_t i;
  for(i = 0; i < r->begun; i++) {
    if(r->running[i])
      finish(r, i);
  }
}

static int run(struct runner *r, struct err *e)
{
  struct transport_config tc;
  memset(&tc, 0, sizeof(tc));
  tc.loop = &r->loop;
  r->transport = transport_new(&tc, e);
  if(!r->transport)
    return e->code;
  start_handles(r);
  begin(r);
  uv_run(&r->loop, UV_RUN_DEFAULT);
  finish_all(r);
  transport_close(r->transport);
  uv_walk(&r->loop, close_any, NULL);
  uv_run(&r->loop, UV_RUN_DEFAULT);
  return 0;
}

static bool allocate(struct runner *r)
{
  uint32_t i;
  r->running = calloc(r->plan->jobs + 1, sizeof(*r->running));
  r->done = json_array();
  for(i = 0; i < r->plan->jobs; i++)
    json_array_append_new(r->done, json_null());
  return r->running && json_array_size(r->done) == r->plan->jobs;
}

json_t *flow_run(const struct flow_plan *plan, bool *interrupted,
                 struct err *e)
{
  struct runner r = {.plan = plan};
  json_t *done = NULL;
  signal(SIGPIPE, SIG_IGN);
  if(transport_global_init(e))
    return NULL;
  if(!allocate(&r) || uv_loop_init(&r.loop))
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  else {
    if(run(&r, e) == 0)
      done = json_incref(r.done);
    uv_loop_close(&r.loop);
  }
  *interrupted = r.interrupted;
  json_decref(r.done);
  free(r.running);
  return done;
}
