/* SPDX-License-Identifier: MIT
 * frame.id and frame.retry on hand-made streams. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/frame/frame_sample.h"

#define GOOD "retry: 3000\nid: 1\ndata: a\n\nid: 2\ndata: b\n\n"
#define BARE "data: a\n\ndata: b\n\n"

static void test_ids_are_judged_as_header_values(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.id.nul", PASS, GOOD),
      CASE("frame.id.nul", SKIP, BARE),
      CASE("frame.id.nul", UNTESTABLE, "retry: 1\n\n"),
      CASE("frame.id.nul", FAIL, "id: a\0b\ndata: x\n\n"),
      CASE("frame.id.header-safe", PASS, GOOD),
      CASE("frame.id.header-safe", PASS, "id: a\tb c\ndata: x\n\n"),
      CASE("frame.id.header-safe", PASS, "id: \xC3\xA9\ndata: x\n\n"),
      CASE("frame.id.header-safe", PASS, "id\ndata: x\n\n"),
      CASE("frame.id.header-safe", PASS, "id: a\0b\ndata: x\n\n"),
      CASE("frame.id.header-safe", FAIL, "id:  a\ndata: x\n\n"),
      CASE("frame.id.header-safe", FAIL, "id: a \ndata: x\n\n"),
      CASE("frame.id.header-safe", FAIL, "id: a\t\ndata: x\n\n"),
      CASE("frame.id.header-safe", FAIL,
           "id: a\x1B"
           "b\ndata: x\n\n"),
      CASE("frame.id.header-safe", FAIL, "id: a\x7F\ndata: x\n\n"),
      CASE("frame.id.header-safe", SKIP, BARE),
      CASE("frame.id.ascii", PASS, GOOD),
      CASE("frame.id.ascii", WARN, "id: \xC3\xA9\ndata: x\n\n"),
      CASE("frame.id.ascii", SKIP, BARE),
      CASE("frame.id.ascii", UNTESTABLE, ""),
      CASE("frame.id.reset", PASS, GOOD),
      CASE("frame.id.reset", INFO, "id\ndata: x\n\n"),
      CASE("frame.id.reset", INFO, GOOD "id: \n\n"),
      CASE("frame.id.reset", SKIP, BARE),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void expect_length(size_t n, enum verdict v)
{
  struct sample s;
  char *text = malloc(n + 16);
  int at;
  assert_non_null(text);
  at = snprintf(text, n + 16, "id: ");
  memset(text + at, 'x', n);
  memcpy(text + at + n, "\ndata:\n\n", 8);
  sample_begin(&s);
  frame_chunk(sample_stream(&s, "plain"), 20, text, (size_t)at + n + 8);
  sample_expect(&s, "frame.id.length", v);
  sample_end(&s);
  free(text);
}

static void test_long_ids_are_warned_of_and_fail_over_8k(void **state)
{
  static const struct frame_case bare = CASE("frame.id.length", SKIP, BARE);
  (void)state;
  expect_length(128, PASS);
  expect_length(129, WARN);
  expect_length(1025, WARN);
  expect_length(8192, WARN);
  expect_length(8193, FAIL);
  frame_expect(&bare);
}

static void test_ids_are_judged_as_a_sequence(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.id.unique", PASS, GOOD),
      CASE("frame.id.unique", WARN, "id: 0\ndata: a\n\nid: 0\ndata: b\n\n"),
      CASE("frame.id.unique", WARN,
           "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 1\ndata: c\n\n"),
      CASE("frame.id.unique", PASS, "id: 0\ndata: a\n\nid: 0\ndata: a\n\n"),
      CASE("frame.id.unique", PASS, "id: 1\ndata: a\n\nid: 12\ndata: b\n\n"),
      CASE("frame.id.unique", UNTESTABLE, "id: 1\ndata: a\n\n"),
      CASE("frame.id.unique", UNTESTABLE, "id:\ndata: a\n\nid\ndata: b\n\n"),
      CASE("frame.id.unique", SKIP, BARE),
      CASE("frame.id.monotonic", PASS, GOOD),
      CASE("frame.id.monotonic", INFO, "id: 1\ndata:\n\nid: 3\ndata:\n\n"),
      CASE("frame.id.monotonic", INFO, "id: 2\ndata:\n\nid: 1\ndata:\n\n"),
      CASE("frame.id.monotonic", SKIP, "id: a\ndata:\n\nid: b\ndata:\n\n"),
      CASE("frame.id.monotonic", SKIP, "id: 1234567890123456789\ndata:\n\n"),
      CASE("frame.id.monotonic", UNTESTABLE, "id: 1\ndata:\n\n"),
      CASE("frame.id.monotonic", SKIP, BARE),
      CASE("frame.id.always", PASS, GOOD),
      CASE("frame.id.always", PASS, "data: hello\n\n" GOOD),
      CASE("frame.id.always", WARN, GOOD "data: c\n\n"),
      CASE("frame.id.always", SKIP, BARE),
      CASE("frame.id.always", UNTESTABLE, "id: 1\n\n"),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_retry_values_are_judged(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.retry.digits", PASS, GOOD),
      CASE("frame.retry.digits", FAIL, "retry: 3s\n\n"),
      CASE("frame.retry.digits", FAIL, "retry: -1\n\n"),
      CASE("frame.retry.digits", FAIL, "retry: 3000 \n\n"),
      CASE("frame.retry.digits", FAIL, "retry:  3000\n\n"),
      CASE("frame.retry.digits", FAIL, "retry\n\n"),
      CASE("frame.retry.digits", FAIL, "retry: 1\n\nretry: 1.5\n\n"),
      CASE("frame.retry.digits", SKIP, BARE),
      CASE("frame.retry.digits", UNTESTABLE, ""),
      CASE("frame.retry.range", PASS, GOOD),
      CASE("frame.retry.range", PASS, "retry: 100\n\nretry: 3600000\n\n"),
      CASE("frame.retry.range", WARN, "retry: 0\n\n"),
      CASE("frame.retry.range", WARN, "retry: 99\n\n"),
      CASE("frame.retry.range", WARN, "retry: 3600001\n\n"),
      CASE("frame.retry.range", WARN,
           "retry: 99999999999999999999999999999999\n\n"),
      CASE("frame.retry.range", WARN, "retry: 0\n\nretry: 3000\n\n"),
      CASE("frame.retry.range", SKIP, "retry: 3s\n\n"),
      CASE("frame.retry.range", SKIP, BARE),
      CASE("frame.retry.present", PASS, GOOD),
      CASE("frame.retry.present", INFO, BARE),
      CASE("frame.retry.present", UNTESTABLE, ""),
      CASE("frame.retry.early", PASS, ": hi\n\n" GOOD),
      CASE("frame.retry.early", INFO, BARE GOOD),
      CASE("frame.retry.early", SKIP, BARE),
      CASE("frame.retry.early", UNTESTABLE, ""),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_a_late_retry_counts_as_present(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 10, BARE);
  sample_expect(&s, "frame.retry.present", INFO);
  sample_chunk(sample_stream(&s, "idle"), 9000, "retry: 1000\n\n");
  sample_expect(&s, "frame.retry.present", PASS);
  sample_end(&s);
}

/* A plain stream and n of the storm; step is what each adds to the retry. */
static void expect_spread(int n, int with, int step, enum verdict v)
{
  struct sample s;
  int i;
  sample_begin(&s);
  sample_stream(&s, "plain");
  for(i = 0; i < n; i++) {
    struct recording *r;
    char name[32], text[64];
    snprintf(name, sizeof(name), "storm.%d", i);
    snprintf(text, sizeof(text), "retry: %d\n\n", 1000 + i * step);
    r = sample_stream(&s, name);
    sample_chunk(r, 10, i < with ? text : BARE);
  }
  sample_expect(&s, "frame.retry.spread", v);
  sample_end(&s);
}

