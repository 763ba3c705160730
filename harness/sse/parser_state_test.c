/* SPDX-License-Identifier: MIT
 * What a parser keeps over events, chunks and connections, and what it hands
 * to its callbacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "sse/parser.h"

struct last {
  int events;
  int comments;
  char type[64], data[64], id[64], comment[64];
  const char *data_p;
  bool id_in_block;
  uint64_t offset;
  uint64_t retry_ms;
};

static struct last last;
static struct parser parser;

static void copy(char out[64], struct slice s)
{
  assert_true(s.n < 64);
  memcpy(out, s.p, s.n);
  out[s.n] = '\0';
}

static void on_event(const struct sse_event *event, void *ctx)
{
  struct last *l = ctx;
  l->events++;
  copy(l->type, event->type);
  copy(l->data, event->data);
  copy(l->id, event->id);
  l->data_p = event->data.p;
  l->id_in_block = event->id_in_block;
  l->offset = event->offset;
}

static void on_comment(struct slice text, void *ctx)
{
  struct last *l = ctx;
  l->comments++;
  copy(l->comment, text);
}

static void on_retry(uint64_t ms, void *ctx)
{
  struct last *l = ctx;
  l->retry_ms = ms;
}

static const struct parser_config config = {
    .on = {on_event, on_comment, on_retry, NULL}};

static int begin(void **state)
{
  (void)state;
  memset(&last, 0, sizeof(last));
  parser_init(&parser, &config, &last);
  return 0;
}

static int end(void **state)
{
  (void)state;
  parser_fini(&parser);
  return 0;
}

#define FEED(s) assert_int_equal(parser_feed(&parser, s, sizeof(s) - 1), 0)

static void expect_id(const char *id)
{
  assert_true(slice_eq_cstr(parser_last_event_id(&parser), id));
}

static void next_connection(void)
{
  parser_end(&parser);
  parser_reset(&parser);
}

static void test_id_survives_connections_and_seeds_their_events(void **state)
{
  (void)state;
  FEED("id: 1\ndata: a\n\n");
  assert_true(last.id_in_block);
  next_connection();
  expect_id("1");
  FEED("data: b\n\n");
  assert_string_equal(last.id, "1");
  assert_false(last.id_in_block);
  next_connection();
  expect_id("1");
}

static void test_id_reset_by_an_empty_field_stays_reset(void **state)
{
  (void)state;
  FEED("id: 1\ndata: a\n\nid\ndata: b\n\n");
  assert_true(last.id_in_block);
  expect_id("");
  next_connection();
  expect_id("");
}

static void test_id_alone_is_committed_by_its_blank_line(void **state)
{
  (void)state;
  FEED("id: 5\n");
  expect_id("");
  FEED("\n");
  expect_id("5");
  assert_int_equal(last.events, 0);
}

static void test_id_of_a_partial_block_is_lost(void **state)
{
  (void)state;
  FEED("id: 1\ndata: a\n\nid: 2\ndata: b\n");
  next_connection();
  expect_id("1");
  FEED("\ndata: c\n\n");
  assert_int_equal(last.events, 2);
  assert_string_equal(last.data, "c");
  assert_string_equal(last.id, "1");
}

static void test_id_with_nul_is_no_id(void **state)
{
  (void)state;
  FEED("id: a\0b\ndata: x\n\n");
  assert_false(last.id_in_block);
  expect_id("");
}

static void test_id_over_chunks_commits_only_when_its_block_ends(void **state)
{
  (void)state;
  FEED("id: 1\n\nid: 2");
  FEED("2\nda");
  expect_id("1");
  FEED("ta: x\n");
  expect_id("1");
  FEED("\ndata: y\n\n");
  expect_id("22");
  assert_string_equal(last.id, "22");
}

static void test_bom_is_stripped_on_every_connection(void **state)
{
  (void)state;
  FEED("\xEF\xBB\xBF"
       "data: a\n\n");
  next_connection();
  FEED("\xEF\xBB");
  FEED("\xBF"
       "data: b\n\n");
  assert_int_equal(last.events, 2);
}

static void test_cr_of_one_connection_swallows_no_lf_of_the_next(void **state)
{
  (void)state;
  FEED("data: a\r");
  next_connection();
  FEED("\ndata: x\n\n");
  assert_int_equal(last.events, 1);
  assert_string_equal(last.data, "x");
  assert_int_equal(last.offset, 10);
}

static void test_type_does_not_reach_the_next_connection(void **state)
{
  (void)state;
  FEED("event: foo\n");
  next_connection();
  FEED("data: x\n\n");
  assert_string_equal(last.type, "message");
}

static void test_partial_line_does_not_reach_the_next_connection(void **state)
{
  (void)state;
  FEED("data: old");
  next_connection();
  FEED("er\ndata: x\n\n");
  assert_string_equal(last.data, "x");
}

static void test_retry_applies_at_its_line_and_persists(void **state)
{
  (void)state;
  assert_true(parser_retry_ms(&parser) == UINT64_MAX);
  FEED("retry: 300\n");
  assert_int_equal(last.retry_ms, 300);
  next_connection();
  FEED("retry: 3s\n\n");
  assert_int_equal(parser_retry_ms(&parser), 300);
  FEED("retry: 99999999999999999999999\n");
  assert_true(parser_retry_ms(&parser) == PARSER_RETRY_MAX_MS);
}

static void test_comments_arrive_whole_even_when_cut(void **state)
{
  (void)state;
  FEED(": ke");
  assert_int_equal(last.comments, 0);
  FEED("ep");
  FEED("\n");
  assert_int_equal(last.comments, 1);
  assert_string_equal(last.comment, " keep");
  FEED(":\n");
  assert_int_equal(last.comments, 2);
  assert_string_equal(last.comment, "");
}

static void test_data_in_one_chunk_is_a_view_into_it(void **state)
{
  static const char text[] = "id: 7\nevent: e\ndata: here\n\n";
  (void)state;
  FEED(text);
  assert_ptr_equal(last.data_p, strstr(text, "here"));
  assert_int_equal(last.offset, sizeof(text) - 1);
}

static void test_data_over_chunks_joins_fields_of_all_of_them(void **state)
{
  (void)state;
  FEED("data: a\neve");
  FEED("nt: t\ndata: ");
  FEED("b\n");
  FEED("data\ndata:c");
  FEED("\n\n");
  assert_string_equal(last.type, "t");
  assert_string_equal(last.data, "a\nb\n\nc");
}

static void test_parser_is_small(void **state)
{
  (void)state;
  assert_true(sizeof(struct parser) <= PARSER_SIZE_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(test_id_survives_connections_and_seeds_their_events),
      TEST(test_id_reset_by_an_empty_field_stays_reset),
      TEST(test_id_alone_is_committed_by_its_blank_line),
      TEST(test_id_of_a_partial_block_is_lost),
      TEST(test_id_with_nul_is_no_id),
      TEST(test_id_over_chunks_commits_only_when_its_block_ends),
      TEST(test_bom_is_stripped_on_every_connection),
      TEST(test_cr_of_one_connection_swallows_no_lf_of_the_next),
      TEST(test_type_does_not_reach_the_next_connection),
      TEST(test_partial_line_does_not_reach_the_next_connection),
      TEST(test_retry_applies_at_its_line_and_persists),
      TEST(test_comments_arrive_whole_even_when_cut),
      TEST(test_data_in_one_chunk_is_a_view_into_it),
      TEST(test_data_over_chunks_joins_fields_of_all_of_them),
      TEST(test_parser_is_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
