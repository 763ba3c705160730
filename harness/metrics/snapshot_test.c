/* SPDX-License-Identifier: MIT
 * Snapshots: filling their tables and timeline to the bounds, and merging as
 * an operation whose order does not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "metrics/snapshot_sample.h"

static void test_every_key_is_unique(void **state)
{
  size_t i;
  size_t k;
  (void)state;
  for(i = 0; i < COUNTER_COUNT; i++) {
    assert_true(strlen(counter_definition((enum counter)i)) > 5);
    for(k = 0; k < i; k++)
      assert_string_not_equal(counter_key((enum counter)i),
                              counter_key((enum counter)k));
  }
  assert_string_equal(counter_key(C_PUBLISHED), "published");
  assert_string_equal(histogram_key(H_LOOP_LAG), "loop_lag");
  assert_true(strlen(histogram_definition(H_GAP)) > 5);
  assert_string_equal(slice_counter_key(S_PUBLISHED), "published");
}

static void test_a_long_run_joins_neighbouring_slices(void **state)
{
  struct snapshot *s = snapshot_new(NS_PER_SEC);
  uint64_t events = 0;
  uint64_t i;
  (void)state;
  assert_non_null(s);
  for(i = 0; i < 5000; i++) {
    struct timeslice *slice = snapshot_slice(s, i * NS_PER_SEC);
    slice->counter[S_EVENTS]++;
    slice->counter[S_CONNECTIONS] = (int64_t)i;
    hist_record(snapshot_slice_latency(slice), i * NS_PER_US);
  }
  assert_int_equal(s->series.width_ns, 8 * NS_PER_SEC);
  assert_int_equal(s->series.count, 625);
  for(i = 0; i < 625; i++) {
    const struct timeslice *slice = &s->series.slice[i];
    assert_int_equal(slice->counter[S_EVENTS], 8);
    assert_int_equal(slice->counter[S_CONNECTIONS], 8 * i + 7);
    assert_int_equal(slice->latency->total, 8);
    assert_int_equal(slice->latency->min_ns, 8 * i * NS_PER_US);
    events += slice->latency->total;
  }
  assert_int_equal(events, 5000);
  snapshot_free(s);
}

static void test_absurd_slice_counters_saturate(void **state)
{
  struct snapshot *a = snapshot_new(1);
  struct snapshot *b = snapshot_new(1);
  (void)state;
  assert_non_null(a);
  assert_non_null(b);
  snapshot_slice(a, 0)->counter[S_LOST] = INT64_MIN;
  snapshot_slice(a, 0)->counter[S_CONNECTIONS] = INT64_MAX;
  assert_int_equal(snapshot_merge(b, a), 0);
  assert_int_equal(snapshot_merge(b, a), 0);
  assert_int_equal(b->series.slice[0].counter[S_LOST], INT64_MIN);
  assert_int_equal(b->series.slice[0].counter[S_CONNECTIONS], INT64_MAX);
  snapshot_free(a);
  snapshot_free(b);
}

static void test_the_farthest_time_still_has_a_slice(void **state)
{
  struct snapshot *s = snapshot_new(1);
  struct timeslice *slice;
  (void)state;
  assert_non_null(s);
  snapshot_slice(s, 0)->counter[S_OPENED] = 1;
  slice = snapshot_slice(s, UINT64_MAX);
  slice->counter[S_CLOSED] = 1;
  assert_true(s->series.count <= SERIES_MAX);
  assert_int_equal(s->series.slice[0].counter[S_OPENED], 1);
  assert_int_equal(s->series.slice[s->series.count - 1].counter[S_CLOSED], 1);
  snapshot_free(s);
}

static void test_causes_beyond_the_table_become_other(void **state)
{
  struct snapshot *s = snapshot_new(0);
  char name[16];
  uint64_t sum = 0;
  unsigned i;
  (void)state;
  assert_non_null(s);
  for(i = 0; i < 40; i++) {
    snprintf(name, sizeof(name), "cause-%02u", i);
    snapshot_cause(s, name, "It failed.");
    snapshot_cause(s, name, "It failed again.");
  }
  assert_int_equal(s->cause_count, CAUSE_MAX);
  for(i = 0; i < CAUSE_MAX; i++)
    sum += s->cause[i].count;
  assert_int_equal(sum, 80);
  assert_string_equal(s->cause[0].name, "cause-00");
  assert_string_equal(s->cause[0].example, "It failed.");
  assert_string_equal(s->cause[CAUSE_MAX - 1].name, "other");
  assert_int_equal(s->cause[CAUSE_MAX - 1].count, 2 * (40 - CAUSE_MAX + 1));
  snapshot_free(s);
}

static void test_texts_are_cut_between_characters_and_repaired(void **state)
{
  struct snapshot *s = snapshot_new(0);
  char longer[100];
  (void)state;
  assert_non_null(s);
  memset(longer, 'a', sizeof(longer));
  memcpy(longer + 62, "\xc3\xa9", 2); /* its second byte is the 64th */
  longer[99] = '\0';
  snapshot_cause(s, longer, "bad \xff\xfe byte");
  assert_int_equal(strlen(s->cause[0].name), 62);
  assert_string_equal(s->cause[0].example, "bad ?? byte");
  snapshot_cause(s, longer, NULL);
  assert_int_equal(s->cause_count, 1);
  assert_int_equal(s->cause[0].count, 2);
  snapshot_free(s);
}

