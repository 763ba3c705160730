/* SPDX-License-Identifier: MIT
 * The worker process: setup from the coordinator, phases, final snapshot. */
#include "load/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "load/message.h"
#include "load/worker_private.h"
#include "loop/procstat.h"
#include "scenario/feeder.h"

static void trouble(struct worker *w, const struct err *e)
{
  json_t *m = message_new("trouble");
  message_set_text(m, "sentence", e->text);
  message_set(m, "code", json_integer(e->code));
  message_send(&w->channel, m);
}

static void tell_pilot(struct worker *w)
{
  json_t *m = message_new("pilot");
  w->pilot.pending = false;
  message_set(m, "ok", json_boolean(w->pilot.ok));
  message_set(m, "local", json_boolean(w->pilot.local));
  message_set_text(m, "cause", w->pilot.cause);
  message_set_text(m, "sentence", w->pilot.sentence);
  message_send(&w->channel, m);
}

static void tell_settled(struct worker *w)
{
  json_t *m = message_new("settled");
  w->settled_told = true;
  message_set_u64(m, "open", w->open_now);
  message_send(&w->channel, m);
}

static void check_drained(struct worker *w, uint64_t now)
{
  if(!w->draining || w->drained_told || !w->workload->drained(w, now))
    return;
  w->drained_told = true;
  message_send(&w->channel, message_new("drained"));
}

/* An end of the span that was noticed late was missed by the lag meter, too,
 * which knows of the span no sooner. */
static void note_late(struct worker *w, uint64_t late_ns)
{
  if(late_ns > WORKER_TICK_NS)
    hist_record(&w->snap->hist[H_LOOP_LAG], late_ns);
}

/* The measured span ends on the clock, not when the next message comes. */
void worker_check_span(struct worker *w, uint64_t now)
{
  struct snapshot *s = w->snap;
  if(w->m0_ns && now >= w->m0_ns && !w->cpu_m0_ns) {
    note_late(w, now - w->m0_ns);
    w->cpu_m0_ns = clock_cpu_ns();
    w->wait_m0_ns = procstat_wait_ns();
    w->events_m0 = s->counter[C_EVENTS];
    w->bytes_m0 = s->counter[C_BYTES];
  }
  if(w->m1_ns && now >= w->m1_ns && w->cpu_m0_ns && !s->counter[C_WALL_NS]) {
    double span = (double)(now - w->m0_ns);
    weir_assert(w->m1_ns >= w->m0_ns && now > w->m0_ns);
    if(!w->scenario->requests) /* else the end is told when it is past */
      note_late(w, now - w->m1_ns);
    s->counter[C_WALL_NS] = w->m1_ns - w->m0_ns;
    s->counter[C_CPU_NS] = clock_cpu_ns() - w->cpu_m0_ns;
    s->counter[C_EVENTS_MEASURED] = s->counter[C_EVENTS] - w->events_m0;
    s->counter[C_BYTES_MEASURED] = s->counter[C_BYTES] - w->bytes_m0;
    w->cpu_share = (double)s->counter[C_CPU_NS] / span;
    w->wait_share = (double)(procstat_wait_ns() - w->wait_m0_ns) / span;
  }
}

static void sample_memory(struct worker *w)
{
  struct procstat p;
  procstat_self(&p);
  if(p.rss_bytes > w->snap->counter[C_RSS_BYTES])
    w->snap->counter[C_RSS_BYTES] = p.rss_bytes;
}

static void tell_progress(struct worker *w, uint64_t now)
{
  if(w->pilot.pending && !w->in_flight)
    tell_pilot(w);
  if(!w->settled_told && w->workload->settled(w, now))
    tell_settled(w);
}

static void check_stamp(struct worker *w)
{
  struct err e;
  if(w->sense.stamp_misses < SENSE_STAMP_TRIES ||
     !sense_check(&w->sense, SENSE_STAMP_TRIES, &e))
    return;
  trouble(w, &e);
  w->sense.stamp_given = false; /* said once */
}

void worker_tick(struct worker *w, uint64_t now)
{
  uint64_t slice = w->now.index;
  w->workload->tick(w, now);
  tell_progress(w, now);
  worker_check_span(w, now);
  slice_advance(w, now);
  if(slice != w->now.index) {
    sample_memory(w);
    if(w->publishing)
      publisher_report(w->publishing);
  }
  check_drained(w, now);
  check_stamp(w);
}

uint64_t worker_wake_ns(const struct worker *w, uint64_t now)
{
  uint64_t at = w->workload->due_ns(w, now, now + WORKER_TICK_NS);
  if(w->m0_ns > now && w->m0_ns < at)
    at = w->m0_ns;
  if(w->m1_ns > now && w->m1_ns < at)
    at = w->m1_ns;
  return at;
}

static void on_tick(uv_timer_t *t)
{
  struct worker *w = t->data;
  if(w->finishing)
    return;
  worker_tick(w, clock_mono_ns());
  worker_rearm(w);
}

