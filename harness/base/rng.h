/* SPDX-License-Identifier: MIT
 * Seeded random numbers (xoshiro256**): the same seed gives the same run. */
#ifndef WEIR_BASE_RNG_H
#define WEIR_BASE_RNG_H
#include <stdint.h>

struct rng {
  uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
double rng_unit(struct rng *r);                /* in [0, 1) */
uint64_t rng_below(struct rng *r, uint64_t n); /* in [0, n), n > 0 */
/* rng_fresh_seed asks the kernel for a seed; print it so that a run can be
 * repeated. */
uint64_t rng_fresh_seed(void);

#endif