static void test_the_first_offenders_in_time_are_kept(void **state)
{
  struct snapshot *s = snapshot_new(0);
  unsigned i;
  (void)state;
  assert_non_null(s);
  for(i = 0; i < 100; i++) {
    struct offender o = {.kind = "lost", .number = i};
    o.t_s = (double)((i * 37) % 100); /* every second once, mixed up */
    snapshot_offender(s, &o);
  }
  assert_int_equal(s->offender_count, OFFENDER_MAX);
  for(i = 0; i < OFFENDER_MAX; i++)
    assert_true(s->offender[i].t_s == (double)i);
  snapshot_free(s);
}

static void test_merging_is_commutative(void **state)
{
  struct rng r;
  int round;
  (void)state;
  rng_seed(&r, 5);
  for(round = 0; round < 12; round++) {
    uint64_t width = NS_PER_SEC >> rng_below(&r, 3);
    struct snapshot *a = sample_snapshot(&r, width);
    struct snapshot *b = sample_snapshot(&r, NS_PER_SEC);
    struct snapshot *ab = sample_copy(a);
    struct snapshot *ba = sample_copy(b);
    assert_same_snapshot(ab, a);
    assert_int_equal(snapshot_merge(ab, b), 0);
    assert_int_equal(snapshot_merge(ba, a), 0);
    assert_same_snapshot(ab, ba);
    snapshot_free(a);
    snapshot_free(b);
    snapshot_free(ab);
    snapshot_free(ba);
  }
}

static void check_grouping(struct rng *r, bool same_width)
{
  uint64_t shift = same_width ? 0 : rng_below(r, 3);
  struct snapshot *a = sample_snapshot(r, NS_PER_SEC >> shift);
  struct snapshot *b = sample_snapshot(r, NS_PER_SEC);
  struct snapshot *c = sample_snapshot(r, NS_PER_SEC << shift);
  struct snapshot *left = sample_copy(a);
  struct snapshot *right = sample_copy(b);
  assert_int_equal(snapshot_merge(left, b), 0);
  assert_int_equal(snapshot_merge(left, c), 0);
  assert_int_equal(snapshot_merge(right, c), 0);
  assert_int_equal(snapshot_merge(right, a), 0);
  if(!same_width) /* how well the timeline tells depends on its width */
    left->counter[C_PEAK] = right->counter[C_PEAK];
  assert_same_snapshot(left, right);
  snapshot_free(a);
  snapshot_free(b);
  snapshot_free(c);
  snapshot_free(left);
  snapshot_free(right);
}

static void test_merging_is_associative(void **state)
{
  struct rng r;
  int round;
  (void)state;
  rng_seed(&r, 6);
  for(round = 0; round < 8; round++) {
    check_grouping(&r, true);
    check_grouping(&r, false);
  }
}