void worker_rearm(struct worker *w)
{
  uint64_t now = clock_mono_ns();
  uint64_t ms = (worker_wake_ns(w, now) - now + NS_PER_MS - 1) / NS_PER_MS;
  uv_update_time(&w->loop); /* deadlines count from the cached clock */
  uv_timer_start(&w->tick, on_tick, ms, 0);
}

/* Before the loop sleeps: what came up, or failed, made room for the next. */
static void on_turn(uv_prepare_t *p)
{
  struct worker *w = p->data;
  uint64_t now;
  if(!w->made_room || w->finishing)
    return;
  w->made_room = false;
  now = clock_mono_ns();
  w->workload->open(w, now);
  tell_progress(w, now);
}

static void on_lag(uint64_t lag_ns, void *ctx)
{
  struct worker *w = ctx;
  uint64_t due = clock_mono_ns() - lag_ns;
  if(w->m0_ns && due >= w->m0_ns && due < w->m1_ns)
    hist_record(&w->snap->hist[H_LOOP_LAG], lag_ns);
}

static int open_transport(struct worker *w, struct err *e)
{
  static const enum carrier carrier[] = {CARRIER_AUTO, CARRIER_LEAN,
                                         CARRIER_CURL};
  struct transport_config tc;
  struct buf url;
  int rc;
  memset(&tc, 0, sizeof(tc));
  tc.loop = &w->loop;
  /* Publishing keeps its connection, which only libcurl does. */
  tc.carrier = w->publisher ? CARRIER_AUTO : carrier[w->scenario->carrier];
  tc.streams_per_connection = w->scenario->streams_per_connection;
  tc.max_connections = 20000;
  w->transport = transport_new(&tc, e);
  if(!w->transport)
    return E_NOMEM;
  buf_init(&url, 0);
  rc = target_look(w->scenario, &w->target, &url, e);
  /* Of other ways, proxies and --resolve know the addresses. */
  if(!rc && !w->publisher && w->target.lean)
    rc = transport_prepare(w->transport, buf_text(&url), e);
  buf_free(&url);
  return rc;
}

int worker_begin(struct worker *w, struct err *e)
{
  int rc = open_transport(w, e);
  if(rc)
    return rc;
  worker_subscriber_config(w);
  sense_init(&w->sense, w->scenario);
  if(w->scenario->user_count)
    w->id_field = (uint32_t)feeder_field(w->scenario, slice_of("id"));
  w->snap = snapshot_new(SLICE_NS);
  if(!w->snap)
    return err_set(e, E_NOMEM, "out of memory");
  w->snap->counter[C_WORKERS] = w->publisher ? 0 : 1;
  w->real_offset_ns = clock_offset_ns();
  sample_memory(w);
  w->snap->counter[C_RSS_BASE_BYTES] = w->snap->counter[C_RSS_BYTES];
  uv_timer_init(&w->loop, &w->tick);
  uv_prepare_init(&w->loop, &w->turn);
  w->tick.data = w->turn.data = w;
  uv_prepare_start(&w->turn, on_turn);
  worker_rearm(w);
  lag_start(&w->lag, &w->loop, on_lag, w);
  w->begun = true;
  return 0;
}

static void on_line(struct slice line, void *ctx)
{
  struct worker *w = ctx;
  struct err e;
  json_t *m = json_parse(line, "coordinator", &e);
  if(!m)
    trouble(w, &e);
  else if(worker_obey(w, m, &e))
    trouble(w, &e);
  json_decref(m);
}

/* The coordinator is gone: nobody is left to report to. */
static void on_gone(void *ctx)
{
  struct worker *w = ctx;
  w->finishing = true;
  uv_stop(&w->loop);
}

static void free_all(struct worker *w)
{
  if(w->workload)
    w->workload->free(w);
  if(w->publishing)
    publisher_free(w->publishing);
  if(w->transport)
    transport_close(w->transport);
  if(w->begun) {
    lag_stop(&w->lag);
    uv_close((uv_handle_t *)&w->tick, NULL);
    uv_close((uv_handle_t *)&w->turn, NULL);
  }
  channel_close(&w->channel);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  uv_loop_close(&w->loop);
  snapshot_free(w->snap);
  free(w->now.latency);
  spans_fini(&w->failed);
  scenario_free(w->scenario);
}

int worker_main(int fd)
{
  struct worker *w = calloc(1, sizeof(*w));
  struct err e;
  if(!w)
    return 1;
  /* Ctrl-C reaches the whole process group; the coordinator decides. */
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  if(transport_global_init(&e) || uv_loop_init(&w->loop) ||
     channel_init(&w->channel, &w->loop, on_line, on_gone, w) ||
     uv_pipe_open(&w->channel.pipe, fd) || channel_read(&w->channel)) {
    free(w);
    return 1;
  }
  uv_run(&w->loop, UV_RUN_DEFAULT);
  free_all(w);
  free(w);
  return 0;
}
