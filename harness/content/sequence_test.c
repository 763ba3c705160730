/* SPDX-License-Identifier: MIT
 * Orders: where greedy fails, gaps, bounds, and held against a search of all
 * ways. */
#include "content/content_testing.h"

#include "base/rng.h"
#include "content/sequence.h"

struct step {
  uint8_t pattern;
  uint32_t least, most;
};

static struct sequence s;
static struct sequence_run run;

static void order(const struct step *step, size_t n, bool adjacent)
{
  struct err e;
  size_t i;
  memset(&s, 0, sizeof(s));
  s.adjacent = adjacent;
  for(i = 0; i < n; i++) {
    if(sequence_step(&s, step[i].pattern, step[i].least, step[i].most, &e))
      fail_msg("%s", e.text);
  }
}

/* Feeds events (the patterns each meets) until done; how many it took, or 0.
 */
static int feed(const uint64_t *events, int n)
{
  int i;
  sequence_begin(&s, &run);
  for(i = 0; i < n; i++) {
    if(sequence_event(&s, &run, events[i], (uint64_t)i))
      return i + 1;
  }
  return 0;
}

static void assert_claims(const uint64_t *want, int n)
{
  struct sequence_claim claim[SEQUENCE_CANDIDATES_MAX];
  int i;
  assert_int_equal(sequence_claims(&s, &run, claim), n);
  for(i = 0; i < n; i++)
    assert_int_equal(claim[i].number, want[i]);
}

static void test_others_may_stand_between(void **state)
{
  (void)state;
  order((const struct step[]){{0, 1, 1}, {1, 1, 1}}, 2, false);
  assert_int_equal(feed((const uint64_t[]){0, 2, 1, 0, 1, 2}, 6), 6);
  assert_claims((const uint64_t[]){2, 5}, 2);
  assert_int_equal(feed((const uint64_t[]){2, 1}, 2), 0);
  assert_int_equal(sequence_reached(&s, &run), 1);
  order((const struct step[]){{0, 1, 1}, {1, 1, 1}}, 2, true);
  assert_int_equal(feed((const uint64_t[]){1, 0, 2, 1, 2}, 5), 5);
  assert_claims((const uint64_t[]){3, 4}, 2);
  assert_int_equal(feed((const uint64_t[]){1, 0, 2}, 3), 0);
}

/* a once or twice, then an a that is also b: two events suffice, and the first
 * step may not take both. */
static void test_ranges_are_not_greedy(void **state)
{
  (void)state;
  order((const struct step[]){{0, 1, 2}, {1, 1, 1}}, 2, false);
  assert_int_equal(feed((const uint64_t[]){3, 3}, 2), 2);
  assert_claims((const uint64_t[]){0, 1}, 2);
  order((const struct step[]){{0, 1, 2}, {1, 1, 1}}, 2, true);
  assert_int_equal(feed((const uint64_t[]){3, 3}, 2), 2);
  order((const struct step[]){{0, 1, 2}, {0, 1, 1}, {1, 1, 1}}, 3, true);
  assert_int_equal(feed((const uint64_t[]){1, 1, 2}, 3), 3);
  assert_int_equal(feed((const uint64_t[]){1, 1, 1, 2}, 4), 4);
  assert_int_equal(feed((const uint64_t[]){1, 1, 1, 1, 2}, 5), 5);
  assert_claims((const uint64_t[]){1, 2, 3, 4}, 4);
  assert_int_equal(feed((const uint64_t[]){1, 2}, 2), 0);
}

static void test_open_ranges_and_optional_steps(void **state)
{
  (void)state;
  order((const struct step[]){{0, 2, SEQUENCE_MANY}, {1, 0, 1}, {2, 1, 1}}, 3,
        true);
  assert_int_equal(feed((const uint64_t[]){1, 1, 1, 1, 4}, 5), 5);
  assert_claims((const uint64_t[]){0, 1, 2, 3, 4}, 5);
  assert_int_equal(feed((const uint64_t[]){1, 1, 2, 4}, 4), 4);
  assert_int_equal(feed((const uint64_t[]){1, 2, 4}, 3), 0);
  order((const struct step[]){{0, 1, 1}, {1, 0, SEQUENCE_MANY}}, 2, false);
  assert_int_equal(feed((const uint64_t[]){2, 1}, 2), 2);
  assert_claims((const uint64_t[]){1}, 1);
}