/* What a single process would have recorded, split over three. */
static void test_merged_workers_equal_a_single_process(void **state)
{
  struct snapshot *whole = snapshot_new(NS_PER_SEC);
  struct snapshot *part[3];
  struct rng r;
  uint64_t i;
  (void)state;
  rng_seed(&r, 9);
  assert_non_null(whole);
  for(i = 0; i < 3; i++) {
    part[i] = snapshot_new(NS_PER_SEC);
    assert_non_null(part[i]);
  }
  for(i = 0; i < 30000; i++) {
    uint64_t ns = rng_next(&r) >> (26 + rng_below(&r, 38));
    uint64_t t_ns = rng_below(&r, 3000) * NS_PER_SEC;
    struct snapshot *mine = part[rng_below(&r, 3)];
    struct timeslice *slice = snapshot_slice(whole, t_ns);
    hist_record(&whole->hist[H_LATENCY], ns);
    hist_record(&mine->hist[H_LATENCY], ns);
    slice->counter[S_EVENTS]++;
    hist_record(snapshot_slice_latency(slice), ns);
    slice = snapshot_slice(mine, t_ns);
    slice->counter[S_EVENTS]++;
    hist_record(snapshot_slice_latency(slice), ns);
    ledger_tally_add(whole->missing, i % 700, 1, 1);
    ledger_tally_add(mine->missing, i % 700, 1, 1);
  }
  assert_int_equal(snapshot_merge(part[0], part[1]), 0);
  assert_int_equal(snapshot_merge(part[0], part[2]), 0);
  assert_same_snapshot(part[0], whole);
  for(i = 0; i < 3; i++)
    snapshot_free(part[i]);
  snapshot_free(whole);
}

static struct snapshot *peaks(int64_t first, int64_t second, uint64_t peak)
{
  struct snapshot *s = snapshot_new(NS_PER_SEC);
  assert_non_null(s);
  snapshot_slice(s, 0)->counter[S_CONNECTIONS] = first;
  snapshot_slice(s, NS_PER_SEC)->counter[S_CONNECTIONS] = second;
  s->counter[C_PEAK] = peak;
  return s;
}

static void assert_merged_peak(struct snapshot *a, struct snapshot *b,
                               uint64_t peak)
{
  assert_int_equal(snapshot_merge(a, b), 0);
  assert_int_equal(a->counter[C_PEAK], peak);
  snapshot_free(a);
  snapshot_free(b);
}

static void test_the_merged_peak_is_that_of_the_timeline(void **state)
{
  struct snapshot *blind = snapshot_new(NS_PER_SEC);
  (void)state;
  assert_non_null(blind);
  blind->counter[C_PEAK] = 5;
  /* Never open at the same time: 100 and then 90. */
  assert_merged_peak(peaks(100, 0, 100), peaks(10, 90, 90), 110);
  /* The peak of one lay between two slices. */
  assert_merged_peak(peaks(10, 10, 100), peaks(0, 5, 5), 100);
  assert_merged_peak(peaks(10, 10, 10), peaks(10, 10, 10), 20);
  assert_merged_peak(peaks(10, 10, 10), blind, 15);
}

static void test_span_is_the_longest_and_counts_add_up(void **state)
{
  struct snapshot *a = snapshot_new(0);
  struct snapshot *b = snapshot_new(0);
  (void)state;
  assert_non_null(a);
  assert_non_null(b);
  a->counter[C_WALL_NS] = 7;
  b->counter[C_WALL_NS] = 9;
  a->counter[C_LOST] = 7;
  b->counter[C_LOST] = 9;
  b->ledger_overflowed = true;
  assert_int_equal(snapshot_merge(a, b), 0);
  assert_int_equal(a->counter[C_WALL_NS], 9);
  assert_int_equal(a->counter[C_LOST], 16);
  assert_true(a->ledger_overflowed);
  snapshot_free(a);
  snapshot_free(b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_key_is_unique),
      cmocka_unit_test(test_a_long_run_joins_neighbouring_slices),
      cmocka_unit_test(test_absurd_slice_counters_saturate),
      cmocka_unit_test(test_the_farthest_time_still_has_a_slice),
      cmocka_unit_test(test_causes_beyond_the_table_become_other),
      cmocka_unit_test(test_texts_are_cut_between_characters_and_repaired),
      cmocka_unit_test(test_the_first_offenders_in_time_are_kept),
      cmocka_unit_test(test_merging_is_commutative),
      cmocka_unit_test(test_merging_is_associative),
      cmocka_unit_test(test_merged_workers_equal_a_single_process),
      cmocka_unit_test(test_the_merged_peak_is_that_of_the_timeline),
      cmocka_unit_test(test_span_is_the_longest_and_counts_add_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
