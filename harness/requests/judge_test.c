/* SPDX-License-Identifier: MIT
 * Tests of what becomes of a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "requests/judge.h"

static const struct request_course good = {.status = 200,
                                           .stream = true,
                                           .clean = true,
                                           .marked = true,
                                           .outcome = OUTCOME_OK};

#define JUDGED(expected, ...)                                                 \
  do {                                                                        \
    struct request_course c = good;                                           \
    __VA_ARGS__;                                                              \
    assert_int_equal(request_judge(&c), expected);                            \
  } while(0)

static void test_an_answer_that_ends_well_is_completed(void **state)
{
  (void)state;
  JUDGED(RESULT_COMPLETED, (void)c);
  /* Bytes behind the end marker are nobody's loss. */
  JUDGED(RESULT_COMPLETED, c.clean = false);
}

static void test_each_way_to_fail_is_told_apart(void **state)
{
  (void)state;
  JUDGED(RESULT_UNANSWERED, c.status = 0);
  JUDGED(RESULT_RATE_LIMITED, c.status = 429; c.stream = false);
  JUDGED(RESULT_RATE_LIMITED, c.status = 503; c.stream = false);
  JUDGED(RESULT_HTTP_ERROR, c.status = 500; c.stream = false);
  JUDGED(RESULT_HTTP_ERROR, c.stream = false);
  JUDGED(RESULT_ERROR_EVENT, c.outcome = OUTCOME_ERROR);
  JUDGED(RESULT_DISORDERED, c.disordered = true);
  JUDGED(RESULT_STALLED, c.stalled = true; c.marked = false);
  JUDGED(RESULT_STALLED, c.stalled = true; c.status = 0);
  JUDGED(RESULT_TRUNCATED, c.outcome = OUTCOME_TRUNCATED);
  JUDGED(RESULT_TRUNCATED, c.outcome = OUTCOME_EMPTY);
  JUDGED(RESULT_TRUNCATED, c.clean = c.marked = false);
  JUDGED(RESULT_UNMARKED, c.outcome = OUTCOME_UNMARKED; c.marked = false);
  JUDGED(RESULT_CANCELLED, c.cancelled = true; c.status = 0);
}

static void test_what_the_server_said_goes_before_how_it_ended(void **state)
{
  (void)state;
  JUDGED(RESULT_ERROR_EVENT, c.outcome = OUTCOME_ERROR; c.clean = false;
         c.disordered = true);
}

static void test_weir_s_own_doing_is_no_failure(void **state)
{
  int r, failed = 0;
  (void)state;
  for(r = 0; r < REQUEST_RESULTS; r++) {
    assert_true(request_result_cause((enum request_result)r)[0]);
    failed += request_result_failed((enum request_result)r);
  }
  assert_int_equal(failed, REQUEST_RESULTS - 3);
  assert_false(request_result_failed(RESULT_CANCELLED));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_answer_that_ends_well_is_completed),
      cmocka_unit_test(test_each_way_to_fail_is_told_apart),
      cmocka_unit_test(test_what_the_server_said_goes_before_how_it_ended),
      cmocka_unit_test(test_weir_s_own_doing_is_no_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
