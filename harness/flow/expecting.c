/* SPDX-License-Identifier: MIT
 * Expectations of a running flow, and their rounds; see instance.h. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/instance.h"

/* Whether what t does is a trigger that s may count from: one of its own
 * branch or of the flow itself, or, behind a parallel, of its branches. */
static bool concerns(const struct flow_step *s, const struct flow_step *t)
{
  return !t->branch || !s->branch || t->parallel != s->parallel ||
         t->branch == s->branch;
}

/* The last trigger before an expect; 0: none. */
static uint32_t trigger_of(const struct instance *in,
                           const struct flow_step *s)
{
  uint32_t n, found = 0;
  for(n = 1; n < s->number; n++) {
    const struct flow_step *t = flow_step_find(in->f, n);
    const struct step_result *r = &in->result[n];
    if(r->sent_ns < 0 || t->phase != s->phase || t->verb == VERB_SUBSCRIBE ||
       !concerns(s, t) || (t->stream >= 0 && t->stream != s->stream))
      continue;
    /* A parallel begins something only where nothing did before. */
    if(t->verb == VERB_PARALLEL &&
       (t->number != s->base ||
        (found && flow_step_find(in->f, found)->round == t->round)))
      continue;
    if(!found || r->sent_ns >= in->result[found].sent_ns)
      found = n;
  }
  return found;
}

/* The trigger of an expect: its send, or its answer's end. */
static int64_t origin_of(struct instance *in)
{
  const struct flow_step *s = in->at->step;
  bool answer = strcmp(node_text(s->map, "since", "send"), "answer") == 0;
  const struct flow_stream *stream = &in->stream[s->stream];
  const struct step_result *r;
  uint32_t n = s->after > 0    ? (uint32_t)s->after
               : s->after == 0 ? trigger_of(in, s)
                               : 0;
  int64_t latest;
  r = &in->result[n];
  latest = !n                              ? -1
           : answer && r->answered_ns >= 0 ? r->answered_ns
                                           : r->sent_ns;
  if(s->after > 0)
    return latest;
  /* A stream that is an answer is its own trigger. */
  if(latest < stream->call.sent_ns && s->after == 0 && stream->step &&
     !slice_eq_cstr(flow_method_of(stream->step->map)->key, "GET"))
    return stream->call.sent_ns;
  return latest >= 0 && latest > stream->call.sent_ns - 1 ? latest
                                                          : stream->opened_ns;
}

/* When the first request of the round was sent, or the parallel began that it
 * begins with; -1: neither. */
static int64_t begin_of_round(const struct instance *in,
                              const struct flow_step *s)
{
  uint32_t n;
  for(n = 1; n < s->number && s->after == 0; n++) {
    const struct flow_step *t = flow_step_find(in->f, n);
    if(t->round == s->round && concerns(s, t) &&
       (t->verb == VERB_REQUEST || t->verb == VERB_RUN) &&
       in->result[n].sent_ns >= 0)
      return in->result[n].sent_ns;
  }
  return s->base && s->after == 0 ? in->result[s->base].sent_ns : -1;
}

/* Where the window begins: the first request of the round, or the opening of
 * the stream where that is later. */
static int64_t start_of(struct instance *in, int64_t origin)
{
  const struct flow_step *s = in->at->step;
  const struct flow_stream *stream = &in->stream[s->stream];
  int64_t first;
  if(s->after > 0 || yaml_get(s->map, "since"))
    return origin;
  first = begin_of_round(in, s);
  if(first >= 0 && first >= stream->call.sent_ns)
    return first;
  if(first >= 0 && stream->connection > 1)
    return first;                  /* opened anew in this round */
  return stream->call.sent_ns - 1; /* all that the connection brought */
}

static void set_window(struct instance *in, struct expect *x)
{
  const struct flow_step *s = in->at->step;
  int64_t origin = origin_of(in);
  uint64_t within = node_time_ns(s->map, "within", in->f->within_ns);
  uint64_t span = node_time_ns(s->map, "for", 0);
  x->origin_ns = origin;
  x->start_ns = start_of(in, origin);
  if(in->at->waited_ns > origin && s->after == 0)
    x->origin_ns = in->at->waited_ns;
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
  in->at->grace_ns = -1;
  if(!in->stream[in->at->step->stream].step) {
    step_fail(in, STEP_ERROR, MISS_NOT_OPEN, "its stream was not subscribed");
    return;
  }
  x = expect_new(in->f, in->at->step, &in->vars, &e);
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
  const struct yaml_node *map = yaml_get(in->at->step->map, "take"), *m;
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
  if(yaml_get(in->at->step->map, "take"))
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

/* What was met in a branch claims its events for good. */
static void keep_met(struct instance *in, uint32_t branch)
{
  uint32_t i;
  for(i = 0; i < in->round.count; i++) {
    const struct expect *x = in->round.expect[i];
    if(x->met && x->step->branch == branch)
      round_keep(&in->round, &in->record, i);
  }
}

static bool missed(struct instance *in, uint32_t i, struct round_said said)
{
  struct flow_stream *s = &in->stream[in->at->step->stream];
  uint32_t k;
  if(said.miss == MISS_LIMIT)
    return step_fail(in, STEP_ERROR, MISS_LIMIT,
                     "so many events could be whose in this round that weir "
                     "cannot tell: at most 64 are matched");
  for(k = 0; k < in->lanes; k++)
    keep_met(in, in->lane[k].branch);
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
  if(in->at->grace_ns < 0)
    in->at->grace_ns = x->deadline_ns + grace;
  if(in->quiet_ns >= in->at->grace_ns || x->matches ||
     !in->stream[in->at->step->stream].open)
    return missed(in, i, said);
  instance_wake(in, in->at->grace_ns);
  return false;
}

bool expect_poll(struct instance *in)
{
  uint32_t i = round_find(&in->round, in->at->step);
  struct expect *x = in->round.expect[i];
  struct stream_state state =
      flow_stream_state(&in->stream[in->at->step->stream]);
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
    expect_look(x, &in->record);
    if(x->step->branch == in->at->branch && watched &&
       in->result[x->step->number].state == STEP_PASSED && x->until_ns > end)
      end = x->until_ns;
  }
  if(in->quiet_ns < end && !in->stopping) {
    instance_wake(in, end);
    return false;
  }
  for(i = 0; i < in->round.count; i++) {
    if(in->round.expect[i]->until_ns &&
       in->round.expect[i]->step->branch == in->at->branch)
      in->round.expect[i]->until_ns = in->quiet_ns > end ? in->quiet_ns : end;
  }
  for(i = 0; i < in->round.count; i++) {
    if(in->round.expect[i]->step->branch == in->at->branch)
      judge_excess(in, i);
  }
  keep_met(in, in->at->branch);
  round_drop(&in->round, in->at->branch);
  return true;
}
