/* SPDX-License-Identifier: MIT
 * Rounds; see round.h. */
#include "flow/round.h"

#include <string.h>

#include "flow/relation.h"

#define NO_ITEM UINT32_MAX

const char *miss_word(enum miss m)
{
  static const char *const word[] = {
#define X(id, text) text,
      MISS_LIST(X)
#undef X
  };
  return word[m];
}

static uint32_t slots_of_all(const struct round *r)
{
  uint32_t i, all = 0;
  for(i = 0; i < r->count; i++)
    all += expect_needs(r->expect[i]);
  return all;
}

int round_arm(struct round *r, struct expect *x)
{
  uint32_t i;
  if(r->count == ROUND_EXPECTS_MAX ||
     (expect_needs(x) && slots_of_all(r) + expect_needs(x) > CLAIMS_MAX))
    return E_LIMIT;
  /* In the order of the steps, which decides where two want one event. */
  for(i = r->count++;
      i > 0 && r->expect[i - 1]->step->number > x->step->number; i--)
    r->expect[i] = r->expect[i - 1];
  r->expect[i] = x;
  return 0;
}

bool round_has(const struct round *r, uint32_t branch)
{
  uint32_t i;
  for(i = 0; i < r->count; i++) {
    if(r->expect[i]->step->branch == branch)
      return true;
  }
  return false;
}

void round_drop(struct round *r, uint32_t branch)
{
  uint32_t i, kept = 0;
  for(i = 0; i < r->count; i++) {
    if(r->expect[i]->step->branch == branch)
      expect_free(r->expect[i]);
    else
      r->expect[kept++] = r->expect[i];
  }
  r->count = kept;
}

void round_clear(struct round *r)
{
  uint32_t i;
  for(i = 0; i < r->count; i++)
    expect_free(r->expect[i]);
  memset(r, 0, sizeof(*r));
}

static struct round_said say(enum round_state state, enum miss miss,
                             uint32_t item)
{
  return (struct round_said){state, miss, item, NULL};
}

static bool is_foreign(const struct expect *x, const struct record_item *i)
{
  return i->claimed && i->claimed != x->step->number;
}

/* May a match be claimed?  What lies across the deadline only where `across`
 * says so. */
static bool is_free(const struct expect *x, const struct record *record,
                    const struct expect_match *m, bool across)
{
  const struct record_item *i = &record->item[m->item];
  enum expect_when when = expect_when(x, i);
  return !i->claimed &&
         (when == WHEN_IN_TIME || (across && when == WHEN_ACROSS));
}

static void add_candidate(struct round *r, uint32_t item)
{
  uint32_t i;
  for(i = 0; i < r->candidates; i++) {
    if(r->candidate[i] == item)
      return;
  }
  if(claims_event(&r->claims, 0) >= 0)
    r->candidate[r->candidates++] = item;
  else
    r->crowded = true;
}

/* As many as there are claims suffice: with those, none can go without. */
static void add_candidates(struct round *r, const struct record *record,
                           bool across)
{
  uint32_t i, k, n, all = slots_of_all(r);
  for(i = 0; i < r->count; i++) {
    const struct expect *x = r->expect[i];
    if(!expect_needs(x))
      continue;
    for(k = n = 0; k < x->matches && n < all; k++) {
      if(!is_free(x, record, &x->match[k], across))
        continue;
      add_candidate(r, x->match[k].item);
      n++;
    }
  }
}

static uint64_t wants(const struct round *r, const struct record *record,
                      const struct expect *x, uint8_t pattern, bool across)
{
  uint64_t mask = 0;
  uint32_t k, c;
  for(k = 0; k < x->matches; k++) {
    if(!(x->match[k].patterns >> pattern & 1) ||
       !is_free(x, record, &x->match[k], across))
      continue;
    for(c = 0; c < r->candidates; c++) {
      if(r->candidate[c] == x->match[k].item)
        mask |= UINT64_C(1) << c;
    }
  }
  return mask;
}

