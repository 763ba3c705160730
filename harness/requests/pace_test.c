/* SPDX-License-Identifier: MIT
 * Tests of arrivals at a rate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "requests/pace.h"

#define MANY 20000

static void test_even_arrivals_do_not_drift(void **state)
{
  struct pace p;
  int i;
  (void)state;
  pace_begin(&p, ARRIVAL_CONSTANT, 300, 1, 0, 1);
  assert_int_equal(pace_due_ns(&p), 0);
  for(i = 0; i < 3 * MANY; i++)
    pace_next(&p);
  assert_int_equal(pace_due_ns(&p), UINT64_C(200) * 1000000000);
}

/* All the workers' arrivals together are those of one. */
static void same_for_any_count(enum arrival_shape shape)
{
  struct pace one, part[3];
  uint32_t i;
  pace_begin(&one, shape, 100, 1, 0, 42);
  for(i = 0; i < 3; i++)
    pace_begin(&part[i], shape, 100, 3, i, 42);
  for(i = 0; i < 300; i++) {
    assert_int_equal(pace_due_ns(&part[i % 3]), pace_due_ns(&one));
    pace_next(&one);
    pace_next(&part[i % 3]);
  }
}

static void test_workers_share_one_schedule(void **state)
{
  (void)state;
  same_for_any_count(ARRIVAL_CONSTANT);
  same_for_any_count(ARRIVAL_POISSON);
}

/* Of such gaps the mean is 1/rate, and a share of 1/e is longer. */
static void test_random_arrivals_keep_the_rate(void **state)
{
  struct pace p;
  uint64_t last = 0;
  int i, longer = 0;
  (void)state;
  pace_begin(&p, ARRIVAL_POISSON, 1000, 1, 0, 7);
  for(i = 0; i < MANY; i++) {
    longer += pace_due_ns(&p) - last > 1000000;
    last = pace_due_ns(&p);
    pace_next(&p);
  }
  assert_in_range(last, UINT64_C(19500) * 1000000, UINT64_C(20500) * 1000000);
  assert_in_range(longer, MANY * 35 / 100, MANY * 385 / 1000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_even_arrivals_do_not_drift),
      cmocka_unit_test(test_workers_share_one_schedule),
      cmocka_unit_test(test_random_arrivals_keep_the_rate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