static void test_spread_needs_many_streams_with_a_retry(void **state)
{
  (void)state;
  expect_spread(50, 50, 0, INFO);
  expect_spread(50, 50, 7, PASS);
  expect_spread(50, 0, 0, SKIP);
  expect_spread(50, 5, 7, UNTESTABLE);
  expect_spread(9, 9, 0, UNTESTABLE);
  expect_spread(0, 0, 0, UNTESTABLE);
}

/* "plain" saw a greeting only; who stayed longer saw events without ids. */
static void test_another_reader_s_events_are_looked_at(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 20, "retry: 5\n\n");
  sample_chunk(sample_stream(&s, "idle"), 20, "retry: 5\n\ndata: a\n\n");
  sample_expect(&s, "frame.id.nul", SKIP);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_reader_s_events_are_looked_at),
      cmocka_unit_test(test_ids_are_judged_as_header_values),
      cmocka_unit_test(test_long_ids_are_warned_of_and_fail_over_8k),
      cmocka_unit_test(test_ids_are_judged_as_a_sequence),
      cmocka_unit_test(test_retry_values_are_judged),
      cmocka_unit_test(test_a_late_retry_counts_as_present),
      cmocka_unit_test(test_spread_needs_many_streams_with_a_retry),
  };
  return cmocka_run_group_tests_name("checks.frame_id", tests, NULL, NULL);
}