/* Items that are the expectation's for good, by pattern. */
static uint32_t kept(const struct expect *x, const struct record *record,
                     uint8_t pattern)
{
  uint32_t k, n = 0;
  for(k = 0; k < x->matches; k++)
    n += x->match[k].patterns >> pattern & 1 &&
         record->item[x->match[k].item].claimed == x->step->number;
  return n;
}

static void add_slots(struct round *r, const struct record *record, uint32_t i,
                      bool across)
{
  const struct expect *x = r->expect[i];
  uint8_t p;
  for(p = 0; p < x->patterns; p++) {
    uint32_t have = kept(x, record, p), need = x->times[p].least;
    uint64_t mask = need > have ? wants(r, record, x, p, across) : 0;
    for(; need > have; have++) {
      int slot = claims_expect(&r->claims, mask);
      if(slot >= 0)
        r->owner[slot] = i;
    }
  }
}

/* Claims are made in order: who is satisfied by an earlier one stays so. */
static void claim_for(struct round *r, const struct record *record, bool met,
                      bool across)
{
  uint32_t i;
  for(i = 0; i < r->count; i++) {
    if(expect_needs(r->expect[i]) && r->expect[i]->met == met)
      add_slots(r, record, i, across);
  }
}

static void claim(struct round *r, const struct record *record, bool across)
{
  memset(&r->claims, 0, sizeof(r->claims));
  r->candidates = 0;
  r->crowded = false;
  add_candidates(r, record, across);
  claim_for(r, record, true, false);
  claim_for(r, record, false, across);
}

static bool is_satisfied(const struct round *r, uint32_t i)
{
  uint8_t s;
  for(s = 0; s < r->claims.expectations; s++) {
    if(r->owner[s] == i && claims_of(&r->claims, s) == CLAIMS_NONE)
      return false;
  }
  return true;
}

/* Whether another expectation claims the item by now. */
static bool is_others(const struct round *r, uint32_t i, uint32_t item)
{
  uint8_t s;
  for(s = 0; s < r->claims.expectations; s++) {
    uint8_t c = claims_of(&r->claims, s);
    if(r->owner[s] != i && c != CLAIMS_NONE && r->candidate[c] == item)
      return true;
  }
  return false;
}

/* Runs the order over what is in time; true where it is complete, its items
 * in *out. */
static bool run_order(const struct round *r, const struct record *record,
                      uint32_t i, bool across, struct sequence_run *run)
{
  const struct expect *x = r->expect[i];
  uint32_t k;
  memset(run, 0, sizeof(*run));
  sequence_begin(&x->sequence, run);
  for(k = 0; k < x->matches; k++) {
    const struct record_item *it = &record->item[x->match[k].item];
    enum expect_when when = expect_when(x, it);
    if(is_foreign(x, it) || is_others(r, i, x->match[k].item) ||
       !(when == WHEN_IN_TIME || (across && when == WHEN_ACROSS)))
      continue;
    if(sequence_event(&x->sequence, run, x->match[k].patterns,
                      x->match[k].item))
      return true;
  }
  return false;
}

static bool has_come(struct round *r, const struct record *record, uint32_t i,
                     bool across)
{
  struct sequence_run run;
  claim(r, record, across);
  if(r->expect[i]->quantity == QUANTITY_IN_ORDER)
    return run_order(r, record, i, across, &run);
  return is_satisfied(r, i);
}

/* What must come a number of times, or in an order. */
static struct round_said judge_coming(struct round *r, struct record *record,
                                      uint32_t i,
                                      const struct stream_state *stream)
{
  const struct expect *x = r->expect[i];
  bool over = stream->quiet_ns >= x->deadline_ns;
  if(has_come(r, record, i, false))
    return relation_judge(r, record, i);
  if(r->crowded)
    return say(ROUND_MISSED, MISS_LIMIT, NO_ITEM);
  if(!over && !stream->ended_how)
    return say(ROUND_WAITING, MISS_NONE, NO_ITEM);
  if(has_come(r, record, i, true))
    return say(ROUND_UNCERTAIN, MISS_LATE, NO_ITEM);
  claim(r, record, false);
  return say(ROUND_MISSED, over ? MISS_ABSENT : MISS_NOT_OPEN, NO_ITEM);
}

