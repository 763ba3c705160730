/* SPDX-License-Identifier: MIT
 * Counts that stay at their limit instead of beginning anew: what a target or
 * a document claims may be any number, and a sum that went around to zero
 * would pass for none. */
#ifndef WEIR_METRICS_COUNT_H
#define WEIR_METRICS_COUNT_H
#include <stdint.h>

static inline void count_add(uint64_t *count, uint64_t n)
{
  if(__builtin_add_overflow(*count, n, count))
    *count = UINT64_MAX;
}

/* count_sub takes n off again, down to 0; a count at its limit stays there. */
static inline void count_sub(uint64_t *count, uint64_t n)
{
  if(*count != UINT64_MAX)
    *count = n > *count ? 0 : *count - n;
}

/* The same for what may be negative. */
static inline void count_shift(int64_t *count, int64_t n)
{
  if(__builtin_add_overflow(*count, n, count))
    *count = n < 0 ? INT64_MIN : INT64_MAX;
}

#endif
