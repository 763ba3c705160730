/* SPDX-License-Identifier: MIT
 * What of a run may begin when.
 *
 * First the ordinary look, and beside it a second reader.  Where that one is
 * let in, all else begins at once, and scripts when their phase says so.
 * Where it is refused the target lets in one stream at a time: everything is
 * made one behind the other, and scripts that open several are left out.
 *
 * Around scripts that disturb an ordinary request is made.  What it is refused
 * it asks for again, for seconds; where that does not help, nothing more is
 * sent. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "probe/plan_requests.h"
#include "probe/run_private.h"
#include "probe/scripts/crowd.h"

#define PATIENCE    20       /* tries, */
#define PAUSE_MS    250      /* so far apart: five seconds */
#define FREED_MS    50       /* the first of them */
#define SLOW_HEAD   MS(1000) /* asked for between scripts it would cost more */
#define SERIAL_TIME 4        /* one behind the other takes so much longer */

static void pause_over(uv_timer_t *t)
{
  struct probe_run *run = t->data;
  run->pausing = false;
}

static void hold_off(struct probe_run *run, unsigned tries)
{
  run->pausing = true;
  uv_update_time(run->loop);
  uv_timer_start(&run->pause, pause_over, tries ? PAUSE_MS : FREED_MS, 0);
}

/* Simple exchanges */

static bool is_refused(const struct recording *r)
{
  return r->head.status >= 400 ||
         (!r->head.status &&
          (r->end == REC_END_REFUSED || r->end == REC_END_RESET ||
           r->end == REC_END_NO_RESPONSE));
}

/* A stream was closed a moment ago: that it is over may not be known yet. */
static bool wants_again(const struct planned *p, const struct recording *r)
{
  const struct target *t = p->run->target;
  if(p->tries >= PATIENCE || p->id == EX_SECOND)
    return false;
  if(t->busy_status)
    return r->head.status == (int)t->busy_status;
  return p->id == EX_PLAIN && t->looked && is_refused(r);
}

static void simple_done(struct recording *r, void *ctx)
{
  struct planned *p = ctx;
  struct probe_run *run = p->run;
  if(wants_again(p, r)) {
    recording_free(r);
    p->started = p->headed = false;
    hold_off(run, p->tries++);
    return;
  }
  p->r = r;
  p->done = true;
  if(p->id == EX_PLAIN && run->target->looked && is_refused(r))
    run->lost = true;
  run_tell(run, exchange_row(p->id)->name);
}

static void simple_progress(struct recorder_exchange *x,
                            const struct recording *r, void *ctx)
{
  struct planned *p = ctx;
  (void)x;
  p->headed = r->head.complete_ns >= 0 && r->head.status;
  p->status = r->head.status;
}

static const struct recorder_handler simple_handler = {
    .on_progress = simple_progress, .on_done = simple_done};

static void start_simple(struct probe_run *run, struct planned *p)
{
  struct probe_request q;
  struct buf text[2];
  int rc;
  p->started = true;
  buf_init(&text[0], 0);
  buf_init(&text[1], 0);
  rc = plan_request(run->target, p->id, &q, text);
  if(!rc && !recorder_start(run->rec, &q, &simple_handler, p))
    rc = E_NOMEM;
  buf_free(&text[0]);
  buf_free(&text[1]);
  run->rc = run->rc ? run->rc : rc;
}

static bool is_over(const struct planned *p)
{
  return !p->wanted || p->done;
}

/* The head is there, or there will be none. */
static bool is_known(struct probe_run *run, struct planned *p)
{
  if(!p->wanted)
    return true;
  if(!p->started && !run->pausing)
    start_simple(run, p);
  return p->done || p->headed;
}

static bool means_busy(int status)
{
  return status == 400 || status == 409 || status == 423 || status == 429 ||
         status == 503;
}

static void leave_out(struct probe_run *run, struct script *s)
{
  s->row = NULL;
  run->total--;
}

