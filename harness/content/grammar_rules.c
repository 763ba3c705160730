/* SPDX-License-Identifier: MIT
 * What else must be so of an event; see grammar.h. */
#include <string.h>

#include "base/units.h"
#include "content/grammar_private.h"

/* What a form judges of one event: whether it is broken. */
typedef bool (*judge_fn)(struct grammar_stepping *s, struct look *l,
                         const struct grammar_told *told, uint8_t at);

static bool judge_order(struct grammar_stepping *s, struct look *l,
                        const struct grammar_told *told, uint8_t at)
{
  (void)s;
  (void)l;
  (void)at;
  return !told->allowed;
}

static bool judge_require(struct grammar_stepping *s, struct look *l,
                          const struct grammar_told *told, uint8_t at)
{
  (void)l;
  (void)told;
  return s->failed & GRAMMAR_BIT(at);
}

static bool judge_same(struct grammar_stepping *s, struct look *l,
                       const struct grammar_told *told, uint8_t at)
{
  const struct grammar_rule *r = &s->run->g->rule[at];
  bool broken = false;
  uint8_t i;
  (void)told;
  for(i = 0; i < r->slots; i++) {
    const struct value *v = look_value(l, r->slot[i]);
    struct grammar_kept *kept = &s->run->kept[r->same + i];
    uint64_t digest;
    if(!v || v->kind == KIND_ABSENT)
      continue;
    digest = grammar_digest(0, v);
    broken = broken || (kept->known && kept->digest != digest);
    *kept = (struct grammar_kept){digest, true};
  }
  return broken;
}

static bool judge_named(struct grammar_stepping *s, struct look *l,
                        const struct grammar_told *told, uint8_t at)
{
  const struct value *v = look_value(l, s->run->g->rule[at].slot[0]);
  (void)told;
  if(slice_eq_cstr(l->item->event, "message")) /* it has no name */
    return false;
  return v && (v->kind != KIND_STRING || !value_says(v, l->item->event));
}

static bool judge_rises(struct grammar_stepping *s, struct look *l,
                        const struct grammar_told *told, uint8_t at)
{
  const struct grammar_rule *r = &s->run->g->rule[at];
  const struct value *v = look_value(l, r->slot[0]);
  struct grammar_kept *kept = &s->run->kept[GRAMMAR_SAME_MAX - 1];
  uint64_t n, want = kept->known ? s->run->last_number + 1 : r->from;
  (void)told;
  if(!v || v->kind != KIND_NUMBER || units_count(v->text, &n))
    return false;
  kept->known = true;
  s->run->last_number = n;
  return n != want;
}

static bool judge_json(struct grammar_stepping *s, struct look *l,
                       const struct grammar_told *told, uint8_t at)
{
  (void)s;
  (void)l;
  (void)at;
  return told->json != 0;
}

static bool judge_first(struct grammar_stepping *s, struct look *l,
                        const struct grammar_told *told, uint8_t at)
{
  const struct grammar_rule *r = &s->run->g->rule[at];
  (void)l;
  return s->run->events == 0 && (told->class == GRAMMAR_NONE ||
                                 !(GRAMMAR_BIT(told->class) & r->first));
}

static bool judge_count(struct grammar_stepping *s, struct look *l,
                        const struct grammar_told *told, uint8_t at)
{
  (void)l;
  (void)told;
  return s->run->count[s->run->g->rule[at].class] > s->run->g->rule[at].most;
}

static bool judge_unique(struct grammar_stepping *s, struct look *l,
                         const struct grammar_told *told, uint8_t at)
{
  struct grammar_run *run = s->run;
  struct value id = {KIND_STRING, false, l->item->id};
  uint64_t digest = grammar_digest(0, &id);
  uint32_t i;
  (void)told;
  (void)at;
  if(!run->id || !l->item->id.n)
    return false;
  for(i = 0; i < run->ids; i++) {
    if(run->id[i] == digest)
      return true;
  }
  if(run->ids == GRAMMAR_IDS_MAX)
    run->over = true;
  else
    run->id[run->ids++] = digest;
  return false;
}

static bool judge_enters(struct grammar_stepping *s, struct look *l,
                         const struct grammar_told *told, uint8_t at)
{
  uint8_t state = s->run->g->rule[at].state;
  (void)l;
  return s->run->state == state && told->before != state;
}

static bool judge_known(struct grammar_stepping *s, struct look *l,
                        const struct grammar_told *told, uint8_t at)
{
  (void)s;
  (void)l;
  (void)at;
  return told->class == GRAMMAR_NONE;
}

static const judge_fn judges[RULE_FORMS] = {
    [RULE_ORDER] = judge_order,   [RULE_REQUIRE] = judge_require,
    [RULE_SAME] = judge_same,     [RULE_NAMED] = judge_named,
    [RULE_RISES] = judge_rises,   [RULE_JSON] = judge_json,
    [RULE_FIRST] = judge_first,   [RULE_COUNT] = judge_count,
    [RULE_UNIQUE] = judge_unique, [RULE_ENTERS] = judge_enters,
    [RULE_KNOWN] = judge_known,
};

/* Of the classes and streams that it is about. */
static bool concerns(const struct grammar_run *run,
                     const struct grammar_rule *r, uint8_t class)
{
  uint64_t bit = class == GRAMMAR_NONE ? 0 : GRAMMAR_BIT(class);
  if(run->saw & r->unless)
    return false;
  return (!r->in || (r->in & bit)) && !(r->not_in & bit);
}

uint64_t grammar_rules(struct grammar_stepping *s, struct look *l,
                       const struct grammar_told *told)
{
  const struct grammar *g = s->run->g;
  uint64_t broken = 0;
  uint8_t i;
  for(i = 0; i < g->rules; i++) {
    judge_fn judge = judges[g->rule[i].form];
    if(concerns(s->run, &g->rule[i], told->class) &&
       (judge ? judge(s, l, told, i) : s->faulted >> i & 1))
      broken |= GRAMMAR_BIT(i);
  }
  return broken;
}

uint64_t grammar_finish(struct grammar_run *run, enum outcome end)
{
  bool whole = end == OUTCOME_OK || end == OUTCOME_UNMARKED;
  uint64_t broken = whole ? grammar_lanes_end(run) : 0;
  uint8_t i;
  for(i = 0; i < run->g->rules; i++) {
    const struct grammar_rule *r = &run->g->rule[i];
    if(run->saw & r->unless)
      continue;
    if((r->form == RULE_END && (r->outcomes & (UINT32_C(1) << end))) ||
       (r->form == RULE_COUNT && whole && run->count[r->class] < r->from))
      broken |= GRAMMAR_BIT(i);
  }
  run->broken |= broken;
  return broken;
}
