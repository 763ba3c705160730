/* SPDX-License-Identifier: MIT
 * The tally of missing numbers, compared with a plain array of counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/rng.h"
#include "metrics/ledger.h"

#define NUMBERS 5000

struct plain {
  uint64_t streams[NUMBERS];
  uint64_t end;   /* behind the last run seen */
  uint64_t level; /* its streams */
};

static void note_run(uint64_t first, uint64_t count, uint64_t streams,
                     void *ctx)
{
  struct plain *p = ctx;
  assert_true(count > 0 && streams > 0);
  assert_true(first >= p->end);
  if(first == p->end && first > 0)
    assert_true(streams != p->level); /* else they were one run */
  p->end = first + count;
  p->level = streams;
  for(; count; count--)
    p->streams[first++] += streams;
}

static void assert_like(const struct ledger_tally *t, const struct plain *want)
{
  struct plain got = {{0}, 0, 0};
  uint64_t total = 0;
  size_t i;
  ledger_tally_each(t, note_run, &got);
  assert_memory_equal(got.streams, want->streams, sizeof(got.streams));
  for(i = 0; i < NUMBERS; i++)
    total += want->streams[i];
  assert_int_equal(ledger_tally_total(t), total);
  assert_int_equal(ledger_tally_overflow(t), 0);
}

static void test_overlapping_ranges_add_up_like_an_array(void **state)
{
  struct ledger_tally *t = ledger_tally_new();
  struct plain want = {{0}, 0, 0};
  struct rng r;
  int i;
  (void)state;
  assert_non_null(t);
  rng_seed(&r, 4);
  for(i = 0; i < 30000; i++) {
    uint64_t count = 1 + rng_below(&r, 1ull << rng_below(&r, 8));
    uint64_t first = rng_below(&r, NUMBERS - count);
    uint64_t streams = 1 + rng_below(&r, 3);
    uint64_t k;
    assert_int_equal(ledger_tally_add(t, first, count, streams), 0);
    for(k = first; k < first + count; k++)
      want.streams[k] += streams;
    if(i % 5000 == 77)
      assert_like(t, &want);
  }
  assert_like(t, &want);
  ledger_tally_free(t);
}

static void count_run(uint64_t first, uint64_t count, uint64_t streams,
                      void *ctx)
{
  (void)first;
  (void)count;
  (void)streams;
  ++*(uint32_t *)ctx;
}

static void test_runs_beyond_the_bound_stay_in_the_total(void **state)
{
  struct ledger_tally *t = ledger_tally_new();
  struct ledger_tally *sum = ledger_tally_new();
  uint64_t i;
  uint32_t runs = 0;
  (void)state;
  assert_non_null(t);
  assert_non_null(sum);
  for(i = 0; i < LEDGER_TALLY_RUNS + 1000; i++)
    ledger_tally_add(t, 3 * i, 2, 5);
  assert_int_equal(ledger_tally_overflow(t), 1000 * 2 * 5);
  assert_int_equal(ledger_tally_total(t), (LEDGER_TALLY_RUNS + 1000) * 2 * 5);
  ledger_tally_each(t, count_run, &runs);
  assert_int_equal(runs, LEDGER_TALLY_RUNS);
  ledger_tally_merge(sum, t);
  ledger_tally_merge(sum, t);
  assert_int_equal(ledger_tally_total(sum), 2 * ledger_tally_total(t));
  assert_int_equal(ledger_tally_overflow(sum), 2 * ledger_tally_overflow(t));
  ledger_tally_free(t);
  ledger_tally_free(sum);
}

static void keep_streams(uint64_t first, uint64_t count, uint64_t streams,
                         void *ctx)
{
  (void)first;
  (void)count;
  *(uint64_t *)ctx = streams;
}

static void test_ranges_beyond_the_last_number_are_refused(void **state)
{
  struct ledger_tally *t = ledger_tally_new();
  uint64_t last = LEDGER_NUMBER_MAX, streams = 0;
  (void)state;
  assert_non_null(t);
  assert_int_equal(ledger_tally_add(t, last + 1, 1, 1), E_RANGE);
  assert_int_equal(ledger_tally_add(t, 2, last, 1), E_RANGE);
  assert_int_equal(ledger_tally_add(t, last, UINT64_MAX, 1), E_RANGE);
  assert_int_equal(ledger_tally_total(t), 0);
  assert_int_equal(ledger_tally_add(t, last, 1, 1), 0);
  assert_int_equal(ledger_tally_add(t, 0, last + 1, 1), 0);
  ledger_tally_each(t, keep_streams, &streams); /* the last one stays */
  assert_int_equal(streams, 2);
  ledger_tally_add(t, 0, last, last);
  assert_int_equal(ledger_tally_total(t), UINT64_MAX); /* saturated */
  ledger_tally_free(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_overlapping_ranges_add_up_like_an_array),
      cmocka_unit_test(test_runs_beyond_the_bound_stay_in_the_total),
      cmocka_unit_test(test_ranges_beyond_the_last_number_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
