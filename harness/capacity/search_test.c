/* SPDX-License-Identifier: MIT
 * The search against made-up targets: clean, noisy, non-monotone, limited by
 * the generator; and its ends. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "capacity/search.h"

struct target {                /* what a made-up target does with a load */
  uint64_t limit;              /* holds up to here */
  uint64_t generator;          /* invalid from here on; 0 = never */
  double noise;                /* share of steps that break by chance */
  double blur;                 /* the limit wanders by up to this share */
  uint64_t hole_from, hole_to; /* breaks in between, although below limit */
  bool hints;                  /* tells how many got in */
  double long_limit; /* share of the limit that long runs hold; 0 = all */
  uint32_t spoilt;   /* so many first steps are invalid by chance */
};

struct outcome {
  struct search_result r;
  uint32_t steps, confirms, repeats;
  uint64_t highest;
};

static struct rng dice;

static enum search_verdict answer(struct target *t,
                                  const struct search_probe *p, uint64_t *hint)
{
  double wander = 1 + t->blur * (2 * rng_unit(&dice) - 1);
  double limit = (double)t->limit * wander;
  *hint = 0;
  if(t->spoilt) {
    t->spoilt--;
    return SEARCH_INVALID;
  }
  if(t->generator && p->load >= t->generator)
    return SEARCH_INVALID;
  if(p->phase == SEARCH_CONFIRM && t->long_limit > 0)
    limit *= t->long_limit;
  if(rng_unit(&dice) < t->noise)
    return SEARCH_BROKE;
  if(p->load >= t->hole_from && p->load < t->hole_to)
    return SEARCH_BROKE;
  if((double)p->load <= limit)
    return SEARCH_HELD;
  if(t->hints)
    *hint = (uint64_t)limit;
  return SEARCH_BROKE;
}

static const struct search_config usual = {
    .start = 100, .max = 1000000, .growth = 2, .tolerance = 0.05};

static struct outcome run(struct target t, const struct search_config *c)
{
  struct search s;
  struct search_probe p;
  struct outcome o;
  memset(&o, 0, sizeof(o));
  search_init(&s, c);
  while(search_next(&s, &p)) {
    uint64_t hint;
    enum search_verdict v = answer(&t, &p, &hint);
    assert_in_range(p.load, 1, c->max);
    search_tell(&s, v, hint);
    o.steps++;
    o.confirms += p.phase == SEARCH_CONFIRM;
    o.repeats += p.repeat;
    o.highest = p.load > o.highest ? p.load : o.highest;
    assert_true(o.steps <= SEARCH_STEPS_MAX + 1);
  }
  o.r = search_result(&s);
  return o;
}

static void is_near(uint64_t found, double wanted, double share)
{
  if(fabs((double)found - wanted) > share * wanted)
    fail_msg("found %llu, wanted %.0f within %.0f%%",
             (unsigned long long)found, wanted, share * 100);
}

static void test_the_knee_is_found_within_the_tolerance(void **state)
{
  uint64_t limit;
  (void)state;
  for(limit = 1; limit < 900000; limit += limit / 7 + 1) {
    struct outcome o = run((struct target){.limit = limit}, &usual);
    assert_int_equal(o.r.end, SEARCH_KNEE);
    assert_true(o.r.confirmed);
    assert_true(o.r.held <= limit && o.r.above > limit);
    assert_true((double)(o.r.above - o.r.held) <=
                ceil(0.05 * (double)o.r.held));
    assert_int_equal(o.confirms, 1);
    assert_true(o.steps <= 40);
  }
}

static void test_every_broken_load_is_tried_twice(void **state)
{
  struct outcome o = run((struct target){.limit = 5000}, &usual);
  (void)state;
  /* Ramp 100..3200 holds (6), 6400 breaks (2), 5 bisections, a long run. */
  assert_true(o.repeats >= 2);
  assert_int_equal(o.highest, 6400);
  assert_true(o.steps <= 6 + 2 + 5 * 2 + 1);
}

static void test_a_hint_saves_the_bisection(void **state)
{
  struct outcome o =
      run((struct target){.limit = 5000, .hints = true}, &usual);
  (void)state;
  assert_int_equal(o.r.held, 5000);
  assert_int_equal(o.r.above, 5250);
  assert_int_equal(o.r.end, SEARCH_KNEE);
  assert_int_equal(o.steps, 6 + 2 + 1 + 2 + 1);
}

