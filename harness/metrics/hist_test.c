/* SPDX-License-Identifier: MIT
 * Layout, recording, quantiles and merging of histograms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/rng.h"
#include "metrics/hist.h"
#include "metrics/snapshot_sample.h"

#define US NS_PER_US

static int compare(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a;
  uint64_t y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* A duration below 2^38 ns (275 s), its magnitude as random as its digits:
 * sums of thousands stay below 2^53, where doubles are exact. */
static uint64_t any_ns(struct rng *r)
{
  return rng_next(r) >> (26 + rng_below(r, 38));
}

static void test_every_index_holds_its_values_and_no_others(void **state)
{
  uint32_t i;
  (void)state;
  assert_int_equal(HIST_COUNTS, 23552);
  for(i = 0; i < HIST_COUNTS; i++) {
    assert_int_equal(hist_index(hist_lowest_us(i)), i);
    assert_int_equal(hist_index(hist_highest_us(i)), i);
    if(i)
      assert_int_equal(hist_lowest_us(i), hist_highest_us(i - 1) + 1);
  }
  assert_int_equal(hist_index(0), 0);
  assert_int_equal(hist_index(2047), 2047);
  assert_int_equal(hist_index(2049), 2048);
  assert_true(hist_index(HIST_HIGHEST_US) < HIST_COUNTS);
}

static void test_no_bucket_is_wider_than_a_thousandth_of_its_value(void **st)
{
  uint32_t i;
  (void)st;
  for(i = 1; i < HIST_COUNTS; i++)
    assert_true((hist_highest_us(i) - hist_lowest_us(i)) * 1000 <=
                hist_lowest_us(i));
}

static void test_an_empty_histogram_reads_as_zero(void **state)
{
  struct hist *h = hist_new();
  struct hist *other = malloc(sizeof(*other));
  (void)state;
  assert_non_null(h);
  assert_non_null(other);
  hist_init(other);
  assert_same_hist(h, other);
  assert_true(hist_quantile_ms(h, 0.5) == 0.0);
  assert_true(hist_quantile_ms(h, 1.0) == 0.0);
  assert_true(hist_min_ms(h) == 0.0 && hist_max_ms(h) == 0.0);
  assert_true(hist_mean_ms(h) == 0.0);
  hist_record_n(h, 17, 0);
  hist_merge(h, other);
  assert_same_hist(h, other);
  free(h);
  free(other);
}

static void test_one_value_is_every_quantile(void **state)
{
  struct hist *h = hist_new();
  (void)state;
  assert_non_null(h);
  hist_record(h, 1500); /* 1.5 us */
  assert_true(hist_quantile_ms(h, 0.0) == 0.0015);
  assert_true(hist_quantile_ms(h, 0.5) == 0.0015);
  assert_true(hist_quantile_ms(h, 1.0) == 0.0015);
  assert_true(hist_mean_ms(h) == 0.0015);
  assert_int_equal(h->counts[1], 1);
  free(h);
}

static void test_values_under_a_microsecond_count_as_zero(void **state)
{
  struct hist *h = hist_new();
  (void)state;
  assert_non_null(h);
  hist_record(h, 0);
  hist_record(h, 999);
  assert_int_equal(h->counts[0], 2);
  assert_int_equal(h->total, 2);
  assert_int_equal(h->min_ns, 0);
  assert_int_equal(h->max_ns, 999);
  free(h);
}

static void test_values_above_the_range_are_clamped_and_counted(void **state)
{
  struct hist *h = hist_new();
  (void)state;
  assert_non_null(h);
  hist_record(h, HIST_HIGHEST_US * US);
  assert_int_equal(h->clamped, 0);
  hist_record(h, (HIST_HIGHEST_US + 1) * US);
  hist_record_n(h, UINT64_MAX, 3);
  assert_int_equal(h->clamped, 4);
  assert_int_equal(h->total, 5);
  assert_int_equal(h->counts[hist_index(HIST_HIGHEST_US)], 5);
  assert_int_equal(h->max_ns, UINT64_MAX);
  free(h);
}

