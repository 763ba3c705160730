/* SPDX-License-Identifier: MIT
 * What opens and closes by keys of its own; see grammar.h. */
#include <string.h>

#include "base/units.h"
#include "content/grammar_private.h"
#include "content/reader.h"

uint64_t grammar_digest(uint64_t digest, const struct value *v)
{
  size_t i;
  if(!digest)
    digest = UINT64_C(14695981039346656037);
  digest = (digest ^ (uint64_t)v->kind) * UINT64_C(1099511628211);
  for(i = 0; i < v->text.n; i++)
    digest = (digest ^ (unsigned char)v->text.p[i]) * UINT64_C(1099511628211);
  return digest ? digest : 1;
}

/* The key that a row has; false where a part of it is missing. */
static bool read_key(const struct grammar_lane *lane, struct look *l,
                     struct grammar_key *out)
{
  uint8_t i;
  out->digest = 0;
  out->number = UINT64_MAX;
  for(i = 0; i < lane->parts; i++) {
    const struct value *v = look_value(l, lane->key[i]);
    if(!v || (v->kind != KIND_NUMBER && v->kind != KIND_STRING))
      return false;
    out->digest = grammar_digest(out->digest, v);
    if(v->kind == KIND_NUMBER)
      (void)units_count(v->text, &out->number);
  }
  return true;
}

static struct grammar_key *find(struct grammar_run *run, uint8_t lane,
                                uint64_t digest)
{
  uint8_t i;
  for(i = 0; i < run->keys; i++) {
    if(run->key[i].lane == lane && run->key[i].digest == digest)
      return &run->key[i];
  }
  return NULL;
}

static void fault(struct grammar_stepping *s, uint8_t lane,
                  enum lane_fault what)
{
  const struct grammar *g = s->run->g;
  uint8_t i;
  for(i = 0; i < g->rules; i++) {
    const struct grammar_rule *r = &g->rule[i];
    if(r->form == RULE_LANE && r->lane == lane && r->fault == what)
      s->faulted |= GRAMMAR_BIT(i);
  }
}

static struct grammar_key *open_lane(struct grammar_stepping *s, uint8_t lane,
                                     struct grammar_key key)
{
  struct grammar_run *run = s->run;
  uint64_t earlier = 0;
  uint8_t i;
  for(i = 0; i < run->keys; i++) {
    if(run->key[i].lane != lane)
      continue;
    earlier++;
    if(run->key[i].open)
      fault(s, lane, LANE_OVERLAP);
  }
  if(key.number != earlier)
    fault(s, lane, LANE_GAP);
  if(run->keys == GRAMMAR_KEYS_MAX) {
    run->over = true;
    return NULL;
  }
  key.lane = lane;
  key.open = true;
  run->opened = true;
  if(run->joined)
    buf_init(&run->joined[run->keys], GRAMMAR_JOINED_MAX);
  run->key[run->keys] = key;
  return &run->key[run->keys++];
}

static void join(struct grammar_run *run, const struct grammar_lane *lane,
                 struct look *l, const struct grammar_key *k)
{
  const struct value *v;
  struct slice text;
  if(!run->joined || lane->join == GRAMMAR_NONE)
    return;
  v = look_value(l, lane->join);
  if(!v || v->kind != KIND_STRING || value_text(v, &l->undone, &text) ||
     !text.n)
    return;
  if(buf_add(&run->joined[k - run->key], text.p, text.n))
    run->over = true;
}

/* Whether the text that came together is no JSON; an empty one says nothing.
 */
static bool is_spoilt(const struct grammar_run *run,
                      const struct grammar_key *k)
{
  const struct buf *b = run->joined ? &run->joined[k - run->key] : NULL;
  return b && !b->rc && b->n && reader_read(NULL, buf_slice(b), NULL, NULL);
}

static void close_lane(struct grammar_stepping *s, struct grammar_key *k)
{
  k->open = false;
  if(is_spoilt(s->run, k))
    fault(s, k->lane, LANE_JSON);
}

/* A row of the lane, whose event is of that class. */
static void touch(struct grammar_stepping *s, struct look *l, uint8_t at,
                  uint64_t class)
{
  const struct grammar_lane *lane = &s->run->g->lane[at];
  bool opens = class & lane->open, uses = class & lane->use;
  struct grammar_key key = {0}, *k;
  if(!read_key(lane, l, &key)) {
    fault(s, at, LANE_MISSING);
    return;
  }
  k = find(s->run, at, key.digest);
  if(!k && opens)
    k = open_lane(s, at, key);
  else if(k && !k->open)
    fault(s, at, opens ? LANE_REOPENED : LANE_UNOPENED);
  else if(k && opens && !uses && !(class & lane->close))
    fault(s, at, LANE_TWICE);
  if(!k) {
    fault(s, at, LANE_UNOPENED);
    return;
  }
  if(!k->open)
    return;
  join(s->run, lane, l, k);
  if(class & lane->close)
    close_lane(s, k);
}

void grammar_lanes(struct grammar_stepping *s, struct look *l, uint8_t scope,
                   uint64_t here)
{
  const struct grammar *g = s->run->g;
  uint8_t i;
  for(i = 0; i < g->lanes; i++) {
    const struct grammar_lane *lane = &g->lane[i];
    uint64_t mine = here & (lane->open | lane->use | lane->close);
    if(lane->scope == scope && mine && !l->json)
      touch(s, l, i, mine & -mine);
  }
}

uint64_t grammar_lanes_end(struct grammar_run *run)
{
  struct grammar_stepping s = {.run = run};
  uint8_t i;
  for(i = 0; i < run->keys; i++) {
    const struct grammar_key *k = &run->key[i];
    if(k->open && run->g->lane[k->lane].close)
      fault(&s, k->lane, LANE_LEFT);
    if(k->open && is_spoilt(run, k))
      fault(&s, k->lane, LANE_JSON);
  }
  return s.faulted;
}

bool grammar_lane_open(const struct grammar_run *run)
{
  uint8_t i;
  for(i = 0; i < run->keys; i++) {
    if(run->key[i].open && run->g->lane[run->key[i].lane].close)
      return true;
  }
  return false;
}