static bool is_wanted_end(const struct expect *x,
                          const struct stream_state *stream)
{
  const struct yaml_node *n = yaml_get(x->step->map, "ends");
  const char *how =
      n->kind == YAML_SCALAR ? n->text.p : node_text(n, "how", "any");
  return strcmp(how, "any") == 0 || strcmp(how, stream->ended_how) == 0;
}

/* The last event of the stream, whatever its window. */
static uint32_t last_event(const struct record *record, uint32_t stream)
{
  uint32_t k = record->count;
  while(k-- > 0) {
    if(record->item[k].stream == stream &&
       record->item[k].item.kind == ITEM_EVENT)
      return k;
  }
  return NO_ITEM;
}

static struct round_said judge_end(struct round *r, struct record *record,
                                   uint32_t i,
                                   const struct stream_state *stream)
{
  struct expect *x = r->expect[i];
  struct stream_item view;
  uint32_t last;
  if(!stream->ended_how)
    return stream->quiet_ns >= x->deadline_ns
               ? say(ROUND_MISSED, MISS_END, NO_ITEM)
               : say(ROUND_WAITING, MISS_NONE, NO_ITEM);
  if(stream->ended_ns >= x->deadline_ns || !is_wanted_end(x, stream))
    return say(ROUND_MISSED, MISS_END, NO_ITEM);
  if(!x->patterns)
    return relation_judge(r, record, i);
  last = last_event(record, x->stream);
  if(last == NO_ITEM)
    return say(ROUND_MISSED, MISS_END, NO_ITEM);
  expect_point(x, &record->item[last], &view);
  return pattern_judge(&x->pattern[0], &x->look) == HOLDS_YES
             ? relation_judge(r, record, i)
             : say(ROUND_MISSED, MISS_END, last);
}

/* The first item that must not have come, or NO_ITEM. */
static uint32_t unwanted(const struct expect *x, const struct record *record)
{
  bool every = x->quantity == QUANTITY_ONLY || x->quantity == QUANTITY_EVERY;
  uint32_t k;
  for(k = 0; k < x->matches; k++) {
    if(record->item[x->match[k].item].from_ns >= x->until_ns)
      break;
    if(!every || !x->match[k].patterns)
      return x->match[k].item;
  }
  return NO_ITEM;
}

static struct round_said judge_negative(const struct expect *x,
                                        const struct record *record,
                                        const struct stream_state *stream)
{
  uint32_t item = unwanted(x, record);
  if(item != NO_ITEM)
    return record->item[item].at_ns < x->until_ns
               ? say(ROUND_MISSED, MISS_UNWANTED, item)
               : say(ROUND_UNCERTAIN, MISS_UNWANTED, item);
  if(!stream->open && stream->ended_ns < x->until_ns)
    return say(ROUND_MISSED, MISS_NOT_OPEN, NO_ITEM);
  if(stream->quiet_ns < x->until_ns)
    return say(ROUND_WAITING, MISS_NONE, NO_ITEM);
  return say(ROUND_MET, stream->bytes ? MISS_NONE : MISS_UNPROVEN, NO_ITEM);
}

