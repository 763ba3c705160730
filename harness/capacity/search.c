/* SPDX-License-Identifier: MIT
 * The search for the knee; see search.h. */
#include "capacity/search.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"

#define TRIES      2
#define VOID_TRIES 3 /* a busy machine may be quieter the next time */
#define LOAD_TRIES 5 /* of one load, whatever became of them */

void search_init(struct search *s, const struct search_config *config)
{
  memset(s, 0, sizeof(*s));
  s->config = *config;
  if(!s->config.steps_max || s->config.steps_max > SEARCH_STEPS_MAX)
    s->config.steps_max = SEARCH_STEPS_MAX;
}

/* What is known of one load. */
enum standing { OPEN, HOLDS, BREAKS, VOID };

static enum standing standing_of(const struct search_point *p)
{
  if(p->broke >= TRIES || p->long_broke >= TRIES)
    return BREAKS;
  if(p->held)
    return HOLDS;
  return p->broke + p->invalid >= VOID_TRIES ? VOID : OPEN;
}

static uint32_t tries(const struct search_point *p)
{
  return p->held + p->broke + p->invalid + p->long_held + p->long_broke +
         p->long_void;
}

static bool confirmed(const struct search_point *p)
{
  return p->long_held > 0;
}

/* No more can be learned from long runs. */
static bool long_runs_over(const struct search_point *p)
{
  return confirmed(p) || p->long_void >= VOID_TRIES || tries(p) >= LOAD_TRIES;
}

struct bracket {
  const struct search_point *held, *above; /* NULL = none */
};

static struct bracket bracket_of(const struct search *s)
{
  struct bracket b = {NULL, NULL};
  uint32_t i;
  for(i = 0; i < s->points && !b.above; i++) {
    const struct search_point *p = &s->point[i];
    enum standing st = standing_of(p);
    if(st == HOLDS)
      b.held = p;
    else if(st != OPEN)
      b.above = p;
  }
  return b;
}

static const struct search_point *undecided(const struct search *s)
{
  uint32_t i;
  for(i = 0; i < s->points; i++) {
    if(standing_of(&s->point[i]) == OPEN)
      return &s->point[i];
  }
  return NULL;
}

static uint64_t scaled(uint64_t load, double factor)
{
  return (uint64_t)llround((double)load * factor);
}

static uint64_t clamp(uint64_t v, uint64_t least, uint64_t most)
{
  weir_assert(least <= most);
  return v < least ? least : v > most ? most : v;
}

static bool close_enough(const struct search *s, const struct bracket *b)
{
  uint64_t gap = b->above->load - b->held->load;
  weir_assert(b->above->load > b->held->load);
  return (double)gap <= ceil(s->config.tolerance * (double)b->held->load);
}

static uint64_t ramp_up(const struct search *s, const struct bracket *b)
{
  uint64_t load = b->held->load;
  return clamp(scaled(load, s->config.growth), load + 1, s->config.max);
}

/* Nothing holds yet: faster down than up, since a start that is too high is
 * usually far too high. */
static uint64_t ramp_down(const struct search *s, const struct bracket *b)
{
  double factor = 1 / (s->config.growth * s->config.growth);
  uint64_t hint = b->above->hint;
  if(hint)
    return hint;
  return clamp(scaled(b->above->load, factor), 1, b->above->load - 1);
}

/* A hint led to this load, or told that it is what got in. */
static bool hinted(const struct search *s, uint64_t load)
{
  uint32_t i;
  for(i = 0; i < s->points; i++) {
    uint64_t hint = s->point[i].hint;
    if(hint >= load &&
       (double)(hint - load) < s->config.tolerance * (double)load)
      return true;
  }
  return false;
}

static uint64_t between(const struct search *s, const struct bracket *b)
{
  uint64_t low = b->held->load, high = b->above->load, middle;
  if(b->above->hint > low)
    return b->above->hint;
  if(hinted(s, low)) /* as good as found: look right above it */
    return clamp(scaled(low, 1 + s->config.tolerance), low + 1, high - 1);
  if(high > 2 * low)
    middle = (uint64_t)llround(sqrt((double)low * (double)high));
  else
    middle = low + (high - low) / 2;
  return clamp(middle, low + 1, high - 1);
}

