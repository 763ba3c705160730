/* SPDX-License-Identifier: MIT
 * Tests of the rank comparison against published tables and by counting. */
#include "metrics/rank.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

static void assert_near(double expected, double got)
{
  assert_true(fabs(expected - got) < 1e-9 * (1 + fabs(expected)));
}

static struct rank_result compare(const double *a, size_t n, const double *b,
                                  size_t m)
{
  struct rank_result r;
  assert_int_equal(0, rank_compare(a, n, b, m, 0.95, &r));
  return r;
}

static void test_p_is_least_when_the_samples_are_apart(void **state)
{
  static const double a[] = {1, 2, 3}, b[] = {4, 5, 6};
  struct rank_result r = compare(a, 3, b, 3);
  (void)state;
  assert_near(1.0 / 20, r.p_greater);
  assert_near(1, r.p_less);
}

/* Critical values of U, one-sided 0.01, from the usual tables: 5x5: 1,
 * 7x7: 6, 10x10: 19. */
static void test_p_agrees_with_the_tables(void **state)
{
  static const double five[] = {10, 20, 30, 40, 50};
  static const double one_pair[] = {45, 60, 70, 80, 90};
  static const double two_pairs[] = {45, 47, 70, 80, 90};
  (void)state;
  assert_true(compare(five, 5, one_pair, 5).p_greater <= 0.01);
  assert_true(compare(five, 5, two_pairs, 5).p_greater > 0.01);
}

/* Every order of 3 + 4 ranks is equally likely: the chances of all 35 are
 * compared with what counting gives. */
static void test_p_is_exact_by_counting(void **state)
{
  int below[35], orders = 0, set;
  double p[35];
  (void)state;
  for(set = 0; set < 128; set++) {
    double a[3], b[4];
    size_t n = 0, m = 0;
    int i, u = 0;
    for(i = 0; i < 7; i++) {
      if(set >> i & 1 ? n == 3 : m == 4)
        break;
      if(set >> i & 1)
        a[n++] = i;
      else
        b[m++] = i;
    }
    if(i < 7)
      continue;
    for(i = 0; i < 12; i++)
      u += b[i % 4] < a[i / 4];
    p[orders] = compare(a, 3, b, 4).p_greater;
    below[orders++] = u;
  }
  assert_int_equal(35, orders);
  for(set = 0; set < 35; set++) {
    int i, as_far = 0;
    for(i = 0; i < 35; i++)
      as_far += below[i] <= below[set];
    assert_near(as_far / 35.0, p[set]);
  }
}

static void test_ties_say_nothing(void **state)
{
  static const double a[] = {1, 1, 1, 1, 1, 1, 1};
  struct rank_result r = compare(a, 7, a, 7);
  (void)state;
  assert_true(r.p_greater > 0.5 && r.p_less > 0.5);
  assert_near(0, r.shift);
  assert_near(1, r.ratio_low);
  assert_near(1, r.ratio_high);
}

static void test_a_factor_is_found_and_bounded(void **state)
{
  static const double a[] = {10, 11, 9, 10.5, 9.5, 10.2, 9.8};
  double b[7];
  struct rank_result r;
  size_t i;
  (void)state;
  for(i = 0; i < 7; i++)
    b[i] = a[i] * 1.2;
  r = compare(a, 7, b, 7);
  assert_true(r.has_ratio);
  assert_true(fabs(r.ratio - 1.2) < 0.02);
  assert_true(r.ratio_low > 1.1 && r.ratio_low < r.ratio);
  assert_true(r.ratio_high < 1.32 && r.ratio_high > r.ratio);
  assert_true(r.p_greater < 0.002);
  r = compare(b, 7, a, 7);
  assert_true(r.p_less < 0.002 && r.shift < -1.5);
}

static void test_there_is_no_ratio_to_nothing(void **state)
{
  static const double a[] = {0, 0, 1}, b[] = {1, 2, 3};
  struct rank_result r = compare(a, 3, b, 3);
  (void)state;
  assert_false(r.has_ratio);
  assert_near(2, r.shift);
}

static void test_sizes_are_bounded(void **state)
{
  double many[RANK_MAX + 1] = {0};
  struct rank_result r;
  size_t i;
  (void)state;
  assert_int_equal(E_RANGE, rank_compare(many, 0, many, 3, 0.95, &r));
  assert_int_equal(E_RANGE,
                   rank_compare(many, 3, many, RANK_MAX + 1, 0.95, &r));
  for(i = 0; i < RANK_MAX; i++)
    many[i] = (double)i;
  r = compare(many, RANK_MAX, many, RANK_MAX);
  assert_true(r.p_greater > 0.4 && r.p_greater < 0.6);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_p_is_least_when_the_samples_are_apart),
      cmocka_unit_test(test_p_agrees_with_the_tables),
      cmocka_unit_test(test_p_is_exact_by_counting),
      cmocka_unit_test(test_ties_say_nothing),
      cmocka_unit_test(test_a_factor_is_found_and_bounded),
      cmocka_unit_test(test_there_is_no_ratio_to_nothing),
      cmocka_unit_test(test_sizes_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
