/* SPDX-License-Identifier: MIT
 * One event after the other; see grammar.h. */
#include <stdlib.h>
#include <string.h>

#include "content/grammar_private.h"

int grammar_begin(struct grammar_run *run, const struct grammar *g,
                  enum grammar_effort effort)
{
  memset(run, 0, sizeof(*run));
  run->g = g;
  run->effort = effort;
  if(effort < GRAMMAR_JOIN)
    return 0;
  run->joined = calloc(GRAMMAR_KEYS_MAX, sizeof(*run->joined));
  run->id = calloc(GRAMMAR_IDS_MAX, sizeof(*run->id));
  if(run->joined && run->id)
    return 0;
  grammar_leave(run);
  return E_NOMEM;
}

void grammar_leave(struct grammar_run *run)
{
  uint8_t i;
  for(i = 0; run->joined && i < run->keys; i++)
    buf_free(&run->joined[i]);
  free(run->joined);
  free(run->id);
  run->joined = NULL;
  run->id = NULL;
}

/* Classes whose expression holds in this row. */
static uint64_t classes_here(const struct grammar *g, struct look *l,
                             uint8_t scope)
{
  uint64_t here = 0;
  uint8_t i;
  for(i = 0; i < g->classes; i++) {
    const struct grammar_class *c = &g->class[i];
    if((c->scopes & (UINT32_C(1) << scope)) &&
       expr_judge(c->expr, l) == HOLDS_YES)
      here |= GRAMMAR_BIT(i);
  }
  return here;
}

/* Classes that hold in every row, since they ask nothing of it. */
static uint64_t classes_around(const struct grammar *g, uint64_t held,
                               uint8_t scope)
{
  uint64_t left = held;
  for(; left; left &= left - 1) {
    int i = __builtin_ctzll(left);
    if(g->class[i].scopes & (UINT32_C(1) << scope))
      held &= ~GRAMMAR_BIT(i);
  }
  return held;
}

static void take_row(struct look *l, uint8_t scope, void *ctx)
{
  struct grammar_stepping *s = ctx;
  const struct grammar *g = s->run->g;
  uint64_t here = classes_here(g, l, scope);
  uint8_t i;
  grammar_lanes(s, l, scope, here | classes_around(g, s->held, scope));
  s->held |= here;
  for(i = 0; i < g->rules && s->run->effort >= GRAMMAR_RULES; i++) {
    const struct grammar_rule *r = &g->rule[i];
    if(r->require && (r->scopes & (UINT32_C(1) << scope)) &&
       expr_judge(r->require, l) == HOLDS_NO)
      s->failed |= GRAMMAR_BIT(i);
  }
}

static void move(struct grammar_run *run, struct grammar_told *out)
{
  const struct grammar *g = run->g;
  uint8_t next;
  out->before = run->state;
  out->allowed = true;
  if(out->class == GRAMMAR_NONE || (g->anywhere & GRAMMAR_BIT(out->class)))
    return;
  next = g->states ? g->state[run->state].next[out->class] : 0;
  out->allowed = next != GRAMMAR_NONE;
  if(out->allowed)
    run->state = next;
}

static void count(struct grammar_run *run, uint64_t held)
{
  for(; held; held &= held - 1)
    run->count[__builtin_ctzll(held)]++;
}

void grammar_step(struct grammar_run *run, struct look *look,
                  const struct stream_item *item, struct grammar_told *out)
{
  const struct grammar *g = run->g;
  const struct rows *rows =
      run->effort == GRAMMAR_MOVES ? &g->moves : &g->rows;
  struct grammar_stepping s = {.run = run};
  uint64_t class = 0;
  memset(out, 0, sizeof(*out));
  look_at(look, item);
  if(!rows_read(rows, look, take_row, &s))
    run->over = true;
  out->json = look->json;
  out->class = GRAMMAR_NONE;
  if(s.held) {
    out->class = (uint8_t)__builtin_ctzll(s.held);
    class = GRAMMAR_BIT(out->class);
  }
  count(run, s.held);
  move(run, out);
  out->token = (s.held & g->token) && (class & (g->token | g->counts_in));
  out->answer = out->token && (!g->answer || (s.held & g->answer));
  out->marker = (class & g->marker) != 0;
  if(run->effort >= GRAMMAR_RULES)
    out->broken = grammar_rules(&s, look, out);
  run->events++;
  run->saw |= class;
  run->marked = run->marked || out->marker;
  run->broken |= out->broken;
}

enum outcome grammar_outcome(const struct grammar_run *run)
{
  const struct grammar_end *end;
  if(!run->g->states)
    return run->events ? OUTCOME_OK : OUTCOME_EMPTY;
  end = &run->g->state[run->state].end;
  if(end->if_saw != GRAMMAR_NONE && (run->saw & end->saw))
    return (enum outcome)end->if_saw;
  if(end->closed != GRAMMAR_NONE && run->opened && !grammar_lane_open(run))
    return (enum outcome)end->closed;
  return (enum outcome)end->outcome;
}
