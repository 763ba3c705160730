/* SPDX-License-Identifier: MIT
 * weir load's command line: what is understood, and what is said when it is
 * not. */
#include "cli/args_testing.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/load_args.h"

static int read_line(struct load_args *a, const char *const *args,
                     struct err *e)
{
  static char *argv[ARGS_MAX + 2];
  memset(e, 0, sizeof(*e));
  return load_args_read(a, args_line("load", args, argv), argv, e);
}

static struct load_args *good(const char *const *args)
{
  static struct load_args a;
  struct err e;
  if(read_line(&a, args, &e))
    fail_msg("%s", e.text);
  return &a;
}

static void bad(const char *sentence, const char *const *args)
{
  struct load_args a;
  struct err e;
  int rc = read_line(&a, args, &e);
  load_args_free(&a);
  if(!rc || strcmp(e.text, sentence) != 0)
    fail_msg("said \"%s\", not \"%s\"", e.text, sentence);
}

static void test_a_url_and_options_make_a_scenario(void **state)
{
  struct load_args *a =
      GOOD("-c100", "--ramp=2s", URL, "-d", "5s", "-H", "A: b", "-HC: d",
           "-w2", "--publish.url", URL, "--publish.rate=50/s", "-q");
  (void)state;
  assert_string_equal(a->scenario->endpoint.url, URL);
  assert_int_equal(a->scenario->connections, 100);
  assert_int_equal(a->scenario->ramp_ns, 2 * NS_PER_SEC);
  assert_int_equal(a->scenario->duration_ns, 5 * NS_PER_SEC);
  assert_int_equal(a->scenario->workers, 2);
  assert_int_equal(a->scenario->endpoint.header_count, 2);
  assert_string_equal(a->scenario->endpoint.header[1].value, "d");
  assert_true(a->scenario->publish.enabled);
  assert_true(a->common.quiet);
  assert_false(a->dry_run || a->print_scenario);
  load_args_free(a);
}

static void test_switches_can_be_negated(void **state)
{
  struct load_args *a = GOOD(URL, "--no-reconnect", "--compression");
  (void)state;
  assert_false(a->scenario->reconnect);
  assert_true(a->scenario->endpoint.compression);
  load_args_free(a);
  a = GOOD(URL, "--no-reconnect", "--reconnect", "--compression=no");
  assert_true(a->scenario->reconnect);
  assert_false(a->scenario->endpoint.compression);
  load_args_free(a);
  BAD("--no-reconnect takes no value", URL, "--no-reconnect=false");
}

static void test_own_flags_are_understood_and_take_no_value(void **state)
{
  struct load_args *a = GOOD(URL, "--dry-run", "--print-scenario");
  (void)state;
  assert_true(a->dry_run && a->print_scenario);
  load_args_free(a);
  BAD("--dry-run takes no value", URL, "--dry-run=1");
}

static void test_a_port_to_watch_at_is_a_number(void **state)
{
  struct load_args *a = GOOD(URL, "--metrics", "9464");
  (void)state;
  assert_true(a->watched);
  assert_int_equal(a->live.port, 9464);
  load_args_free(a);
  a = GOOD(URL);
  assert_false(a->watched);
  load_args_free(a);
  BAD("--metrics 65536: a port is 0 (any free one) to 65535", URL,
      "--metrics=65536");
  BAD("--metrics needs a value", URL, "--metrics");
}

static void test_help_needs_no_target(void **state)
{
  struct load_args *a = GOOD("--help");
  (void)state;
  assert_true(a->common.help);
  load_args_free(a);
}

static void test_unknown_options_are_told_with_a_suggestion(void **state)
{
  (void)state;
  BAD("unknown option --conections (did you mean --connections?)", URL,
      "--conections", "5");
  BAD("unknown option --publish.rat=5 (did you mean --publish.rate?)", URL,
      "--publish.rat=5");
  BAD("unknown option --fromat (did you mean --format?)", URL, "--fromat",
      "json");
  BAD("unknown option --xyzzy; see weir load --help", URL, "--xyzzy");
  BAD("unknown option -y; see weir load --help", URL, "-y");
  BAD("unknown option -qy; see weir load --help", URL, "-qy");
  BAD("unknown option --no-duration (did you mean --duration?)", URL,
      "--no-duration");
}

static void test_missing_and_wrong_values_are_told(void **state)
{
  (void)state;
  BAD("-c needs a value", URL, "-c");
  BAD("--ramp needs a value", URL, "--ramp");
  BAD("--out needs a value", URL, "--out");
  BAD("--connections: \"many\" is not valid: expected a whole number such "
      "as 1000 or 10k",
      URL, "-c", "many");
}

static void test_two_targets_are_one_too_many(void **state)
{
  (void)state;
  BAD("two targets, \"" URL "\" and \"http://b/\": give one", URL,
      "http://b/");
  /* A value that stands beside its option is no target. */
  load_args_free(GOOD(URL, "--name", "http://b/"));
}