static void go_one_by_one(struct probe_run *run, int status)
{
  static const enum exchange_id together[] = {EX_CODED, EX_CODED_PEER};
  size_t i;
  run->target->busy_status = (uint32_t)status;
  buf_addf(&run->out->assumptions,
           "one stream at a time is let in (another one is answered %d): all "
           "was asked one behind the other, and what needs several streams "
           "was not\n",
           status);
  for(i = 0; i < sizeof(together) / sizeof(*together); i++) {
    run->total -= run->planned[together[i]].wanted;
    run->planned[together[i]].wanted = false;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    struct script *s = &run->script[i];
    if(s->row && !s->row->single)
      leave_out(run, s);
  }
  if(!run->target->deadline_ns)
    uv_timer_start(&run->deadline, run->deadline.timer_cb,
                   SERIAL_TIME * uv_timer_get_due_in(&run->deadline), 0);
}

/* The first look, and whether a second reader is let in beside it. */
static void open_up(struct probe_run *run)
{
  struct planned *plain = &run->planned[EX_PLAIN];
  struct planned *second = &run->planned[EX_SECOND];
  if(!is_known(run, plain) || run->lost || !is_known(run, second))
    return;
  run->opened = true;
  if(plain->wanted && second->wanted && plain->headed && second->headed &&
     plain->status == 200 && means_busy(second->status))
    go_one_by_one(run, second->status);
}

static void detect(struct probe_run *run)
{
  const struct recording *plain = run->planned[EX_PLAIN].r;
  if(run->detected || !is_over(&run->planned[EX_PLAIN]) ||
     !is_over(&run->planned[EX_SECOND]))
    return;
  run->detected = true;
  if(plain && probe_detect(run->target, plain, run->planned[EX_SECOND].r,
                           &run->out->assumptions))
    run->rc = E_NOMEM;
}

/* The control */

static void control_start(struct script *s)
{
  (void)s; /* order_advance asks when it is time */
}

const struct script_row script_control = {.id = SCRIPT_CONTROL,
                                          .phase = SCRIPT_AROUND,
                                          .single = true,
                                          .start = control_start};

static void control_done(struct recording *r, void *ctx)
{
  struct script *s = ctx;
  struct probe_run *run = s->run;
  bool refused = is_refused(r) || !r->head.status;
  bool timed_out = r->end == REC_END_TIMEOUT;
  if(refused && run->control_tries < PATIENCE && !run->late) {
    script_drop(s, r);
    run->control = CONTROL_DUE;
    hold_off(run, run->control_tries);
    run->control_tries += timed_out ? PATIENCE / 3 : 1;
    return;
  }
  r->label.role = ROLE_AFTER;
  if(run->since)
    (void)snprintf(r->label.since, sizeof(r->label.since), "%s", run->since);
  script_keep_next(s, r);
  run->control = CONTROL_FINE;
  run->control_tries = 0;
  run->lost = run->lost || refused;
}

static const struct recorder_handler control_handler = {.on_done =
                                                            control_done};

/* In full mode always; elsewhere, and where a request costs, only when
 * something looks as if it had ended. */
static bool is_suspicious(const struct probe_run *run)
{
  const struct target *t = run->target;
  size_t i;
  if(t->mode == MODE_FULL && target_is_get(t))
    return true;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    const struct recording *r = run->planned[i].r;
    if(r && (!r->head.status || r->end == REC_END_RESET ||
             r->end == REC_END_TRUNCATED))
      return true;
  }
  return false;
}

static bool is_slow(const struct probe_run *run)
{
  const struct recording *plain = run->planned[EX_PLAIN].r;
  return plain && plain->head.complete_ns > (int64_t)SLOW_HEAD;
}

