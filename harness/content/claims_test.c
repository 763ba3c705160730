/* SPDX-License-Identifier: MIT
 * Claims: moving, pinned, and as many as a search of all ways finds. */
#include "content/content_testing.h"

#include "base/rng.h"
#include "content/claims.h"

static struct claims c;

static void begin(void)
{
  memset(&c, 0, sizeof(c));
}

/* [{event: a}, {event: a, data: {/x: 1}}], whichever event comes first. */
static void test_both_orders_of_arrival_are_good(void **state)
{
  (void)state;
  begin();
  claims_expect(&c, 0);
  claims_expect(&c, 0);
  assert_int_equal(claims_event(&c, 3), 0); /* a with x: taken by the first */
  assert_int_equal(claims_of(&c, 0), 0);
  assert_int_equal(claims_of(&c, 1), CLAIMS_NONE);
  assert_int_equal(claims_rivals(&c, 1), 1);
  claims_event(&c, 1); /* a without: the first one moves */
  assert_int_equal(claims_of(&c, 0), 1);
  assert_int_equal(claims_of(&c, 1), 0);
  begin();
  claims_expect(&c, 0);
  claims_expect(&c, 0);
  claims_event(&c, 1);
  claims_event(&c, 3);
  assert_int_equal(claims_of(&c, 0), 0);
  assert_int_equal(claims_of(&c, 1), 1);
}

static void test_a_later_expectation_moves_an_earlier_claim(void **state)
{
  (void)state;
  begin();
  claims_expect(&c, 0);
  claims_event(&c, 1);
  claims_event(&c, 1);
  assert_int_equal(claims_of(&c, 0), 0);
  claims_expect(&c, 1); /* wants the first event alone */
  assert_int_equal(claims_of(&c, 0), 1);
  assert_int_equal(claims_of(&c, 1), 0);
}

static void test_a_pinned_claim_stays(void **state)
{
  (void)state;
  begin();
  claims_expect(&c, 0);
  claims_event(&c, 1);
  claims_event(&c, 1);
  claims_pin(&c, 0);
  claims_expect(&c, 1);
  assert_int_equal(claims_of(&c, 0), 0);
  assert_int_equal(claims_of(&c, 1), CLAIMS_NONE);
  assert_int_equal(claims_rivals(&c, 1), 1);
}

/* Two branches want the one event: the earlier expectation gets it. */
static void test_ties_go_by_the_order_of_expectations(void **state)
{
  (void)state;
  begin();
  claims_expect(&c, 0);
  claims_expect(&c, 0);
  claims_event(&c, 3);
  assert_int_equal(c.satisfied, 1);
}

static void test_both_sides_are_bounded(void **state)
{
  int i;
  (void)state;
  begin();
  for(i = 0; i < CLAIMS_MAX; i++) {
    assert_int_equal(claims_expect(&c, 0), i);
    assert_int_equal(claims_event(&c, UINT64_MAX), i);
  }
  assert_int_equal(claims_expect(&c, 0), E_LIMIT);
  assert_int_equal(claims_event(&c, 1), E_LIMIT);
  assert_int_equal(c.satisfied, UINT64_MAX);
}

/* The largest matching of the expectations from i on, by trying all. */
static int most(const uint64_t *wants, int i, int n, uint64_t free)
{
  uint64_t left;
  int best;
  if(i == n)
    return 0;
  best = most(wants, i + 1, n, free);
  for(left = wants[i] & free; left; left &= left - 1) {
    int with = 1 + most(wants, i + 1, n, free & ~(left & -left));
    best = with > best ? with : best;
  }
  return best;
}

static void assert_consistent(void)
{
  uint8_t i;
  uint64_t used = 0;
  for(i = 0; i < c.expectations; i++) {
    uint8_t event = claims_of(&c, i);
    if(event == CLAIMS_NONE)
      continue;
    assert_true(c.wants[i] >> event & 1);
    assert_false(used >> event & 1);
    used |= UINT64_C(1) << event;
  }
  assert_int_equal(used, c.taken);
}

static void test_as_many_are_satisfied_as_can_be(void **state)
{
  struct rng r;
  int n, i;
  (void)state;
  rng_seed(&r, 3);
  for(n = 0; n < 5000; n++) {
    uint64_t want = 0;
    begin();
    for(i = 0; i < 12; i++) {
      if(rng_below(&r, 2))
        claims_expect(&c, rng_next(&r) & rng_next(&r));
      else
        claims_event(&c, rng_next(&r) & rng_next(&r));
      assert_consistent();
      want = (uint64_t)most(c.wants, 0, c.expectations, UINT64_MAX);
      assert_int_equal(__builtin_popcountll(c.satisfied), want);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_both_orders_of_arrival_are_good),
      cmocka_unit_test(test_a_later_expectation_moves_an_earlier_claim),
      cmocka_unit_test(test_a_pinned_claim_stays),
      cmocka_unit_test(test_ties_go_by_the_order_of_expectations),
      cmocka_unit_test(test_both_sides_are_bounded),
      cmocka_unit_test(test_as_many_are_satisfied_as_can_be),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
