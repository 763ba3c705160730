/* SPDX-License-Identifier: MIT
 * Building grammars; see grammar.h. */
#include "content/grammar.h"

#include <stdlib.h>
#include <string.h>

const char *outcome_name(enum outcome o)
{
#define X(id, text) text,
  static const char *const name[] = {OUTCOME_LIST(X)};
#undef X
  return o < OUTCOMES ? name[o] : "";
}

const char *lane_fault_name(enum lane_fault f)
{
#define X(id, text) text,
  static const char *const name[] = {LANE_FAULT_LIST(X)};
#undef X
  return f < LANE_FAULTS ? name[f] : "";
}

void grammar_init(struct grammar *g)
{
  memset(g, 0, sizeof(*g));
  g->usage = g->usage_in = GRAMMAR_NONE;
}

void grammar_fini(struct grammar *g)
{
  uint8_t i;
  for(i = 0; i < g->classes; i++) {
    free(g->class[i].name);
    expr_free(g->class[i].expr);
  }
  for(i = 0; i < g->states; i++)
    free(g->state[i].name);
  for(i = 0; i < g->lanes; i++)
    free(g->lane[i].name);
  for(i = 0; i < g->rules; i++)
    expr_free(g->rule[i].require);
  rows_fini(&g->rows);
  rows_fini(&g->moves);
  pointer_set_fini(&g->set);
  grammar_init(g);
}

static int take_name(struct slice name, char **out, struct err *e)
{
  *out = slice_dup(name);
  return *out ? 0 : err_set(e, E_NOMEM, "out of memory");
}

int grammar_class(struct grammar *g, struct slice name, struct slice expr,
                  struct err *e)
{
  struct grammar_class *c = &g->class[g->classes];
  if(g->classes == GRAMMAR_CLASSES_MAX)
    return err_set(e, E_LIMIT, "more than %d classes", GRAMMAR_CLASSES_MAX);
  c->expr = expr_new(expr, &g->set, e);
  if(!c->expr)
    return e->code;
  if(take_name(name, &c->name, e)) {
    expr_free(c->expr);
    return e->code;
  }
  return g->classes++;
}

int grammar_state(struct grammar *g, struct slice name, struct err *e)
{
  struct grammar_state *s = &g->state[g->states];
  if(g->states == GRAMMAR_STATES_MAX)
    return err_set(e, E_LIMIT, "more than %d states", GRAMMAR_STATES_MAX);
  if(take_name(name, &s->name, e))
    return e->code;
  memset(s->next, GRAMMAR_NONE, sizeof(s->next));
  s->end =
      (struct grammar_end){OUTCOME_TRUNCATED, GRAMMAR_NONE, 0, GRAMMAR_NONE};
  return g->states++;
}

int grammar_lane(struct grammar *g, struct slice name, struct err *e)
{
  struct grammar_lane *l = &g->lane[g->lanes];
  if(g->lanes == GRAMMAR_LANES_MAX)
    return err_set(e, E_LIMIT, "more than %d lanes", GRAMMAR_LANES_MAX);
  if(take_name(name, &l->name, e))
    return e->code;
  l->join = GRAMMAR_NONE;
  return g->lanes++;
}

int grammar_slot(struct grammar *g, struct slice pointer, struct err *e)
{
  return pointer_set_add(&g->set, pointer, e);
}

int grammar_rule(struct grammar *g, const struct grammar_rule *rule,
                 struct err *e)
{
  if(g->rules == GRAMMAR_RULES_MAX)
    return err_set(e, E_LIMIT, "more than %d rules", GRAMMAR_RULES_MAX);
  if(rule->form == RULE_SAME && g->same + rule->slots >= GRAMMAR_SAME_MAX)
    return err_set(e, E_LIMIT, "more than %d members that stay the same",
                   GRAMMAR_SAME_MAX - 1);
  g->rule[g->rules] = *rule;
  if(rule->form == RULE_SAME) {
    g->rule[g->rules].same = g->same;
    g->same = (uint8_t)(g->same + rule->slots);
  }
  return g->rules++;
}

/* The rows in which an expression is judged: those of its pointers, or the
 * event itself. */
static uint32_t scopes_of(const struct grammar *g, const struct expr *x)
{
  uint64_t slots = expr_pointers(x);
  uint32_t scopes = 0;
  for(; slots; slots &= slots - 1)
    scopes |= UINT32_C(1) << g->rows.scope_of[__builtin_ctzll(slots)];
  return scopes ? scopes : UINT32_C(1) << ROWS_ROOT;
}

/* A lane is found in the rows of its innermost part: scopes are numbered from
 * the outside in. */
static void place_lane(struct grammar *g, struct grammar_lane *l)
{
  uint8_t i;
  for(i = 0; i < l->parts; i++) {
    if(g->rows.scope_of[l->key[i]] > l->scope)
      l->scope = g->rows.scope_of[l->key[i]];
  }
}

/* The pointers that classes, lanes and counts ask for. */
static uint64_t moving(const struct grammar *g)
{
  uint64_t slots = 0;
  uint8_t i, k;
  for(i = 0; i < g->classes; i++)
    slots |= expr_pointers(g->class[i].expr);
  for(i = 0; i < g->lanes; i++) {
    for(k = 0; k < g->lane[i].parts; k++)
      slots |= UINT64_C(1) << g->lane[i].key[k];
  }
  if(g->usage != GRAMMAR_NONE)
    slots |= UINT64_C(1) << g->usage;
  if(g->usage_in != GRAMMAR_NONE)
    slots |= UINT64_C(1) << g->usage_in;
  return slots;
}

/* What moves comes first in both, so that scopes have the same numbers. */
static int plan(struct grammar *g, struct err *e)
{
  uint64_t slots = moving(g);
  int rc = rows_plan(&g->moves, &g->set, slots, e);
  if(!rc)
    rc = rows_plan(&g->rows, &g->set, slots, e);
  return rc ? rc : rows_plan(&g->rows, &g->set, ~slots, e);
}

int grammar_seal(struct grammar *g, struct err *e)
{
  uint8_t i;
  int rc = plan(g, e);
  if(rc)
    return rc;
  for(i = 0; i < g->classes; i++)
    g->class[i].scopes = scopes_of(g, g->class[i].expr);
  for(i = 0; i < g->rules; i++) {
    if(g->rule[i].require)
      g->rule[i].scopes = scopes_of(g, g->rule[i].require);
  }
  for(i = 0; i < g->lanes; i++)
    place_lane(g, &g->lane[i]);
  return 0;
}

/* All of them begin with their name. */
static uint8_t find(const void *first, size_t size, uint8_t count,
                    struct slice name)
{
  const char *at = first;
  uint8_t i;
  for(i = 0; i < count; i++, at += size) {
    if(slice_eq_cstr(name, *(char *const *)(const void *)at))
      return i;
  }
  return GRAMMAR_NONE;
}

uint8_t grammar_find_class(const struct grammar *g, struct slice name)
{
  return find(g->class, sizeof(g->class[0]), g->classes, name);
}

uint8_t grammar_find_state(const struct grammar *g, struct slice name)
{
  return find(g->state, sizeof(g->state[0]), g->states, name);
}

uint8_t grammar_find_lane(const struct grammar *g, struct slice name)
{
  return find(g->lane, sizeof(g->lane[0]), g->lanes, name);
}