static void test_quantiles_take_the_rank_that_the_share_means(void **state)
{
  struct hist *h = hist_new();
  uint64_t i;
  (void)state;
  assert_non_null(h);
  for(i = 1; i <= 100; i++)
    hist_record(h, i * US);
  assert_true(hist_quantile_ms(h, 0.07) == 0.007);
  assert_true(hist_quantile_ms(h, 0.5) == 0.05);
  assert_true(hist_quantile_ms(h, 0.501) == 0.051);
  assert_true(hist_quantile_ms(h, 0.99) == 0.099);
  assert_true(hist_quantile_ms(h, 0.991) == 0.1);
  assert_true(hist_quantile_ms(h, -1.0) == 0.001);
  assert_true(hist_quantile_ms(h, 2.0) == 0.1);
  free(h);
}

static void test_quantiles_agree_with_the_sorted_values(void **state)
{
  enum { N = 20000 };
  struct hist *h = hist_new();
  uint64_t *all = malloc(N * sizeof(*all));
  static const double share[] = {0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999};
  struct rng r;
  size_t i;
  (void)state;
  assert_non_null(h);
  assert_non_null(all);
  rng_seed(&r, 7);
  for(i = 0; i < N; i++) {
    all[i] = any_ns(&r);
    hist_record(h, all[i]);
  }
  qsort(all, N, sizeof(*all), compare);
  for(i = 0; i < sizeof(share) / sizeof(share[0]); i++) {
    double exact = (double)all[(size_t)(share[i] * N + 0.5) - 1] / 1e6;
    double got = hist_quantile_ms(h, share[i]);
    assert_true(got <= exact * 1.001 + 0.001);
    assert_true(got >= exact * 0.999 - 0.001);
  }
  assert_true(hist_min_ms(h) == (double)all[0] / 1e6);
  assert_true(hist_quantile_ms(h, 1.0) == (double)all[N - 1] / 1e6);
  assert_true(hist_quantile_ms(h, 0.99999) <= hist_max_ms(h));
  free(all);
  free(h);
}

static void test_merged_parts_equal_the_whole(void **state)
{
  struct hist *part[4];
  struct hist *whole = hist_new();
  struct rng r;
  size_t i;
  (void)state;
  rng_seed(&r, 11);
  assert_non_null(whole);
  for(i = 0; i < 4; i++) {
    part[i] = hist_new();
    assert_non_null(part[i]);
  }
  for(i = 0; i < 50000; i++) {
    uint64_t ns = i % 10000 ? any_ns(&r) : 1ull << 42; /* 73 minutes */
    uint64_t n = 1 + rng_below(&r, 3);
    hist_record_n(whole, ns, n);
    hist_record_n(part[rng_below(&r, 4)], ns, n);
  }
  hist_merge(part[2], part[3]);
  hist_merge(part[0], part[1]);
  hist_merge(part[2], part[0]);
  assert_true(whole->clamped > 0);
  assert_same_hist(part[2], whole);
  for(i = 0; i < 4; i++)
    free(part[i]);
  free(whole);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_index_holds_its_values_and_no_others),
      cmocka_unit_test(test_no_bucket_is_wider_than_a_thousandth_of_its_value),
      cmocka_unit_test(test_an_empty_histogram_reads_as_zero),
      cmocka_unit_test(test_one_value_is_every_quantile),
      cmocka_unit_test(test_values_under_a_microsecond_count_as_zero),
      cmocka_unit_test(test_values_above_the_range_are_clamped_and_counted),
      cmocka_unit_test(test_quantiles_take_the_rank_that_the_share_means),
      cmocka_unit_test(test_quantiles_agree_with_the_sorted_values),
      cmocka_unit_test(test_merged_parts_equal_the_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
