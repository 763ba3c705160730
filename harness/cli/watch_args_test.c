/* SPDX-License-Identifier: MIT
 * weir watch's own options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/watch_args.h"

static int take(struct watch_args *a, int *argc, char **argv, struct err *e)
{
  memset(a, 0, sizeof(*a));
  return watch_args_take(a, argc, argv, e);
}

static void test_own_options_are_taken_out_and_the_rest_stays(void **state)
{
  char *argv[] = {"watch",  "--until",     "event == x", "http://a/",
                  "--json", "--within=2s", "-H",         "A: b",
                  "-d",     "3s",          "--count",    "10"};
  int argc = sizeof(argv) / sizeof(argv[0]);
  struct watch_args a;
  struct err e;
  (void)state;
  assert_int_equal(take(&a, &argc, argv, &e), 0);
  assert_string_equal(a.until, "event == x");
  assert_int_equal(a.within_ns, 2000000000);
  assert_int_equal(a.most, 10);
  assert_true(a.json && a.timed && !a.reconnects);
  assert_int_equal(argc, 6);
  assert_string_equal(argv[1], "http://a/");
  assert_string_equal(argv[5], "3s");
  watch_args_free(&a);
}

static void refuses(char *option, char *value, const char *sentence)
{
  char *argv[] = {"watch", option, value};
  int argc = value ? 3 : 2;
  struct watch_args a;
  struct err e;
  assert_int_not_equal(take(&a, &argc, argv, &e), 0);
  if(!strstr(e.text, sentence))
    fail_msg("%s", e.text);
  watch_args_free(&a);
}

static void test_wrong_values_are_refused(void **state)
{
  (void)state;
  refuses("--count", NULL, "--count needs a value");
  refuses("--count", "some", "--count");
  refuses("--count", "0", "--count");
  refuses("--within", "soon", "--within");
  refuses("--within", "2s", "--until or --count");
  refuses("--within=0", NULL, "--within");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_own_options_are_taken_out_and_the_rest_stays),
      cmocka_unit_test(test_wrong_values_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
