/* SPDX-License-Identifier: MIT
 * What each step does; see instance.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "flow/instance.h"

static struct step_result *result_of(struct instance *in)
{
  return &in->result[in->step->number];
}

static int64_t scaled(const struct instance *in, uint64_t ns)
{
  return (int64_t)((double)ns * in->o->timeout_scale);
}

static const char *stream_name(const struct instance *in, int32_t i)
{
  return in->f->stream[i][0] ? in->f->stream[i] : "stream";
}

void step_set(struct instance *in, const struct flow_step *s,
              enum step_state state, enum miss miss, const char *sentence)
{
  struct step_result *r = &in->result[s->number];
  r->state = state;
  r->miss = miss;
  r->ended_ns = instance_now(in);
  if(sentence && sentence[0]) {
    free(r->sentence);
    r->sentence = slice_dup(slice_of(sentence));
  }
  if(state == STEP_FAILED && s->phase != PHASE_TEARDOWN)
    in->red = true;
  if(state == STEP_ERROR ||
     (state == STEP_FAILED && s->phase == PHASE_TEARDOWN))
    in->error = true;
  if(state == STEP_UNCERTAIN)
    in->uncertain = true;
}

static bool fail(struct instance *in, enum step_state state, enum miss miss,
                 const char *sentence)
{
  step_set(in, in->step, state, miss, sentence);
  return true;
}

static bool pass(struct instance *in)
{
  step_set(in, in->step, STEP_PASSED, MISS_NONE, NULL);
  return true;
}

/* --- requests --- */

