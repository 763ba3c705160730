/* SPDX-License-Identifier: MIT
 * How many streams miss which number; see ledger.h.
 *
 * Additions wait in a list of edges (at this number so many streams more, or
 * less) and are swept into the sorted runs many at a time: worker and
 * coordinator add from thousands of streams, in no order. */
#include <stdlib.h>

#include "base/assert.h"
#include "base/err.h"
#include "metrics/count.h"
#include "metrics/ledger.h"

#define EDGES 8192

struct run {
  uint64_t first;
  uint64_t count;
  uint64_t streams;
};

struct edge {
  uint64_t at;
  uint64_t delta; /* modulo 2^64: a decrease is a large number */
};

struct ledger_tally {
  uint64_t total;
  uint64_t overflow;
  uint32_t runs;
  uint32_t edges;
  uint32_t side; /* which of the two run lists is current */
  struct edge edge[EDGES];
  struct run run[2][LEDGER_TALLY_RUNS];
};

/* The sweep over the old runs and the waiting edges, into the other list. */
struct sweep {
  const struct run *old;
  const struct run *old_end;
  bool inside; /* the next stop of old is its end */
  const struct edge *edge;
  const struct edge *edge_end;
  struct run *out;
  uint32_t out_count;
  uint64_t overflow;
};

static uint64_t times(uint64_t a, uint64_t b)
{
  uint64_t product;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

struct ledger_tally *ledger_tally_new(void)
{
  /* Not zeroed: most of the 3 MB is never touched. */
  struct ledger_tally *t = malloc(sizeof(*t));
  if(!t)
    return NULL;
  t->total = 0;
  t->overflow = 0;
  t->runs = 0;
  t->edges = 0;
  t->side = 0;
  return t;
}

void ledger_tally_free(struct ledger_tally *t)
{
  free(t);
}

static int by_number(const void *a, const void *b)
{
  uint64_t x = ((const struct edge *)a)->at;
  uint64_t y = ((const struct edge *)b)->at;
  return (x > y) - (x < y);
}

static bool next_stop(const struct sweep *w, uint64_t *at)
{
  bool old = w->old < w->old_end;
  bool edge = w->edge < w->edge_end;
  if(!old && !edge)
    return false;
  *at = UINT64_MAX;
  if(old)
    *at = w->inside ? w->old->first + w->old->count : w->old->first;
  if(edge && w->edge->at < *at)
    *at = w->edge->at;
  return true;
}

/* The change in streams at this number, from both lists. */
static uint64_t pass_stop(struct sweep *w, uint64_t at)
{
  uint64_t delta = 0;
  if(w->inside && w->old->first + w->old->count == at) {
    delta -= w->old->streams;
    w->inside = false;
    w->old++;
  }
  if(!w->inside && w->old < w->old_end && w->old->first == at) {
    delta += w->old->streams;
    w->inside = true;
  }
  while(w->edge < w->edge_end && w->edge->at == at) {
    delta += w->edge->delta;
    w->edge++;
  }
  return delta;
}

static void emit(struct sweep *w, struct run r)
{
  struct run *last = w->out_count ? &w->out[w->out_count - 1] : NULL;
  if(!r.count || !r.streams)
    return;
  if(last && last->first + last->count == r.first &&
     last->streams == r.streams)
    last->count += r.count;
  else if(w->out_count < LEDGER_TALLY_RUNS)
    w->out[w->out_count++] = r;
  else
    count_add(&w->overflow, times(r.count, r.streams));
}

static void settle(struct ledger_tally *t)
{
  struct sweep w = {0};
  uint64_t from = 0;
  uint64_t at;
  uint64_t streams = 0;
  if(!t->edges)
    return;
  qsort(t->edge, t->edges, sizeof(t->edge[0]), by_number);
  w.old = t->run[t->side];
  w.old_end = w.old + t->runs;
  w.edge = t->edge;
  w.edge_end = w.edge + t->edges;
  t->side = !t->side;
  w.out = t->run[t->side];
  while(next_stop(&w, &at)) {
    emit(&w, (struct run){from, at - from, streams});
    streams += pass_stop(&w, at);
    from = at;
  }
  weir_assert(!streams); /* each addition ends somewhere */
  t->runs = w.out_count;
  t->edges = 0;
  count_add(&t->overflow, w.overflow);
}

/* Settling changes only how the same content is stored, so readers may; a
 * tally always comes from ledger_tally_new and is never a const object. */
static const struct ledger_tally *settled(const struct ledger_tally *t)
{
  settle((struct ledger_tally *)t);
  return t;
}

int ledger_tally_add(struct ledger_tally *t, uint64_t first, uint64_t count,
                     uint64_t streams)
{
  if(!count || !streams)
    return 0;
  if(first > LEDGER_NUMBER_MAX || count - 1 > LEDGER_NUMBER_MAX - first)
    return E_RANGE;
  if(t->edges + 2 > EDGES)
    settle(t);
  weir_assert(t->edges + 2 <= EDGES);
  t->edge[t->edges++] = (struct edge){first, streams};
  t->edge[t->edges++] = (struct edge){first + count, 0 - streams};
  count_add(&t->total, times(count, streams));
  return 0;
}

void ledger_tally_add_overflow(struct ledger_tally *t, uint64_t n)
{
  count_add(&t->overflow, n);
  count_add(&t->total, n);
}

static void add_run(uint64_t first, uint64_t count, uint64_t streams,
                    void *ctx)
{
  ledger_tally_add(ctx, first, count, streams);
}

void ledger_tally_merge(struct ledger_tally *dst,
                        const struct ledger_tally *src)
{
  ledger_tally_each(src, add_run, dst);
  ledger_tally_add_overflow(dst, src->overflow);
}

uint64_t ledger_tally_total(const struct ledger_tally *t)
{
  return t->total;
}

uint64_t ledger_tally_overflow(const struct ledger_tally *t)
{
  return settled(t)->overflow;
}

void ledger_tally_each(const struct ledger_tally *t,
                       void (*fn)(uint64_t first, uint64_t count,
                                  uint64_t streams, void *ctx),
                       void *ctx)
{
  const struct run *run = settled(t)->run[t->side];
  uint32_t i;
  for(i = 0; i < t->runs; i++)
    fn(run[i].first, run[i].count, run[i].streams, ctx);
}
