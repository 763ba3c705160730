/* SPDX-License-Identifier: MIT
 * The timeline: slices aligned to the start of the run, joined in pairs when
 * there are too many, so that memory is bounded and merging stays exact. */
#include "metrics/series.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "metrics/count.h"

int series_init(struct series *t, uint64_t width_ns)
{
  t->width_ns = width_ns ? width_ns : NS_PER_SEC;
  t->count = 0;
  t->slice = calloc(SERIES_MAX, sizeof(*t->slice));
  return t->slice ? 0 : E_NOMEM;
}

void series_fini(struct series *t)
{
  uint32_t i;
  for(i = 0; i < t->count; i++)
    free(t->slice[i].latency);
  free(t->slice);
  *t = (struct series){0};
}

struct hist *series_latency(struct timeslice *slice)
{
  if(!slice->latency)
    slice->latency = hist_new();
  return slice->latency;
}

/* The slice that a and the later b make together; takes their histograms. */
static struct timeslice joined(struct timeslice a, const struct timeslice *b)
{
  int64_t connections =
      b->filled ? b->counter[S_CONNECTIONS] : a.counter[S_CONNECTIONS];
  size_t i;
  for(i = 0; i < SLICE_COUNTER_COUNT; i++)
    count_shift(&a.counter[i], b->counter[i]);
  a.counter[S_CONNECTIONS] = connections;
  a.filled = a.filled || b->filled;
  if(a.latency && b->latency) {
    hist_merge(a.latency, b->latency);
    free(b->latency);
  } else if(b->latency) {
    a.latency = b->latency;
  }
  return a;
}

static void widen(struct series *t)
{
  const struct timeslice none = {0};
  uint32_t half = (t->count + 1) / 2;
  uint32_t i;
  for(i = 0; i < half; i++) {
    uint32_t later = 2 * i + 1;
    t->slice[i] =
        joined(t->slice[2 * i], later < t->count ? &t->slice[later] : &none);
  }
  memset(t->slice + half, 0, (t->count - half) * sizeof(*t->slice));
  t->count = half;
  t->width_ns *= 2;
}

struct timeslice *series_at(struct series *t, uint64_t t_ns)
{
  uint64_t i;
  weir_assert(t->width_ns && t->slice);
  i = t_ns / t->width_ns;
  while(i >= SERIES_MAX) {
    widen(t);
    i = t_ns / t->width_ns;
  }
  if(i >= t->count)
    t->count = (uint32_t)i + 1;
  return &t->slice[i];
}

/* The slice of dst in which slice i of src starts.  dst is no finer, so that
 * there is room. */
static struct timeslice *counterpart(struct series *dst,
                                     const struct series *src, uint32_t i)
{
  weir_assert(dst->width_ns >= src->width_ns);
  return series_at(dst, i * src->width_ns);
}

static int make_histograms(struct series *dst, const struct series *src)
{
  uint32_t i;
  for(i = 0; i < src->count; i++)
    if(src->slice[i].latency && !series_latency(counterpart(dst, src, i)))
      return E_NOMEM;
  return 0;
}

static void add_slice(struct timeslice *to, const struct timeslice *from)
{
  size_t i;
  for(i = 0; i < SLICE_COUNTER_COUNT; i++)
    if(i != S_CONNECTIONS)
      count_shift(&to->counter[i], from->counter[i]);
  to->filled = to->filled || from->filled;
  weir_assert(!from->latency || to->latency);
  if(from->latency)
    hist_merge(to->latency, from->latency);
}

/* Of several slices of src that fall into one of dst, only the last filled one
 * says how many connections were open at its end. */
static void add_connections(struct series *dst, const struct series *src)
{
  struct timeslice *to = NULL;
  int64_t connections = 0;
  uint32_t i;
  for(i = 0; i < src->count; i++) {
    struct timeslice *here = counterpart(dst, src, i);
    if(!src->slice[i].filled)
      continue;
    if(to && to != here)
      count_shift(&to->counter[S_CONNECTIONS], connections);
    to = here;
    connections = src->slice[i].counter[S_CONNECTIONS];
  }
  if(to)
    count_shift(&to->counter[S_CONNECTIONS], connections);
}

int series_merge(struct series *dst, const struct series *src)
{
  uint32_t i;
  int rc;
  if(!src->count)
    return 0;
  if(!dst->count)
    dst->width_ns = src->width_ns;
  while(dst->width_ns < src->width_ns)
    widen(dst);
  rc = make_histograms(dst, src);
  if(rc)
    return rc;
  for(i = 0; i < src->count; i++)
    add_slice(counterpart(dst, src, i), &src->slice[i]);
  add_connections(dst, src);
  return 0;
}

int64_t series_peak(const struct series *t)
{
  int64_t peak = -1;
  uint32_t i;
  for(i = 0; i < t->count; i++)
    if(t->slice[i].filled && t->slice[i].counter[S_CONNECTIONS] > peak)
      peak = t->slice[i].counter[S_CONNECTIONS];
  return peak;
}
