/* SPDX-License-Identifier: MIT
 * Tests of what a request meets, and of the words for endings. */
#include "behaviours/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "behaviours/ending.h"

static const unsigned ALL_FACTS = 0x1fff;

static void test_without_a_fault_every_gate_is_open(void **state)
{
  static const struct fault_set NONE;
  (void)state;
  for(int point = GATE_METHOD; point <= GATE_ID; point++)
    assert_null(gate_ask((enum gate_point)point, &NONE, ALL_FACTS));
  assert_int_equal(gate_when_full(&NONE), FULL_REFUSE);
}

static void test_a_fault_strikes_at_its_point_and_its_facts_only(void **state)
{
  struct fault_set f = {.v = {[FAULT_PREFLIGHT_403] = 1}};
  const struct gate_answer *a;
  (void)state;
  a = gate_ask(GATE_METHOD, &f, GATE_IS_OPTIONS | GATE_IS_PREFLIGHT);
  assert_non_null(a);
  assert_int_equal(a->then, GATE_ERROR);
  assert_int_equal(a->status, 403);
  assert_null(gate_ask(GATE_METHOD, &f, GATE_IS_OPTIONS));
  assert_null(gate_ask(GATE_REQUEST, &f, ALL_FACTS));
}

static void test_a_login_leads_to_a_page_behind_its_redirect(void **state)
{
  struct fault_set f = {.v = {[FAULT_LOGIN_REDIRECT] = 1}};
  (void)state;
  assert_int_equal(gate_ask(GATE_LOGIN, &f, 0)->where, WHERE_DIRECT);
  assert_int_equal(gate_ask(GATE_LOGIN, &f, GATE_IS_DIRECT)->then, GATE_PAGE);
}

static void test_a_full_server_evicts_before_it_drops(void **state)
{
  struct fault_set f = {.v = {[FAULT_OVERLOAD_ACCEPT_DROP] = 1}};
  (void)state;
  assert_int_equal(gate_when_full(&f), FULL_DROP);
  f.v[FAULT_EVICT_AT_CAP] = 1;
  assert_int_equal(gate_when_full(&f), FULL_EVICT_OLDEST);
}

static void test_endings_have_a_word_in_each_tongue(void **state)
{
  enum ending e = ENDING_COUNT;
  (void)state;
  assert_true(ending_read(ENDING_DROP, slice_of("fin"), &e));
  assert_int_equal(e, ENDING_CLEAN);
  assert_true(ending_read(ENDING_QUERY, slice_of("fin"), &e));
  assert_int_equal(e, ENDING_FIN);
  assert_true(ending_read(ENDING_STEP, slice_of("l"), &e));
  assert_int_equal(e, ENDING_SLAM);
  assert_false(ending_read(ENDING_DROP, slice_of("slam"), &e));
  assert_false(ending_read(ENDING_STEP, slice_of(""), &e));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_without_a_fault_every_gate_is_open),
      cmocka_unit_test(test_a_fault_strikes_at_its_point_and_its_facts_only),
      cmocka_unit_test(test_a_login_leads_to_a_page_behind_its_redirect),
      cmocka_unit_test(test_a_full_server_evicts_before_it_drops),
      cmocka_unit_test(test_endings_have_a_word_in_each_tongue),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
