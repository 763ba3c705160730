/* SPDX-License-Identifier: MIT
 * Rows of a profile's checks; see app.h. */
#include <stdio.h>
#include <string.h>

#include "checks/app/app_judge.h"
#include "checks/core/roles.h"

/* A protocol that was guessed is asked nothing but the user's request. */
static const char *skip_unmade(const struct check_input *in)
{
  return in->target->app || role_find(in, SCRIPT_STEPS, ROLE_STEP, 0)
             ? NULL
             : "only --app NAME makes the protocol's other requests";
}

static void fill_row(struct app_check *a, const struct profile *p, uint8_t at)
{
  const struct profile_rule *r = &p->rule[at];
  struct exchange_set set = app_needs(p, at);
  bool always = r->at == GRAMMAR_NONE || p->step[r->at].phase == STEP_AFTER;
  size_t i;
  memset(a, 0, sizeof(*a));
  a->profile = p;
  a->rule = at;
  snprintf(a->reproduce, sizeof(a->reproduce),
           "weir check {url} --app %s --only %s", p->name, r->id);
  a->check = (struct check){
      .id = r->id,
      .title = r->title,
      .severity = (enum severity)r->severity,
      .side = "S",
      .modes = "L",
      .needs = always ? set : (struct exchange_set){.exchanges = 0},
      .optional = always ? (struct exchange_set){.exchanges = 0} : set,
      .anchor = r->url,
      .reference = r->reference,
      .rationale = r->why,
      .causes = r->causes,
      .reproduce = a->reproduce,
      .judge = app_judge,
      .skip = r->at == GRAMMAR_NONE ? NULL : skip_unmade,
  };
  for(i = 0; i < PROFILE_FIXES_MAX && r->fix[i].text; i++)
    a->check.fix[i] = (struct fix){r->fix[i].name, r->fix[i].text};
}

void app_checks_fill(struct app_checks *a, const struct profile *p)
{
  uint8_t i;
  a->count = p->grammar.rules;
  for(i = 0; i < a->count; i++) {
    fill_row(&a->row[i], p, i);
    a->check[i] = &a->row[i].check;
  }
}

/* What the profile makes milder stays as it was said. */
static void soften(const struct profile *p, const struct profile_change *x,
                   struct finding *f)
{
  static const enum verdict verdict[] = {VERDICT_SKIP, VERDICT_INFO,
                                         VERDICT_WARN};
  char text[sizeof(f->text)];
  memcpy(text, f->text, sizeof(text));
  if(x->as == PROFILE_SKIP)
    finding_set(f, VERDICT_SKIP, "not asked of %s: %s", p->name, x->why);
  else if(f->verdict == VERDICT_FAIL ||
          (f->verdict == VERDICT_WARN && x->as == PROFILE_AS_INFO))
    finding_set(f, verdict[x->as], "%s (milder for %s: %s)", text, p->name,
                x->why);
}

void app_change(const struct profile *p, struct finding *f)
{
  uint8_t i;
  if(!p)
    return;
  for(i = 0; i < p->changes; i++) {
    if(check_matches(f->check, p->change[i].glob)) {
      soften(p, &p->change[i], f);
      return;
    }
  }
}
