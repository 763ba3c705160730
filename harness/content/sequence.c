/* SPDX-License-Identifier: MIT
 * The automaton of orders; see sequence.h. */
#include "content/sequence.h"

#include <string.h>

#define BIT(k) (UINT64_C(1) << (k))

static void add_slot(struct sequence *s, uint8_t pattern, bool optional,
                     bool loops)
{
  s->slots_of[pattern] |= BIT(s->slots);
  if(optional)
    s->optional |= BIT(s->slots);
  if(loops)
    s->loops |= BIT(s->slots);
  s->step_of[s->slots++] = s->steps;
}

int sequence_step(struct sequence *s, uint8_t pattern, uint32_t least,
                  uint32_t most, struct err *e)
{
  bool endless = most == SEQUENCE_MANY;
  uint32_t n = endless ? (least ? least : 1) : most, i;
  if(least > most || most == 0)
    return err_set(e, E_RANGE, "a step comes at least once in its range");
  if(pattern >= SEQUENCE_PATTERNS_MAX || n > SEQUENCE_SLOTS_MAX ||
     n + s->slots > SEQUENCE_SLOTS_MAX)
    return err_set(e, E_LIMIT,
                   "an order has at most %d steps, each counted as often as "
                   "it may come",
                   SEQUENCE_SLOTS_MAX);
  for(i = 0; i < n; i++)
    add_slot(s, pattern, i >= least, endless && i + 1 == n);
  s->steps++;
  return 0;
}

/* With all states that optional slots lead to from these. */
static uint64_t closure(const struct sequence *s, uint64_t states)
{
  uint64_t more = (states & s->optional) << 1 & ~states;
  while(more) {
    states |= more;
    more = (states & s->optional) << 1 & ~states;
  }
  return states;
}

/* The states behind one event that fills any of these slots. */
static uint64_t advance(const struct sequence *s, uint64_t states,
                        uint64_t fits)
{
  uint64_t next = (closure(s, states) & fits) << 1;
  return next | (states & (fits & s->loops) << 1);
}

static bool is_complete(const struct sequence *s, uint64_t states)
{
  return closure(s, states) >> s->slots & 1;
}

void sequence_begin(const struct sequence *s, struct sequence_run *r)
{
  memset(r, 0, sizeof(*r));
  r->states = 1;
  r->done = s->slots == 0;
}

/* Makes room for a candidate that is needed: the last one that is not goes.
 * Those that led to a new state suffice for the order, and there are fewer of
 * them than states. */
static bool make_room(struct sequence_run *r)
{
  uint8_t last = SEQUENCE_CANDIDATES_MAX - 1, k = last;
  while(k > 0 && r->grew >> k & 1)
    k--;
  if(r->grew >> k & 1)
    return false;
  memmove(r->fits + k, r->fits + k + 1, (last - k) * sizeof(r->fits[0]));
  memmove(r->number + k, r->number + k + 1, (last - k) * sizeof(r->number[0]));
  r->grew = (r->grew & (BIT(k) - 1)) | (r->grew >> 1 & ~(BIT(k) - 1));
  r->candidates = last;
  return true;
}

static void keep(const struct sequence *s, struct sequence_run *r,
                 uint64_t fits, uint64_t number, bool grew)
{
  if(r->candidates == SEQUENCE_CANDIDATES_MAX && !s->adjacent && !grew)
    return;
  if(r->candidates == SEQUENCE_CANDIDATES_MAX &&
     (s->adjacent || !make_room(r))) {
    r->overflow = true;
    return;
  }
  if(grew)
    r->grew |= BIT(r->candidates);
  r->fits[r->candidates] = fits;
  r->number[r->candidates++] = number;
}

static uint64_t fitting(const struct sequence *s, uint64_t patterns)
{
  uint64_t fits = 0;
  for(; patterns; patterns &= patterns - 1)
    fits |= s->slots_of[__builtin_ctzll(patterns)];
  return fits;
}

static uint64_t farthest(uint64_t states)
{
  return 63u - (uint64_t)__builtin_clzll(states);
}

bool sequence_event(const struct sequence *s, struct sequence_run *r,
                    uint64_t patterns, uint64_t number)
{
  uint64_t fits = fitting(s, patterns), next;
  if(r->done)
    return true;
  next = advance(s, r->states, fits);
  if(s->adjacent && next == 0) { /* all ways ended here */
    r->states = 1;
    r->candidates = 0;
    r->grew = 0;
    r->overflow = false;
    return false;
  }
  if(s->adjacent || fits)
    keep(s, r, fits, number, (next & ~r->states) != 0);
  r->states = next | (s->adjacent ? 1 : r->states);
  if(farthest(r->states) > r->reached)
    r->reached = farthest(r->states);
  /* Nothing taken at all is no order, even where every slot is optional. */
  r->done = next && is_complete(s, next);
  return r->done;
}

/* hope[i]: the states from which candidates i and later lead to the end.  No
 * way was complete before the last one, or the run had been done. */
static void look_back(const struct sequence *s, const struct sequence_run *r,
                      uint64_t *hope)
{
  uint8_t i, k;
  hope[r->candidates] = 0;
  for(k = 1; k <= s->slots; k++) {
    if(is_complete(s, BIT(k)))
      hope[r->candidates] |= BIT(k);
  }
  for(i = r->candidates; i-- > 0;) {
    hope[i] = s->adjacent ? hope[i + 1] & 1 : hope[i + 1];
    for(k = 0; k <= s->slots; k++) {
      if(advance(s, BIT(k), r->fits[i]) & hope[i + 1])
        hope[i] |= BIT(k);
    }
  }
}

/* The first state behind candidate i on a way to the end, 0 for none. */
static uint8_t take(const struct sequence *s, const struct sequence_run *r,
                    uint8_t state, uint8_t i, const uint64_t *hope)
{
  uint64_t next = advance(s, BIT(state), r->fits[i]) & hope[i + 1];
  return next ? (uint8_t)__builtin_ctzll(next) : 0;
}

int sequence_claims(const struct sequence *s, const struct sequence_run *r,
                    struct sequence_claim *out)
{
  uint64_t hope[SEQUENCE_CANDIDATES_MAX + 1];
  uint8_t i, state = 0;
  int n = 0;
  if(r->overflow)
    return E_LIMIT;
  look_back(s, r, hope);
  for(i = 0; i < r->candidates; i++) {
    uint8_t next = take(s, r, state, i, hope);
    if(!next)
      continue;
    out[n].number = r->number[i];
    out[n++].step = s->step_of[next - 1];
    state = next;
  }
  return n;
}

uint8_t sequence_reached(const struct sequence *s,
                         const struct sequence_run *r)
{
  return r->reached < s->slots ? s->step_of[r->reached] : s->steps;
}
