/* SPDX-License-Identifier: MIT
 * The requests of a protocol on top that belong together, one behind the
 * other: "steps-before", "steps" and "steps-last".  What an answer brings
 * (a session's id) goes into those that follow; see profile/profile.h. */
#include "probe/scripts/steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "content/reader.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"
#include "profile/profile.h"

#define STAY_NS  MS(300) /* an open one, behind the step beside it */
#define PAUSE_NS MS(250) /* before another try */

struct steps {
  struct script *s;
  struct profile_asked *asked;
  enum profile_phase phase;
  uint8_t at;                     /* the step that is made */
  uint64_t made;                  /* times, of it */
  uint64_t began_ns;              /* its first try */
  struct recorder_exchange *open; /* goes on beside; NULL */
  uint8_t open_at;
  bool left; /* it was cut */
};

static bool was_fine(const struct steps *st, uint8_t step)
{
  return st->asked->fine >> step & 1;
}

static const struct profile_step *step_of(const struct steps *st)
{
  return &st->asked->p->step[st->at];
}

static bool is_set(const struct steps *st, const char *var)
{
  const char *v = profile_value(st->asked->p, &st->asked->vars, slice_of(var));
  return v && v[0];
}

static bool is_due(const struct steps *st, const struct profile_step *p)
{
  return p->phase == st->phase && (!p->needs || is_set(st, p->needs)) &&
         (!p->unless || !is_set(st, p->unless)) &&
         (p->with == GRAMMAR_NONE || was_fine(st, p->with));
}

/* What an answer brings. */

static bool add_value(const struct value *v, struct buf *out)
{
  struct buf undone;
  struct slice text;
  bool added;
  if(v->kind == KIND_NUMBER)
    return buf_add(out, v->text.p, v->text.n) == 0;
  if(v->kind != KIND_STRING)
    return false;
  buf_init(&undone, 0);
  added =
      value_text(v, &undone, &text) == 0 && buf_add(out, text.p, text.n) == 0;
  buf_free(&undone);
  return added;
}

static bool from_data(const char *pointer, struct slice data, struct buf *out)
{
  struct pointer_set set = {.count = 0};
  struct value v;
  struct err none;
  bool found = pointer_set_add(&set, slice_of(pointer), &none) == 0 &&
               reader_read(&set, data, &v, NULL) == 0 && add_value(&v, out);
  pointer_set_fini(&set);
  return found;
}

static bool from_pointer(const char *pointer, const struct recording *r,
                         struct buf *out)
{
  size_t i;
  for(i = 0; i < r->events; i++) {
    if(from_data(pointer, r->event[i].data, out))
      return true;
  }
  return !r->events && from_data(pointer, buf_slice(&r->body), out);
}

static bool first_id(const struct recording *r, struct buf *out)
{
  size_t i;
  for(i = 0; i < r->events; i++) {
    if(r->event[i].id_in_block && r->event[i].id.n)
      return buf_add(out, r->event[i].id.p, r->event[i].id.n) == 0;
  }
  return false;
}

static bool find_saved(const char *from, const struct recording *r,
                       struct buf *out)
{
  struct slice field;
  if(from[0] == '/')
    return from_pointer(from, r, out);
  if(strcmp(from, PROFILE_SAVE_ID) == 0)
    return first_id(r, out);
  field = recording_field(&r->head, from + strlen(PROFILE_SAVE_HEAD), 0);
  return field.p && buf_add(out, field.p, field.n) == 0;
}

/* false: a member that the step is made for was not there; a header may be. */
static bool save(struct steps *st, const struct profile_step *p,
                 const struct recording *r)
{
  bool all = true;
  uint8_t i;
  for(i = 0; i < p->saves; i++) {
    struct buf text;
    buf_init(&text, 0);
    if(find_saved(p->save[i].text, r, &text))
      (void)profile_keep(&st->asked->vars, p->save[i].name, buf_slice(&text));
    else if(p->save[i].text[0] == '/')
      all = false;
    buf_free(&text);
  }
  return all;
}

/* Requests */

static void make(struct script *s);
static void cut_open(struct script *s);
static const struct recorder_handler *handler_of(const struct profile_step *p);

static void add_headers(const struct steps *st, const struct profile_step *p,
                        struct buf *out)
{
  uint8_t i;
  for(i = 0; i < p->withouts; i++)
    buf_addf(out, "-%s\n", p->without[i]);
  for(i = 0; i < p->headers; i++) {
    struct buf value;
    buf_init(&value, 0);
    if(profile_fill(st->asked->p, &st->asked->vars, p->header[i].text, false,
                    &value) == 0)
      buf_addf(out, "%s: %s\n", p->header[i].name, buf_text(&value));
    buf_free(&value);
  }
}

static struct stop_rule stop_of(const struct steps *st,
                                const struct profile_step *p)
{
  const struct target *t = script_target(st->s);
  struct stop_rule stop = {.when = STOP_AT_LIMIT,
                           .limit_ns =
                               p->for_ns ? p->for_ns : t->idle_window_ns};
  if(p->head)
    stop.when = STOP_AFTER_HEAD;
  else if(p->events) {
    stop.when = STOP_AFTER_EVENTS;
    stop.n = p->events;
  }
  return stop;
}

static void fill(const struct steps *st, const char *text, bool json,
                 struct buf *out)
{
  if(text)
    (void)profile_fill(st->asked->p, &st->asked->vars, text, json, out);
}

