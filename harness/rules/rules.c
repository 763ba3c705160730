/* SPDX-License-Identifier: MIT
 * All rules, and running them; see rule.h. */
#include "rules/rules.h"
#include "rules/own.h"
#include "rules/unjudged.h"

#include <stdio.h>
#include <string.h>

static const struct doctor_rule_group *const groups[] = {
#define X(name) &name,
    DOCTOR_GROUP_LIST(X)
#undef X
};

size_t doctor_group_count(void)
{
  return sizeof(groups) / sizeof(groups[0]);
}

const struct doctor_rule_group *doctor_group_at(size_t i)
{
  return i < doctor_group_count() ? groups[i] : NULL;
}

size_t doctor_rule_count(void)
{
  size_t i, n = 0;
  for(i = 0; i < doctor_group_count(); i++)
    n += groups[i]->count;
  return n;
}

const struct doctor_rule *doctor_rule_at(size_t i)
{
  size_t g;
  for(g = 0; g < doctor_group_count(); g++) {
    if(i < groups[g]->count)
      return &groups[g]->rule[i];
    i -= groups[g]->count;
  }
  return NULL;
}

const struct doctor_rule *doctor_rule_find(const char *id)
{
  size_t i;
  for(i = 0; i < doctor_rule_count(); i++) {
    if(strcmp(doctor_rule_at(i)->id, id) == 0)
      return doctor_rule_at(i);
  }
  return NULL;
}

static size_t rank_of(const struct doctor_rule *r)
{
  size_t i = 0;
  while(i < doctor_rule_count() && doctor_rule_at(i) != r)
    i++;
  return i;
}

void doctor_judge_one(const struct doctor_rule *r,
                      const struct doctor_facts *f, struct doctor_finding *out)
{
  memset(out, 0, sizeof(*out));
  out->rule = r;
  out->rank = rank_of(r);
  if(r->families & FAMILY_BIT(f->family))
    r->judge(f, out);
}

static int judge_block(const struct doctor_facts *f,
                       struct doctor_findings *out)
{
  struct doctor_finding one;
  size_t i;
  int rc = 0;
  for(i = 0; i < doctor_rule_count() && !rc; i++) {
    doctor_judge_one(doctor_rule_at(i), f, &one);
    if(!one.hit)
      continue;
    unjudged_cap(f, &one);
    own_place(f, &one);
    rc = doctor_findings_add(out, &one);
  }
  return rc;
}

/* Which `if` is taken only the request tells: what holds there alone is a
 * warning at most. */
static void depend(struct doctor_finding *one, const struct conf_directive *in)
{
  char symptom[sizeof(one->symptom)];
  snprintf(symptom, sizeof(symptom), "%s", one->symptom);
  doctor_finding_hit(one, DOCTOR_WARN, DOCTOR_POSSIBLE,
                     "Only where the `%s` of line %u applies: %.600s",
                     in->name, in->line, symptom);
}

static int judge_branch(const struct doctor_facts *f, size_t i,
                        const struct doctor_findings *straight,
                        struct doctor_findings *out)
{
  struct doctor_facts inner = *f;
  struct doctor_finding one;
  size_t k;
  int rc = 0;
  facts_branch(&inner, i);
  if(!conf_family_is_upstream(inner.family))
    return 0;
  for(k = 0; k < doctor_rule_count() && !rc; k++) {
    doctor_judge_one(doctor_rule_at(k), &inner, &one);
    if(!one.hit || one.severity == DOCTOR_INFO ||
       doctor_findings_find(straight, one.rule->id))
      continue;
    depend(&one, inner.block);
    own_place(f, &one);
    rc = doctor_findings_add(out, &one);
  }
  return rc;
}

/* What the application's own restarts do is everybody's trouble: where
 * nothing else is wrong, a footnote. */
static void make_footnote(struct doctor_findings *all)
{
  struct doctor_finding *gateway =
      doctor_findings_find(all, "nginx.gateway-error-kills-eventsource");
  size_t i;
  for(i = 0; i < all->n; i++) {
    if(&all->at[i] != gateway && all->at[i].severity != DOCTOR_INFO)
      return;
  }
  if(gateway)
    gateway->severity = DOCTOR_INFO;
}

int doctor_judge(const struct doctor_facts *f, struct doctor_findings *out)
{
  struct doctor_findings straight;
  size_t i;
  int rc;
  doctor_findings_init(&straight);
  rc = judge_block(f, &straight);
  for(i = 0; i < straight.n && !rc; i++)
    rc = doctor_findings_add(out, &straight.at[i]);
  for(i = 0; i < f->route->nbranches && !rc; i++)
    rc = judge_branch(f, i, &straight, out);
  doctor_findings_free(&straight);
  make_footnote(out);
  return rc;
}
