/* SPDX-License-Identifier: MIT
 * What each step does; see instance.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "flow/instance.h"

/* --- requests --- */

static void start_request(struct instance *in)
{
  struct err e = {0};
  in->at->again_ns = -1;
  if(call_start(&in->at->call, in->at->step->map, in->at->step->user, &e) == 0)
    in->at->calling = true;
  else
    step_fail(in,
              e.code == E_NOT_FOUND && in->phase == PHASE_TEARDOWN
                  ? STEP_SKIPPED
                  : STEP_ERROR,
              MISS_VALUE, e.text);
}

static void note_request(struct instance *in, const struct call *c)
{
  const struct yaml_node *n = flow_method_of(c->map);
  char status[16];
  snprintf(status, sizeof(status), c->status ? "%d" : "no answer", c->status);
  instance_note(in, c->sent_ns, instance_user_name(in, c->user),
                "%s %.60s %s, answered after %.3f ms", n->key.p, n->text.p,
                status, (double)(c->over_ns - c->sent_ns) / 1e6);
}

static bool late_answer(struct instance *in)
{
  char text[200], time[UNITS_MAX];
  int64_t limit = step_scaled(
      in, node_time_ns(in->at->step->map, "answer", in->f->answer_ns));
  int64_t end = step_result_of(in)->began_ns + limit;
  if(in->quiet_ns < end) {
    instance_wake(in, end);
    return false;
  }
  call_stop(&in->at->call);
  units_fmt_duration((uint64_t)limit, time);
  snprintf(text, sizeof(text), "%s within %s",
           in->at->call.status ? "the answer did not end" : "no answer came",
           time);
  step_add_again(in, &in->at->call, false);
  return step_fail(in, STEP_FAILED, MISS_REQUEST, text);
}

/* Of a request with until: true where it is asked again, or is going to be. */
static bool ask_again(struct instance *in, struct buf *why)
{
  const struct yaml_node *map = in->at->step->map;
  const struct yaml_node *until = yaml_get(map, "until");
  int64_t every = (int64_t)node_time_ns(map, "every", 200 * NS_PER_MS);
  int64_t end = step_result_of(in)->began_ns +
                step_scaled(in, node_time_ns(map, "within", in->f->within_ns));
  if(!until)
    return false;
  in->at->asked++;
  if(call_holds(&in->at->call, until, why))
    return false;
  in->at->again_ns = in->at->call.over_ns + every;
  if(in->at->again_ns >= end) {
    buf_addf(why, " (asked %u times)", in->at->asked);
    return false;
  }
  instance_wake(in, in->at->again_ns);
  return true;
}

static bool poll_request(struct instance *in)
{
  struct call *c = &in->at->call;
  struct err e = {0};
  struct buf why;
  enum miss miss;
  if(in->at->again_ns >= 0 && in->quiet_ns < in->at->again_ns) {
    instance_wake(in, in->at->again_ns);
    return false;
  }
  if(in->at->again_ns >= 0) {
    start_request(in);
    if(step_result_of(in)->state != STEP_PENDING)
      return true;
  }
  if(c->sent_ns >= 0)
    step_result_of(in)->sent_ns = c->sent_ns;
  if(!c->over)
    return late_answer(in);
  step_result_of(in)->answered_ns = c->over_ns;
  buf_init(&why, 0);
  if(ask_again(in, &why)) {
    buf_free(&why);
    return false;
  }
  note_request(in, c);
  miss = why.n ? MISS_ANSWER : call_judge(c, &why);
  if(miss == MISS_REQUEST && !c->status && c->end == END_REFUSED)
    in->unreachable = true;
  if(miss == MISS_NONE && call_take(c, NULL, &e)) {
    miss = MISS_ANSWER;
    buf_adds(&why, e.text);
  }
  if(miss != MISS_NONE)
    step_add_again(in, c, false);
  if(miss == MISS_NONE)
    step_pass(in);
  else
    step_fail(in, STEP_FAILED, miss, buf_text(&why));
  buf_free(&why);
  return true;
}

/* --- streams --- */

static void start_stream(struct instance *in, const char *last_id)
{
  struct flow_stream *s = &in->stream[in->at->step->stream];
  struct err e = {0};
  if(flow_stream_open(s, last_id, &e))
    step_fail(in, STEP_ERROR, MISS_VALUE, e.text);
}

static void start_subscribe(struct instance *in)
{
  const struct yaml_node *n = yaml_get(in->at->step->map, "last-event-id");
  struct flow_stream *s = &in->stream[in->at->step->stream];
  struct buf id;
  struct err e = {0};
  buf_init(&id, 0);
  s->step = in->at->step;
  if(n && vars_text(&in->vars, instance_user_name(in, in->at->step->user),
                    n->text, &id, &e))
    step_fail(in, STEP_ERROR, MISS_VALUE, e.text);
  else
    start_stream(in, buf_text(&id));
  buf_free(&id);
}

