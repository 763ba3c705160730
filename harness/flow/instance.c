/* SPDX-License-Identifier: MIT
 * One running flow, from setup to teardown; see instance.h. */
#include "flow/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static int set_values(struct instance *in, const struct yaml_node *vars,
                      struct err *e)
{
  const struct yaml_node *n;
  int rc = 0;
  for(n = vars ? vars->child : NULL; n && !rc; n = n->next) {
    struct literal value = {KIND_NULL, NULL, 0};
    rc = vars_literal(&in->vars, "", n, &value, e);
    if(!rc)
      rc = vars_set(&in->vars, n->key.p, value.kind,
                    (struct slice){value.text, value.n});
    free(value.text);
  }
  return rc;
}

/* The file's own variables, in their order; those of the case first. */
static int set_vars(struct instance *in, struct err *e)
{
  const struct yaml_node *values = in->f->values;
  int rc =
      values ? vars_set(&in->vars, FLOW_CASE, KIND_STRING, values->key) : 0;
  if(!rc)
    rc = set_values(in, values, e);
  return rc ? rc : set_values(in, yaml_get(in->f->root, "vars"), e);
}

static void set_streams(struct instance *in)
{
  uint32_t i;
  for(i = 0; i < in->f->streams; i++) {
    in->stream[i].inst = in;
    in->stream[i].index = i;
    in->stream[i].call.inst = in;
  }
}

static int set_users(struct instance *in)
{
  uint32_t i;
  for(i = 0; i <= in->f->users; i++) {
    in->user[i].jar = jar_new();
    if(!in->user[i].jar)
      return E_NOMEM;
    in->user[i].known =
        i == in->f->users || !yaml_get(in->f->user[i].map, "login");
  }
  return 0;
}

static void set_results(struct instance *in)
{
  uint32_t i;
  for(i = 0; i <= in->f->steps; i++)
    in->result[i] = (struct step_result){.began_ns = -1,
                                         .ended_ns = -1,
                                         .sent_ns = -1,
                                         .answered_ns = -1,
                                         .latency_ns = -1,
                                         .matched = UINT32_MAX};
}

static bool allocate(struct instance *in)
{
  in->stream = calloc(in->f->streams + 1, sizeof(*in->stream));
  in->user = calloc(in->f->users + 1, sizeof(*in->user));
  in->result = calloc(in->f->steps + 1, sizeof(*in->result));
  in->timeline = calloc(TIMELINE_MAX, sizeof(*in->timeline));
  return in->stream && in->user && in->result && in->timeline;
}

struct instance *instance_new(const struct flow *f,
                              const struct flow_options *o,
                              struct transport *t, uint64_t number)
{
  struct instance *in = calloc(1, sizeof(*in));
  struct err e = {0};
  if(!in)
    return NULL;
  in->f = f;
  in->o = o;
  in->transport = t;
  in->at = &in->lane[0];
  in->lanes = 1;
  lane_init(in, in->at, 0, f->step[PHASE_SETUP]);
  if(!allocate(in) || set_users(in)) {
    instance_free(in);
    return NULL;
  }
  flow_stream_configure(&in->parser);
  set_streams(in);
  set_results(in);
  rng_seed(&in->rng,
           node_count(f->root, "seed", o->seed) + number * 0x9e3779b97f4a7c15);
  in->vars.rng = &in->rng;
  in->vars.n = number;
  in->vars.now_ns = clock_real_ns();
  in->start_mono_ns = clock_mono_ns();
  in->real_offset_ns = clock_offset_ns();
  in->phase = PHASE_SETUP;
  if(set_vars(in, &e)) {
    in->error = true;
    snprintf(in->error_text, sizeof(in->error_text), "vars: %.280s", e.text);
    in->phase = PHASE_TEARDOWN;
    in->at->next = f->step[PHASE_TEARDOWN];
  }
  return in;
}

/* --- logins --- */

static void login_failed(struct instance *in, const struct flow_step *s,
                         const char *why)
{
  char text[300];
  snprintf(text, sizeof(text), "the login of %s failed: %.200s",
           instance_user_name(in, s->user), why);
  snprintf(in->error_text, sizeof(in->error_text), "%s", text);
  step_set(in, s, STEP_ERROR, MISS_REQUEST, text);
  in->user[s->user].lane = NULL;
}

static void start_login(struct instance *in, struct flow_person *u,
                        const struct flow_step *s)
{
  const struct yaml_node *login = yaml_get(in->f->user[s->user].map, "login");
  struct err e = {0};
  u->login = node_each(login, u->login);
  u->lane = u->login ? in->at : NULL;
  if(!u->login)
    u->known = true;
  else if(call_start(&in->at->call, u->login, s->user, &e))
    login_failed(in, s, e.text);
  else
    in->at->calling = true;
}

static bool is_slow(struct instance *in, const struct flow_step *s)
{
  int64_t end =
      in->result[s->number].began_ns + step_scaled(in, in->f->answer_ns);
  if(in->quiet_ns >= end)
    return true;
  instance_wake(in, end);
  return false;
}

