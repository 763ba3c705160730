/* SPDX-License-Identifier: MIT
 * Which answer a rule is about, and what can be said of one without going
 * through its events; see app_judge.h. */
#include <string.h>

#include "checks/app/app_judge.h"
#include "checks/core/mime.h"
#include "checks/core/roles.h"

#define SHOWN_MAX 200 /* bytes of a body */

static enum script_id script_of(const struct profile_step *s)
{
  static const enum script_id script[] = {SCRIPT_STEPS_BEFORE, SCRIPT_STEPS,
                                          SCRIPT_STEPS_LAST};
  return script[s->phase];
}

struct exchange_set app_needs(const struct profile *p, uint8_t rule)
{
  const struct profile_rule *told = &p->rule[rule];
  struct exchange_set set = {.exchanges = 0};
  if(told->at == GRAMMAR_NONE)
    set.exchanges = EX(EX_PLAIN);
  else
    set.scripts.has[script_of(&p->step[told->at])] = true;
  return set;
}

const struct recording *app_step(const struct check_input *in,
                                 const struct profile *p, uint8_t at)
{
  enum script_id id = script_of(&p->step[at]);
  const struct recording *r = NULL;
  size_t n = 0;
  do
    r = role_find(in, id, ROLE_STEP, n++);
  while(r && r->label.of != at + 1);
  return r;
}

bool app_is_json(const struct recording *r)
{
  struct mime m;
  mime_parse(mime_deciding(&r->head), &m);
  return r->head.status && slice_ieq_cstr(m.essence, "application/json");
}

const struct recording *app_find(const struct app_check *a,
                                 const struct check_input *in,
                                 struct finding *f)
{
  const struct profile *p = a->profile;
  uint8_t at = p->rule[a->rule].at;
  const struct recording *r;
  if(at == GRAMMAR_NONE) {
    r = input_exchange(in, EX_PLAIN);
    if(!r || !p->takes_json || !app_is_json(r))
      return input_stream(in, EX_PLAIN, f);
    f->recording = r;
    return r;
  }
  r = app_step(in, p, at);
  f->recording = r;
  if(!r)
    finding_set(f, VERDICT_SKIP,
                "the step \"%s\" was not made: what it rests on was not there",
                p->step[at].name);
  else if(!r->head.status)
    finding_set(f, VERDICT_UNTESTABLE, "no answer to the step \"%s\": %s%s%s",
                p->step[at].name, recording_end_name(r->end),
                r->detail[0] ? ", " : "", r->detail);
  return r && r->head.status ? r : NULL;
}

static void show_body(struct finding *f, const struct recording *r)
{
  size_t n = r->body.n < SHOWN_MAX ? r->body.n : SHOWN_MAX;
  finding_show_head(f, r);
  if(n)
    finding_show_bytes(f, "body", (struct slice){r->body.p, n});
}

/* Whether the step that should have been left was over by itself. */
static bool was_over(const struct app_check *a, const struct check_input *in)
{
  uint8_t other = a->profile->rule[a->rule].other;
  const struct recording *r =
      other == GRAMMAR_NONE ? NULL : app_step(in, a->profile, other);
  return r && r->head.status == 200 && r->end != REC_END_OURS;
}

static void judge_status(const struct app_check *a,
                         const struct check_input *in,
                         const struct recording *r, struct finding *f)
{
  const struct profile_codes *codes = &a->profile->rule[a->rule].status;
  struct buf wanted;
  uint8_t i;
  if(was_over(a, in)) {
    finding_set(f, VERDICT_SKIP, "answers are over before they can be left");
    return;
  }
  if(profile_wants(codes, r->head.status)) {
    finding_set(f, VERDICT_PASS, "answered %d", r->head.status);
    return;
  }
  buf_init(&wanted, 0);
  for(i = 0; i < codes->count; i++)
    buf_addf(&wanted, "%s%u", i ? " or " : "", codes->code[i]);
  finding_broken(f, "answered %d, not %s", r->head.status, buf_text(&wanted));
  show_body(f, r);
  buf_free(&wanted);
}

static void judge_type(const struct app_check *a, const struct recording *r,
                       struct finding *f)
{
  const char *want = a->profile->rule[a->rule].type;
  struct mime m;
  mime_parse(mime_deciding(&r->head), &m);
  if(r->head.status < 200 || r->head.status >= 300)
    finding_set(f, VERDICT_SKIP, "answered %d", r->head.status);
  else if(slice_ieq_cstr(m.essence, want))
    finding_set(f, VERDICT_PASS, "answered %d with %s", r->head.status, want);
  else {
    finding_broken(f, "answered %d with %s%.*s, not %s", r->head.status,
                   m.essence.n ? "" : "no type", (int)m.essence.n, m.essence.p,
                   want);
    show_body(f, r);
  }
}

static void judge_bare(const struct recording *r, struct finding *f)
{
  if(!r->body.n) {
    finding_set(f, VERDICT_PASS, "nothing is in the body");
    return;
  }
  finding_broken(f, "the body has %zu bytes", r->body.n);
  show_body(f, r);
}

static bool has_event(const struct recording *r, struct slice data)
{
  size_t i;
  for(i = 0; i < r->events; i++) {
    if(slice_eq(r->event[i].data, data))
      return true;
  }
  return false;
}

/* Whether each event, or none of them, was on the other stream, too. */
static void judge_shared(const struct app_check *a,
                         const struct check_input *in,
                         const struct recording *r, struct finding *f)
{
  const struct profile *p = a->profile;
  uint8_t other = p->rule[a->rule].other;
  bool wanted = p->grammar.rule[a->rule].form == RULE_PART;
  const struct recording *than = app_step(in, p, other);
  size_t i, n = 0;
  if(!than || !than->events) {
    finding_set(f, VERDICT_SKIP, "\"%s\" brought no events",
                p->step[other].name);
    return;
  }
  for(i = 0; i < r->events; i++) {
    if(!r->event[i].data.n || has_event(than, r->event[i].data) == wanted)
      continue;
    if(n++ == 0)
      finding_broken(f, "event %zu was %s on the stream of \"%s\"", i + 1,
                     wanted ? "not" : "also", p->step[other].name);
    finding_show_bytes(f, "data", r->event[i].data);
  }
  if(!n)
    finding_set(f, r->events ? VERDICT_PASS : VERDICT_SKIP, "%zu events",
                r->events);
}

bool app_answer(const struct app_check *a, const struct check_input *in,
                const struct recording *r, struct finding *f)
{
  switch(a->profile->grammar.rule[a->rule].form) {
  case RULE_STATUS:
    judge_status(a, in, r, f);
    return true;
  case RULE_TYPE:
    judge_type(a, r, f);
    return true;
  case RULE_BARE:
    judge_bare(r, f);
    return true;
  case RULE_APART:
  case RULE_PART:
    judge_shared(a, in, r, f);
    return true;
  default:
    return false;
  }
}
