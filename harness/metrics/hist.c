/* SPDX-License-Identifier: MIT
 * Recording, merging and reading a histogram; see hist.h.  The Base64 form is
 * in hist_codec.c. */
#include "metrics/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"

#define SUB_BITS   11 /* log2 of HIST_SUB_BUCKETS */
#define HALF_BITS  (SUB_BITS - 1)
#define HALF_COUNT (HIST_SUB_BUCKETS / 2)

_Static_assert(1 << SUB_BITS == HIST_SUB_BUCKETS, "sub-bucket bits");
_Static_assert(HIST_HIGHEST_US < (uint64_t)HIST_SUB_BUCKETS
                                     << (HIST_BUCKETS - 1),
               "the highest value has a bucket");

static inline uint32_t index_of(uint64_t us)
{
  uint64_t wide = us | (HIST_SUB_BUCKETS - 1);
  uint32_t bucket = 64u - SUB_BITS - (uint32_t)__builtin_clzll(wide);
  return (bucket << HALF_BITS) + (uint32_t)(us >> bucket);
}

uint32_t hist_index(uint64_t us)
{
  return index_of(us);
}

uint64_t hist_lowest_us(uint32_t index)
{
  uint32_t bucket;
  if(index < HIST_SUB_BUCKETS)
    return index;
  bucket = (index >> HALF_BITS) - 1;
  return (uint64_t)((index & (HALF_COUNT - 1)) + HALF_COUNT) << bucket;
}

uint64_t hist_highest_us(uint32_t index)
{
  uint32_t bucket = index < HIST_SUB_BUCKETS ? 0 : (index >> HALF_BITS) - 1;
  return hist_lowest_us(index) + (1ull << bucket) - 1;
}

void hist_init_zeroed(struct hist *h)
{
  h->min_ns = UINT64_MAX;
  h->low = HIST_COUNTS;
}

void hist_init(struct hist *h)
{
  memset(h, 0, sizeof(*h));
  hist_init_zeroed(h);
}

struct hist *hist_new(void)
{
  struct hist *h = calloc(1, sizeof(*h));
  if(h)
    hist_init_zeroed(h);
  return h;
}

static inline void add(struct hist *h, uint64_t ns, uint64_t n)
{
  uint64_t us = ns / NS_PER_US;
  uint64_t beyond = us > HIST_HIGHEST_US;
  uint32_t i = index_of(beyond ? HIST_HIGHEST_US : us);
  h->counts[i] += n;
  h->total += n;
  h->clamped += beyond * n;
  h->sum_ns += (double)ns * (double)n;
  h->min_ns = ns < h->min_ns ? ns : h->min_ns;
  h->max_ns = ns > h->max_ns ? ns : h->max_ns;
  h->low = i < h->low ? i : h->low;
  h->high = i > h->high ? i : h->high;
}

void hist_record(struct hist *h, uint64_t ns)
{
  add(h, ns, 1);
}

void hist_record_n(struct hist *h, uint64_t ns, uint64_t n)
{
  if(n)
    add(h, ns, n);
}

void hist_merge(struct hist *dst, const struct hist *src)
{
  uint32_t i;
  if(!src->total)
    return;
  weir_assert(src->low <= src->high && src->high < HIST_COUNTS);
  weir_assert(src->min_ns <= src->max_ns);
  for(i = src->low; i <= src->high; i++)
    dst->counts[i] += src->counts[i];
  dst->total += src->total;
  dst->clamped += src->clamped;
  dst->sum_ns += src->sum_ns;
  dst->min_ns = src->min_ns < dst->min_ns ? src->min_ns : dst->min_ns;
  dst->max_ns = src->max_ns > dst->max_ns ? src->max_ns : dst->max_ns;
  dst->low = src->low < dst->low ? src->low : dst->low;
  dst->high = src->high > dst->high ? src->high : dst->high;
}

/* The rank (1 .. total) of the value that share q of all values reach.  q is
 * taken one step lower, since 0.07 * 100 is a little more than 7. */
static uint64_t rank_of(double q, uint64_t total)
{
  double rank = ceil(nextafter(q, 0.0) * (double)total);
  if(rank < 1.0)
    return 1;
  return rank < (double)total ? (uint64_t)rank : total;
}

static uint64_t quantile_ns(const struct hist *h, double q)
{
  uint64_t rank = rank_of(q, h->total);
  uint64_t seen = 0;
  uint64_t ns;
  uint32_t i;
  weir_assert(h->low <= h->high && h->high < HIST_COUNTS);
  for(i = h->low; i < h->high; i++) {
    seen += h->counts[i];
    if(seen >= rank)
      break;
  }
  ns = hist_highest_us(i) * NS_PER_US;
  ns = ns > h->max_ns ? h->max_ns : ns;
  return ns < h->min_ns ? h->min_ns : ns;
}

double hist_quantile_ms(const struct hist *h, double q)
{
  if(!(q > 0.0))
    return hist_min_ms(h);
  if(q >= 1.0)
    return hist_max_ms(h);
  return h->total ? (double)quantile_ns(h, q) / 1e6 : 0.0;
}

double hist_mean_ms(const struct hist *h)
{
  return h->total ? h->sum_ns / (double)h->total / 1e6 : 0.0;
}

double hist_max_ms(const struct hist *h)
{
  return (double)h->max_ns / 1e6;
}

double hist_min_ms(const struct hist *h)
{
  return h->total ? (double)h->min_ns / 1e6 : 0.0;
}