/* True once the step may start, or failed by its user's login. */
static bool log_in(struct instance *in, const struct flow_step *s)
{
  struct flow_person *u = &in->user[s->user];
  struct buf why;
  struct err e = {0};
  if(u->lane && u->lane != in->at)
    return false; /* another branch logs in */
  if(!in->at->calling) {
    start_login(in, u, s);
    return u->known || in->result[s->number].state != STEP_PENDING;
  }
  if(!in->at->call.over && !is_slow(in, s))
    return false;
  in->at->calling = false;
  buf_init(&why, 0);
  if(!in->at->call.over) {
    call_stop(&in->at->call);
    login_failed(in, s, "no answer came");
  } else if(call_judge(&in->at->call, &why) != MISS_NONE) {
    in->unreachable = in->at->call.end == END_REFUSED;
    login_failed(in, s, buf_text(&why));
  } else if(call_take(&in->at->call, instance_user_name(in, s->user), &e))
    login_failed(in, s, e.text);
  else
    instance_note(in, in->at->call.sent_ns, instance_user_name(in, s->user),
                  "logged in");
  buf_free(&why);
  if(in->result[s->number].state != STEP_PENDING)
    return true;
  start_login(in, u, s);
  return u->known || in->result[s->number].state != STEP_PENDING;
}

/* --- the way through the steps --- */

static void skip_all(struct instance *in, const struct flow_step *s)
{
  for(; s; s = s->next) {
    if(in->result[s->number].state == STEP_PENDING)
      in->result[s->number].state = STEP_SKIPPED;
    skip_all(in, s->child);
  }
}

static void enter(struct instance *in, enum flow_phase phase)
{
  in->phase = phase;
  in->at->next = in->f->step[phase];
  in->at->frames = 0;
  in->at->step = NULL;
}

/* Leaves for the teardown: nothing else is done any more. */
static void give_up(struct instance *in)
{
  lanes_leave(in);
  skip_all(in, in->f->step[PHASE_SETUP]);
  skip_all(in, in->f->step[PHASE_STEPS]);
  enter(in, PHASE_TEARDOWN);
}

/* A step that is done anew in the next turn of a repeat. */
static void renew(struct instance *in, const struct flow_step *s)
{
  for(; s; s = s->next) {
    struct step_result *r = &in->result[s->number];
    uint32_t k;
    for(k = 0; k < in->record.count; k++) {
      if(in->record.item[k].claimed == s->number)
        in->record.item[k].claimed = UINT32_MAX; /* by a turn before */
    }
    if(r->state == STEP_PASSED)
      r->state = STEP_PENDING;
    r->sent_ns = r->answered_ns = r->latency_ns = -1;
    r->matched = UINT32_MAX;
    renew(in, s->child);
  }
}

static void name_turn(struct instance *in, const struct repeat_frame *f)
{
  const char *as = node_text(f->step->map, "as", NULL);
  char n[24];
  snprintf(n, sizeof(n), "%llu", (unsigned long long)f->turn);
  if(as)
    vars_set(&in->vars, as, KIND_NUMBER, slice_of(n));
}

/* Where a list of steps is at its end: the next turn, or what follows. */
static void leave_repeat(struct instance *in)
{
  while(!in->at->next && in->at->frames) {
    struct repeat_frame *f = &in->at->frame[in->at->frames - 1];
    if(f->turn < node_count(f->step->map, "times", 1)) {
      f->turn++;
      name_turn(in, f);
      renew(in, f->step->child);
      in->at->next = f->step->child;
    } else {
      step_set(in, f->step, STEP_PASSED, MISS_NONE, NULL);
      in->at->next = flow_step_after(f->step);
      in->at->frames--;
    }
  }
}

static void enter_repeat(struct instance *in, const struct flow_step *s)
{
  if(in->at->frames == REPEAT_DEPTH_MAX) {
    step_set(in, s, STEP_ERROR, MISS_LIMIT, "repeat is nested too deeply");
    return;
  }
  in->at->frame[in->at->frames] = (struct repeat_frame){s, 1};
  name_turn(in, &in->at->frame[in->at->frames++]);
  in->result[s->number].began_ns = instance_now(in);
  in->at->next = s->child;
}

/* The step is done: what follows it. */
static void move_on(struct instance *in)
{
  const struct flow_step *s = in->at->step;
  bool bad = step_is_bad(in, s);
  in->at->step = NULL;
  in->at->next = flow_step_after(s);
  in->at->calling = false;
  if(in->phase != PHASE_TEARDOWN && bad && !s->soft)
    give_up(in);
}

static bool needs_login(const struct instance *in, const struct flow_step *s)
{
  return s->user >= 0 && !in->user[s->user].known;
}

/* Whether a round is at its end before this step, or the phase (NULL). */
static bool ends_round(const struct instance *in, const struct flow_step *s)
{
  return round_has(&in->round, in->at->branch) &&
         (!s || s->round != in->at->round_number || s->phase != in->phase);
}