static void test_no_target_at_all_is_told(void **state)
{
  (void)state;
  BAD("url is missing: which event stream? Give \"url: http://...\" in the "
      "file or a URL on the command line",
      "-c", "5");
}

static void test_options_overrule_a_file_wherever_they_stand(void **state)
{
  char path[] = "/tmp/weir-args-XXXXXX";
  struct load_args *a;
  struct err e;
  int fd = mkstemp(path);
  (void)state;
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(
      file_write(path,
                 slice_of("url: http://a/\nstages: [\"5:1s:1s\"]\n"
                          "headers: {A: file}\nthresholds: [events.lost == 0]"
                          "\nreconnect: {retry: 1s}\n"),
                 &e),
      0);
  a = GOOD("-c", "7", path, "--url", URL, "-H", "A: line", "--reconnect.retry",
           "2s");
  unlink(path);
  assert_string_equal(a->scenario->endpoint.url, URL);
  assert_int_equal(a->scenario->connections, 7);
  assert_int_equal(a->scenario->stage_count, 0);
  assert_int_equal(a->scenario->retry_ns, 2 * NS_PER_SEC);
  assert_int_equal(a->scenario->threshold_count, 1);
  load_args_free(a);
}

static void test_a_file_that_is_not_there_is_told(void **state)
{
  struct load_args a;
  struct err e;
  const char *const args[] = {"no-such.yaml", NULL};
  (void)state;
  assert_int_not_equal(read_line(&a, args, &e), 0);
  assert_non_null(strstr(e.text, "no-such.yaml"));
  assert_non_null(strstr(e.text, "No such file"));
  load_args_free(&a);
}

static void test_a_ready_scenario_is_known_by_its_name(void **state)
{
  struct load_args a;
  struct err e;
  const char *const hello[] = {"hello", NULL}, *const none[] = {"helo", NULL};
  (void)state;
  assert_int_equal(read_line(&a, hello, &e), 0);
  assert_int_equal(a.scenario->connections, 10);
  load_args_free(&a);
  assert_int_not_equal(read_line(&a, none, &e), 0);
  assert_non_null(strstr(e.text, "helo: neither a file nor"));
  load_args_free(&a);
}

static void publishes_at(const char *url, const char *const *args)
{
  struct load_args *a = good(args);
  assert_string_equal(a->scenario->publish.url, url);
  load_args_free(a);
}

static void test_another_target_is_published_to_as_well(void **state)
{
#define AT(url, ...)                                                          \
  publishes_at(url, (const char *const[]){"fanout", __VA_ARGS__, NULL})
  (void)state;
  AT("http://10.0.0.5/publish/fanout", "--url", "http://10.0.0.5/events");
  AT("https://h:81/publish/fanout", "--url=https://h:81");
  AT("http://127.0.0.1:8080/publish/fanout", "-c", "3");
  AT("http://p/x", "--url", "http://h/", "--publish.url", "http://p/x");
#undef AT
}

static void test_several_stages_stand_between_commas(void **state)
{
  struct load_args *a = GOOD(URL, "--stages", "5:1s:2s, 9:1s:4s");
  (void)state;
  assert_int_equal(a->scenario->stage_count, 2);
  assert_int_equal(a->scenario->stage[1].connections, 9);
  assert_int_equal(a->scenario->duration_ns, 8 * NS_PER_SEC);
  load_args_free(a);
  BAD("--stages: has no value: expected a number of streams up to 10M", URL,
      "--stages", "5:1s:2s,");
}

static void test_thresholds_name_fields_that_exist(void **state)
{
  struct load_args a;
  struct err e;
  const char *const args[] = {URL, "--threshold", "latency.p98x < 5ms", NULL};
  (void)state;
  load_args_free(GOOD(URL, "--threshold", "latency.p99 < 250ms",
                      "--threshold=events.lost == 0"));
  assert_int_not_equal(read_line(&a, args, &e), 0);
  load_args_free(&a);
  if(!strstr(e.text, "latency.p98x") || !strstr(e.text, "did you mean"))
    fail_msg("said: %s", e.text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_url_and_options_make_a_scenario),
      cmocka_unit_test(test_switches_can_be_negated),
      cmocka_unit_test(test_own_flags_are_understood_and_take_no_value),
      cmocka_unit_test(test_a_port_to_watch_at_is_a_number),
      cmocka_unit_test(test_help_needs_no_target),
      cmocka_unit_test(test_unknown_options_are_told_with_a_suggestion),
      cmocka_unit_test(test_missing_and_wrong_values_are_told),
      cmocka_unit_test(test_two_targets_are_one_too_many),
      cmocka_unit_test(test_no_target_at_all_is_told),
      cmocka_unit_test(test_options_overrule_a_file_wherever_they_stand),
      cmocka_unit_test(test_a_file_that_is_not_there_is_told),
      cmocka_unit_test(test_a_ready_scenario_is_known_by_its_name),
      cmocka_unit_test(test_another_target_is_published_to_as_well),
      cmocka_unit_test(test_several_stages_stand_between_commas),
      cmocka_unit_test(test_thresholds_name_fields_that_exist),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
