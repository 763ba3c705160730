/* SPDX-License-Identifier: MIT
 * Tests of when things are due: the timer heap and the generator. */
#include "http/timer_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "base/rng.h"
#include "topics/generator.h"

#define MANY 2000u

static void test_timers_come_in_order_whatever_was_moved(void **state)
{
  static struct timer timers[MANY];
  static uint64_t due[MANY];
  struct schedule s;
  struct rng rng;
  uint64_t last = 0;
  uint32_t expected = 0;
  (void)state;
  rng_seed(&rng, 5);
  schedule_init(&s);
  for(uint32_t round = 0; round < 5 * MANY; round++) {
    uint32_t i = (uint32_t)rng_below(&rng, MANY);
    due[i] = rng_below(&rng, 10) ? 1 + rng_below(&rng, 1000000) : TIMER_NEVER;
    assert_int_equal(schedule_set(&s, &timers[i], due[i]), 0);
  }
  for(uint32_t i = 0; i < MANY; i++)
    expected += due[i] != 0 && due[i] != TIMER_NEVER;
  assert_int_equal(s.count, expected);
  while(s.count) {
    struct timer *t = schedule_pop(&s, 1000000);
    assert_non_null(t);
    assert_true(due[t - timers] >= last);
    last = due[t - timers];
    assert_int_equal(t->rank, 0);
  }
  assert_null(schedule_pop(&s, UINT64_MAX - 1));
  schedule_fini(&s);
}

static void test_timer_is_not_given_before_its_time(void **state)
{
  struct schedule s;
  struct timer a = {0}, b = {0};
  (void)state;
  schedule_init(&s);
  assert_int_equal(schedule_next_ns(&s), TIMER_NEVER);
  schedule_set(&s, &a, 100);
  schedule_set(&s, &b, 50);
  assert_int_equal(schedule_next_ns(&s), 50);
  assert_null(schedule_pop(&s, 49));
  assert_ptr_equal(schedule_pop(&s, 50), &b);
  schedule_clear(&s, &a);
  schedule_clear(&s, &a);
  assert_int_equal(schedule_next_ns(&s), TIMER_NEVER);
  schedule_fini(&s);
}

static void test_generator_is_due_at_even_distances(void **state)
{
  struct generator g = {
      .t0_ns = 5000, .first_seq = 10, .interval_ns = 1e9 / 3};
  (void)state;
  assert_int_equal(generator_due_ns(&g, 10), 5000);
  assert_int_equal(generator_due_ns(&g, 13), 5000 + 1000000000);
  assert_int_equal(generator_due_ns(&g, 9), 5000);
  assert_int_equal(generator_due_seq(&g, 4999), 9);
  assert_int_equal(generator_due_seq(&g, 5000), 10);
  assert_int_equal(generator_due_seq(&g, 5000 + 999999999), 12);
  assert_int_equal(generator_due_seq(&g, 5000 + 1000000000), 13);
}

static void assert_consistent(const struct generator *g)
{
  uint64_t last = 0;
  for(uint64_t seq = g->first_seq; seq < g->first_seq + 5000; seq++) {
    uint64_t due = generator_due_ns(g, seq);
    assert_true(due >= last);
    last = due;
    assert_true(generator_due_seq(g, due) >= seq);
    assert_true(generator_due_seq(g, due - 1) < seq ||
                generator_due_ns(g, seq - 1) == due);
  }
}

static void test_due_times_and_numbers_agree_for_any_rate(void **state)
{
  static const double RATES[] = {0.01, 1, 3, 7.77, 1000, 999983, 1000000};
  (void)state;
  for(size_t i = 0; i < sizeof(RATES) / sizeof(RATES[0]); i++) {
    struct generator g = {.t0_ns = 123456789012345,
                          .first_seq = 1,
                          .interval_ns = 1e9 / RATES[i]};
    assert_consistent(&g);
    g.jitter = 0.5;
    g.seed = 42 + i;
    assert_consistent(&g);
    g.jitter = 1;
    assert_consistent(&g);
  }
}

static void test_jitter_depends_on_the_seed_alone(void **state)
{
  struct generator a = {
      .t0_ns = 0, .first_seq = 1, .interval_ns = 1e6, .jitter = 1, .seed = 1};
  struct generator b = a;
  unsigned same = 0;
  (void)state;
  for(uint64_t seq = 1; seq < 100; seq++)
    assert_int_equal(generator_due_ns(&a, seq), generator_due_ns(&b, seq));
  b.seed = 2;
  for(uint64_t seq = 1; seq < 100; seq++)
    same += generator_due_ns(&a, seq) == generator_due_ns(&b, seq);
  assert_true(same < 5);
}

static void test_stopped_generator_is_never_due(void **state)
{
  struct generator g = {.t0_ns = 0, .first_seq = 1, .interval_ns = 0};
  (void)state;
  assert_int_equal(generator_due_seq(&g, UINT64_MAX / 2), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_timers_come_in_order_whatever_was_moved),
      cmocka_unit_test(test_timer_is_not_given_before_its_time),
      cmocka_unit_test(test_generator_is_due_at_even_distances),
      cmocka_unit_test(test_due_times_and_numbers_agree_for_any_rate),
      cmocka_unit_test(test_jitter_depends_on_the_seed_alone),
      cmocka_unit_test(test_stopped_generator_is_never_due),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
