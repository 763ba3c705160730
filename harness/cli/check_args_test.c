/* SPDX-License-Identifier: MIT
 * Tests of weir check's command line and of its descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/check_args.h"

#define LOCAL "http://127.0.0.1:1/s"
#define SITE  "https://example.org/s"

static int read_args(struct check_args *a, struct err *e, const char *first,
                     ...)
{
  char *argv[24] = {(char *)"check"};
  const char *next = first;
  int argc = 1;
  va_list ap;
  va_start(ap, first);
  while(next && argc < 24) {
    argv[argc++] = (char *)next;
    next = va_arg(ap, const char *);
  }
  va_end(ap);
  memset(e, 0, sizeof(*e));
  return check_args_read(a, argc, argv, e);
}

static int from_file(const char *text, struct check_args *a, struct err *e)
{
  char path[] = "/tmp/weir-site-XXXXXX";
  int fd = mkstemp(path), rc;
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(file_write(path, slice_of(text), e), 0);
  rc = read_args(a, e, path, "--mode", "lint", (char *)NULL);
  unlink(path);
  return rc;
}

static void expect_error(const char *sentence, const char *a, const char *b,
                         const char *c)
{
  struct check_args args;
  struct err e;
  assert_int_not_equal(read_args(&args, &e, a, b, c, (char *)NULL), 0);
  if(!strstr(e.text, sentence))
    fail_msg("\"%s\" is not in: %s", sentence, e.text);
  check_args_free(&args);
}

static void test_the_mode_depends_on_the_host(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(read_args(&a, &e, LOCAL, (char *)NULL), 0);
  assert_int_equal(a.target->mode, MODE_PROBE);
  check_args_free(&a);
  assert_int_equal(read_args(&a, &e, SITE, (char *)NULL), 0);
  assert_int_equal(a.target->mode, MODE_LINT);
  assert_true(a.target->tls);
  check_args_free(&a);
  assert_int_equal(read_args(&a, &e, "http://127.example.org/", (char *)NULL),
                   0);
  assert_int_equal(a.target->mode, MODE_LINT);
  check_args_free(&a);
}

static void test_more_than_lint_needs_the_owner(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  expect_error("--i-own-this-target", SITE, "--mode", "probe");
  expect_error("--i-own-this-target", SITE, "--mode", "full");
  assert_int_equal(read_args(&a, &e, SITE, "--mode", "full",
                             "--i-own-this-target", (char *)NULL),
                   0);
  assert_int_equal(a.target->mode, MODE_FULL);
  check_args_free(&a);
}

static void test_options_describe_the_target(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(
      read_args(&a, &e, LOCAL, "-HAuthorization: Bearer x", "--heartbeat=15s",
                "--stream", "finite", "--resume", "exactly-once", "--publish",
                "http://127.0.0.1:1/p", "--max-connections", "50", "--seed",
                "7", "--fast", "--strict", (char *)NULL),
      0);
  assert_int_equal(a.target->endpoint.header_count, 1);
  assert_string_equal(a.target->endpoint.header[0].value, "Bearer x");
  assert_true(a.target->has_credentials);
  assert_int_equal(a.target->heartbeat_ns, 15 * NS_PER_SEC);
  assert_int_equal(a.target->heartbeat_known, KNOWN_DECLARED);
  assert_int_equal(a.target->stream, STREAM_FINITE);
  assert_int_equal(a.target->resume, RESUME_EXACTLY_ONCE);
  assert_int_equal(a.target->max_connections, 50);
  assert_int_equal(a.target->seed, 7);
  assert_true(a.target->fast);
  assert_true(a.target->strict);
  check_args_free(&a);
}

static void test_a_body_is_posted(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(read_args(&a, &e, LOCAL, "--body", "{}", NULL), 0);
  assert_string_equal(a.target->endpoint.method, "POST");
  check_args_free(&a);
  assert_int_equal(
      read_args(&a, &e, LOCAL, "--body", "{}", "--method", "PUT", NULL), 0);
  assert_string_equal(a.target->endpoint.method, "PUT");
  assert_string_equal(a.target->endpoint.body, "{}");
  check_args_free(&a);
}

static void test_a_descriptor_has_the_same_sections(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(from_file("url: " LOCAL "\ntls: {insecure: true}\n"
                             "publish: {url: \"http://h/p\", method: PUT}\n"
                             "header: [\"A: b\"]\n",
                             &a, &e),
                   0);
  assert_true(a.target->endpoint.insecure);
  assert_string_equal(a.target->publish_url, "http://h/p");
  assert_string_equal(a.target->publish_method, "PUT");
  assert_string_equal(a.target->endpoint.header[0].value, "b");
  check_args_free(&a);
}

static void test_no_heartbeat_is_a_declaration_too(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(
      read_args(&a, &e, LOCAL, "--heartbeat", "none", (char *)NULL), 0);
  assert_int_equal(a.target->heartbeat_known, KNOWN_DECLARED);
  assert_int_equal(a.target->heartbeat_ns, 0);
  check_args_free(&a);
}

static void test_windows_can_be_set_and_outdo_fast(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(read_args(&a, &e, LOCAL, "--heartbeat", "15s", NULL), 0);
  assert_int_equal(a.target->window_ns, 5 * NS_PER_SEC);
  assert_int_equal(a.target->idle_window_ns, 30 * NS_PER_SEC);
  check_args_free(&a);
  assert_int_equal(read_args(&a, &e, LOCAL, "--fast", "--window", "9s",
                             "--idle-window=5m", NULL),
                   0);
  assert_int_equal(a.target->window_ns, 9 * NS_PER_SEC);
  assert_int_equal(a.target->idle_window_ns, 300 * NS_PER_SEC);
  check_args_free(&a);
  assert_int_equal(from_file("url: " LOCAL "\nidle_window: 90s\n", &a, &e), 0);
  assert_int_equal(a.target->idle_window_ns, 90 * NS_PER_SEC);
  check_args_free(&a);
  expect_error("--window: \"0s\" is out of range", LOCAL, "--window", "0s");
  expect_error("between 1s and 3600s", LOCAL, "--idle-window", "2h");
}

static void test_nonsense_is_told_in_one_sentence(void **state)
{
  (void)state;
  expect_error("no target", "--fast", NULL, NULL);
  expect_error("the target: url: \"ftp://x/\" is not valid", "ftp://x/", NULL,
               NULL);
  expect_error("give one", LOCAL, LOCAL, NULL);
  expect_error("--mode: \"deep\" is not valid: expected lint, probe or full",
               LOCAL, "--mode", "deep");
  expect_error("did you mean --heartbeat?", LOCAL, "--hartbeat", "15s");
  expect_error("--heartbeat: \"often\"", LOCAL, "--heartbeat", "often");
  expect_error("--headers: \"x\" is not valid: expected a header such as",
               LOCAL, "-H", "x");
  expect_error("between 1 and 500", LOCAL, "--max-connections", "501");
  expect_error("needs a value", LOCAL, "--origin", NULL);
  expect_error("expected an origin such as", LOCAL, "--origin", "example.org");
  expect_error("--url: \"x\" is not valid", LOCAL, "--url", "x");
  expect_error("--http: weir check asks by HTTP/1.1", LOCAL, "--http", "2");
  expect_error("--tls.key: needs tls.cert", LOCAL, "--key", "/dev/null");
}

static void test_a_proxy_that_forwards_to_us_is_ours(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(
      read_args(&a, &e, SITE, "--via-origin", "8000", (char *)NULL), 0);
  assert_true(a.target->via);
  assert_string_equal(a.via, "8000");
  assert_int_equal(a.target->mode, MODE_PROBE);
  check_args_free(&a);
  assert_int_equal(
      read_args(&a, &e, SITE, "--via-origin", "[::1]:80", (char *)NULL), 0);
  check_args_free(&a);
  expect_error("expected the port", LOCAL, "--via-origin", "0");
  expect_error("expected the port", LOCAL, "--via-origin", "65536");
  expect_error("expected the port", LOCAL, "--via-origin", "unix:/tmp/x");
}

static void test_a_descriptor_is_overridden_by_options(void **state)
{
  struct check_args a;
  struct err e;
  (void)state;
  assert_int_equal(from_file("url: " LOCAL "\nmode: full\n"
                             "headers: {X-A: 1, X-B: two words}\n"
                             "only: [http.*, frame.*]\nmax_connections: 9\n",
                             &a, &e),
                   0);
  assert_int_equal(a.target->mode, MODE_LINT);
  assert_int_equal(a.target->endpoint.header_count, 2);
  assert_string_equal(a.target->endpoint.header[1].value, "two words");
  assert_int_equal(a.only_count, 2);
  assert_int_equal(a.target->max_connections, 9);
  check_args_free(&a);
}

static void test_a_wrong_descriptor_names_the_place(void **state)
{
  static const char *const cases[][2] = {
      {"url: " LOCAL "\nmod: lint\n",
       ":2:1: unknown key \"mod\" (did you mean \"mode\"?)"},
      {"url: " LOCAL "\nmode: lint\nmode: full\n",
       ":3:1: \"mode\" is given twice (first at "},
      {"url: " LOCAL "\ntls: {insecure: maybe}\n",
       ":2:17: tls.insecure: \"maybe\" is not valid: expected true or false"},
      {"url: " LOCAL "\ndry-run: true\n", ":2:1: only the command line"},
      {"url: " LOCAL "\nmode: {a: b}\n", ":2:"},
      {"url: " LOCAL "\nstream: forever\n",
       ":2:9: stream: \"forever\" is not valid"},
      {"- a\n", ":1:1: descriptor: expected keys"},
      {"url: [\n", "not valid YAML"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct check_args a;
    struct err e;
    assert_int_not_equal(from_file(cases[i][0], &a, &e), 0);
    if(!strstr(e.text, cases[i][1]))
      fail_msg("\"%s\" is not in: %s", cases[i][1], e.text);
    check_args_free(&a);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_mode_depends_on_the_host),
      cmocka_unit_test(test_more_than_lint_needs_the_owner),
      cmocka_unit_test(test_options_describe_the_target),
      cmocka_unit_test(test_a_body_is_posted),
      cmocka_unit_test(test_a_descriptor_has_the_same_sections),
      cmocka_unit_test(test_no_heartbeat_is_a_declaration_too),
      cmocka_unit_test(test_windows_can_be_set_and_outdo_fast),
      cmocka_unit_test(test_nonsense_is_told_in_one_sentence),
      cmocka_unit_test(test_a_proxy_that_forwards_to_us_is_ours),
      cmocka_unit_test(test_a_descriptor_is_overridden_by_options),
      cmocka_unit_test(test_a_wrong_descriptor_names_the_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
