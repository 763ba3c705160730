/* SPDX-License-Identifier: MIT
 * weir watch's command line. */
#include "cli/watch_args.h"

#include "base/clock.h"
#include "cli/args_testing.h"

static int read_line(struct watch_args *a, const char *const *words,
                     struct err *e)
{
  static char *argv[ARGS_MAX + 2];
  memset(e, 0, sizeof(*e));
  return watch_args_read(a, args_line("watch", words, argv), argv, e);
}

static struct watch_args *good(const char *const *words)
{
  static struct watch_args a;
  struct err e;
  if(read_line(&a, words, &e))
    fail_msg("%s", e.text);
  return &a;
}

static void bad(const char *sentence, const char *const *words)
{
  struct watch_args a;
  struct err e;
  assert_int_not_equal(read_line(&a, words, &e), 0);
  watch_args_free(&a);
  if(!strstr(e.text, sentence))
    fail_msg("said \"%s\", not \"%s\"", e.text, sentence);
}

static void test_own_options_stand_beside_those_of_a_scenario(void **state)
{
  struct watch_args *a =
      GOOD("--until", "event == x", URL, "--json", "--within=2s", "-H", "A: b",
           "-kd", "3s", "--count", "10", "--reconnect.retry", "1s");
  (void)state;
  assert_string_equal(a->until, "event == x");
  assert_int_equal(a->within_ns, 2 * NS_PER_SEC);
  assert_int_equal(a->duration_ns, 3 * NS_PER_SEC);
  assert_int_equal(a->most, 10);
  assert_true(a->json && !a->reconnect_given);
  assert_string_equal(a->scenario->endpoint.url, URL);
  assert_true(a->scenario->endpoint.insecure);
  assert_int_equal(a->scenario->retry_ns, NS_PER_SEC);
  watch_args_free(a);
}

static void test_nothing_ends_it_where_no_time_is_given(void **state)
{
  struct watch_args *a = GOOD(URL);
  (void)state;
  assert_int_equal(a->duration_ns, 0);
  watch_args_free(a);
}

static void test_whether_it_comes_back_is_said_either_way(void **state)
{
  struct watch_args *a = GOOD(URL, "--reconnect");
  (void)state;
  assert_true(a->reconnect_given && a->reconnect);
  watch_args_free(a);
  a = GOOD(URL, "--no-reconnect");
  assert_true(a->reconnect_given && !a->reconnect);
  watch_args_free(a);
  a = GOOD(URL, "--reconnect=no");
  assert_true(a->reconnect_given && !a->reconnect);
  watch_args_free(a);
}

static void test_help_needs_no_target(void **state)
{
  struct watch_args *a = GOOD("-h");
  (void)state;
  assert_true(a->help);
  watch_args_free(a);
}

static void test_wrong_values_are_refused(void **state)
{
  (void)state;
  BAD("--count needs a value", URL, "--count");
  BAD("--count: \"some\"", URL, "--count", "some");
  BAD("--count: \"0\" is out of range", URL, "--count", "0");
  BAD("--within: \"soon\"", URL, "--within", "soon");
  BAD("--until or --count", URL, "--within", "2s");
  BAD("--within: \"0\" is", URL, "--within=0", "--count", "2");
  BAD("did you mean --until?", URL, "--untill", "x");
  BAD("two targets", URL, URL);
  /* A stream that is followed has no result to write. */
  BAD("unknown option -o; see weir watch --help", URL, "-o", "r.json");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_own_options_stand_beside_those_of_a_scenario),
      cmocka_unit_test(test_nothing_ends_it_where_no_time_is_given),
      cmocka_unit_test(test_whether_it_comes_back_is_said_either_way),
      cmocka_unit_test(test_help_needs_no_target),
      cmocka_unit_test(test_wrong_values_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