static void start_resume(struct instance *in)
{
  struct flow_stream *s = &in->stream[in->at->step->stream];
  const char *id = node_text(in->at->step->map, "id", "last");
  struct err e = {0};
  struct buf text;
  if(s->open || s->call.x) {
    step_fail(in, STEP_ERROR, MISS_VALUE, "the stream is open: cut it first");
    return;
  }
  if(!s->step) {
    step_fail(in, STEP_ERROR, MISS_VALUE, "the stream was never subscribed");
    return;
  }
  buf_init(&text, 0);
  if(strcmp(id, "last") == 0) {
    struct slice last = parser_last_event_id(&s->parser);
    buf_add(&text, last.p, last.n);
  } else if(strcmp(id, "none") != 0 &&
            vars_text(&in->vars, "", slice_of(id), &text, &e)) {
    step_fail(in, STEP_ERROR, MISS_VALUE, e.text);
    buf_free(&text);
    return;
  }
  start_stream(in, buf_text(&text));
  buf_free(&text);
}

static bool late_open(struct instance *in, struct flow_stream *s)
{
  char text[300], time[UNITS_MAX];
  int64_t limit =
      step_scaled(in, node_time_ns(in->at->step->map, "open", in->f->open_ns));
  int64_t end = step_result_of(in)->began_ns + limit;
  if(in->quiet_ns < end) {
    instance_wake(in, end);
    return false;
  }
  flow_stream_end(s, false);
  units_fmt_duration((uint64_t)limit, time);
  snprintf(text, sizeof(text),
           "no head of an answer came within %s; many frameworks send it with "
           "the first event: flush the head, or say \"ready: sent\" (racy)",
           time);
  step_add_again(in, &s->call, true);
  return step_fail(in, STEP_FAILED, MISS_OPEN, text);
}

static bool opened(struct instance *in, struct flow_stream *s)
{
  struct buf why;
  struct err e = {0};
  buf_init(&why, 0);
  if(call_take(&s->call, NULL, &e))
    buf_adds(&why, e.text);
  instance_note(in, s->opened_ns, step_stream_name(in, in->at->step->stream),
                s->connection > 1 ? "opened anew" : "open");
  if(why.n)
    step_fail(in, STEP_FAILED, MISS_ANSWER, buf_text(&why));
  else
    step_pass(in);
  buf_free(&why);
  return true;
}

/* A request whose event is to come back is sent again and again. */
static void probe(struct instance *in, const struct yaml_node *ready)
{
  const struct yaml_node *map = yaml_get(ready, "probe");
  struct lane *l = in->at;
  struct err e = {0};
  if(!map || (l->calling && !l->call.over))
    return;
  if(l->calling) {
    l->calling = false;
    l->again_ns = l->call.over_ns +
                  (int64_t)node_time_ns(ready, "every", 100 * NS_PER_MS);
  }
  if(in->quiet_ns < l->again_ns) {
    instance_wake(in, l->again_ns);
    return;
  }
  l->asked++;
  if(call_start(&l->call, map, l->step->user, &e))
    step_fail(in, STEP_ERROR, MISS_VALUE, e.text);
  else
    l->calling = true;
}

static void leave_ready(struct lane *l)
{
  call_stop(&l->call);
  expect_free(l->ready);
  l->ready = NULL;
  l->calling = false;
  l->again_ns = -1;
}

/* What must have come for the stream to be ready did not, in time. */
static bool late_ready(struct instance *in, struct flow_stream *s)
{
  char text[200], time[UNITS_MAX];
  int64_t limit =
      step_scaled(in, node_time_ns(in->at->step->map, "open", in->f->open_ns));
  int64_t end = step_result_of(in)->began_ns + limit;
  if(s->open && in->quiet_ns < end) {
    instance_wake(in, end);
    return false;
  }
  units_fmt_duration((uint64_t)limit, time);
  snprintf(text, sizeof(text),
           s->open ? "the stream is open, but what says that it is ready did "
                     "not come within %s (%u probe%s)"
                   : "the stream ended before it was ready, after less than "
                     "%s (%u probe%s)",
           time, in->at->asked, in->at->asked == 1 ? "" : "s");
  leave_ready(in->at);
  step_add_again(in, &s->call, true);
  return step_fail(in, STEP_FAILED, MISS_OPEN, text);
}

/* Of a subscribe with a pattern: true once it has its result. */
static bool poll_ready(struct instance *in, struct flow_stream *s,
                       const struct yaml_node *ready)
{
  struct lane *l = in->at;
  struct err e = {0};
  if(!l->ready) {
    l->again_ns = -1;
    l->ready = expect_ready(in->f, l->step, &in->vars, &e);
    if(!l->ready)
      return step_fail(in, STEP_ERROR, MISS_VALUE, e.text);
    l->ready->start_ns = s->call.sent_ns - 1;
  }
  if(expect_look(l->ready, &in->record))
    return step_fail(in, STEP_ERROR, MISS_LIMIT, err_name(E_NOMEM));
  if(l->ready->matches) {
    leave_ready(l);
    return opened(in, s);
  }
  probe(in, ready);
  return step_result_of(in)->state != STEP_PENDING || late_ready(in, s);
}

