/* SPDX-License-Identifier: MIT
 * Large input and the two limits: defined errors, bounded memory, linear time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "sse/parser.h"
#include "sse/parser_store.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

struct tally {
  size_t events;
  size_t comments;
  size_t data_n; /* of the last event */
  bool all_x;
  int last_number; /* of "data: NUMBER", -1 after one out of order */
};

static void on_event(const struct sse_event *event, void *ctx)
{
  struct tally *t = ctx;
  size_t i;
  t->events++;
  t->data_n = event->data.n;
  t->all_x = true;
  for(i = 0; i < event->data.n; i += 997)
    t->all_x = t->all_x && event->data.p[i] == 'x';
}

static void on_comment(struct slice text, void *ctx)
{
  struct tally *t = ctx;
  (void)text;
  t->comments++;
}

struct bench {
  struct parser_config config;
  struct parser parser;
  struct tally tally;
};

static void start(struct bench *b, size_t max_line, size_t max_event)
{
  memset(b, 0, sizeof(*b));
  b->config.on.on_event = on_event;
  b->config.max_line = max_line;
  b->config.max_event = max_event;
  parser_init(&b->parser, &b->config, &b->tally);
}

/* Feeds n times the byte c, in chunks; stops at the first error. */
static int feed_run(struct bench *b, char c, size_t n, size_t chunk)
{
  char *p = malloc(chunk);
  int rc = 0;
  assert_non_null(p);
  memset(p, c, chunk);
  while(n && !rc) {
    size_t now = n < chunk ? n : chunk;
    rc = parser_feed(&b->parser, p, now);
    n -= now;
  }
  free(p);
  return rc;
}

#define FEED(b, s) parser_feed(&(b)->parser, s, sizeof(s) - 1)

static void long_line(size_t n, size_t chunk)
{
  struct bench b;
  uint64_t start_ns = clock_cpu_ns();
  start(&b, 0, 0);
  assert_int_equal(FEED(&b, "data: "), 0);
  assert_int_equal(feed_run(&b, 'x', n, chunk), 0);
  assert_int_equal(FEED(&b, "\n\n"), 0);
  assert_int_equal(b.tally.events, 1);
  assert_int_equal(b.tally.data_n, n);
  assert_true(b.tally.all_x);
  /* Quadratic would be minutes; ten times what a plain build needs. */
  assert_true(clock_cpu_ns() - start_ns < 10 * NS_PER_SEC);
  parser_fini(&b.parser);
}

static void test_long_lines_take_linear_time_in_any_chunks(void **state)
{
  (void)state;
  long_line(MIB, MIB);
  long_line(MIB, 1);
  long_line(10 * MIB, 10 * MIB);
  long_line(10 * MIB, 64 * KIB);
  long_line(10 * MIB, 1);
}

static void test_many_lines_make_one_event(void **state)
{
  struct bench b;
  int i;
  (void)state;
  start(&b, PARSER_MAX_LINE_DEFAULT, PARSER_MAX_EVENT_DEFAULT);
  for(i = 0; i < 100000; i++)
    assert_int_equal(FEED(&b, "data: x\n"), 0);
  assert_int_equal(FEED(&b, "\n"), 0);
  assert_int_equal(b.tally.events, 1);
  assert_int_equal(b.tally.data_n, 199999);
  parser_fini(&b.parser);
}

static void on_number(const struct sse_event *event, void *ctx)
{
  struct tally *t = ctx;
  char text[16] = "";
  assert_true(event->data.n < sizeof(text));
  memcpy(text, event->data.p, event->data.n);
  if(strtol(text, NULL, 10) == t->last_number + 1)
    t->last_number++;
}

static void test_burst_in_one_write_keeps_its_order(void **state)
{
  struct bench b;
  struct buf text;
  int i;
  (void)state;
  start(&b, PARSER_MAX_LINE_DEFAULT, PARSER_MAX_EVENT_DEFAULT);
  b.config.on.on_event = on_number;
  buf_init(&text, 0);
  for(i = 1; i <= 100; i++)
    assert_int_equal(buf_addf(&text, "data: %d\n\n", i), 0);
  assert_int_equal(parser_feed(&b.parser, text.p, text.n), 0);
  assert_int_equal(b.tally.last_number, 100);
  buf_free(&text);
  parser_fini(&b.parser);
}

static void test_comments_cost_no_memory_and_make_no_event(void **state)
{
  struct bench b;
  int i;
  (void)state;
  start(&b, PARSER_MAX_LINE_DEFAULT, PARSER_MAX_EVENT_DEFAULT);
  assert_int_equal(FEED(&b, ":"), 0);
  assert_int_equal(feed_run(&b, 'x', 64 * KIB, 1000), 0);
  assert_int_equal(FEED(&b, "\n"), 0);
  for(i = 0; i < 1000000; i++)
    assert_int_equal(FEED(&b, ":\n"), 0);
  assert_int_equal(b.tally.events, 0);
  assert_null(b.parser.line);
  assert_null(b.parser.data);
  parser_fini(&b.parser);
}

