/* SPDX-License-Identifier: MIT
 * What was seen where a profile's rule is broken; see app_judge.h. */
#include <stdio.h>
#include <string.h>

#include "checks/app/app_judge.h"

#define SHOWN_MAX 400 /* bytes of an event */

static const char *class_name(const struct app_walk *w, uint8_t class)
{
  return class == GRAMMAR_NONE ? "of no class"
                               : w->p->grammar.class[class].name;
}

static const char *const lane_words[LANE_FAULTS] = {
    [LANE_MISSING] = "its key is not there",
    [LANE_UNOPENED] = "it was not opened before",
    [LANE_TWICE] = "it is open already",
    [LANE_REOPENED] = "it was closed before",
    [LANE_OVERLAP] = "the one before is still open",
    [LANE_GAP] = "its number does not follow the one before",
    [LANE_LEFT] = "it was never closed",
    [LANE_JSON] = "its text, put together, is no JSON"};

/* "done, error or usage" */
static void add_allowed(const struct app_walk *w, uint8_t state,
                        struct buf *out)
{
  const struct grammar *g = &w->p->grammar;
  uint8_t i, n = 0;
  for(i = 0; i < g->classes; i++) {
    if(g->state[state].next[i] != GRAMMAR_NONE)
      buf_addf(out, "%s%s", n++ ? ", " : "", g->class[i].name);
  }
  if(!n)
    buf_adds(out, "nothing");
}

static void tell_order(const struct app_walk *w, struct finding *f)
{
  struct buf allowed;
  buf_init(&allowed, 0);
  add_allowed(w, w->told.before, &allowed);
  finding_broken(f, "event %zu (%s) came in state %s, where this may come: %s",
                 w->at + 1, class_name(w, w->told.class),
                 w->p->grammar.state[w->told.before].name, buf_text(&allowed));
  buf_free(&allowed);
}

static const char *const words[RULE_FORMS] = {
    [RULE_REQUIRE] = "is not so",
    [RULE_SAME] = "says something else than the events before",
    [RULE_RISES] = "does not follow the one before",
    [RULE_ECHO] = "does not give back what was asked with",
    [RULE_JSON] = "has data that is no JSON",
    [RULE_COUNT] = "is one too many",
    [RULE_UNIQUE] = "has an id that came before",
    [RULE_ENTERS] = "should not come then",
    [RULE_KNOWN] = "is none that the profile knows",
};

static void tell_event(const struct app_walk *w, struct finding *f)
{
  const struct grammar_rule *r = &w->p->grammar.rule[w->rule];
  const char *class = class_name(w, w->told.class);
  if(r->form == RULE_ORDER)
    tell_order(w, f);
  else if(r->form == RULE_LANE)
    finding_broken(f, "event %zu (%s), %s: %s", w->at + 1, class,
                   w->p->grammar.lane[r->lane].name, lane_words[r->fault]);
  else if(r->form == RULE_NAMED)
    finding_broken(f, "event %zu is called \"%.*s\", its data says otherwise",
                   w->at + 1, (int)w->r->event[w->at].type.n,
                   w->r->event[w->at].type.p);
  else if(r->form == RULE_FIRST)
    finding_broken(f, "the first event is %s", class);
  else
    finding_broken(f, "event %zu (%s) %s%s%s", w->at + 1, class,
                   words[r->form], w->why[0] ? ": " : "", w->why);
}

static struct slice cut(struct slice s)
{
  return (struct slice){s.p, s.n < SHOWN_MAX ? s.n : SHOWN_MAX};
}

static void show_event(const struct app_walk *w, struct finding *f, size_t i)
{
  const struct recorded_event *ev = &w->r->event[i];
  char label[40];
  size_t n;
  if(!w->r->events) {
    finding_show_head(f, w->r);
    finding_show_bytes(f, "body", cut(buf_slice(&w->r->body)));
    return;
  }
  n = ev->end - ev->offset;
  snprintf(label, sizeof(label), "event %zu, %.1f ms", i + 1,
           (double)ev->t_ns / 1e6);
  finding_show_bytes(f, label,
                     cut((struct slice){w->r->body.p + ev->offset, n}));
}

static void tell_end(const struct app_walk *w, struct finding *f)
{
  const struct grammar_rule *r = &w->p->grammar.rule[w->rule];
  if(r->form == RULE_COUNT)
    finding_broken(f, "%llu of %s came, %llu are wanted",
                   (unsigned long long)w->run.count[r->class],
                   w->p->grammar.class[r->class].name,
                   (unsigned long long)r->from);
  else if(r->form == RULE_LANE)
    finding_broken(f, "at the end of %s: %s", w->p->grammar.lane[r->lane].name,
                   lane_words[r->fault]);
  else
    finding_broken(
        f, "the stream ended after %zu events in state %s: %s", w->events,
        w->p->grammar.states ? w->p->grammar.state[w->run.state].name : "-",
        outcome_name(w->end));
}

void app_tell(const struct app_walk *w, struct finding *f)
{
  if(w->hit) {
    tell_event(w, f);
    show_event(w, f, w->at);
    return;
  }
  tell_end(w, f);
  if(w->events)
    show_event(w, f, w->events - 1);
}
