/* SPDX-License-Identifier: MIT
 * Which checks a run makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conformance/check_run.h"

static void test_globs_choose(void **state)
{
  static const char *const only[] = {"http.ct", "frame.utf8.valid"};
  static const char *const skip[] = {"*.nosniff"};
  const struct check_job job = {
      .only = only, .onlys = 2, .skip = skip, .skips = 1};
  bool exact;
  (void)state;
  assert_true(check_is_chosen(&job, check_find("http.ct.essence"), &exact));
  assert_false(exact);
  assert_true(check_is_chosen(&job, check_find("frame.utf8.valid"), &exact));
  assert_true(exact);
  assert_false(check_is_chosen(&job, check_find("http.ct.nosniff"), &exact));
  assert_false(check_is_chosen(&job, check_find("http.status.200"), &exact));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_globs_choose),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
