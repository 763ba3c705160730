/* SPDX-License-Identifier: MIT
 * Random snapshots for the tests; see snapshot_sample.h. */
#include "metrics/snapshot_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "metrics/series.h"

static void fill_hist(struct rng *r, struct hist *h)
{
  uint64_t n = rng_below(r, 40);
  while(n--)
    hist_record_n(h, rng_next(r) >> (26 + rng_below(r, 38)),
                  1 + rng_below(r, 5));
  if(rng_below(r, 4) == 0)
    hist_record(h, 1ull << 42); /* clamped */
}

static void fill_series(struct rng *r, struct snapshot *s)
{
  uint64_t slices = 16 * (1 + rng_below(r, 3));
  uint64_t i;
  for(i = 0; i < slices; i++) {
    struct timeslice *slice = snapshot_slice(s, i * s->series.width_ns);
    size_t c;
    for(c = 0; c < SLICE_COUNTER_COUNT; c++)
      slice->counter[c] = (int64_t)rng_below(r, 1000);
    slice->counter[S_LOST] -= 500;
    if(rng_below(r, 2)) {
      struct hist *latency = snapshot_slice_latency(slice);
      assert_non_null(latency);
      fill_hist(r, latency);
    }
  }
}

static void fill_causes(struct rng *r, struct snapshot *s)
{
  uint64_t n = rng_below(r, 40);
  while(n--) {
    char name[32];
    char example[32];
    snprintf(name, sizeof(name), "status-5%02u", (unsigned)rng_below(r, 12));
    snprintf(example, sizeof(example), "No %u.", (unsigned)rng_below(r, 100));
    snapshot_cause(s, name, rng_below(r, 2) ? example : NULL);
  }
}

static void fill_offenders(struct rng *r, struct snapshot *s)
{
  static const char *const kinds[] = {"lost", "duplicated", "foreign"};
  uint64_t n = rng_below(r, 30);
  while(n--) {
    struct offender o = {.stream = rng_below(r, 5),
                         .number = rng_below(r, 5),
                         .count = rng_below(r, 3),
                         .t_s = (double)rng_next(r) / 1e15};
    snprintf(o.kind, sizeof(o.kind), "%s", kinds[rng_below(r, 3)]);
    snapshot_offender(s, &o);
  }
}

struct snapshot *sample_snapshot(struct rng *r, uint64_t width_ns)
{
  struct snapshot *s = snapshot_new(width_ns);
  uint64_t n;
  size_t i;
  assert_non_null(s);
  for(i = 0; i < COUNTER_COUNT; i++)
    s->counter[i] = rng_next(r) >> (8 + rng_below(r, 40));
  for(i = 0; i < HIST_COUNT; i++)
    fill_hist(r, &s->hist[i]);
  fill_series(r, s);
  s->counter[C_PEAK] =
      (uint64_t)series_peak(&s->series) + rng_below(r, 2) * rng_below(r, 50);
  fill_causes(r, s);
  fill_offenders(r, s);
  for(n = rng_below(r, 50); n; n--)
    ledger_tally_add(s->missing, rng_below(r, 200), 1 + rng_below(r, 9),
                     1 + rng_below(r, 3));
  ledger_tally_add_overflow(s->missing, rng_below(r, 2));
  s->ledger_overflowed = rng_below(r, 2) != 0;
  return s;
}

struct snapshot *sample_copy(const struct snapshot *s)
{
  struct snapshot *copy = snapshot_new(s->series.width_ns);
  assert_non_null(copy);
  assert_int_equal(snapshot_merge(copy, s), 0);
  return copy;
}

void assert_same_hist(const struct hist *a, const struct hist *b)
{
  assert_int_equal(a->total, b->total);
  assert_int_equal(a->clamped, b->clamped);
  assert_int_equal(a->min_ns, b->min_ns);
  assert_int_equal(a->max_ns, b->max_ns);
  assert_true(a->sum_ns == b->sum_ns);
  assert_int_equal(a->low, b->low);
  assert_int_equal(a->high, b->high);
  assert_memory_equal(a->counts, b->counts, sizeof(a->counts));
}

static void assert_same_series(const struct series *a, const struct series *b)
{
  uint32_t i;
  assert_int_equal(a->width_ns, b->width_ns);
  assert_int_equal(a->count, b->count);
  for(i = 0; i < a->count; i++) {
    const struct hist *x = a->slice[i].latency;
    const struct hist *y = b->slice[i].latency;
    assert_int_equal(a->slice[i].filled, b->slice[i].filled);
    assert_memory_equal(a->slice[i].counter, b->slice[i].counter,
                        sizeof(a->slice[i].counter));
    assert_int_equal(x && x->total, y && y->total);
    if(x && x->total)
      assert_same_hist(x, y);
  }
}

static void assert_same_offenders(const struct snapshot *a,
                                  const struct snapshot *b)
{
  uint32_t i;
  assert_int_equal(a->offender_count, b->offender_count);
  for(i = 0; i < a->offender_count; i++) {
    const struct offender *x = &a->offender[i];
    const struct offender *y = &b->offender[i];
    assert_string_equal(x->kind, y->kind);
    assert_string_equal(x->detail, y->detail);
    assert_int_equal(x->stream, y->stream);
    assert_int_equal(x->number, y->number);
    assert_int_equal(x->count, y->count);
    assert_true(x->t_s == y->t_s);
  }
}

struct runs {
  uint64_t value[1000];
  size_t n;
};

static void note_run(uint64_t first, uint64_t count, uint64_t streams,
                     void *ctx)
{
  struct runs *runs = ctx;
  assert_true(runs->n + 3 <= 1000);
  runs->value[runs->n++] = first;
  runs->value[runs->n++] = count;
  runs->value[runs->n++] = streams;
}

static void assert_same_tally(const struct ledger_tally *a,
                              const struct ledger_tally *b)
{
  struct runs x = {.n = 0};
  struct runs y = {.n = 0};
  ledger_tally_each(a, note_run, &x);
  ledger_tally_each(b, note_run, &y);
  assert_int_equal(x.n, y.n);
  assert_memory_equal(x.value, y.value, x.n * sizeof(x.value[0]));
  assert_int_equal(ledger_tally_total(a), ledger_tally_total(b));
  assert_int_equal(ledger_tally_overflow(a), ledger_tally_overflow(b));
}

void assert_same_snapshot(const struct snapshot *a, const struct snapshot *b)
{
  size_t i;
  assert_memory_equal(a->counter, b->counter, sizeof(a->counter));
  for(i = 0; i < HIST_COUNT; i++)
    assert_same_hist(&a->hist[i], &b->hist[i]);
  assert_same_series(&a->series, &b->series);
  assert_int_equal(a->cause_count, b->cause_count);
  for(i = 0; i < a->cause_count; i++) {
    assert_string_equal(a->cause[i].name, b->cause[i].name);
    assert_string_equal(a->cause[i].example, b->cause[i].example);
    assert_int_equal(a->cause[i].count, b->cause[i].count);
  }
  assert_same_offenders(a, b);
  assert_same_tally(a->missing, b->missing);
  assert_int_equal(a->ledger_overflowed, b->ledger_overflowed);
}
