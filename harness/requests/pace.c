/* SPDX-License-Identifier: MIT
 * Arrivals at a rate; see pace.h. */
#include "requests/pace.h"

#include <math.h>
#include <string.h>

/* To the next one, of many that know nothing of each other. */
static double step(struct pace *p)
{
  return -log1p(-rng_unit(&p->rng)) / p->rate;
}

/* Counted from the start where that can be done, so that nothing adds up. */
static void advance(struct pace *p)
{
  p->number++;
  p->at_s = p->shape == ARRIVAL_CONSTANT ? (double)p->number / p->rate
                                         : p->at_s + step(p);
}

void pace_begin(struct pace *p, enum arrival_shape shape, double rate,
                uint32_t each, uint32_t index, uint64_t seed)
{
  memset(p, 0, sizeof(*p));
  p->shape = shape;
  p->rate = rate;
  p->each = each;
  p->index = index;
  rng_seed(&p->rng, seed);
  if(shape == ARRIVAL_POISSON)
    p->at_s = step(p);
  while(p->number % each != index)
    advance(p);
}

uint64_t pace_due_ns(const struct pace *p)
{
  return (uint64_t)(p->at_s * 1e9);
}

void pace_next(struct pace *p)
{
  do {
    advance(p);
  } while(p->number % p->each != p->index);
}
