/* SPDX-License-Identifier: MIT
 * Tests of the times of a request: made by hand, in whole milliseconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "requests/measure.h"

#define MS(n) ((n)*NS_PER_MS)

static struct buf gaps;

static int begin(void **state)
{
  (void)state;
  measure_gaps_init(&gaps);
  return 0;
}

static int end(void **state)
{
  (void)state;
  buf_free(&gaps);
  return 0;
}

static uint64_t value(const struct snapshot *s, enum histogram h)
{
  assert_int_equal(s->hist[h].total, 1);
  return s->hist[h].max_ns;
}

/* Intended at 1000, sent at 1010, thinking from 1150 on, the answer from 1190
 * on, ten token events 20 ms apart. */
static struct request_times ten_tokens(struct snapshot *s)
{
  struct request_times t;
  uint64_t i;
  memset(&t, 0, sizeof(t));
  t.intended_ns = MS(1000);
  t.sent_ns = MS(1010);
  for(i = 0; i < 10; i++)
    measure_token(&t, MS(1150 + 20 * i), i >= 2, &gaps, s);
  t.marker_ns = MS(1400);
  return t;
}

static void test_times_are_what_they_are_called(void **state)
{
  struct snapshot *s = snapshot_new(0);
  struct request_times t = ten_tokens(s);
  (void)state;
  assert_int_equal(s->hist[H_GAP].total, 0); /* it may fail yet */
  measure_completed(&t, MS(1500), s);
  measure_gaps(&gaps, s);
  measure_gaps(&gaps, s); /* once is all */
  assert_int_equal(value(s, H_TTFT), MS(150));
  assert_int_equal(value(s, H_TTFT_SENT), MS(140));
  assert_int_equal(value(s, H_TTO), MS(190));
  assert_int_equal(value(s, H_ITL), MS(20));
  assert_int_equal(value(s, H_TOKEN_LATENCY), MS(320));
  assert_int_equal(value(s, H_TPOT), MS(32));
  assert_int_equal(value(s, H_LATENCY), MS(400));
  assert_int_equal(value(s, H_TAIL), MS(170));
  assert_int_equal(s->hist[H_GAP].total, 9);
  assert_int_equal(s->hist[H_GAP].max_ns, MS(20));
  assert_int_equal(s->counter[C_GAP_ZERO], 0);
  snapshot_free(s);
}

/* 20 tokens, 5 in each of 4 events: 15 behind those of the first event, in
 * 300 ms. */
static void test_several_tokens_in_one_event_are_counted_as_told(void **state)
{
  struct snapshot *s = snapshot_new(0);
  struct request_times t;
  uint64_t i;
  (void)state;
  memset(&t, 0, sizeof(t));
  for(i = 0; i < 4; i++) {
    measure_token(&t, MS(150 + 100 * i), true, &gaps, s);
    measure_usage(&t, 5 * (i + 1), true);
  }
  assert_int_equal(measure_tokens(&t), 20);
  measure_completed(&t, MS(500), s);
  assert_int_equal(value(s, H_ITL), MS(20));
  snapshot_free(s);
}

static void test_usage_at_the_end_says_nothing_of_the_first(void **state)
{
  struct snapshot *s = snapshot_new(0);
  struct request_times t = ten_tokens(NULL);
  (void)state;
  measure_usage(&t, 91, false);
  measure_completed(&t, MS(1500), s);
  assert_int_equal(value(s, H_ITL), MS(2)); /* 180 ms over 90 */
  assert_int_equal(s->hist[H_GAP].total, 0);
  snapshot_free(s);
}

static void test_what_there_is_none_of_is_not_zero(void **state)
{
  struct snapshot *s = snapshot_new(0);
  struct request_times t;
  (void)state;
  memset(&t, 0, sizeof(t));
  measure_completed(&t, MS(10), s); /* not one token */
  assert_int_equal(s->hist[H_TTFT].total, 0);
  assert_int_equal(s->hist[H_LATENCY].total, 1);
  measure_token(&t, MS(5), false, &gaps, s); /* one alone, of thinking */
  measure_completed(&t, MS(10), s);
  assert_int_equal(s->hist[H_TTFT].total, 1);
  assert_int_equal(s->hist[H_TTO].total, 0);
  assert_int_equal(s->hist[H_ITL].total, 0);
  snapshot_free(s);
}

static void test_one_read_makes_a_gap_of_zero(void **state)
{
  struct snapshot *s = snapshot_new(0);
  struct request_times t;
  (void)state;
  memset(&t, 0, sizeof(t));
  measure_token(&t, MS(5), true, &gaps, s);
  measure_token(&t, MS(5), true, &gaps, s);
  assert_int_equal(s->counter[C_GAP_ZERO], 0);
  measure_gaps(&gaps, s);
  assert_int_equal(s->hist[H_GAP].total, 1);
  assert_int_equal(s->counter[C_GAP_ZERO], 1);
  measure_cancelled(&t, s);
  assert_int_equal(s->hist[H_TTFT].total, 1);
  assert_int_equal(s->hist[H_LATENCY].total, 0);
  snapshot_free(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_times_are_what_they_are_called,
                                      begin, end),
      cmocka_unit_test_setup_teardown(
          test_several_tokens_in_one_event_are_counted_as_told, begin, end),
      cmocka_unit_test_setup_teardown(
          test_usage_at_the_end_says_nothing_of_the_first, begin, end),
      cmocka_unit_test_setup_teardown(test_what_there_is_none_of_is_not_zero,
                                      begin, end),
      cmocka_unit_test_setup_teardown(test_one_read_makes_a_gap_of_zero, begin,
                                      end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