static void test_a_hint_at_a_load_that_held_looks_right_above_it(void **state)
{
  struct search_config c = usual;
  struct outcome o;
  (void)state;
  c.start = 300;
  c.max = 600;
  o = run((struct target){.limit = 300, .hints = true}, &c);
  assert_int_equal(o.r.held, 300);
  assert_int_equal(o.r.above, 315);
  assert_int_equal(o.steps, 1 + 2 + 2 + 1);
}

static void test_hints_that_keep_breaking_are_not_followed_down(void **state)
{
  struct search s;
  struct search_probe p;
  uint32_t steps = 0;
  (void)state;
  search_init(&s, &usual);
  while(search_next(&s, &p)) {
    bool holds = p.load <= 1000;
    search_tell(&s, holds ? SEARCH_HELD : SEARCH_BROKE,
                holds ? 0 : p.load * 97 / 100);
    steps++;
  }
  is_near(search_result(&s).held, 1000, 0.05);
  assert_true(steps < 24);
}

static void test_a_step_that_broke_by_chance_does_not_count(void **state)
{
  uint32_t i, near = 0;
  (void)state;
  rng_seed(&dice, 7);
  for(i = 0; i < 200; i++) {
    struct outcome o =
        run((struct target){.limit = 5000, .noise = 0.05}, &usual);
    assert_int_equal(o.r.end, SEARCH_KNEE);
    near += o.r.held >= 4750 && o.r.held <= 5000;
  }
  assert_true(near >= 190); /* twice in a row by chance: 1 in 400 a load */
}

static void test_two_searches_of_a_wandering_limit_agree(void **state)
{
  uint32_t i;
  (void)state;
  rng_seed(&dice, 11);
  for(i = 0; i < 200; i++) {
    struct target t = {.limit = 20000, .blur = 0.03};
    struct outcome a = run(t, &usual), b = run(t, &usual);
    is_near(a.r.held, (double)b.r.held, 0.10);
  }
}

static void test_a_hole_below_the_limit_ends_the_search_below_it(void **state)
{
  struct target t = {.limit = 50000, .hole_from = 700, .hole_to = 900};
  struct outcome o = run(t, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_KNEE);
  assert_true(o.r.held < 700 && o.r.above >= 700 && o.r.above < 900);
}

static void test_a_hole_that_the_ramp_steps_over_is_not_seen(void **state)
{
  struct target t = {.limit = 5000, .hole_from = 900, .hole_to = 1100};
  struct outcome o = run(t, &usual);
  (void)state;
  is_near(o.r.held, 5000, 0.05);
}

static void test_what_only_short_runs_hold_is_searched_lower(void **state)
{
  struct target t = {.limit = 5000, .long_limit = 0.8};
  struct outcome o = run(t, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_KNEE);
  assert_true(o.r.confirmed);
  assert_true(o.r.held <= 4000);
  assert_true(o.r.held >= 3200);
  assert_true(o.confirms > 2);
}

static void test_the_generators_limit_is_never_the_targets(void **state)
{
  struct outcome o =
      run((struct target){.limit = 900000, .generator = 7000}, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_GENERATOR);
  assert_true(o.r.above_is_generator);
  assert_true(o.r.held < 7000 && o.r.held >= 6600);
  assert_true(o.r.confirmed);
}

static void test_a_limit_below_the_generators_is_the_targets(void **state)
{
  struct outcome o =
      run((struct target){.limit = 5000, .generator = 6000}, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_KNEE);
  assert_false(o.r.above_is_generator);
  is_near(o.r.held, 5000, 0.05);
}

static void test_an_invalid_step_is_tried_again(void **state)
{
  struct outcome o = run((struct target){.limit = 5000, .spoilt = 1}, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_KNEE);
  is_near(o.r.held, 5000, 0.05);
  assert_true(o.repeats >= 1);
}

static void test_a_generator_that_makes_nothing_ends_it(void **state)
{
  struct outcome o =
      run((struct target){.limit = 5000, .generator = 1}, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_GENERATOR);
  assert_int_equal(o.r.held, 0);
  assert_false(o.r.confirmed);
}

static void test_a_target_that_holds_nothing_is_told(void **state)
{
  struct outcome o = run((struct target){.limit = 0}, &usual);
  (void)state;
  assert_int_equal(o.r.end, SEARCH_NOTHING);
  assert_int_equal(o.r.held, 0);
  assert_int_equal(o.r.above, 1);
}