static struct recorder_exchange *ask(struct steps *st)
{
  const struct profile_step *p = step_of(st);
  struct probe_request q = {.method = p->method, .stop = stop_of(st, p)};
  struct recorder_exchange *x;
  struct buf headers, body, path;
  buf_init(&headers, 0);
  buf_init(&body, 0);
  buf_init(&path, 0);
  add_headers(st, p, &headers);
  fill(st, p->body, true, &body);
  fill(st, p->path, false, &path);
  q.name = script_name(script_id(st->s));
  q.headers = buf_text(&headers);
  if(p->body)
    q.body = buf_slice(&body);
  if(p->path)
    q.path = buf_text(&path);
  x = recorder_start(script_recorder(st->s), &q, handler_of(p), st);
  buf_free(&headers);
  buf_free(&body);
  buf_free(&path);
  return x;
}

/* Goes on to the next one that is due. */
static void next(struct steps *st)
{
  st->made = 0;
  for(st->at++; st->at < st->asked->p->steps; st->at++) {
    if(is_due(st, step_of(st))) {
      make(st->s);
      return;
    }
  }
  if(st->open)
    script_after(st->s, STAY_NS, cut_open);
  else
    script_done(st->s);
}

static void make(struct script *s)
{
  struct steps *st = script_state(s);
  struct recorder_exchange *x;
  if(!st->made++)
    st->began_ns = clock_mono_ns();
  x = ask(st);
  if(!x) {
    script_done(s);
    return;
  }
  if(step_of(st)->open) {
    st->open = x;
    st->open_at = st->at;
    st->left = false;
  }
}

static void take(struct steps *st, uint8_t at, struct recording *r)
{
  const struct profile_step *p = &st->asked->p->step[at];
  r->label.role = ROLE_STEP;
  r->label.of = at + 1;
  if(save(st, p, r) && r->head.status >= 200 && r->head.status < 300)
    st->asked->fine |= UINT32_C(1) << at;
  script_keep_next(st->s, r);
}

static bool is_late(const struct steps *st)
{
  return clock_mono_ns() - st->began_ns >= step_of(st)->within_ns;
}

static void cut_open(struct script *s)
{
  struct steps *st = script_state(s);
  st->left = true;
  if(st->open)
    recorder_cut(st->open, CUT_FIN);
  else
    next(st);
}

/* Not what is wanted, and there is time to try again. */
static bool is_tried_again(struct steps *st, struct recording *r)
{
  if(profile_wants(&step_of(st)->wants, r->head.status) || is_late(st))
    return false;
  script_drop(st->s, r);
  script_after(st->s, PAUSE_NS, make);
  return true;
}

static void on_done(struct recording *r, void *ctx)
{
  struct steps *st = ctx;
  if(is_tried_again(st, r))
    return;
  if(st->made < step_of(st)->times) {
    script_drop(st->s, r);
    script_after(st->s, 0, make);
    return;
  }
  take(st, st->at, r);
  if(st->open)
    script_after(st->s, STAY_NS, cut_open);
  else
    next(st);
}

/* The one beside is over: the step that it is beside goes on, unless it was
 * waited for. */
static void open_done(struct recording *r, void *ctx)
{
  struct steps *st = ctx;
  bool waited = st->left || st->at == st->open_at;
  st->open = NULL;
  if(!st->left && waited && is_tried_again(st, r))
    return;
  take(st, st->open_at, r);
  if(waited)
    next(st);
}

static void open_progress(struct recorder_exchange *x,
                          const struct recording *r, void *ctx)
{
  struct steps *st = ctx;
  (void)x;
  if(st->at == st->open_at && r->head.complete_ns >= 0 &&
     r->head.status == 200)
    next(st);
}

static const struct recorder_handler handler = {.on_done = on_done};
static const struct recorder_handler open_handler = {
    .on_progress = open_progress, .on_done = open_done};

static const struct recorder_handler *handler_of(const struct profile_step *p)
{
  return p->open ? &open_handler : &handler;
}

static void start(struct script *s, enum profile_phase phase)
{
  struct steps *st = calloc(1, sizeof(*st));
  script_set_state(s, st);
  if(!st) {
    script_done(s);
    return;
  }
  st->s = s;
  st->asked = script_target(s)->app;
  st->phase = phase;
  st->at = UINT8_MAX; /* before the first */
  next(st);
}

static void start_before(struct script *s)
{
  start(s, STEP_BEFORE);
}

static void start_after(struct script *s)
{
  start(s, STEP_AFTER);
}

static void start_last(struct script *s)
{
  start(s, STEP_LAST);
}

const struct script_row script_steps_before = {.id = SCRIPT_STEPS_BEFORE,
                                               .phase = SCRIPT_BESIDE,
                                               .single = true,
                                               .start = start_before};
const struct script_row script_steps = {.id = SCRIPT_STEPS,
                                        .phase = SCRIPT_ALONE,
                                        .single = true,
                                        .start = start_after};
const struct script_row script_steps_last = {.id = SCRIPT_STEPS_LAST,
                                             .phase = SCRIPT_BESIDE,
                                             .single = true,
                                             .start = start_last};

static bool has_steps(const struct target *t, enum profile_phase phase)
{
  uint8_t i;
  for(i = 0; t->app && i < t->app->p->steps; i++) {
    if(t->app->p->step[i].phase == phase)
      return true;
  }
  return false;
}

void steps_trim(const struct target *t, struct exchange_set *set)
{
  bool *has = set->scripts.has;
  has[SCRIPT_STEPS_BEFORE] =
      has[SCRIPT_STEPS_BEFORE] && has_steps(t, STEP_BEFORE);
  has[SCRIPT_STEPS] = has[SCRIPT_STEPS] && has_steps(t, STEP_AFTER);
  has[SCRIPT_STEPS_LAST] = has[SCRIPT_STEPS_LAST] && has_steps(t, STEP_LAST);
  if(has_steps(t, STEP_BEFORE))
    set->exchanges &= ~EX(EX_DELETE);
}
