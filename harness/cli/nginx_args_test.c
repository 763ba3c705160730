/* SPDX-License-Identifier: MIT
 * weir nginx's command line: what is understood, and what is said when it is
 * not. */
#include "cli/args_testing.h"

#include "cli/nginx_args.h"

static int read_line(struct nginx_args *a, const char *const *args,
                     struct err *e)
{
  static char *argv[ARGS_MAX + 2];
  memset(e, 0, sizeof(*e));
  return nginx_args_read(a, args_line("nginx", args, argv), argv, e);
}

static struct nginx_args good(const char *const *args)
{
  struct nginx_args a;
  struct err e;
  if(read_line(&a, args, &e))
    fail_msg("%s", e.text);
  return a;
}

static void bad(const char *words, const char *const *args)
{
  struct nginx_args a;
  struct err e;
  if(!read_line(&a, args, &e) || !strstr(e.text, words))
    fail_msg("said \"%s\", not \"%s\"", e.text, words);
}

static void test_a_path_alone_is_enough(void **state)
{
  struct nginx_args a = GOOD("nginx.conf");
  (void)state;
  assert_string_equal(a.path, "nginx.conf");
  assert_null(a.location);
  assert_false(a.static_only);
  assert_int_equal(a.declared.heartbeat_ms, 0);
  assert_true(a.declared.workers >= 1);
  assert_false(conf_version_known(a.version));
  assert_string_equal(GOOD("-").path, "-");
}

static void test_what_is_declared_is_kept_in_its_units(void **state)
{
  struct nginx_args a =
      GOOD("c", "--heartbeat", "15s", "--silence=5m", "--streams", "20k",
           "--event-size", "10k", "--event-size", "500", "--transport", "tls",
           "--transport", "h2", "--nginx-version", "1.22.1");
  (void)state;
  assert_int_equal(a.declared.heartbeat_ms, 15000);
  assert_int_equal(a.declared.quiet_ms, 300000);
  assert_int_equal(a.declared.streams, 20000);
  assert_int_equal(a.declared.sizes, 2);
  assert_int_equal(a.declared.size_bytes[0], 10240);
  assert_int_equal(a.declared.transports,
                   (1u << DOCTOR_TLS) | (1u << DOCTOR_H2));
  assert_int_equal(a.version.minor, 22);
}

static void test_the_request_may_be_another(void **state)
{
  struct nginx_args a =
      GOOD("c", "-H", "X-Tenant: a", "--header=B: c", "--body", "{}");
  (void)state;
  assert_string_equal(a.declared.method, "POST");
  assert_int_equal(a.declared.headers, 2);
  assert_string_equal(a.declared.header[1], "B: c");
  assert_string_equal(a.declared.body, "{}");
  assert_string_equal(
      GOOD("c", "--method", "PUT", "--body", "x").declared.method, "PUT");
  assert_null(GOOD("c").declared.method);
  assert_true(GOOD("c", "--lab", "plain").plain_lab);
  assert_false(GOOD("c", "--lab", "own").plain_lab);
  BAD("--lab: \"none\"", "c", "--lab", "none");
  BAD("--method: \"DELETE\"", "c", "--method", "DELETE");
  BAD("--header: \"abc\"", "c", "--header", "abc");
}

static void test_flags_are_set(void **state)
{
  struct nginx_args a = GOOD("--static-only", "--explain", "--strict",
                             "--keep", "c", "--force", "-q");
  (void)state;
  assert_true(a.static_only && a.explain && a.strict && a.keep && a.force);
  assert_true(a.common.quiet);
  assert_true(GOOD("--help").common.help);
}

static void test_what_makes_no_sense_is_told(void **state)
{
  (void)state;
  BAD("no configuration", "--static-only");
  BAD("give one", "a", "b");
  BAD("--location: \"events\" is not valid: expected a path", "c",
      "--location", "events");
  BAD("--heartbeat: \"0s\"", "c", "--heartbeat", "0s");
  BAD("--streams", "c", "--streams", "many");
  BAD("--event-size", "c", "--event-size", "big");
  BAD("--transport: \"h3\"", "c", "--transport", "h3");
  BAD("--nginx-version: \"new\"", "c", "--nginx-version", "new");
  BAD("needs a value", "c", "--fix");
  BAD("takes no value", "c", "--keep=yes");
  BAD("did you mean --heartbeat", "c", "--hartbeat", "15s");
  BAD("unknown option -x", "c", "-x");
}

static void test_more_sizes_than_there_is_room_for_are_refused(void **state)
{
  (void)state;
  BAD("at most 8", "--event-size=1", "--event-size=1", "--event-size=1",
      "--event-size=1", "--event-size=1", "--event-size=1", "--event-size=1",
      "--event-size=1", "--event-size=1", "c");
}

static void test_help_names_every_option_in_79_columns(void **state)
{
  struct buf text;
  struct slice rest;
  (void)state;
  buf_init(&text, 0);
  assert_int_equal(option_help(&nginx_options, &text), 0);
  assert_non_null(strstr(buf_text(&text), "--heartbeat TIME"));
  assert_non_null(strstr(buf_text(&text), "--effective URI"));
  rest = buf_slice(&text);
  while(rest.n)
    assert_true(slice_cut(&rest, '\n').n < 80);
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_path_alone_is_enough),
      cmocka_unit_test(test_what_is_declared_is_kept_in_its_units),
      cmocka_unit_test(test_the_request_may_be_another),
      cmocka_unit_test(test_flags_are_set),
      cmocka_unit_test(test_what_makes_no_sense_is_told),
      cmocka_unit_test(test_more_sizes_than_there_is_room_for_are_refused),
      cmocka_unit_test(test_help_names_every_option_in_79_columns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