static void test_unknown_field_without_end_is_never_stored(void **state)
{
  struct bench b;
  (void)state;
  start(&b, 0, 0);
  assert_int_equal(FEED(&b, "dat"), 0);
  assert_int_equal(feed_run(&b, 'x', 1024 * MIB, MIB), 0);
  assert_true(b.parser.line->cap < 100);
  assert_int_equal(FEED(&b, "\ndata: y\n\n"), 0);
  assert_int_equal(b.tally.events, 1);
  parser_fini(&b.parser);
}

static void test_line_limit_stops_every_kind_of_line(void **state)
{
  static const char *const heads[] = {"", ":", "data:", "id:", "foo:"};
  size_t i, chunk;
  (void)state;
  for(i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
    for(chunk = 1; chunk <= MIB; chunk *= 1024) {
      size_t n = strlen(heads[i]);
      struct bench b;
      start(&b, 64 * KIB, 0);
      assert_int_equal(parser_feed(&b.parser, heads[i], n), 0);
      assert_int_equal(feed_run(&b, 'x', 64 * KIB - n, chunk), 0);
      assert_int_equal(FEED(&b, "\n"), 0);
      assert_int_equal(parser_feed(&b.parser, heads[i], n), 0);
      assert_int_equal(feed_run(&b, 'x', 64 * KIB - n + 1, chunk), E_TOO_LONG);
      parser_fini(&b.parser);
    }
  }
}

static void test_default_limit_stops_a_line_of_one_byte_more(void **state)
{
  struct bench b;
  (void)state;
  start(&b, PARSER_MAX_LINE_DEFAULT, PARSER_MAX_EVENT_DEFAULT);
  assert_int_equal(FEED(&b, "data:"), 0);
  assert_int_equal(feed_run(&b, 'x', MIB - 5, 4096), 0);
  assert_int_equal(FEED(&b, "\n\n"), 0);
  assert_int_equal(b.tally.data_n, MIB - 5);
  assert_int_equal(FEED(&b, "data:"), 0);
  assert_int_equal(feed_run(&b, 'x', MIB - 4, 4096), E_TOO_LONG);
  parser_fini(&b.parser);
}

static void test_event_limit_counts_data_and_its_line_feeds(void **state)
{
  struct bench b;
  (void)state;
  start(&b, 0, 5);
  assert_int_equal(FEED(&b, "data: ab\nevent: long type\ndata: cd\n\n"), 0);
  assert_int_equal(b.tally.data_n, 5);
  assert_int_equal(FEED(&b, "data: ab\ndata: cde\n\n"), E_TOO_LONG);
  assert_int_equal(b.tally.events, 1);
  parser_fini(&b.parser);
}

static void test_event_limit_stops_a_data_line_without_end(void **state)
{
  struct bench b;
  (void)state;
  start(&b, 0, 64 * KIB);
  assert_int_equal(FEED(&b, "data: "), 0);
  assert_int_equal(feed_run(&b, 'x', 1024 * MIB, 1000), E_TOO_LONG);
  assert_true(b.parser.line->cap <= 256 * KIB);
  parser_fini(&b.parser);
}

static void test_error_is_final_until_reset(void **state)
{
  struct bench b;
  (void)state;
  start(&b, 10, 0);
  assert_int_equal(FEED(&b, "id: 1\n\n"), 0);
  assert_int_equal(FEED(&b, "data: 12345"), E_TOO_LONG);
  assert_int_equal(FEED(&b, "\n\n"), E_TOO_LONG);
  assert_int_equal(parser_feed(&b.parser, "", 0), E_TOO_LONG);
  parser_end(&b.parser);
  parser_reset(&b.parser);
  assert_int_equal(FEED(&b, "data: x\n\n"), 0);
  assert_int_equal(b.tally.events, 1);
  assert_true(slice_eq_cstr(parser_last_event_id(&b.parser), "1"));
  parser_fini(&b.parser);
}

static void test_wanted_comments_obey_the_limit_too(void **state)
{
  struct bench b;
  (void)state;
  start(&b, 100, 0);
  b.config.on.on_comment = on_comment;
  assert_int_equal(FEED(&b, ":"), 0);
  assert_int_equal(feed_run(&b, 'x', 99, 1), 0);
  assert_int_equal(FEED(&b, "\n:"), 0);
  assert_int_equal(b.tally.comments, 1);
  assert_int_equal(feed_run(&b, 'x', 100, 7), E_TOO_LONG);
  parser_fini(&b.parser);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_long_lines_take_linear_time_in_any_chunks),
      cmocka_unit_test(test_many_lines_make_one_event),
      cmocka_unit_test(test_burst_in_one_write_keeps_its_order),
      cmocka_unit_test(test_comments_cost_no_memory_and_make_no_event),
      cmocka_unit_test(test_unknown_field_without_end_is_never_stored),
      cmocka_unit_test(test_line_limit_stops_every_kind_of_line),
      cmocka_unit_test(test_default_limit_stops_a_line_of_one_byte_more),
      cmocka_unit_test(test_event_limit_counts_data_and_its_line_feeds),
      cmocka_unit_test(test_event_limit_stops_a_data_line_without_end),
      cmocka_unit_test(test_error_is_final_until_reset),
      cmocka_unit_test(test_wanted_comments_obey_the_limit_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