static void test_a_start_above_the_limit_goes_down_first(void **state)
{
  struct search_config c = usual;
  struct outcome o;
  (void)state;
  c.start = 50000;
  o = run((struct target){.limit = 700}, &c);
  assert_int_equal(o.r.end, SEARCH_KNEE);
  is_near(o.r.held, 700, 0.05);
  assert_true(o.steps <= 24);
}

static void test_the_largest_load_allowed_ends_the_ramp(void **state)
{
  struct search_config c = usual;
  struct outcome o;
  (void)state;
  c.max = 3000;
  o = run((struct target){.limit = 5000}, &c);
  assert_int_equal(o.r.end, SEARCH_AT_MAX);
  assert_int_equal(o.r.held, 3000);
  assert_int_equal(o.r.above, 0);
  assert_true(o.r.confirmed);
  assert_int_equal(o.highest, 3000);
  c.start = c.max = 1;
  o = run((struct target){.limit = 5000}, &c);
  assert_int_equal(o.r.end, SEARCH_AT_MAX);
  assert_int_equal(o.steps, 2);
}

static void test_stopped_early_it_tells_what_it_knows(void **state)
{
  struct search s;
  struct search_probe p;
  struct search_result r;
  (void)state;
  search_init(&s, &usual);
  while(search_next(&s, &p) && p.load < 800)
    search_tell(&s, SEARCH_HELD, 0);
  search_stop(&s);
  assert_false(search_next(&s, &p));
  r = search_result(&s);
  assert_int_equal(r.end, SEARCH_STOPPED);
  assert_int_equal(r.held, 400);
  assert_int_equal(r.above, 0);
  assert_false(r.confirmed);
  search_tell(&s, SEARCH_HELD, 0); /* of the step cut short: ignored */
  assert_int_equal(search_result(&s).held, 400);
}

static void test_pure_noise_ends_within_the_steps_allowed(void **state)
{
  struct search_config c = usual;
  uint32_t i;
  (void)state;
  rng_seed(&dice, 3);
  c.steps_max = 30;
  for(i = 0; i < 500; i++) {
    struct target t = {.limit = 5000, .noise = 0.5, .blur = 0.9};
    struct outcome o = run(t, &c);
    assert_true(o.steps <= 31);
    assert_true(o.r.end != SEARCH_GOES_ON);
  }
}

static void test_a_step_asked_for_twice_is_the_same_step(void **state)
{
  struct search s;
  struct search_probe a, b;
  (void)state;
  search_init(&s, &usual);
  assert_true(search_next(&s, &a));
  assert_true(search_next(&s, &b));
  assert_int_equal(a.load, b.load);
  assert_int_equal(a.load, 100);
  search_tell(&s, SEARCH_BROKE, 0);
  assert_true(search_next(&s, &b));
  assert_int_equal(b.load, 100);
  assert_true(b.repeat);
  search_tell(&s, SEARCH_HELD, 0);
  assert_true(search_next(&s, &b));
  assert_int_equal(b.load, 200);
  assert_int_equal(search_result(&s).flaky, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_knee_is_found_within_the_tolerance),
      cmocka_unit_test(test_every_broken_load_is_tried_twice),
      cmocka_unit_test(test_a_hint_saves_the_bisection),
      cmocka_unit_test(test_a_hint_at_a_load_that_held_looks_right_above_it),
      cmocka_unit_test(test_hints_that_keep_breaking_are_not_followed_down),
      cmocka_unit_test(test_a_step_that_broke_by_chance_does_not_count),
      cmocka_unit_test(test_two_searches_of_a_wandering_limit_agree),
      cmocka_unit_test(test_a_hole_below_the_limit_ends_the_search_below_it),
      cmocka_unit_test(test_a_hole_that_the_ramp_steps_over_is_not_seen),
      cmocka_unit_test(test_what_only_short_runs_hold_is_searched_lower),
      cmocka_unit_test(test_the_generators_limit_is_never_the_targets),
      cmocka_unit_test(test_a_limit_below_the_generators_is_the_targets),
      cmocka_unit_test(test_an_invalid_step_is_tried_again),
      cmocka_unit_test(test_a_generator_that_makes_nothing_ends_it),
      cmocka_unit_test(test_a_target_that_holds_nothing_is_told),
      cmocka_unit_test(test_a_start_above_the_limit_goes_down_first),
      cmocka_unit_test(test_the_largest_load_allowed_ends_the_ramp),
      cmocka_unit_test(test_stopped_early_it_tells_what_it_knows),
      cmocka_unit_test(test_pure_noise_ends_within_the_steps_allowed),
      cmocka_unit_test(test_a_step_asked_for_twice_is_the_same_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
