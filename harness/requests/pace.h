/* SPDX-License-Identifier: MIT
 * When requests are to be sent: at a rate, whatever becomes of the earlier
 * ones.  The schedule is absolute, so that lateness is not forgotten, and the
 * same for every number of workers: each takes its own out of the whole.
 * Pure. */
#ifndef WEIR_REQUESTS_PACE_H
#define WEIR_REQUESTS_PACE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"

enum arrival_shape { ARRIVAL_CONSTANT, ARRIVAL_POISSON };

struct pace {
  enum arrival_shape shape;
  double rate;          /* of all workers, per second */
  uint32_t each, index; /* takes numbers index, index + each, ... */
  uint64_t number;      /* the one that is due next, of all */
  double at_s;          /* when, since the start */
  struct rng rng;
};

/* pace_begin: the same seed for all workers. */
void pace_begin(struct pace *p, enum arrival_shape shape, double rate,
                uint32_t each, uint32_t index, uint64_t seed);
/* pace_due_ns: when the next one of this worker is due, since the start. */
uint64_t pace_due_ns(const struct pace *p);
/* pace_next goes on to the next one. */
void pace_next(struct pace *p);

#endif