static bool poll_open(struct instance *in)
{
  struct flow_stream *s = &in->stream[in->at->step->stream];
  const struct yaml_node *ready = yaml_get(in->at->step->map, "ready");
  bool sent =
      strcmp(node_text(in->at->step->map, "ready", "head"), "sent") == 0;
  if(s->call.sent_ns >= 0)
    step_result_of(in)->sent_ns = s->call.sent_ns;
  if(s->was_open && ready && ready->kind == YAML_MAP)
    return poll_ready(in, s, ready);
  if(s->was_open)
    return opened(in, s);
  if(s->call.over) {
    in->unreachable |= s->call.end == END_REFUSED;
    step_add_again(in, &s->call, true);
    return step_fail(in, STEP_FAILED, MISS_OPEN, s->call.sentence);
  }
  if(sent && s->call.sent_ns >= 0)
    return step_pass(in);
  return late_open(in, s);
}

static void do_at_once(struct instance *in)
{
  struct flow_stream *s = &in->stream[in->at->step->stream];
  const char *name = step_stream_name(in, in->at->step->stream);
  bool rst = strcmp(node_text(in->at->step->map, "how", "rst"), "rst") == 0;
  int64_t now = instance_now(in);
  if(!s->call.x) {
    step_fail(in, STEP_FAILED, MISS_NOT_OPEN, "the stream is not open");
    return;
  }
  if(in->at->step->verb == VERB_PAUSE || in->at->step->verb == VERB_GO) {
    s->paused = in->at->step->verb == VERB_PAUSE;
    exchange_budget(s->call.x, s->paused ? 0 : UINT64_MAX);
  } else
    flow_stream_end(s, in->at->step->verb == VERB_CUT && rst);
  if(flow_is_trigger(in->at->step->verb))
    step_result_of(in)->sent_ns = now;
  instance_note(in, now, name, "%s", flow_verb_name(in->at->step->verb));
  step_pass(in);
}

/* --- all of them --- */

static bool poll_wait(struct instance *in)
{
  const struct yaml_node *map = in->at->step->map;
  uint64_t span = node_time_ns(map, "for", node_time_ns(map, "about", 0));
  int64_t end = step_result_of(in)->began_ns + (int64_t)span;
  if(in->quiet_ns < end) {
    instance_wake(in, end);
    return false;
  }
  in->at->waited_ns = end; /* "within" counts from here */
  return step_pass(in);
}

static void start_run(struct instance *in)
{
  struct err e = {0};
  if(program_start(in, &e)) {
    step_fail(in, STEP_ERROR, MISS_RUN, e.text);
    return;
  }
  step_result_of(in)->sent_ns = instance_now(in);
}

static bool poll_run(struct instance *in)
{
  struct buf why;
  bool over;
  buf_init(&why, 0);
  over = program_poll(in, &why);
  if(over && why.n)
    step_fail(in, STEP_FAILED, MISS_RUN, buf_text(&why));
  else if(over)
    step_pass(in);
  if(over)
    instance_note(in, instance_now(in), "program", "ended%s%s",
                  why.n ? ": " : "", buf_text(&why));
  buf_free(&why);
  return over;
}

void step_start(struct instance *in)
{
  struct step_result *r = step_result_of(in);
  r->began_ns = instance_now(in);
  in->at->asked = 0;
  switch(in->at->step->verb) {
  case VERB_SUBSCRIBE:
    start_subscribe(in);
    break;
  case VERB_RESUME:
    start_resume(in);
    break;
  case VERB_REQUEST:
    start_request(in);
    break;
  case VERB_EXPECT:
    expect_begin(in);
    break;
  case VERB_WAIT:
    break;
  case VERB_RUN:
    start_run(in);
    break;
  case VERB_PARALLEL:
    lanes_fork(in);
    break;
  default:
    do_at_once(in);
  }
}

bool step_poll(struct instance *in)
{
  if(step_result_of(in)->state != STEP_PENDING)
    return true;
  switch(in->at->step->verb) {
  case VERB_SUBSCRIBE:
  case VERB_RESUME:
    return poll_open(in);
  case VERB_REQUEST:
    return poll_request(in);
  case VERB_EXPECT:
    return expect_poll(in);
  case VERB_WAIT:
    return poll_wait(in);
  case VERB_RUN:
    return poll_run(in);
  case VERB_PARALLEL:
    return lanes_join(in);
  default:
    return true;
  }
}