static void test_the_longest_prefix_is_told(void **state)
{
  (void)state;
  order((const struct step[]){{0, 2, 3}, {1, 1, 1}, {2, 1, 1}}, 3, false);
  assert_int_equal(feed((const uint64_t[]){1}, 1), 0);
  assert_int_equal(sequence_reached(&s, &run), 0);
  assert_int_equal(feed((const uint64_t[]){1, 1, 4}, 3), 0);
  assert_int_equal(sequence_reached(&s, &run), 0);
  assert_int_equal(feed((const uint64_t[]){1, 1, 2}, 3), 0);
  assert_int_equal(sequence_reached(&s, &run), 2);
}

static void test_orders_are_bounded(void **state)
{
  struct sequence_claim claim[SEQUENCE_CANDIDATES_MAX];
  uint64_t events[100];
  struct err e;
  int i;
  (void)state;
  memset(&s, 0, sizeof(s));
  assert_int_equal(sequence_step(&s, 0, 1, 63, &e), 0);
  assert_int_equal(sequence_step(&s, 1, 1, 1, &e), E_LIMIT);
  assert_int_equal(sequence_step(&s, 1, 2, 1, &e), E_RANGE);
  assert_int_equal(sequence_step(&s, 1, 0, 0, &e), E_RANGE);
  order((const struct step[]){{0, 63, 63}}, 1, false);
  for(i = 0; i < 100; i++)
    events[i] = 1;
  assert_int_equal(feed(events, 100), 63);
  order((const struct step[]){{0, 1, 1}, {1, 1, 1}}, 2, false);
  events[99] = 2;
  assert_int_equal(feed(events, 100), 100);
  assert_false(run.overflow); /* those that lead on are kept */
  assert_int_equal(sequence_claims(&s, &run, claim), 2);
  assert_int_equal(claim[0].number, 0);
  assert_int_equal(claim[1].number, 99);
  order((const struct step[]){{0, 1, SEQUENCE_MANY}, {1, 1, 1}}, 2, true);
  assert_int_equal(feed(events, 100), 100);
  assert_true(run.overflow);
}

/* Whether events from `at` on can fill the steps from `k` on, of which `had`
 * were taken of step k; the event before was taken where `tied`. */
static bool search(const struct step *step, int steps, const uint64_t *event,
                   int n, const int *where)
{
  int at = where[0], k = where[1], had = where[2];
  bool tied = s.adjacent && where[3];
  if(k == steps ||
     (had >= (int)step[k].least &&
      search(step, steps, event, n, (const int[]){at, k + 1, 0, where[3]})))
    return true;
  if(at == n)
    return false;
  if((uint32_t)had < step[k].most && event[at] >> step[k].pattern & 1 &&
     search(step, steps, event, n, (const int[]){at + 1, k, had + 1, 1}))
    return true;
  return !tied &&
         search(step, steps, event, n, (const int[]){at + 1, k, had, 0});
}

static void test_a_search_of_all_ways_agrees(void **state)
{
  struct rng r;
  int n;
  (void)state;
  rng_seed(&r, 5);
  for(n = 0; n < 20000; n++) {
    struct step step[3];
    uint64_t event[7];
    int i, took, least = 0;
    for(i = 0; i < 3; i++) {
      step[i].pattern = (uint8_t)rng_below(&r, 3);
      step[i].least = (uint32_t)rng_below(&r, 3);
      step[i].most = step[i].least + (uint32_t)rng_below(&r, 2);
      if(i == 0 && !step[i].least)
        step[i].least = 1;
      if(step[i].most < step[i].least || !step[i].most)
        step[i].most = step[i].least ? step[i].least : 1;
    }
    for(i = 0; i < 7; i++)
      event[i] = rng_next(&r) & 7;
    order(step, 3, rng_below(&r, 2));
    took = feed(event, 7);
    for(i = 1; i <= 7 && !least; i++)
      least = search(step, 3, event, i, (const int[]){0, 0, 0, 0}) ? i : 0;
    assert_int_equal(took, least);
    if(took) {
      struct sequence_claim claim[SEQUENCE_CANDIDATES_MAX];
      int claims = sequence_claims(&s, &run, claim);
      assert_true(claims > 0);
      assert_int_equal(claim[claims - 1].number, took - 1);
      for(i = 0; i < claims; i++)
        assert_true(event[claim[i].number] >> step[claim[i].step].pattern & 1);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_others_may_stand_between),
      cmocka_unit_test(test_ranges_are_not_greedy),
      cmocka_unit_test(test_open_ranges_and_optional_steps),
      cmocka_unit_test(test_the_longest_prefix_is_told),
      cmocka_unit_test(test_orders_are_bounded),
      cmocka_unit_test(test_a_search_of_all_ways_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
