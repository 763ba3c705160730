/* SPDX-License-Identifier: MIT
 * Going through a set of exchanges and scripts; see probe.h.  What begins when
 * is order.c's. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/plan_requests.h"
#include "probe/run_private.h"

static void lay_out(struct probe_run *run, const struct exchange_set *set)
{
  bool disturbs = false;
  size_t i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    struct planned *p = &run->planned[i];
    p->run = run;
    p->id = (enum exchange_id)i;
    p->wanted = (set->exchanges >> i & 1) && plan_applies(run->target, p->id);
    run->total += p->wanted;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    struct script *s = &run->script[i];
    s->run = run;
    if(set->scripts.has[i] && i != SCRIPT_CONTROL)
      s->row = script_find((enum script_id)i);
    run->total += s->row != NULL;
    disturbs = disturbs || (s->row && s->row->phase == SCRIPT_ALONE);
  }
  if(run->target->via || !run->planned[EX_PLAIN].wanted ||
     (!set->scripts.has[SCRIPT_CONTROL] &&
      (!disturbs || run->target->mode < MODE_FULL)))
    return;
  run->script[SCRIPT_CONTROL].row = &script_control;
  run->total++;
}

static bool is_stopped(const struct probe_run *run)
{
  return run->rc || run->late ||
         (run->l && run->l->is_stopped && run->l->is_stopped(run->l->ctx));
}

static void on_late(uv_timer_t *t)
{
  struct probe_run *run = t->data;
  run->late = true;
}

static void start_deadline(struct probe_run *run,
                           const struct exchange_set *set)
{
  uint64_t limit_ns = probe_limit_ns(run->target, set);
  uint64_t until_ns = run->target->deadline_ns, now_ns = clock_mono_ns();
  if(until_ns && now_ns + limit_ns > until_ns)
    limit_ns = until_ns > now_ns ? until_ns - now_ns : 0;
  run->timers += 2;
  uv_timer_init(run->loop, &run->deadline);
  uv_timer_init(run->loop, &run->pause);
  run->deadline.data = run->pause.data = run;
  uv_update_time(run->loop);
  uv_timer_start(&run->deadline, on_late, limit_ns / NS_PER_MS, 0);
}

static void timer_closed(uv_handle_t *h)
{
  struct probe_run *run = h->data;
  run->timers--;
}

static bool is_of(const struct recording *r, const struct script *s)
{
  const char *name = script_name(s->row->id);
  size_t n = strlen(name);
  return strncmp(r->name, name, n) == 0 && r->name[n] == '.';
}

/* What was cut in the middle would be judged as if it had run its course. */
static void drop_unfinished(struct probe_run *run, const struct script *s)
{
  size_t i, n = 0;
  for(i = 0; i < run->kept_count; i++) {
    if(is_of(run->kept[i], s))
      recording_free(run->kept[i]);
    else
      run->kept[n++] = run->kept[i];
  }
  run->kept_count = n;
}

static void note_unmade(struct probe_run *run, const struct script *s)
{
  struct buf *names = &run->out->unmade;
  if(s->row->phase != SCRIPT_AROUND)
    buf_addf(names, "%s%s", names->n ? ", " : "", script_name(s->row->id));
}

/* Cuts what is open; the simple exchanges are delivered, scripts are left
 * where they stand. */
static void break_off(struct probe_run *run)
{
  bool unfinished[SCRIPT_COUNT];
  size_t i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    unfinished[i] = run->script[i].started && !run->script[i].done;
    if(run->late && run->script[i].row && !run->script[i].done)
      note_unmade(run, &run->script[i]);
  }
  recorder_cut_all(run->rec);
  uv_run(run->loop, UV_RUN_NOWAIT);
  uv_run(run->loop, UV_RUN_NOWAIT);
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(run->script[i].started)
      script_done(&run->script[i]);
    if(run->late && unfinished[i])
      drop_unfinished(run, &run->script[i]);
  }
  run->target->late = run->target->late || run->late;
}

