/* SPDX-License-Identifier: MIT
 * The loop that fires the shots, stage by stage; see live.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "doctor/live.h"

#define WATCH_MS     20
#define STAGE_MAX_NS (5 * NS_PER_SEC)
#define SECURE       1 /* recorder of a copy: over TLS */

struct fire {
  struct live_plan *plan;   /* borrowed */
  const struct sandbox *s;  /* borrowed */
  struct live_outcome *out; /* borrowed */
  uv_loop_t loop;
  uv_timer_t watch;
  struct recorder *rec[COPY_COUNT][2], *origin;
  struct target *target[COPY_COUNT][2], *origin_target;
  struct live_h2 *h2[STAGE_COUNT];
  struct aim {
    struct fire *f;
    size_t i; /* shot */
    uv_timer_t timer;
  } * aim;     /* owned, one for each shot */
  size_t open; /* shots of the stage that are not over */
  enum live_stage stage;
  uint64_t stage_end_ns;
  size_t asking; /* requests to the origin itself */
  bool stopped, done;
};

static void begin_stage(struct fire *f);
static void start_shot(struct fire *f, size_t i);

/* --- the origin's own answers ------------------------------------------- */

static void got_log(struct recording *r, void *ctx)
{
  struct fire *f = ctx;
  f->out->log = json_parse(buf_slice(&r->body), "the origin's log", NULL);
  recording_free(r);
  f->asking--;
}

static void got_bait(struct recording *r, void *ctx)
{
  struct fire *f = ctx;
  buf_add(&f->out->bait, r->body.p, r->body.n);
  recording_free(r);
  f->asking--;
}

static void got_control(struct recording *r, void *ctx)
{
  struct fire *f = ctx;
  f->out->control = r;
  f->asking--;
}

static void ask_control(struct fire *f)
{
  static const struct recorder_handler H = {.on_done = got_control};
  struct probe_request q = {.name = LIVE_CONTROL,
                            .path = "/?run=" LIVE_CONTROL "&" LIVE_REGULAR};
  f->asking += recorder_start(f->origin, &q, &H, f) != NULL;
}

static void ask_origin(struct fire *f)
{
  static const struct recorder_handler LOG = {.on_done = got_log};
  static const struct recorder_handler BAIT = {.on_done = got_bait};
  struct probe_request log = {.name = "log", .path = "/origin/log"};
  struct probe_request bait = {.name = "bait",
                               .path = "/?run=reference&bait=1"};
  f->done = true;
  f->asking += recorder_start(f->origin, &log, &LOG, f) != NULL;
  f->asking += recorder_start(f->origin, &bait, &BAIT, f) != NULL;
}

/* --- shots -------------------------------------------------------------- */

static void shot_over(struct fire *f, size_t i, struct recording *r)
{
  struct live_plan *p = f->plan;
  p->shot[i].r = r;
  p->shot[i].over = true;
  f->open--;
  for(size_t k = 0; k < p->shots && !f->stopped; k++) {
    if(p->shot[k].after == (int)i && p->shot[k].stage == f->stage)
      start_shot(f, k);
  }
}

static void recorded(struct recording *r, void *ctx)
{
  struct aim *a = ctx;
  shot_over(a->f, a->i, r);
}

static void fire_h2(struct aim *a, const struct live_shot *shot,
                    const char *path)
{
  struct fire *f = a->f;
  const struct conf_listener *l =
      live_listener(f->plan->facts, shot->transport);
  char url[4600];
  snprintf(url, sizeof(url), "https://127.0.0.1:%u%s",
           (unsigned)sandbox_port(f->s, shot->copy, l), path);
  if(!f->h2[shot->stage] ||
     live_h2_fire(f->h2[shot->stage], shot, url, f->plan->host,
                  strchr(path, '?') + 1, &f->plan->facts->declared, recorded,
                  a))
    shot_over(f, a->i, NULL);
}

static void fire_h1(struct aim *a, const struct live_shot *shot,
                    const char *path)
{
  static const struct recorder_handler H = {.on_done = recorded};
  struct fire *f = a->f;
  struct recorder *rec =
      f->rec[shot->copy][shot->transport == DOCTOR_TLS ? SECURE : 0];
  struct probe_request q = {.name = shot->run, .path = path};
  struct buf lines;
  buf_init(&lines, 0);
  live_lines(f->plan, shot, &lines);
  q.headers = buf_text(&lines);
  q.stop = shot->stop;
  q.method = f->plan->facts->declared.method;
  if(f->plan->facts->declared.body)
    q.body = slice_of(f->plan->facts->declared.body);
  if(!rec || !recorder_start(rec, &q, &H, a))
    shot_over(f, a->i, NULL);
  buf_free(&lines);
}

static void fire_now(uv_timer_t *t)
{
  struct aim *a = t->data;
  struct live_shot *shot = &a->f->plan->shot[a->i];
  struct buf path;
  if(a->f->stopped) {
    shot_over(a->f, a->i, NULL);
    return;
  }
  buf_init(&path, 0);
  live_path(a->f->plan, shot, &path);
  if(shot->transport == DOCTOR_H2)
    fire_h2(a, shot, buf_text(&path));
  else
    fire_h1(a, shot, buf_text(&path));
  buf_free(&path);
}

static void start_shot(struct fire *f, size_t i)
{
  f->plan->shot[i].begun = true;
  f->open++;
  uv_timer_start(&f->aim[i].timer, fire_now, f->plan->shot[i].delay_ms, 0);
}

/* --- stages ------------------------------------------------------------- */