struct round_said round_judge(struct round *r, struct record *record,
                              uint32_t i, const struct stream_state *stream)
{
  struct expect *x = r->expect[i];
  struct round_said excess;
  if(expect_is_negative(x)) {
    excess = judge_negative(x, record, stream);
    return excess.state == ROUND_MET && excess.miss == MISS_NONE
               ? relation_judge(r, record, i)
               : excess;
  }
  if(x->quantity == QUANTITY_ENDS)
    return judge_end(r, record, i, stream);
  if(x->quantity == QUANTITY_OPEN)
    return stream->open ? say(ROUND_MET, MISS_NONE, NO_ITEM)
                        : say(ROUND_MISSED, MISS_NOT_OPEN, NO_ITEM);
  excess = round_excess(r, record, i, stream);
  if(excess.state == ROUND_MISSED)
    return excess;
  return judge_coming(r, record, i, stream);
}

struct round_said round_excess(struct round *r, struct record *record,
                               uint32_t i, const struct stream_state *stream)
{
  const struct expect *x = r->expect[i];
  uint32_t k, n = 0;
  if(expect_is_negative(x)) {
    struct round_said s = judge_negative(x, record, stream);
    return s.state == ROUND_MISSED ? s : say(ROUND_MET, s.miss, NO_ITEM);
  }
  if(x->quantity != QUANTITY_TIMES || x->times[0].most == NODE_MANY)
    return say(ROUND_MET, MISS_NONE, NO_ITEM);
  claim(r, record, false);
  for(k = 0; k < x->matches; k++) {
    const struct record_item *it = &record->item[x->match[k].item];
    if(is_foreign(x, it) || is_others(r, i, x->match[k].item) ||
       it->from_ns >= x->until_ns)
      continue;
    if(++n > x->times[0].most)
      return say(ROUND_MISSED, MISS_TOO_MANY, x->match[k].item);
  }
  return say(ROUND_MET, MISS_NONE, NO_ITEM);
}

static uint32_t keep_order(struct round *r, struct record *record, uint32_t i)
{
  struct sequence_claim claimed[SEQUENCE_CANDIDATES_MAX];
  struct expect *x = r->expect[i];
  struct sequence_run run;
  int n, k;
  if(!run_order(r, record, i, false, &run))
    return NO_ITEM;
  n = sequence_claims(&x->sequence, &run, claimed);
  for(k = 0; k < n; k++)
    record->item[claimed[k].number].claimed = x->step->number;
  return n > 0 ? (uint32_t)claimed[n - 1].number : NO_ITEM;
}

uint32_t round_find(const struct round *r, const struct flow_step *s)
{
  uint32_t i = 0;
  while(i < r->count && r->expect[i]->step != s)
    i++;
  return i;
}

uint32_t round_meet(struct round *r, struct record *record, uint32_t i,
                    uint32_t *last)
{
  struct expect *x = r->expect[i];
  uint32_t first = NO_ITEM, item;
  uint8_t s;
  *last = NO_ITEM;
  x->met = true;
  if(x->quantity == QUANTITY_IN_ORDER) {
    first = round_keep(r, record, i);
    *last = first;
    return first;
  }
  claim(r, record, false);
  for(s = 0; s < r->claims.expectations; s++) {
    uint8_t c = claims_of(&r->claims, s);
    if(r->owner[s] != i || c == CLAIMS_NONE)
      continue;
    item = r->candidate[c];
    first = first == NO_ITEM || item < first ? item : first;
    *last = *last == NO_ITEM || item > *last ? item : *last;
  }
  return first;
}

uint32_t round_keep(struct round *r, struct record *record, uint32_t i)
{
  struct expect *x = r->expect[i];
  uint32_t first = NO_ITEM, k;
  uint8_t s;
  claim(r, record, false);
  if(x->quantity == QUANTITY_IN_ORDER)
    return keep_order(r, record, i);
  for(s = 0; s < r->claims.expectations; s++) {
    uint8_t c = claims_of(&r->claims, s);
    if(r->owner[s] == i && c != CLAIMS_NONE)
      record->item[r->candidate[c]].claimed = x->step->number;
  }
  for(k = 0; k < x->matches && first == NO_ITEM; k++) {
    if(record->item[x->match[k].item].claimed == x->step->number)
      first = x->match[k].item;
  }
  return first;
}
