/* SPDX-License-Identifier: MIT
 * frame.event and frame.finite on hand-made streams. */
#include <stdlib.h>
#include <string.h>

#include "checks/frame/frame_sample.h"

#define GOOD "retry: 3000\nid: 1\nevent: x\ndata: a\ndata: b\n\ndata: c\n\n"

static void test_blocks_without_data_are_told_apart(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.event.no-data", PASS, GOOD),
      CASE("frame.event.no-data", PASS, "event: x\ndata\n\n"),
      CASE("frame.event.no-data", PASS, "event\nid: 1\n\n"),
      CASE("frame.event.no-data", PASS, "event: x\nevent:\n\n"),
      CASE("frame.event.no-data", PASS, "data: a\n\nevent: x\n"),
      CASE("frame.event.no-data", FAIL, GOOD "event: done\n\n"),
      CASE("frame.event.no-data", FAIL, "id: 1\n: c\nevent: done\n\n"),
      CASE("frame.event.no-data", UNTESTABLE, ": hb\n\n: hb\n\n"),
      CASE("frame.event.no-data", UNTESTABLE, "event: x\n"),
      CASE("frame.event.bare-control", PASS, GOOD),
      CASE("frame.event.bare-control", INFO, "retry: 1000\n\n" GOOD),
      CASE("frame.event.bare-control", INFO, "id: 1\n\n" GOOD),
      CASE("frame.event.bare-control", PASS, "event: x\nid: 1\n\n"),
      CASE("frame.event.bare-control", UNTESTABLE, ""),
      CASE("frame.event.dup-fields", PASS, GOOD),
      CASE("frame.event.dup-fields", WARN, "event: a\nevent: b\ndata:\n\n"),
      CASE("frame.event.dup-fields", WARN, "id: 1\ndata: x\nid: 2\n\n"),
      CASE("frame.event.dup-fields", WARN, "retry: 1\nretry: 2\n\n"),
      CASE("frame.event.dup-fields", PASS, "id: 1\n\nid: 2\n\n"),
      CASE("frame.event.dup-fields", UNTESTABLE, ""),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_types_that_surprise_are_listed(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.event.reserved-name", PASS, GOOD),
      CASE("frame.event.reserved-name", WARN, "event: error\ndata: x\n\n"),
      CASE("frame.event.reserved-name", WARN, "event: open\ndata: x\n\n"),
      CASE("frame.event.reserved-name", PASS, "event: errors\ndata: x\n\n"),
      CASE("frame.event.reserved-name", UNTESTABLE, "event: error\n\n"),
      CASE("frame.event.name-chars", PASS, GOOD),
      CASE("frame.event.name-chars", WARN, "event:  x\ndata: x\n\n"),
      CASE("frame.event.name-chars", WARN, "event: x \ndata: x\n\n"),
      CASE("frame.event.name-chars", WARN, "event: a\tb\ndata: x\n\n"),
      CASE("frame.event.name-chars", WARN, "event: a\x7F\ndata: x\n\n"),
      CASE("frame.event.name-chars", PASS, "event: \xC3\xA9 b\ndata: x\n\n"),
      CASE("frame.event.name-chars", UNTESTABLE, ": hb\n"),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void expect_end(const char *text, enum recording_end end,
                       enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  s.target->stream = STREAM_UNKNOWN;
  r = sample_stream(&s, "plain");
  sample_chunk(r, 20, text);
  if(end == REC_END_CLEAN)
    sample_text(r, 30, "0\r\n\r\n");
  sample_ends(r, end, 40);
  sample_expect(&s, "frame.event.terminated", v);
  sample_end(&s);
}

static void test_end_inside_a_block_is_a_lost_event(void **state)
{
  (void)state;
  expect_end(GOOD, REC_END_CLEAN, PASS);
  expect_end(GOOD ": bye\n", REC_END_CLEAN, PASS);
  expect_end(GOOD ": bye", REC_END_CLEAN, PASS);
  expect_end(GOOD "retry: 5\n", REC_END_CLEAN, PASS);
  expect_end(GOOD "data: last\n", REC_END_CLEAN, FAIL);
  expect_end(GOOD "data: last", REC_END_CLOSE, FAIL);
  expect_end(GOOD "id: 9\n", REC_END_CLEAN, FAIL);
  expect_end(GOOD "data: last\n", REC_END_OURS, SKIP);
  expect_end(GOOD "data: last\n", REC_END_TRUNCATED, UNTESTABLE);
}

/* The longest look at an end counts. */
static void test_a_longer_look_sees_the_end(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain");
  r = sample_stream(&s, "to-end");
  sample_chunk(r, 20, "data: last\n");
  sample_ends(r, REC_END_CLEAN, 9000);
  sample_expect(&s, "frame.event.terminated", FAIL);
  assert_string_equal(s.finding.recording->name, "to-end");
  sample_end(&s);
}

static void test_endless_streams_need_no_orderly_end(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_expect(&s, "frame.event.terminated", SKIP);
  sample_end(&s);
}

static void expect_atomic(const char *a, int64_t t_ms, const char *b,
                          enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_ends(r, REC_END_OURS, 20000);
  sample_chunk(r, 100, a);
  if(*b)
    sample_chunk(r, 100 + t_ms, b);
  sample_expect(&s, "frame.event.atomic", v);
  assert_int_equal(s.finding.timing, v != PASS && v != UNTESTABLE);
  sample_end(&s);
}

static void test_parts_of_a_block_may_not_lag(void **state)
{
  (void)state;
  expect_atomic("data: a\n", 200, "\n", PASS);
  expect_atomic("data: a\n", 300, "\n", WARN);
  expect_atomic("data: a\nda", 300, "ta: b\n\n", WARN);
  expect_atomic("data: a\n", 5100, "\n", FAIL);
  expect_atomic("data: a\n\n", 5100, "data: b\n\n", PASS);
  /* A heartbeat of one line, then its silence. */
  expect_atomic("data: a\n\n:\n", 5100, "data: b\n\n", PASS);
  expect_atomic("data: a\n\ndata: b\n", 5100, ":\n\n", FAIL);
  expect_atomic(":\n", 100, ":\n", UNTESTABLE);
  /* Never finished while we watched. */
  expect_atomic("data: a\n", 0, "", FAIL);
}

static void test_atomic_shows_what_was_waited_for(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 100, "data: a\n");
  sample_chunk(r, 1350, "\n");
  sample_expect(&s, "frame.event.atomic", WARN);
  sample_says(&s, "1.25 s");
  sample_says(&s, "body byte 8, 1.350 s");
  sample_end(&s);
}

static void test_sizes_and_rates_are_reported(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 100, "data: 1\n\ndata: 22\n\n");
  sample_chunk(r, 1100, "data: 333\n\n");
  sample_expect(&s, "frame.event.size", PASS);
  sample_says(&s, "p50 10, p99 11, largest 11 (of 3)");
  sample_expect(&s, "frame.event.rate", PASS);
  sample_says(&s, "most 2");
  sample_end(&s);
}