static void begin_stage(struct fire *f)
{
  uv_update_time(&f->loop);
  f->stage_end_ns = clock_mono_ns() + STAGE_MAX_NS;
  for(size_t i = 0; i < f->plan->shots; i++) {
    const struct live_shot *shot = &f->plan->shot[i];
    if(shot->stage == f->stage && shot->after < 0)
      start_shot(f, i);
  }
}

static void next_stage(struct fire *f)
{
  while(f->open == 0 && !f->done) {
    f->stage++;
    if(f->stage == STAGE_COUNT || f->stopped)
      ask_origin(f);
    else
      begin_stage(f);
  }
}

static void cut_all(struct fire *f)
{
  for(int c = 0; c < COPY_COUNT; c++) {
    for(int t = 0; t < 2; t++) {
      if(f->rec[c][t])
        recorder_cut_all(f->rec[c][t]);
    }
  }
  for(int i = 0; i < STAGE_COUNT; i++) {
    if(f->h2[i])
      live_h2_cut_all(f->h2[i]);
  }
}

static void on_watch(uv_timer_t *t)
{
  struct fire *f = t->data;
  const struct sandbox_options *o = f->s->o;
  if(!f->stopped && o->is_stopped && o->is_stopped(o->ctx)) {
    f->stopped = true;
    cut_all(f);
  }
  if(!f->done && clock_mono_ns() > f->stage_end_ns)
    cut_all(f);
  if(!f->done)
    next_stage(f);
  if(f->done && (!f->asking || f->stopped))
    uv_stop(&f->loop);
}

/* --- set-up ------------------------------------------------------------- */

static struct recorder *open_recorder(struct fire *f, struct target **target,
                                      uint16_t port, bool tls, struct err *e)
{
  char url[64];
  snprintf(url, sizeof(url), "%s://127.0.0.1:%u/", tls ? "https" : "http",
           (unsigned)port);
  *target = target_new(url);
  if(!*target) {
    err_set(e, E_NOMEM, "out of memory");
    return NULL;
  }
  (*target)->endpoint.insecure = true;
  (*target)->head_ns = 700 * NS_PER_MS;
  return recorder_new(&f->loop, *target, e);
}

static int open_recorders(struct fire *f, struct err *e)
{
  for(int c = 0; c < COPY_COUNT; c++) {
    for(int t = 0; t < 2; t++) {
      const struct conf_listener *l =
          live_listener(f->plan->facts, t ? DOCTOR_TLS : DOCTOR_H1);
      if(!l)
        continue;
      f->rec[c][t] =
          open_recorder(f, &f->target[c][t],
                        sandbox_port(f->s, (enum sandbox_copy)c, l), t, e);
      if(!f->rec[c][t])
        return e->code;
    }
  }
  f->origin = open_recorder(f, &f->origin_target, f->s->origin_port, false, e);
  if(!f->origin)
    return e->code;
  for(int i = 0; live_listener(f->plan->facts, DOCTOR_H2) && i < STAGE_COUNT;
      i++)
    f->h2[i] = live_h2_new(&f->loop, i == STAGE_CROWD ? 1 : 0, e);
  return 0;
}

static int open_fire(struct fire *f, struct live_plan *p,
                     const struct sandbox *s, struct err *e)
{
  f->plan = p;
  f->s = s;
  f->aim = calloc(p->shots + 1, sizeof(*f->aim));
  if(!f->aim || uv_loop_init(&f->loop))
    return err_set(e, E_NOMEM, "out of memory");
  uv_timer_init(&f->loop, &f->watch);
  f->watch.data = f;
  for(size_t i = 0; i < p->shots; i++) {
    f->aim[i].f = f;
    f->aim[i].i = i;
    uv_timer_init(&f->loop, &f->aim[i].timer);
    f->aim[i].timer.data = &f->aim[i];
  }
  return open_recorders(f, e);
}

static void close_fire(struct fire *f)
{
  if(!f->aim)
    return;
  for(int c = 0; c < COPY_COUNT; c++) {
    for(int t = 0; t < 2; t++) {
      if(f->rec[c][t])
        recorder_close(f->rec[c][t]);
    }
  }
  if(f->origin)
    recorder_close(f->origin);
  for(int i = 0; i < STAGE_COUNT; i++)
    live_h2_close(f->h2[i]);
  for(size_t i = 0; i < f->plan->shots; i++)
    uv_close((uv_handle_t *)&f->aim[i].timer, NULL);
  uv_close((uv_handle_t *)&f->watch, NULL);
  uv_run(&f->loop, UV_RUN_DEFAULT);
  uv_loop_close(&f->loop);
  for(int c = 0; c < COPY_COUNT; c++) {
    for(int t = 0; t < 2; t++)
      target_free(f->target[c][t]);
  }
  target_free(f->origin_target);
  free(f->aim);
}

int live_fire(struct live_plan *p, const struct sandbox *s,
              struct live_outcome *out, struct err *e)
{
  struct fire f = {0};
  int rc;
  memset(out, 0, sizeof(*out));
  f.out = out;
  buf_init(&out->bait, 0);
  rc = open_fire(&f, p, s, e);
  if(!rc) {
    begin_stage(&f);
    ask_control(&f);
    uv_timer_start(&f.watch, on_watch, WATCH_MS, WATCH_MS);
    uv_run(&f.loop, UV_RUN_DEFAULT);
  }
  close_fire(&f);
  if(!rc && f.stopped)
    rc = err_set(e, E_CLOSED, "stopped");
  if(!rc && !out->log)
    rc = err_set(e, E_IO, "weir-server does not give its log");
  return rc;
}

void live_outcome_free(struct live_outcome *o)
{
  json_decref(o->log);
  recording_free(o->control);
  o->control = NULL;
  buf_free(&o->bait);
  o->log = NULL;
}
