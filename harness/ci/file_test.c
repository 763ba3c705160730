/* SPDX-License-Identifier: MIT
 * What a file of weir ci may say, and what is said of one that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "ci/file.h"

#define BEGIN  "weir: ci/1\nurl: http://127.0.0.1:8080/events\n"
#define SERVER "server: {start: npm start}\n"

static void assert_wrong(const char *text, const char *words)
{
  struct ci_file f;
  struct err e = {0, ""};
  int rc = ci_file_read(&f, slice_of(text), "x.yaml", &e);
  ci_file_free(&f);
  if(!rc || !strstr(e.text, words))
    print_error("%d: %s\n", rc, e.text);
  assert_true(rc < 0);
  assert_non_null(strstr(e.text, words));
}

static void test_a_short_file_has_defaults(void **state)
{
  struct ci_file f;
  struct err e = {0, ""};
  (void)state;
  assert_int_equal(ci_file_read(&f, slice_of(BEGIN SERVER), "x", &e), 0);
  assert_string_equal(f.start, "npm start");
  assert_string_equal(f.out, "weir-out");
  assert_true(f.check && f.load && !f.attach);
  assert_int_equal(f.check_mode, CI_CHECK_FAST);
  assert_int_equal(f.ready_ns, 30 * NS_PER_SEC);
  assert_null(f.baseline);
  ci_file_free(&f);
}

static void test_keys_of_a_load_become_its_arguments(void **state)
{
  struct ci_file f;
  struct err e = {0, ""};
  (void)state;
  assert_int_equal(
      ci_file_read(&f,
                   slice_of(BEGIN SERVER
                            "load:\n  connections: 50\n  duration: 20s\n"
                            "  reconnect: {jitter: 10%}\n"
                            "  thresholds:\n    - gap.p99 < 1s\n"
                            "    - events.lost == 0\n"
                            "check: false\nflows: [a, b]\n"),
                   "x", &e),
      0);
  assert_int_equal(f.load_option_count, 5);
  assert_string_equal(f.load_option[0], "--connections=50");
  assert_string_equal(f.load_option[1], "--duration=20s");
  assert_string_equal(f.load_option[2], "--reconnect.jitter=10%");
  assert_string_equal(f.load_option[3], "--thresholds=gap.p99 < 1s");
  assert_string_equal(f.load_option[4], "--thresholds=events.lost == 0");
  assert_false(f.check);
  assert_int_equal(f.flow_count, 2);
  ci_file_free(&f);
}

static void test_what_is_wrong_is_told_by_place(void **state)
{
  (void)state;
  assert_wrong(BEGIN SERVER "lod: {}\n",
               "x.yaml:4:1: unknown key \"lod\" (did you mean \"load\"?)");
  assert_wrong(BEGIN SERVER "load:\n  duration: soon\n", "x.yaml:5:13: ");
  assert_wrong(BEGIN SERVER "load:\n  thresholds: [latency]\n",
               "x.yaml:5:16: ");
  assert_wrong(BEGIN "server: {start: x, start: y}\n", "given twice");
  assert_wrong(BEGIN "server: {start: x, ready: 0s}\n", "x.yaml:3:27: ");
}

static void test_what_does_not_fit_together_is_told(void **state)
{
  (void)state;
  assert_wrong(BEGIN, "nothing says how the server is run");
  assert_wrong("url: http://127.0.0.1/\n" SERVER, "write weir: ci/1");
  assert_wrong("weir: ci/1\n" SERVER, "the key \"url\" is missing");
  assert_wrong(BEGIN "server: {start: x, attach: true}\n",
               "started here, or by others");
  assert_wrong(BEGIN SERVER "check: false\nload: false\n",
               "there is nothing to do");
  assert_wrong(BEGIN SERVER "load: false\ncompare: {baseline: b.json}\n",
               "what is compared are loads");
}

static void test_the_example_is_right(void **state)
{
  struct ci_file f;
  struct buf text;
  struct err e = {0, ""};
  (void)state;
  buf_init(&text, 0);
  assert_int_equal(file_read(WEIR_SOURCE_DIR "/scenarios/ci/" CI_FILE_NAME,
                             CI_FILE_MAX, &text, &e),
                   0);
  assert_int_equal(ci_file_read(&f, buf_slice(&text), "example", &e), 0);
  ci_file_free(&f);
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_short_file_has_defaults),
      cmocka_unit_test(test_keys_of_a_load_become_its_arguments),
      cmocka_unit_test(test_what_is_wrong_is_told_by_place),
      cmocka_unit_test(test_the_example_is_right),
      cmocka_unit_test(test_what_does_not_fit_together_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