static bool go(struct search *s, uint64_t load, enum search_phase phase,
               bool repeat)
{
  s->probe = (struct search_probe){load, phase, repeat};
  s->waiting = true;
  return true;
}

static bool over(struct search *s, enum search_end end)
{
  s->end = end;
  return false;
}

static bool confirm(struct search *s, const struct search_point *p,
                    enum search_end end)
{
  if(long_runs_over(p))
    return over(s, end);
  return go(s, p->load, SEARCH_CONFIRM, p->long_broke + p->long_void > 0);
}

static bool above_found(struct search *s, const struct bracket *b)
{
  enum standing above = standing_of(b->above);
  if(!b->held && b->above->load == 1)
    return over(s, above == VOID ? SEARCH_GENERATOR : SEARCH_NOTHING);
  if(!b->held)
    return go(s, ramp_down(s, b), SEARCH_RAMP, false);
  if(close_enough(s, b))
    return confirm(s, b->held, above == VOID ? SEARCH_GENERATOR : SEARCH_KNEE);
  return go(s, between(s, b), SEARCH_BISECT, false);
}

static bool decide(struct search *s)
{
  struct bracket b = bracket_of(s);
  const struct search_point *p = undecided(s);
  if(p)
    return go(s, p->load, s->probe.phase, true);
  if(s->steps >= s->config.steps_max || s->points == SEARCH_POINTS_MAX)
    return over(s, SEARCH_STEPS);
  if(b.above)
    return above_found(s, &b);
  if(!b.held)
    return go(s, s->config.start, SEARCH_RAMP, false);
  if(b.held->load >= s->config.max)
    return confirm(s, b.held, SEARCH_AT_MAX);
  return go(s, ramp_up(s, &b), SEARCH_RAMP, false);
}

bool search_next(struct search *s, struct search_probe *out)
{
  if(s->end != SEARCH_GOES_ON)
    return false;
  if(!s->waiting && !decide(s))
    return false;
  *out = s->probe;
  return true;
}

/* The entry of that load, made in its place when it is new. */
static struct search_point *point_at(struct search *s, uint64_t load)
{
  uint32_t i = 0;
  while(i < s->points && s->point[i].load < load)
    i++;
  if(i < s->points && s->point[i].load == load)
    return &s->point[i];
  weir_assert(s->points < SEARCH_POINTS_MAX);
  memmove(&s->point[i + 1], &s->point[i],
          (s->points - i) * sizeof(s->point[0]));
  memset(&s->point[i], 0, sizeof(s->point[i]));
  s->point[i].load = load;
  s->points++;
  return &s->point[i];
}

void search_tell(struct search *s, enum search_verdict v, uint64_t hint)
{
  bool is_long = s->probe.phase == SEARCH_CONFIRM;
  bool led_here = hinted(s, s->probe.load);
  struct search_point *p;
  if(!s->waiting || s->end != SEARCH_GOES_ON)
    return;
  s->waiting = false;
  s->steps++;
  p = point_at(s, s->probe.load);
  if(v == SEARCH_HELD)
    (*(is_long ? &p->long_held : &p->held))++;
  else if(v == SEARCH_BROKE)
    (*(is_long ? &p->long_broke : &p->broke))++;
  else
    (*(is_long ? &p->long_void : &p->invalid))++;
  /* Where a hint broke as well, hints lead down a long stair: bisect. */
  p->hint = v == SEARCH_BROKE && hint < p->load && !led_here ? hint : 0;
}

void search_stop(struct search *s)
{
  if(s->end == SEARCH_GOES_ON)
    s->end = SEARCH_STOPPED;
}

struct search_result search_result(const struct search *s)
{
  struct bracket b = bracket_of(s);
  struct search_result r;
  uint32_t i;
  memset(&r, 0, sizeof(r));
  r.end = s->end;
  r.held = b.held ? b.held->load : 0;
  r.above = b.above ? b.above->load : 0;
  r.above_is_generator = b.above && standing_of(b.above) == VOID;
  r.confirmed = b.held && confirmed(b.held);
  for(i = 0; i < s->points; i++) {
    const struct search_point *p = &s->point[i];
    r.flaky += (p->held || p->long_held) && (p->broke || p->long_broke);
  }
  return r;
}
