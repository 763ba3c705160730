/* SPDX-License-Identifier: MIT
 * Whether a stream without events was silent: lines counted by the parser, in
 * one piece and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sse/parser.h"

struct seen {
  struct sse_heard heard;
  int events;
};

static void on_event(const struct sse_event *event, void *ctx)
{
  struct seen *s = ctx;
  (void)event;
  s->events++;
}

static void on_comment(struct slice text, void *ctx)
{
  (void)text;
  (void)ctx;
}

/* n bytes at a time, then the end. */
static const char *hear(struct seen *s, const char *text, size_t n)
{
  struct parser_config config = {
      .on = {.on_event = on_event, .on_comment = on_comment}};
  struct parser p;
  size_t at, all = strlen(text);
  memset(s, 0, sizeof(*s));
  config.heard = &s->heard;
  parser_init(&p, &config, s);
  for(at = 0; at < all; at += n)
    assert_int_equal(parser_feed(&p, text + at, all - at < n ? all - at : n),
                     0);
  parser_end(&p);
  parser_reset(&p);
  parser_fini(&p);
  return sse_unheard(&s->heard);
}

static void expect(const char *text, const char *words)
{
  struct seen s;
  for(size_t n = 1; n <= strlen(text) + 1; n++) {
    const char *said = hear(&s, text, n);
    assert_int_equal(s.events, 0);
    if(!words)
      assert_null(said);
    else if(!said || !strstr(said, words))
      fail_msg("%s by %zu: %s", text, n, said ? said : "silent");
  }
}

static void test_silence_is_no_speech(void **state)
{
  (void)state;
  expect("", NULL);
  expect("\n\n", NULL);
  expect(": hi\n\n: still here\n\n", NULL);
  expect("retry: 2000\n\nid: 7\n\n", NULL);
  expect("retry: 2000\n: a comment that nobody ends", NULL);
  expect("\xEF\xBB\xBF: hi\n\n", NULL);
}

static void test_speech_that_nobody_hears_has_its_cause(void **state)
{
  (void)state;
  expect("data: a\ndata: b\n", "no blank line");
  expect(": hi\n\nmessage: a\n\nmessage: b\n\n", "names no client knows");
  expect("{\"error\": \"no\"}\n", "names no client knows");
  expect("event: done\n\n", "without a data line");
  expect("data: a\\n\\ndata: b\\n\\n", "never ended");
  expect("{\"error\": \"no\"}", "never ended");
}

static void test_lines_are_counted_by_kind(void **state)
{
  struct seen s;
  (void)state;
  assert_null(hear(&s, ": a\n: b\nid: 1\nretry: 1\n\n", 2));
  assert_int_equal(s.heard.line[SSE_LINE_COMMENT], 2);
  assert_int_equal(s.heard.line[SSE_LINE_ID], 1);
  assert_int_equal(s.heard.line[SSE_LINE_RETRY], 1);
  hear(&s, "data: a\n\nevent: b\nx: y\nda", 3);
  assert_int_equal(s.events, 1);
  assert_int_equal(s.heard.line[SSE_LINE_DATA], 1);
  assert_int_equal(s.heard.line[SSE_LINE_EVENT], 1);
  assert_int_equal(s.heard.line[SSE_LINE_UNKNOWN], 1);
  assert_int_equal(s.heard.cut, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_silence_is_no_speech),
      cmocka_unit_test(test_speech_that_nobody_hears_has_its_cause),
      cmocka_unit_test(test_lines_are_counted_by_kind)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
