/* SPDX-License-Identifier: MIT
 * Judging a profile's rule; see app_judge.h. */
#include "checks/app/app_judge.h"

#include <stdlib.h>

#include "content/regex.h"

static const struct grammar_rule *rule_of(const struct app_walk *w)
{
  return &w->p->grammar.rule[w->rule];
}

/* Forms that only an end can break. */
static bool is_about_end(const struct grammar_rule *r)
{
  return r->form == RULE_END || (r->form == RULE_COUNT && r->from) ||
         (r->form == RULE_LANE && r->fault == LANE_LEFT);
}

/* A field that may be absent. */
static void judge_form(const struct profile_rule *told, struct slice value,
                       struct finding *f)
{
  struct err why = {0};
  size_t at;
  struct regex *x = regex_new(slice_of(told->head_matches), &at, &why);
  if(!x)
    finding_set(f, VERDICT_ERROR, "%s", why.text);
  else if(!value.p)
    finding_set(f, VERDICT_SKIP, "the response has no %s", told->head);
  else if(regex_found(x, value) == 1)
    finding_set(f, VERDICT_PASS, "%s: %.*s", told->head, (int)value.n,
                value.p);
  else
    finding_broken(f, "%s is \"%.*s\", which is not like %s", told->head,
                   (int)value.n, value.p, told->head_matches);
  regex_free(x);
}

static void judge_head(const struct app_walk *w, struct finding *f)
{
  const struct profile_rule *told = &w->p->rule[w->rule];
  struct slice value = recording_field(&w->r->head, told->head, 0);
  finding_show_field(f, w->r, told->head);
  if(told->head_matches)
    judge_form(told, value, f);
  else if(!value.p)
    finding_broken(f, "the response has no %s", told->head);
  else if(told->head_is && !slice_eq_cstr(value, told->head_is))
    finding_broken(f, "%s is \"%.*s\", not \"%s\"", told->head, (int)value.n,
                   value.p, told->head_is);
  else
    finding_set(f, VERDICT_PASS, "%s: %.*s", told->head, (int)value.n,
                value.p);
}

/* The body's end, seen from the event behind which it should come. */
static void judge_after(const struct app_walk *w, struct finding *f)
{
  int64_t late_ns;
  f->timing = true;
  if(w->last_in_ns < 0) {
    finding_set(f, VERDICT_SKIP, "no such event came");
    return;
  }
  late_ns = w->r->end_ns - w->last_in_ns;
  if(late_ns > rule_of(w)->within_ns)
    finding_broken(f, "the body %s %.1f s after it",
                   w->open ? "was still open" : "ended",
                   (double)late_ns / 1e9);
  else if(w->open)
    finding_set(f, VERDICT_UNTESTABLE, "it was not watched for long enough");
  else
    finding_set(f, VERDICT_PASS, "the body ended %.0f ms after it",
                (double)late_ns / 1e6);
}

static bool lane_came(const struct app_walk *w)
{
  uint8_t i;
  for(i = 0; i < w->run.keys; i++) {
    if(w->run.key[i].lane == rule_of(w)->lane)
      return true;
  }
  return false;
}

/* Whether what the rule looks at was in no event at all. */
static bool is_absent(const struct app_walk *w)
{
  const struct grammar_rule *r = rule_of(w);
  bool known = false;
  uint8_t i;
  if(r->form == RULE_UNIQUE)
    return w->run.ids == 0;
  if(r->form == RULE_RISES)
    return !w->run.kept[GRAMMAR_SAME_MAX - 1].known;
  for(i = 0; i < r->slots && r->form == RULE_SAME; i++)
    known = known || w->run.kept[r->same + i].known;
  return r->form == RULE_SAME && !known;
}

static void judge_events(const struct app_walk *w, struct finding *f)
{
  const struct grammar_rule *r = rule_of(w);
  if(w->hit || w->broken_at_end)
    app_tell(w, f);
  else if(is_about_end(r) && w->open && !w->run.marked)
    finding_set(f, VERDICT_UNTESTABLE,
                "the answer was still going on after %.0f s; --idle-window "
                "watches longer",
                (double)w->r->end_ns / 1e9);
  else if(w->run.over)
    finding_set(f, VERDICT_UNTESTABLE,
                "more came at once than is kept, so that not all was judged");
  else if(r->form == RULE_LANE && !lane_came(w))
    finding_set(f, VERDICT_SKIP, "no %s came",
                w->p->grammar.lane[r->lane].name);
  else if(is_absent(w))
    finding_set(f, VERDICT_SKIP, "no event has what this is about");
  else if(!w->concerned && !is_about_end(r))
    finding_set(f, VERDICT_SKIP, "no such event came");
  else
    finding_set(f, VERDICT_PASS, "%zu events", w->events);
}

/* Forms that can be judged of an answer that is no success. */
static bool is_about_message(const struct grammar_rule *r)
{
  return r->form == RULE_REQUIRE || r->form == RULE_JSON ||
         r->form == RULE_ECHO || r->form == RULE_HEAD;
}

/* Forms that say nothing of an answer that is no stream. */
static bool is_about_stream(const struct grammar_rule *r)
{
  return r->form == RULE_FIRST || r->form == RULE_UNIQUE ||
         r->form == RULE_AFTER;
}

/* The stream that goes on with this one. */
static const struct recording *before_of(const struct app_check *a,
                                         const struct check_input *in)
{
  uint8_t other = a->profile->rule[a->rule].other;
  return other == GRAMMAR_NONE ? NULL : app_step(in, a->profile, other);
}

/* Why such a rule says nothing of this answer; NULL where it does. */
static const char *no_matter(const struct grammar_rule *rule,
                             const struct recording *r)
{
  if(is_about_message(rule))
    return NULL;
  if(r->head.status < 200 || r->head.status >= 300)
    return "the answer is no success";
  if(app_is_json(r))
    return is_about_stream(rule) ? "the answer is one JSON document" : NULL;
  return input_is_stream(r) ? NULL : "the answer is no event stream";
}

void app_judge(const struct check_input *in, struct finding *f)
{
  const struct app_check *a = (const struct app_check *)f->check;
  const struct grammar_rule *rule = &a->profile->grammar.rule[a->rule];
  const struct recording *r = app_find(a, in, f);
  const char *why;
  struct app_walk *w;
  if(!r || app_answer(a, in, r, f))
    return;
  if(!app_is_asked(r, &a->profile->rule[a->rule])) {
    finding_set(f, VERDICT_SKIP, "the request did not ask for it");
    return;
  }
  why = no_matter(rule, r);
  if(why) {
    finding_set(f, VERDICT_SKIP, "%s (%d)", why, r->head.status);
    return;
  }
  w = malloc(sizeof(*w));
  if(!w || app_walk(w, r, before_of(a, in), a))
    finding_set(f, VERDICT_ERROR, "out of memory");
  else if(rule_of(w)->form == RULE_HEAD)
    judge_head(w, f);
  else if(rule_of(w)->form == RULE_AFTER)
    judge_after(w, f);
  else
    judge_events(w, f);
  if(w)
    app_walk_fini(w);
  free(w);
}
