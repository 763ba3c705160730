/* SPDX-License-Identifier: MIT
 * Runs of numbers, against a naive set. */
#include "load/load_testing.h"

#include "load/spans.h"

static void test_neighbours_join_and_others_do_not(void **state)
{
  struct spans s = {0};
  (void)state;
  spans_add(&s, 3, 2);
  spans_add(&s, 5, 1);
  spans_add(&s, 9, 0);
  spans_add(&s, 9, 4);
  assert_int_equal(s.count, 2);
  assert_int_equal(s.run[0].first, 3);
  assert_int_equal(s.run[0].count, 3);
  assert_int_equal(s.run[1].first, 9);
  assert_false(s.blurred);
  assert_int_equal(spans_overlap(&s, 0, 100), 7);
  assert_int_equal(spans_overlap(&s, 4, 6), 3);
  assert_int_equal(spans_overlap(&s, 6, 3), 0);
  assert_int_equal(spans_overlap(&s, 4, 0), 0);
  spans_fini(&s);
  assert_int_equal(s.count, 0);
}

static void test_without_room_the_last_run_is_drawn_out(void **state)
{
  struct spans s = {0};
  uint64_t i;
  (void)state;
  for(i = 0; i < SPANS_MAX + 10; i++)
    spans_add(&s, 2 * i, 1);
  assert_int_equal(s.count, SPANS_MAX);
  assert_true(s.blurred);
  /* All that was added is in, and nothing before the last run is harmed. */
  assert_int_equal(spans_overlap(&s, 2 * (SPANS_MAX + 9), 1), 1);
  assert_int_equal(spans_overlap(&s, 1, 1), 0);
  spans_fini(&s);
}

struct seen {
  uint64_t next, numbers;
  const bool *owed; /* by the user's own number */
};

static void note_owed(struct span owed, void *ctx)
{
  struct seen *s = ctx;
  uint64_t n;
  assert_true(owed.count > 0 && owed.first >= s->next);
  for(n = owed.first; n < owed.first + owed.count; n++)
    assert_true(s->owed[n]);
  s->numbers += owed.count;
  s->next = owed.first + owed.count;
}

static void random_failures(struct rng *r, bool *failed, struct spans *s,
                            uint64_t most)
{
  uint64_t i, odds = 1 + rng_below(r, 6);
  for(i = 0; i < most; i++) {
    failed[i] = rng_below(r, odds) == 0;
    if(failed[i])
      spans_add(s, i, 1);
  }
}

/* Publishes 0 .. MOST - 1, some of which failed; U users or none. */
static void compare(struct rng *r, uint64_t users)
{
  enum { MOST = 300 };
  bool failed[MOST], owed[MOST + 2] = {false};
  struct spans s = {0};
  struct share share = {users ? rng_below(r, users) : 0, users};
  uint64_t last = schedule_user_last(MOST, share.user, users);
  struct span range;
  struct seen seen = {0, 0, owed};
  uint64_t n, want = 0;
  random_failures(r, failed, &s, MOST);
  range.first = 1 + rng_below(r, last ? last : 1);
  range.count = last >= range.first ? rng_below(r, last - range.first + 2) : 0;
  for(n = range.first; n < range.first + range.count; n++) {
    owed[n] = !failed[schedule_user_publish(n, share.user, users)];
    want += owed[n];
  }
  assert_int_equal(spans_each_owed(&s, range, share, note_owed, &seen), want);
  assert_int_equal(seen.numbers, want);
  assert_int_equal(spans_each_owed(&s, range, share, NULL, NULL), want);
  spans_fini(&s);
}

static void test_what_is_owed_agrees_with_a_naive_count(void **state)
{
  struct rng r;
  int i;
  (void)state;
  rng_seed(&r, 11);
  for(i = 0; i < 3000; i++)
    compare(&r, rng_below(&r, 8));
}

static void test_without_failures_all_is_owed(void **state)
{
  struct spans none = {0};
  struct share share = {2, 5};
  (void)state;
  assert_int_equal(
      spans_each_owed(&none, (struct span){0, 7}, share, NULL, NULL), 7);
  assert_int_equal(
      spans_each_owed(&none, (struct span){4, 0}, share, NULL, NULL), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_neighbours_join_and_others_do_not),
      cmocka_unit_test(test_without_room_the_last_run_is_drawn_out),
      cmocka_unit_test(test_what_is_owed_agrees_with_a_naive_count),
      cmocka_unit_test(test_without_failures_all_is_owed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
