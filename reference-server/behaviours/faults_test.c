/* SPDX-License-Identifier: MIT
 * Tests of the fault table and of the pure fault families. */
#include "behaviours/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "behaviours/delivery.h"

#define MS 1000000ull

static void assert_fault(const char *text, enum fault want, uint64_t value)
{
  enum fault f;
  uint64_t v;
  struct err e;
  assert_int_equal(fault_parse(slice_of(text), &f, &v, &e), 0);
  assert_int_equal(f, want);
  assert_int_equal(v, value);
}

static void assert_no_fault(const char *text, int rc, const char *word)
{
  enum fault f;
  uint64_t v;
  struct err e;
  assert_int_equal(fault_parse(slice_of(text), &f, &v, &e), rc);
  assert_non_null(strstr(e.text, word));
}

static void test_every_row_of_the_table_can_be_named(void **state)
{
  (void)state;
  for(int i = 0; i < FAULT_COUNT; i++) {
    const struct fault_info *info = fault_info((enum fault)i);
    char text[80];
    snprintf(text, sizeof(text), "%s%s", info->name,
             info->arg == FAULT_ARG_NONE ? "" : "=20");
    assert_fault(text, (enum fault)i, info->arg == FAULT_ARG_NONE ? 1 : 20);
    assert_true(strlen(info->doc) > 10);
  }
}

static void test_wrong_faults_are_explained(void **state)
{
  (void)state;
  assert_no_fault("drop-evry=5", E_NOT_FOUND, "drop-every");
  assert_no_fault("zzzzzzzzzzzzzz", E_NOT_FOUND, "--list-faults");
  assert_no_fault("drop-every", E_SYNTAX, "drop-every=N");
  assert_no_fault("drop-every=x", E_SYNTAX, "whole number");
  assert_no_fault("drop-every=1", E_RANGE, "2 or more");
  assert_no_fault("leak-user=3", E_SYNTAX, "no value");
  assert_no_fault("stall=9999999", E_RANGE, "600000");
}

static void test_fault_of_the_request_goes_before_the_common_one(void **state)
{
  struct fault_set common = {{0}}, own = {{0}};
  (void)state;
  assert_false(fault_set_any(&common));
  common.v[FAULT_DROP_EVERY] = 10;
  assert_true(fault_set_any(&common));
  assert_int_equal(fault_effective(&common, NULL, FAULT_DROP_EVERY), 10);
  assert_int_equal(fault_effective(&common, &own, FAULT_DROP_EVERY), 10);
  own.v[FAULT_DROP_EVERY] = 3;
  assert_int_equal(fault_effective(&common, &own, FAULT_DROP_EVERY), 3);
  assert_int_equal(fault_effective(&common, &own, FAULT_DUP_EVERY), 0);
}

static void test_wire_order_is_a_permutation_of_neighbours(void **state)
{
  (void)state;
  for(uint64_t every = 2; every < 7; every++) {
    for(uint64_t last = 20; last < 30; last++) {
      bool seen[32] = {false};
      for(uint64_t place = 1; place <= last; place++) {
        uint64_t event = wire_event_at(every, last, place);
        assert_true(event >= 1 && event <= last);
        assert_false(seen[event]);
        seen[event] = true;
      }
    }
  }
}

static void test_resume_goes_on_behind_what_was_received(void **state)
{
  (void)state;
  for(uint64_t every = 0; every < 7; every += every ? 1 : 2) {
    for(uint64_t place = 1; place < 40; place++) {
      uint64_t id = wire_event_at(every, 0, place);
      assert_int_equal(wire_place_after(every, 0, id), place + 1);
    }
  }
}

static void test_fresh_start_is_never_inside_an_exchange(void **state)
{
  (void)state;
  for(uint64_t every = 3; every < 7; every++) {
    for(uint64_t place = 1; place < 40; place++) {
      uint64_t start = wire_fresh_place(every, place);
      assert_true(start >= place && start <= place + 2);
      assert_int_equal(wire_event_at(every, 0, start), start);
    }
  }
  assert_int_equal(wire_fresh_place(0, 12), 12);
}

static void test_burst_sends_at_multiples_only(void **state)
{
  struct hold h = {.burst_ns = 100 * MS};
  (void)state;
  assert_true(hold_active(&h));
  assert_int_equal(hold_limit_ns(&h, 250 * MS), 200 * MS);
  assert_int_equal(hold_release_ns(&h, 201 * MS), 300 * MS);
  assert_int_equal(hold_release_ns(&h, 200 * MS), 200 * MS);
}

static void test_stall_holds_the_start_of_each_second(void **state)
{
  struct hold h = {.stall_ns = 300 * MS};
  (void)state;
  assert_true(hold_limit_ns(&h, 2200 * MS) < 2000 * MS);
  assert_int_equal(hold_limit_ns(&h, 2300 * MS), 2300 * MS);
  assert_int_equal(hold_release_ns(&h, 2100 * MS), 2300 * MS);
  assert_int_equal(hold_release_ns(&h, 2500 * MS), 2500 * MS);
}

static void test_single_stall_holds_once(void **state)
{
  struct hold h = {.once_from_ns = 1000, .once_until_ns = 2000};
  (void)state;
  assert_int_equal(hold_limit_ns(&h, 999), 999);
  assert_int_equal(hold_limit_ns(&h, 1500), 999);
  assert_int_equal(hold_limit_ns(&h, 2000), 2000);
  assert_int_equal(hold_release_ns(&h, 1200), 2000);
  assert_int_equal(hold_release_ns(&h, 2100), 2100);
}

static void test_released_events_are_within_the_limit(void **state)
{
  static const uint64_t STEPS[] = {0, 70, 100, 300, 700, 1000, 1300};
  (void)state;
  for(size_t b = 0; b < 7; b++) {
    for(size_t s = 0; s < 5; s++) {
      struct hold h = {.burst_ns = STEPS[b] * MS, .stall_ns = STEPS[s] * MS};
      for(uint64_t due = 5000 * MS; due < 8000 * MS; due += 37 * MS) {
        uint64_t at = hold_release_ns(&h, due);
        assert_true(at >= due);
        if(s == 0 || b == 0)
          assert_true(hold_limit_ns(&h, at) >= due);
      }
    }
  }
}

static void test_without_holds_everything_goes_at_once(void **state)
{
  struct hold h = {0};
  (void)state;
  assert_false(hold_active(&h));
  assert_int_equal(hold_limit_ns(&h, 123), 123);
  assert_int_equal(hold_release_ns(&h, 123), 123);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_row_of_the_table_can_be_named),
      cmocka_unit_test(test_wrong_faults_are_explained),
      cmocka_unit_test(test_fault_of_the_request_goes_before_the_common_one),
      cmocka_unit_test(test_wire_order_is_a_permutation_of_neighbours),
      cmocka_unit_test(test_resume_goes_on_behind_what_was_received),
      cmocka_unit_test(test_fresh_start_is_never_inside_an_exchange),
      cmocka_unit_test(test_burst_sends_at_multiples_only),
      cmocka_unit_test(test_stall_holds_the_start_of_each_second),
      cmocka_unit_test(test_single_stall_holds_once),
      cmocka_unit_test(test_released_events_are_within_the_limit),
      cmocka_unit_test(test_without_holds_everything_goes_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
