/* SPDX-License-Identifier: MIT
 * Matching by augmenting paths; see claims.h. */
#include "content/claims.h"

#include <string.h>

#define BIT(k) (UINT64_C(1) << (k))

static uint8_t lowest(uint64_t bits)
{
  return (uint8_t)__builtin_ctzll(bits);
}

static void give(struct claims *c, uint8_t expectation, uint8_t event)
{
  c->event_of[expectation] = event;
  c->taker_of[event] = expectation;
  c->satisfied |= BIT(expectation);
  c->taken |= BIT(event);
}

/* Hands each event on the way back to the one that wanted it. */
static void hand_on(struct claims *c, const uint8_t *wanted_by, uint8_t root,
                    uint8_t event)
{
  for(;;) {
    uint8_t who = wanted_by[event];
    uint8_t before = c->event_of[who];
    give(c, who, event);
    if(who == root)
      return;
    event = before;
  }
}

/* Looks, breadth first, for a free event that `root` can get, others moving
 * to what else they want. */
static bool satisfy(struct claims *c, uint8_t root)
{
  uint8_t queue[CLAIMS_MAX], wanted_by[CLAIMS_MAX];
  uint8_t head = 0, tail = 0;
  uint64_t seen = 0;
  queue[tail++] = root;
  while(head < tail) {
    uint8_t who = queue[head++];
    uint64_t fresh = c->wants[who] & ~seen;
    seen |= fresh;
    for(; fresh; fresh &= fresh - 1) {
      uint8_t event = lowest(fresh);
      wanted_by[event] = who;
      if(!(c->taken & BIT(event))) {
        hand_on(c, wanted_by, root, event);
        return true;
      }
      if(!(c->pinned & BIT(c->taker_of[event])))
        queue[tail++] = c->taker_of[event];
    }
  }
  return false;
}

int claims_expect(struct claims *c, uint64_t events)
{
  uint8_t i = c->expectations;
  if(i == CLAIMS_MAX)
    return E_LIMIT;
  c->wants[i] =
      c->events == CLAIMS_MAX ? events : events & (BIT(c->events) - 1);
  c->expectations++;
  satisfy(c, i);
  return i;
}

int claims_event(struct claims *c, uint64_t expectations)
{
  uint8_t event = c->events, i;
  if(event == CLAIMS_MAX)
    return E_LIMIT;
  c->events++;
  for(i = 0; i < c->expectations; i++) {
    if(expectations >> i & 1)
      c->wants[i] |= BIT(event);
  }
  /* One event satisfies one expectation more, at most. */
  for(i = 0; i < c->expectations; i++) {
    if(!(c->satisfied & BIT(i)) && satisfy(c, i))
      break;
  }
  return event;
}

uint8_t claims_of(const struct claims *c, uint8_t expectation)
{
  return c->satisfied >> expectation & 1 ? c->event_of[expectation]
                                         : CLAIMS_NONE;
}

void claims_pin(struct claims *c, uint8_t expectation)
{
  c->pinned |= c->satisfied & BIT(expectation);
}

uint64_t claims_rivals(const struct claims *c, uint8_t expectation)
{
  uint64_t wanted = c->wants[expectation] & c->taken, rivals = 0;
  for(; wanted; wanted &= wanted - 1)
    rivals |= BIT(c->taker_of[lowest(wanted)]);
  return rivals & ~BIT(expectation);
}