/* Whether one of these steps failed in a way that nothing follows. */
static bool ends_flow(const struct instance *in, const struct flow_step *s)
{
  for(; s; s = s->next) {
    if((step_is_bad(in, s) && !s->soft) || ends_flow(in, s->child))
      return true;
  }
  return false;
}

/* Begins the next step; false where nothing can be begun yet. */
static bool begin(struct instance *in)
{
  if(ends_round(in, in->at->next) && !step_close_round(in))
    return false;
  if(in->red && in->phase == PHASE_STEPS &&
     ends_flow(in, in->f->step[PHASE_STEPS])) {
    give_up(in);
    return true;
  }
  leave_repeat(in);
  if(!in->at->next && in->at->branch) {
    in->at->over = true;
    return false;
  }
  if(!in->at->next) {
    if(in->phase == PHASE_TEARDOWN) {
      in->over = true;
      return false;
    }
    enter(in, in->phase + 1);
    return true;
  }
  in->at->round_number = in->at->next->round;
  if(in->at->next->verb == VERB_REPEAT) {
    enter_repeat(in, in->at->next);
    return true;
  }
  in->at->step = in->at->next;
  in->result[in->at->step->number].began_ns = instance_now(in);
  in->at->begun = !needs_login(in, in->at->step);
  if(in->at->begun)
    step_start(in);
  return true;
}

/* The step under way; false while it waits. */
static bool proceed(struct instance *in)
{
  const struct flow_step *s = in->at->step;
  if(!in->at->begun) {
    if(needs_login(in, s) && !log_in(in, s))
      return false;
    in->at->begun = true;
    if(in->result[s->number].state == STEP_PENDING)
      step_start(in);
  }
  if(in->result[s->number].state == STEP_PENDING && !step_poll(in))
    return false;
  move_on(in);
  return true;
}

/* A flow has a time, and may be stopped; its teardown runs all the same. */
static void look_at_the_clock(struct instance *in)
{
  int64_t end = step_scaled(in, in->f->timeout_ns);
  bool late = in->quiet_ns >= end;
  uint32_t i;
  if(in->phase == PHASE_TEARDOWN)
    return;
  instance_wake(in, end);
  if(!late && !in->stopping)
    return;
  for(i = 0; i < in->lanes; i++) {
    struct lane *l = &in->lane[i];
    lane_stop(l);
    if(l->step && l->step->verb != VERB_PARALLEL)
      step_set(in, l->step, STEP_FAILED, MISS_TIMEOUT,
               late ? "the time of the whole flow is over" : "interrupted");
    l->step = NULL;
  }
  in->red = true;
  round_clear(&in->round);
  give_up(in);
}

static void look_at_streams(struct instance *in)
{
  uint32_t i;
  for(i = 0; i < in->f->streams; i++) {
    struct flow_stream *s = &in->stream[i];
    if(!s->fed)
      s->quiet_ns = in->quiet_ns;
    else
      in->wake_mono_ns = 0; /* is there more? */
    s->fed = false;
  }
}

/* Each list goes on as far as it can; true where one did, since others may
 * wait for that. */
static bool turn_lanes(struct instance *in)
{
  bool any = false;
  uint32_t i;
  for(i = 0; i < in->lanes; i++) {
    in->at = &in->lane[i];
    while(!in->at->over && (in->at->step ? proceed(in) : begin(in)))
      any = true;
  }
  in->at = &in->lane[0];
  return any && !in->over;
}

bool instance_turn(struct instance *in, uint64_t quiet_mono_ns)
{
  if(in->over)
    return true;
  in->quiet_ns = (int64_t)(quiet_mono_ns - in->start_mono_ns);
  in->wake_mono_ns = UINT64_MAX;
  look_at_streams(in);
  look_at_the_clock(in);
  while(turn_lanes(in))
    ;
  if(in->over)
    in->ended_ns = instance_now(in);
  return in->over;
}

void instance_stop(struct instance *in)
{
  in->stopping = true;
}

static void free_result(struct step_result *r)
{
  uint32_t i;
  free(r->sentence);
  free(r->again);
  free(r->counts);
  for(i = 0; i < r->nearests; i++)
    free(r->nearest[i]);
}

void instance_free(struct instance *in)
{
  uint32_t i;
  for(i = 0; i < in->lanes; i++)
    lane_fini(&in->lane[i]);
  round_clear(&in->round);
  for(i = 0; in->stream && i < in->f->streams; i++)
    flow_stream_fini(&in->stream[i]);
  for(i = 0; in->user && i <= in->f->users; i++)
    jar_free(in->user[i].jar);
  for(i = 0; in->result && i <= in->f->steps; i++)
    free_result(&in->result[i]);
  record_fini(&in->record);
  vars_fini(&in->vars);
  free(in->stream);
  free(in->user);
  free(in->result);
  free(in->timeline);
  free(in);
}