static void start_request(struct instance *in)
{
  struct err e = {0};
  if(call_start(&in->call, in->step->map, in->step->user, &e) == 0)
    in->calling = true;
  else
    fail(in,
         e.code == E_NOT_FOUND && in->phase == PHASE_TEARDOWN ? STEP_SKIPPED
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

static void add_again(struct instance *in, const struct call *c, bool streams)
{
  struct step_result *r = result_of(in);
  struct buf text;
  buf_init(&text, 0);
  call_again(c, streams, &text);
  free(r->again);
  r->again = slice_dup(buf_slice(&text));
  buf_free(&text);
}

static bool late_answer(struct instance *in)
{
  char text[200], time[UNITS_MAX];
  int64_t limit =
      scaled(in, node_time_ns(in->step->map, "answer", in->f->answer_ns));
  int64_t end = result_of(in)->began_ns + limit;
  if(in->quiet_ns < end) {
    instance_wake(in, end);
    return false;
  }
  call_stop(&in->call);
  units_fmt_duration((uint64_t)limit, time);
  snprintf(text, sizeof(text), "%s within %s",
           in->call.status ? "the answer did not end" : "no answer came",
           time);
  add_again(in, &in->call, false);
  return fail(in, STEP_FAILED, MISS_REQUEST, text);
}

static bool poll_request(struct instance *in)
{
  struct call *c = &in->call;
  struct err e = {0};
  struct buf why;
  enum miss miss;
  if(c->sent_ns >= 0)
    result_of(in)->sent_ns = c->sent_ns;
  if(!c->over)
    return late_answer(in);
  result_of(in)->answered_ns = c->over_ns;
  note_request(in, c);
  buf_init(&why, 0);
  miss = call_judge(c, in->f, &why);
  if(miss == MISS_REQUEST && !c->status && c->end == END_REFUSED)
    in->unreachable = true;
  if(miss == MISS_NONE && call_take(c, NULL, &e)) {
    miss = MISS_ANSWER;
    buf_adds(&why, e.text);
  }
  if(miss != MISS_NONE)
    add_again(in, c, false);
  if(miss == MISS_NONE)
    pass(in);
  else
    fail(in, STEP_FAILED, miss, buf_text(&why));
  buf_free(&why);
  return true;
}

/* --- streams --- */

static void start_stream(struct instance *in, const char *last_id)
{
  struct flow_stream *s = &in->stream[in->step->stream];
  struct err e = {0};
  if(flow_stream_open(s, last_id, &e))
    fail(in, STEP_ERROR, MISS_VALUE, e.text);
}

static void start_subscribe(struct instance *in)
{
  const struct yaml_node *n = node_get(in->step->map, "last-event-id");
  struct flow_stream *s = &in->stream[in->step->stream];
  struct buf id;
  struct err e = {0};
  buf_init(&id, 0);
  s->step = in->step;
  if(n && vars_text(&in->vars, instance_user_name(in, in->step->user), n->text,
                    &id, &e))
    fail(in, STEP_ERROR, MISS_VALUE, e.text);
  else
    start_stream(in, buf_text(&id));
  buf_free(&id);
}

static void start_resume(struct instance *in)
{
  struct flow_stream *s = &in->stream[in->step->stream];
  const char *id = node_text(in->step->map, "id", "last");
  struct err e = {0};
  struct buf text;
  if(s->open || s->call.x) {
    fail(in, STEP_ERROR, MISS_VALUE, "the stream is open: cut it first");
    return;
  }
  if(!s->step) {
    fail(in, STEP_ERROR, MISS_VALUE, "the stream was never subscribed");
    return;
  }
  buf_init(&text, 0);
  if(strcmp(id, "last") == 0) {
    struct slice last = parser_last_event_id(&s->parser);
    buf_add(&text, last.p, last.n);
  } else if(strcmp(id, "none") != 0 &&
            vars_text(&in->vars, "", slice_of(id), &text, &e)) {
    fail(in, STEP_ERROR, MISS_VALUE, e.text);
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
      scaled(in, node_time_ns(in->step->map, "open", in->f->open_ns));
  int64_t end = result_of(in)->began_ns + limit;
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
  add_again(in, &s->call, true);
  return fail(in, STEP_FAILED, MISS_OPEN, text);
}

static bool opened(struct instance *in, struct flow_stream *s)
{
  struct buf why;
  struct err e = {0};
  buf_init(&why, 0);
  if(call_take(&s->call, NULL, &e))
    buf_adds(&why, e.text);
  instance_note(in, s->opened_ns, stream_name(in, in->step->stream),
                s->connection > 1 ? "opened anew" : "open");
  if(why.n)
    fail(in, STEP_FAILED, MISS_ANSWER, buf_text(&why));
  else
    pass(in);
  buf_free(&why);
  return true;
}

static bool poll_open(struct instance *in)
{
  struct flow_stream *s = &in->stream[in->step->stream];
  bool sent = strcmp(node_text(in->step->map, "ready", "head"), "sent") == 0;
  if(s->call.sent_ns >= 0)
    result_of(in)->sent_ns = s->call.sent_ns;
  if(s->was_open)
    return opened(in, s);
  if(s->call.over) {
    in->unreachable |= s->call.end == END_REFUSED;
    add_again(in, &s->call, true);
    return fail(in, STEP_FAILED, MISS_OPEN, s->call.sentence);
  }
  if(sent && s->call.sent_ns >= 0)
    return pass(in);
  return late_open(in, s);
}

static void do_at_once(struct instance *in)
{
  struct flow_stream *s = &in->stream[in->step->stream];
  const char *name = stream_name(in, in->step->stream);
  bool rst = strcmp(node_text(in->step->map, "how", "rst"), "rst") == 0;
  int64_t now = instance_now(in);
  if(!s->call.x) {
    fail(in, STEP_FAILED, MISS_NOT_OPEN, "the stream is not open");
    return;
  }
  if(in->step->verb == VERB_PAUSE || in->step->verb == VERB_GO) {
    s->paused = in->step->verb == VERB_PAUSE;
    exchange_budget(s->call.x, s->paused ? 0 : UINT64_MAX);
  } else
    flow_stream_end(s, in->step->verb == VERB_CUT && rst);
  if(in->step->verb == VERB_CUT)
    s->cut_at = in->record.count;
  if(flow_is_trigger(in->step->verb))
    result_of(in)->sent_ns = now;
  instance_note(in, now, name, "%s", flow_verb_name(in->step->verb));
  pass(in);
}

/* --- expecting --- */

/* The trigger of an expect: its send, or its answer's end. */
static int64_t origin_of(struct instance *in, bool *found)
{
  const struct flow_step *s = in->step, *t;
  bool answer = strcmp(node_text(s->map, "since", "send"), "answer") == 0;
  const struct flow_stream *stream = &in->stream[s->stream];
  int64_t latest = -1;
  uint32_t n;
  *found = true;
  if(s->after > 0) {
    const struct step_result *r = &in->result[s->after];
    return answer && r->answered_ns >= 0 ? r->answered_ns : r->sent_ns;
  }
  for(n = 1; n < s->number && s->after == 0; n++) {
    const struct step_result *r = &in->result[n];
    t = flow_step_find(in->f, n);
    if(r->sent_ns < 0 || t->phase != s->phase || t->verb == VERB_SUBSCRIBE)
      continue;
    if(t->stream >= 0 && t->stream != s->stream)
      continue;
    latest = answer && r->answered_ns >= 0 ? r->answered_ns : r->sent_ns;
  }
  /* A stream that is an answer is its own trigger. */
  if(latest < stream->call.sent_ns && s->after == 0 && stream->step &&
     !slice_eq_cstr(flow_method_of(stream->step->map)->key, "GET"))
    return stream->call.sent_ns;
  if(latest >= 0 && latest > stream->call.sent_ns - 1)
    return latest;
  *found = false;
  return stream->opened_ns;
}

/* Where the window begins: the first request of the round, or the opening of
 * the stream where that is later. */
static int64_t start_of(struct instance *in, int64_t origin)
{
  const struct flow_step *s = in->step;
  const struct flow_stream *stream = &in->stream[s->stream];
  int64_t first = -1;
  uint32_t n;
  if(s->after > 0 || node_get(s->map, "since"))
    return origin;
  for(n = 1; n < s->number && s->after == 0 && first < 0; n++) {
    const struct flow_step *t = flow_step_find(in->f, n);
    if(t->round == s->round &&
       (t->verb == VERB_REQUEST || t->verb == VERB_RUN))
      first = in->result[n].sent_ns;
  }
  if(first >= 0 && first >= stream->call.sent_ns)
    return first;
  if(first >= 0 && stream->connection > 1)
    return first;                  /* opened anew in this round */
  return stream->call.sent_ns - 1; /* all that the connection brought */
}

static void set_window(struct instance *in, struct expect *x)
{
  const struct flow_step *s = in->step;
  bool triggered;
  int64_t origin = origin_of(in, &triggered);
  uint64_t within = node_time_ns(s->map, "within", in->f->within_ns);
  uint64_t span = node_time_ns(s->map, "for", 0);
  x->origin_ns = origin;
  x->start_ns = start_of(in, origin);
  if(in->waited_ns > origin && s->after == 0)
    x->origin_ns = in->waited_ns;
  x->deadline_ns = x->origin_ns + scaled(in, within);
  x->until_ns = x->origin_ns + (int64_t)span;
  if(expect_is_negative(x))
    x->deadline_ns = EXPECT_FOREVER;
  else if(!span)
    x->until_ns = 0; /* set once it is met */
  result_of(in)->origin_ns = x->origin_ns;
}

static void start_expect(struct instance *in)
{
  struct err e = {0};
  struct expect *x;
  in->grace_ns = -1;
  if(!in->stream[in->step->stream].step) {
    fail(in, STEP_ERROR, MISS_NOT_OPEN, "its stream was not subscribed");
    return;
  }
  x = expect_new(in->f, in->step, &in->vars, &e);
  if(!x) {
    fail(in, STEP_ERROR, MISS_VALUE, e.text);
    return;
  }
  set_window(in, x);
  if(round_arm(&in->round, x)) {
    expect_free(x);
    fail(in, STEP_ERROR, MISS_LIMIT, "too many expects in one round");
  }
}

static int take_from(struct instance *in, const struct record_item *i,
                     struct err *e)
{
  const struct yaml_node *map = node_get(in->step->map, "take"), *m;
  int rc = 0;
  for(m = map ? map->child : NULL; m && !rc; m = m->next) {
    struct slice v = {NULL, 0};
    if(m->text.p[0] == '/') {
      rc = take_value(&in->vars, m->key.p, m->text, i->item.data, e);
      continue;
    }
    if(slice_eq_cstr(m->text, "id"))
      v = i->item.id;
    else if(slice_eq_cstr(m->text, "event"))
      v = i->item.event;
    else if(slice_eq_cstr(m->text, "data"))
      v = i->item.data;
    if(!v.p)
      rc = err_set(e, E_NOT_FOUND, "take: an event has no %s", m->text.p);
    else
      rc = vars_set(&in->vars, m->key.p, KIND_STRING, v);
  }
  return rc;
}

/* The claimed item that came last: when the expectation was met. */
static uint32_t last_claimed(struct instance *in, uint32_t number)
{
  uint32_t k = in->record.count;
  while(k-- > 0) {
    if(in->record.item[k].claimed == number)
      return k;
  }
  return UINT32_MAX;
}

static bool met(struct instance *in, uint32_t i, struct round_said said)
{
  struct expect *x = in->round.expect[i];
  struct step_result *r = result_of(in);
  struct err e = {0};
  uint32_t first = round_keep(&in->round, &in->record, i);
  uint32_t last = last_claimed(in, in->step->number);
  r->unproven = said.miss == MISS_UNPROVEN;
  if(last != UINT32_MAX) {
    r->matched = last;
    r->latency_ns = in->record.item[last].at_ns - x->origin_ns;
    if(!x->until_ns)
      x->until_ns = in->record.item[last].at_ns + scaled(in, in->f->settle_ns);
  }
  if(first != UINT32_MAX && take_from(in, &in->record.item[first], &e))
    return fail(in, STEP_FAILED, MISS_VALUE, e.text);
  if(r->unproven)
    return fail(in, in->o->strict ? STEP_FAILED : STEP_PASSED, MISS_UNPROVEN,
                "nothing came on this stream at all: its silence proves "
                "nothing");
  return pass(in);
}

static bool missed(struct instance *in, uint32_t i, struct round_said said)
{
  struct flow_stream *s = &in->stream[in->step->stream];
  add_again(in, &s->call, true);
  nearest_explain(in, in->round.expect[i], said, result_of(in));
  return fail(in, STEP_FAILED, result_of(in)->miss, NULL);
}

/* A miss is told once it was read on for a while: what comes late tells more
 * than that nothing came. */
static bool read_on(struct instance *in, uint32_t i, struct round_said said)
{
  struct expect *x = in->round.expect[i];
  int64_t grace = x->deadline_ns - x->origin_ns;
  if(said.miss != MISS_ABSENT)
    return missed(in, i, said);
  if(grace < (int64_t)NS_PER_SEC)
    grace = (int64_t)NS_PER_SEC;
  if(in->grace_ns < 0) {
    in->grace_ns = x->deadline_ns + grace;
    in->said = said;
  }
  if(in->quiet_ns >= in->grace_ns || x->matches ||
     !in->stream[in->step->stream].open)
    return missed(in, i, said);
  instance_wake(in, in->grace_ns);
  return false;
}

static bool poll_expect(struct instance *in)
{
  uint32_t i = in->round.count - 1;
  struct expect *x = in->round.expect[i];
  struct stream_state state = flow_stream_state(&in->stream[in->step->stream]);
  struct round_said said;
  uint32_t k;
  for(k = 0; k < in->round.count; k++) {
    if(expect_look(in->round.expect[k], &in->record))
      return fail(in, STEP_ERROR, MISS_LIMIT, err_name(E_NOMEM));
  }
  if(in->record.full)
    return fail(in, STEP_ERROR, MISS_LIMIT, "more came than weir keeps");
  said = round_judge(&in->round, &in->record, i, &state);
  if(said.state == ROUND_MET)
    return met(in, i, said);
  if(said.state == ROUND_MISSED)
    return read_on(in, i, said);
  if(said.state == ROUND_UNCERTAIN)
    return fail(in, STEP_UNCERTAIN, said.miss,
                "weir read it only together with what came after the limit: "
                "whether it was in time is uncertain");
  instance_wake(in, expect_is_negative(x) ? x->until_ns : x->deadline_ns);
  return false;
}

/* --- rounds --- */

static void judge_excess(struct instance *in, uint32_t i)
{
  struct expect *x = in->round.expect[i];
  struct stream_state state = flow_stream_state(&in->stream[x->stream]);
  struct step_result *r = &in->result[x->step->number];
  struct round_said said;
  if(r->state != STEP_PASSED || !x->until_ns)
    return;
  said = round_excess(&in->round, &in->record, i, &state);
  if(said.state != ROUND_MISSED)
    return;
  if(said.miss == MISS_NOT_OPEN)
    return; /* it was judged within its own window */
  nearest_explain(in, x, said, r);
  step_set(in, x->step, STEP_FAILED, r->miss, NULL);
}

bool step_close_round(struct instance *in)
{
  int64_t end = 0;
  uint32_t i;
  for(i = 0; i < in->round.count; i++) {
    struct expect *x = in->round.expect[i];
    bool watched = expect_is_negative(x) || x->times[0].exact;
    if(watched && in->result[x->step->number].state == STEP_PASSED &&
       x->until_ns > end)
      end = x->until_ns;
    expect_look(x, &in->record);
  }
  if(in->quiet_ns < end && !in->stopping) {
    instance_wake(in, end);
    return false;
  }
  for(i = 0; i < in->round.count; i++) {
    if(in->round.expect[i]->until_ns)
      in->round.expect[i]->until_ns = in->quiet_ns > end ? in->quiet_ns : end;
  }
  for(i = 0; i < in->round.count; i++)
    judge_excess(in, i);
  round_clear(&in->round);
  return true;
}

/* --- all of them --- */

static void start_wait(struct instance *in)
{
  (void)in;
}

static bool poll_wait(struct instance *in)
{
  const struct yaml_node *map = in->step->map;
  uint64_t span = node_time_ns(map, "for", node_time_ns(map, "about", 0));
  int64_t end = result_of(in)->began_ns + (int64_t)span;
  if(in->quiet_ns < end) {
    instance_wake(in, end);
    return false;
  }
  in->waited_ns = end; /* "within" counts from here */
  return pass(in);
}

void step_start(struct instance *in)
{
  struct step_result *r = result_of(in);
  r->began_ns = instance_now(in);
  switch(in->step->verb) {
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
    start_expect(in);
    break;
  case VERB_WAIT:
    start_wait(in);
    break;
  case VERB_RUN:
  case VERB_REPEAT:
  case VERB_PARALLEL:
    fail(in, STEP_ERROR, MISS_RUN, "this step is not known");
    break;
  default:
    do_at_once(in);
  }
}

bool step_poll(struct instance *in)
{
  if(result_of(in)->state != STEP_PENDING)
    return true;
  switch(in->step->verb) {
  case VERB_SUBSCRIBE:
  case VERB_RESUME:
    return poll_open(in);
  case VERB_REQUEST:
    return poll_request(in);
  case VERB_EXPECT:
    return poll_expect(in);
  case VERB_WAIT:
    return poll_wait(in);
  default:
    return true;
  }
}
