/* SPDX-License-Identifier: MIT
 * weir capacity's command line: what is understood, what is filled in, and
 * what is said when it is not understood. */
#include "cli/args_testing.h"

#include "base/clock.h"
#include "cli/capacity_args.h"

static int read_line(struct capacity_args *a, const char *const *args,
                     struct err *e)
{
  static char *argv[ARGS_MAX + 2];
  memset(e, 0, sizeof(*e));
  return capacity_args_read(a, args_line("capacity", args, argv), argv, e);
}

static struct capacity_args *good(const char *const *args)
{
  static struct capacity_args a;
  struct err e;
  if(read_line(&a, args, &e))
    fail_msg("%s", e.text);
  return &a;
}

static void bad(const char *words, const char *const *args)
{
  struct capacity_args a;
  struct err e;
  int rc = read_line(&a, args, &e);
  capacity_args_free(&a);
  if(!rc || !strstr(e.text, words))
    fail_msg("said \"%s\", not \"%s\"", e.text, words);
}

static void test_a_url_alone_is_enough(void **state)
{
  struct capacity_args *a = GOOD(URL);
  const struct scenario *s = a->load.scenario;
  (void)state;
  assert_true(a->slo_is_default);
  assert_int_equal(s->threshold_count, 3);
  assert_string_equal(s->threshold[0].expression, "latency.p99 < 250ms");
  assert_int_equal(a->options.axis, CAPACITY_CONNECTIONS);
  assert_int_equal(a->options.search.start, 100);
  assert_int_equal(a->options.search.max, 1000000);
  assert_int_equal(a->options.step_ns, 10 * NS_PER_SEC);
  assert_int_equal(a->options.warmup_ns, 2 * NS_PER_SEC);
  assert_int_equal(a->options.budget_ns, 1200 * NS_PER_SEC);
  assert_true(a->options.search.tolerance > 0.049 &&
              a->options.search.tolerance < 0.051);
  assert_true(s->seed != 0);
  assert_int_equal(a->required, 0);
  capacity_args_free(a);
}

static void test_options_of_the_search_and_of_the_load_mix(void **state)
{
  struct capacity_args *a =
      GOOD("--max=5k", URL, "-c", "250", "--step-time", "2s", "-q", "--budget",
           "90s", "--require", "300", "--no-reference", "--server-pid", "1",
           "--tolerance", "10%");
  (void)state;
  assert_int_equal(a->options.search.max, 5000);
  assert_int_equal(a->options.search.start, 250);
  assert_int_equal(a->options.step_ns, 2 * NS_PER_SEC);
  assert_int_equal(a->options.budget_ns, 90 * NS_PER_SEC);
  assert_int_equal(a->required, 300);
  assert_true(a->no_reference && a->load.common.quiet);
  assert_int_equal(a->load.scenario->server_pid, 1);
  capacity_args_free(a);
}

static void test_objectives_are_a_list(void **state)
{
  struct capacity_args *a =
      GOOD(URL, "--slo", " latency.p99 < 1s ;events.lost == 0;",
           "--slo=gap.p99<2s");
  const struct scenario *s = a->load.scenario;
  (void)state;
  assert_false(a->slo_is_default);
  assert_int_equal(s->threshold_count, 3);
  assert_string_equal(s->threshold[1].expression, "events.lost == 0");
  assert_string_equal(s->threshold[2].field, "gap.p99");
  capacity_args_free(a);
}

static void test_thresholds_of_the_load_are_objectives_too(void **state)
{
  struct capacity_args *a = GOOD(URL, "--thresholds", "latency.p50 < 5ms");
  (void)state;
  assert_false(a->slo_is_default);
  assert_int_equal(a->load.scenario->threshold_count, 1);
  capacity_args_free(a);
}

static void test_each_axis_starts_where_it_makes_sense(void **state)
{
  struct capacity_args *a =
      GOOD(URL "?rate={rate}", "--axis", "rate", "-c", "40");
  (void)state;
  assert_int_equal(a->options.search.start, 40);
  assert_int_equal(a->load.scenario->connections, 40);
  capacity_args_free(a);
  a = GOOD(URL, "--axis", "publish", "--publish.url", URL, "-c", "40");
  assert_int_equal(a->options.search.start, 10);
  capacity_args_free(a);
  a = GOOD(URL, "--from", "7", "--max", "5");
  assert_int_equal(a->options.search.start, 5);
  capacity_args_free(a);
}

static void test_help_needs_no_target(void **state)
{
  struct capacity_args *a = GOOD("--help");
  (void)state;
  assert_true(a->load.common.help);
  capacity_args_free(a);
}

static void test_what_cannot_be_searched_is_told(void **state)
{
  (void)state;
  BAD("{rate}", URL, "--axis", "rate");
  BAD("--publish.url", URL, "--axis", "publish");
  BAD("connections, rate, publish, concurrency or requests", URL, "--axis",
      "size");
  BAD("give --app", URL, "--axis", "concurrency");
  BAD("instead of stages", URL, "--stages", "10:1s:1s");
  BAD("instead of arrival.rate", URL, "--arrival.rate", "10/s");
  BAD("leave storm out", URL, "--storm.at", "1s");
}

static void test_bad_values_name_their_option(void **state)
{
  (void)state;
  BAD("--max: \"0\"", URL, "--max", "0");
  BAD("--from: \"many\"", URL, "--from", "many");
  BAD("--step-time: \"5x\"", URL, "--step-time", "5x");
  BAD("--tolerance: \"0\"", URL, "--tolerance", "0");
  BAD("--budget needs a value", URL, "--budget");
  BAD("takes no value", URL, "--no-reference=yes");
  BAD("unknown field \"speed\"", URL, "--slo", "speed < 3");
  BAD("unknown option --steptime", URL, "--steptime", "3s");
  BAD("url is missing", "--max", "10");
  BAD("at most 16 objectives", URL, "--slo",
      "gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;"
      "gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;"
      "gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s;gap.max<1s");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_url_alone_is_enough),
      cmocka_unit_test(test_options_of_the_search_and_of_the_load_mix),
      cmocka_unit_test(test_objectives_are_a_list),
      cmocka_unit_test(test_thresholds_of_the_load_are_objectives_too),
      cmocka_unit_test(test_each_axis_starts_where_it_makes_sense),
      cmocka_unit_test(test_help_needs_no_target),
      cmocka_unit_test(test_what_cannot_be_searched_is_told),
      cmocka_unit_test(test_bad_values_name_their_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