/* Asks, unless the answer is there. */
static bool control_is_fine(struct probe_run *run)
{
  struct script *s = &run->script[SCRIPT_CONTROL];
  struct probe_request q = {.name = "control",
                            .stop = {.when = STOP_AFTER_HEAD}};
  if(!s->row || s->done || run->control == CONTROL_FINE || !is_suspicious(run))
    return true;
  s->started = true;
  if(run->control == CONTROL_ASKING || run->pausing)
    return false;
  run->control = CONTROL_ASKING;
  if(!recorder_start(run->rec, &q, &control_handler, s))
    run->rc = E_NOMEM;
  return false;
}

static void finish_control(struct probe_run *run)
{
  struct script *s = &run->script[SCRIPT_CONTROL];
  if(!s->row || s->done || (!run->lost && !control_is_fine(run)))
    return;
  s->started = true;
  script_done(s);
}

/* Phases */

/* Begins it; true when it is over at once. */
static bool begin(struct probe_run *run, struct script *s)
{
  s->started = true;
  if(s->row->phase == SCRIPT_ALONE) {
    run->control = CONTROL_DUE;
    run->since = script_name(s->row->id);
  }
  s->row->start(s);
  return s->done;
}

static bool is_waiting(const struct script *s, enum script_phase phase)
{
  return s->row && !s->started && s->row->phase == phase;
}

static void start_phase(struct probe_run *run, enum script_phase phase)
{
  size_t i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(is_waiting(&run->script[i], phase))
      (void)begin(run, &run->script[i]);
  }
}

/* One of them at a time, each behind an ordinary request. */
static void start_alone(struct probe_run *run)
{
  size_t i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(!is_waiting(&run->script[i], SCRIPT_ALONE))
      continue;
    if((!is_slow(run) && !control_is_fine(run)) || run->lost ||
       !begin(run, &run->script[i]))
      return;
  }
  finish_control(run);
}

/* All but the scripts that want to be alone and did not begin. */
static bool is_calm(const struct probe_run *run)
{
  size_t i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(!is_over(&run->planned[i]))
      return false;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    const struct script *s = &run->script[i];
    if(!s->row || s->done || s->row->phase == SCRIPT_AROUND)
      continue;
    if(s->started || s->row->phase != SCRIPT_ALONE)
      return false;
  }
  return true;
}

static void side_by_side(struct probe_run *run)
{
  size_t i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    struct planned *p = &run->planned[i];
    if(p->wanted && !p->started)
      start_simple(run, p);
  }
  start_phase(run, SCRIPT_BESIDE);
  detect(run);
  if(run->detected)
    start_phase(run, SCRIPT_AFTER);
  if(run->detected && is_calm(run))
    start_alone(run);
}

static bool is_open(const struct probe_run *run)
{
  size_t i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(run->planned[i].started && !run->planned[i].done)
      return true;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    const struct script *s = &run->script[i];
    if(s->row && s->started && !s->done && s->row->phase != SCRIPT_AROUND)
      return true;
  }
  return false;
}

static void one_by_one(struct probe_run *run)
{
  size_t i;
  if(run->pausing || is_open(run))
    return;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    struct planned *p = &run->planned[i];
    if(!p->wanted || p->started)
      continue;
    start_simple(run, p);
    return;
  }
  detect(run);
  for(i = 0; i < SCRIPT_COUNT; i++) {
    struct script *s = &run->script[i];
    if((is_waiting(s, SCRIPT_BESIDE) || is_waiting(s, SCRIPT_AFTER)) &&
       !begin(run, s))
      return;
  }
  start_alone(run);
}

static void leave_out_rest(struct probe_run *run)
{
  size_t i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    struct planned *p = &run->planned[i];
    run->total -= p->wanted && !p->started;
    p->wanted = p->wanted && p->started;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    struct script *s = &run->script[i];
    if(s->row && !s->started && s->row->phase != SCRIPT_AROUND)
      leave_out(run, s);
  }
  finish_control(run);
}

void order_advance(struct probe_run *run)
{
  if(!run->opened && !run->lost)
    open_up(run);
  if(run->lost)
    leave_out_rest(run);
  else if(run->opened && run->target->busy_status)
    one_by_one(run);
  else if(run->opened)
    side_by_side(run);
}