static int go_through(struct probe_run *run, struct err *e)
{
  order_advance(run);
  while(run->over < run->total) {
    size_t before = run->over;
    int alive;
    if(is_stopped(run)) {
      break_off(run);
      return run->rc;
    }
    alive = uv_run(run->loop, UV_RUN_ONCE);
    order_advance(run);
    if(!alive && run->over == before && !uv_loop_alive(run->loop))
      return err_set(e, E_INTERNAL, "a script waits for nothing");
  }
  return run->rc;
}

/* What was recorded while weir stood still says so. */
static int tell_lateness(struct probe_run *run)
{
  struct probe_result *out = run->out;
  uint64_t most = 0;
  struct machine now;
  size_t i;
  for(i = 0; i < out->recordings; i++) {
    struct recording *r = out->recording[i];
    uint64_t from = r->started_real_ns;
    uint64_t open = r->end_ns > 0 ? (uint64_t)r->end_ns : 0;
    r->late_ns = r->origin_side
                     ? 0
                     : stalls_longest_ns(&run->stalls, from, from + open);
    most = r->late_ns > most ? r->late_ns : most;
  }
  if(most < RECORDING_LATE_NS)
    return 0;
  machine_read(&now);
  buf_addf(&out->assumptions, "weir was late by up to %.0f ms (",
           (double)most / NS_PER_MS);
  machine_say(&run->machine, &now, &out->assumptions);
  return buf_adds(&out->assumptions,
                  "): verdicts by the clock of that time do not count\n");
}

static int hand_over(struct probe_run *run)
{
  struct probe_result *out = run->out;
  size_t i, n = EXCHANGE_COUNT + run->kept_count;
  out->recording = calloc(n, sizeof(struct recording *));
  if(!out->recording)
    return E_NOMEM;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(run->planned[i].r)
      out->recording[out->recordings++] = run->planned[i].r;
    run->planned[i].r = NULL;
  }
  for(i = 0; i < run->kept_count; i++)
    out->recording[out->recordings++] = run->kept[i];
  run->kept_count = 0;
  return tell_lateness(run);
}

static void tear_down(struct probe_run *run)
{
  size_t i;
  recorder_close(run->rec);
  stalls_stop(&run->stalls);
  uv_close((uv_handle_t *)&run->deadline, timer_closed);
  uv_close((uv_handle_t *)&run->pause, timer_closed);
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(run->script[i].started)
      script_done(&run->script[i]);
  }
  uv_run(run->loop, UV_RUN_NOWAIT);
  while(run->timers)
    uv_run(run->loop, UV_RUN_NOWAIT);
  for(i = 0; i < EXCHANGE_COUNT; i++)
    recording_free(run->planned[i].r);
  for(i = 0; i < run->kept_count; i++)
    recording_free(run->kept[i]);
  free(run->kept);
}

int probe_run(uv_loop_t *loop, struct target *target,
              const struct exchange_set *set, const struct probe_listener *l,
              struct probe_result *out, struct err *e)
{
  struct probe_run *run = calloc(1, sizeof(*run));
  int rc;
  memset(out, 0, sizeof(*out));
  if(!run)
    return err_set(e, E_NOMEM, "out of memory");
  run->loop = loop;
  run->target = target;
  run->l = l;
  run->out = out;
  run->rec = recorder_new(loop, target, e);
  if(!run->rec) {
    free(run);
    return e ? e->code : E_SYNTAX;
  }
  lay_out(run, set);
  start_deadline(run, set);
  machine_read(&run->machine);
  stalls_start(&run->stalls, loop);
  rc = go_through(run, e);
  if(!rc)
    rc = hand_over(run);
  tear_down(run);
  free(run);
  return rc == E_NOMEM ? err_set(e, rc, "out of memory") : rc;
}

void probe_result_free(struct probe_result *r)
{
  size_t i;
  for(i = 0; i < r->recordings; i++)
    recording_free(r->recording[i]);
  free(r->recording);
  buf_free(&r->assumptions);
  buf_free(&r->unmade);
  memset(r, 0, sizeof(*r));
}