static void test_huge_events_are_a_warning(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.event.size", UNTESTABLE, ": hb\n"),
      CASE("frame.event.rate", UNTESTABLE, ": hb\n"),
  };
  struct sample s;
  size_t n = (1 << 20) + 16;
  char *text = malloc(n);
  (void)state;
  assert_non_null(text);
  memset(text, 'x', n);
  memcpy(text, "data: ", 6);
  text[n - 2] = text[n - 1] = '\n';
  sample_begin(&s);
  frame_chunk(sample_stream(&s, "plain"), 20, text, n);
  sample_expect(&s, "frame.event.size", WARN);
  sample_end(&s);
  free(text);
  EXPECT_TABLE(table);
}

#define LIVES(a, b, c) ((int64_t[]){a, b, c})

/* Lives of the three streams in ms; negative: we closed.  again: the answer to
 * the reconnect behind a finite one, NULL none. */
static void expect_finite(const int64_t lived_ms[3], const char *again,
                          enum verdict v)
{
  static const char *const names[] = {"plain", "second", "to-end"};
  struct sample s;
  size_t i;
  sample_begin(&s);
  for(i = 0; i < 3; i++) {
    struct recording *r = sample_stream(&s, names[i]);
    sample_chunk(r, 10, "data: x\n\n");
    if(lived_ms[i] > 0)
      sample_text(r, lived_ms[i], "0\r\n\r\n");
    sample_ends(r, lived_ms[i] > 0 ? REC_END_CLEAN : REC_END_OURS,
                llabs(lived_ms[i]));
  }
  sample_stream(&s, "finished.0");
  if(again)
    sample_add(&s, "finished.1", again);
  sample_expect(&s, "frame.finite", v);
  s.target->stream = STREAM_FINITE;
  sample_expect(&s, "frame.finite", SKIP);
  sample_end(&s);
}

static void test_streams_that_end_again_and_again_are_finite(void **state)
{
  (void)state;
  expect_finite(LIVES(800, 900, 850), NULL, WARN);
  expect_finite(LIVES(800, 900, -20000), NULL, WARN);
  expect_finite(LIVES(800, 900, 850), SAMPLE_STREAM, WARN);
  expect_finite(LIVES(800, 900, 850), "HTTP/1.1 204 No Content\r\n\r\n", PASS);
  expect_finite(LIVES(800, -6000, -20000), NULL, PASS);
  expect_finite(LIVES(-2000, -2000, -20000), NULL, PASS);
  expect_finite(LIVES(7000, 7000, 7000), NULL, PASS);
  expect_finite(LIVES(-2000, -2000, 900), NULL, UNTESTABLE);
}

static void test_a_longer_look_replaces_a_silent_one(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 10, ": hello\n\n");
  sample_expect(&s, "frame.event.no-data", UNTESTABLE);
  sample_stream(&s, "second");
  sample_chunk(sample_stream(&s, "idle"), 9000, "event: x\n\n");
  sample_expect(&s, "frame.event.no-data", FAIL);
  assert_string_equal(s.finding.recording->name, "idle");
  sample_says(&s, "idle: body byte 0, 9.000 s");
  sample_expect(&s, "frame.event.size", UNTESTABLE);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_blocks_without_data_are_told_apart),
      cmocka_unit_test(test_types_that_surprise_are_listed),
      cmocka_unit_test(test_end_inside_a_block_is_a_lost_event),
      cmocka_unit_test(test_a_longer_look_sees_the_end),
      cmocka_unit_test(test_endless_streams_need_no_orderly_end),
      cmocka_unit_test(test_parts_of_a_block_may_not_lag),
      cmocka_unit_test(test_atomic_shows_what_was_waited_for),
      cmocka_unit_test(test_sizes_and_rates_are_reported),
      cmocka_unit_test(test_huge_events_are_a_warning),
      cmocka_unit_test(test_a_longer_look_replaces_a_silent_one),
      cmocka_unit_test(test_streams_that_end_again_and_again_are_finite),
  };
  return cmocka_run_group_tests_name("checks.frame_event", tests, NULL, NULL);
}
