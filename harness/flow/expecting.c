/* SPDX-License-Identifier: MIT
 * Expectations of a running flow, and their rounds; see instance.h. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/instance.h"

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
  if(s->after > 0 || yaml_get(s->map, "since"))
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
  x->deadline_ns = x->origin_ns + step_scaled(in, within);
  x->until_ns = x->origin_ns + (int64_t)span;
  if(expect_is_negative(x))
    x->deadline_ns = EXPECT_FOREVER;
  else if(!span)
    x->until_ns = 0; /* set once it is met */
  step_result_of(in)->origin_ns = x->origin_ns;
}

void expect_begin(struct instance *in)
{
  struct err e = {0};
  struct expect *x;
  in->grace_ns = -1;
  if(!in->stream[in->step->stream].step) {
    step_fail(in, STEP_ERROR, MISS_NOT_OPEN, "its stream was not subscribed");
    return;
  }
  x = expect_new(in->f, in->step, &in->vars, &e);
  if(!x) {
    step_fail(in, STEP_ERROR, MISS_VALUE, e.text);
    return;
  }
  set_window(in, x);
  if(round_arm(&in->round, x)) {
    expect_free(x);
    step_fail(in, STEP_ERROR, MISS_LIMIT,
              "too many expects in one round, or too many events that "
              "they want");
  }
}

static int take_from(struct instance *in, const struct record_item *i,
                     struct err *e)
{
  const struct yaml_node *map = yaml_get(in->step->map, "take"), *m;
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

static bool met(struct instance *in, uint32_t i, struct round_said said)
{
  struct expect *x = in->round.expect[i];
  struct step_result *r = step_result_of(in);
  struct err e = {0};
  uint32_t last, first = round_meet(&in->round, &in->record, i, &last);
  r->unproven = said.miss == MISS_UNPROVEN;
  if(last != UINT32_MAX) {
    r->matched = last;
    r->latency_ns = in->record.item[last].at_ns - x->origin_ns;
    if(!x->until_ns)
      x->until_ns =
          in->record.item[last].at_ns + step_scaled(in, in->f->settle_ns);
  }
  if(yaml_get(in->step->map, "take"))
    round_keep(&in->round, &in->record, i); /* what was taken is used */
  if(first != UINT32_MAX && take_from(in, &in->record.item[first], &e))
    return step_fail(in, STEP_FAILED, MISS_VALUE, e.text);
  if(r->unproven)
    return step_fail(in, in->o->strict ? STEP_FAILED : STEP_PASSED,
                     MISS_UNPROVEN,
                     "nothing came on this stream at all: its silence proves "
                     "nothing");
  return step_pass(in);
}

/* What was met claims its events for good. */
static void keep_met(struct instance *in)
{
  uint32_t i;
  for(i = 0; i < in->round.count; i++) {
    if(in->round.expect[i]->met)
      round_keep(&in->round, &in->record, i);
  }
}

static bool missed(struct instance *in, uint32_t i, struct round_said said)
{
  struct flow_stream *s = &in->stream[in->step->stream];
  if(said.miss == MISS_LIMIT)
    return step_fail(in, STEP_ERROR, MISS_LIMIT,
                     "so many events could be whose in this round that weir "
                     "cannot tell: at most 64 are matched");
  keep_met(in);
  step_add_again(in, &s->call, true);
  nearest_explain(in, in->round.expect[i], said, step_result_of(in));
  return step_fail(in, STEP_FAILED, step_result_of(in)->miss, NULL);
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
  if(in->grace_ns < 0)
    in->grace_ns = x->deadline_ns + grace;
  if(in->quiet_ns >= in->grace_ns || x->matches ||
     !in->stream[in->step->stream].open)
    return missed(in, i, said);
  instance_wake(in, in->grace_ns);
  return false;
}

bool expect_poll(struct instance *in)
{
  uint32_t i = in->round.count - 1;
  struct expect *x = in->round.expect[i];
  struct stream_state state = flow_stream_state(&in->stream[in->step->stream]);
  struct round_said said;
  uint32_t k;
  for(k = 0; k < in->round.count; k++) {
    if(expect_look(in->round.expect[k], &in->record))
      return step_fail(in, STEP_ERROR, MISS_LIMIT, err_name(E_NOMEM));
  }
  if(in->record.full)
    return step_fail(in, STEP_ERROR, MISS_LIMIT, "more came than weir keeps");
  said = round_judge(&in->round, &in->record, i, &state);
  if(said.state == ROUND_MET)
    return met(in, i, said);
  if(said.state == ROUND_MISSED)
    return read_on(in, i, said);
  if(said.state == ROUND_UNCERTAIN)
    return step_fail(
        in, STEP_UNCERTAIN, said.miss,
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
  keep_met(in);
  round_clear(&in->round);
  return true;
}
