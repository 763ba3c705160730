/* SPDX-License-Identifier: MIT
 * frame.utf8, frame.bom, frame.eol and frame.line on hand-made streams. */
#include <stdlib.h>
#include <string.h>

#include "checks/frame/frame_sample.h"

#define GOOD                                                                  \
  "retry: 3000\n\nid: 1\nevent: x\ndata: \xC3\xA9\xF0\x9F\x98\x80\n\n"

static void test_utf8_errors_are_found_by_kind(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.utf8.valid", PASS, GOOD),
      CASE("frame.utf8.valid", FAIL, "data: caf\xE9\n\n"),
      CASE("frame.utf8.valid", FAIL, "data: \xC0\xAF\n\n"),
      CASE("frame.utf8.valid", FAIL, "data: \xED\xA0\x80\n\n"),
      CASE("frame.utf8.valid", FAIL, "data: \xF4\x90\x80\x80\n\n"),
      CASE("frame.utf8.valid", FAIL, "data: \xE2\x82\n\n"),
      CASE("frame.utf8.valid", FAIL, "data: \x80\n\n"),
      CASE("frame.utf8.valid", UNTESTABLE, ""),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_utf8_error_is_shown_with_offset_and_time(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 120, "data: ab\xE9\n\n");
  sample_expect(&s, "frame.utf8.valid", FAIL);
  sample_says(&s, "byte 8 ");
  sample_says(&s, "0xe9");
  sample_says(&s, "0.120 s");
  sample_end(&s);
}

static void expect_cut(const char *text, enum recording_end end,
                       enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 20, text);
  if(end == REC_END_CLEAN)
    sample_text(r, 30, "0\r\n\r\n");
  sample_ends(r, end, 40);
  sample_expect(&s, "frame.utf8.valid", v);
  sample_end(&s);
}

static void test_utf8_character_cut_by_our_close_is_no_error(void **state)
{
  (void)state;
  expect_cut("data: \xE2\x82", REC_END_OURS, PASS);
  expect_cut("data: \xF0\x9F\x98", REC_END_OURS, PASS);
  expect_cut("data: \xF0\x90", REC_END_RESET, PASS);
  expect_cut("data: \xE0\xA0", REC_END_OURS, PASS);
  expect_cut("data: \xE0\x80", REC_END_OURS, FAIL);
  expect_cut("data: \xED\xA0", REC_END_OURS, FAIL);
  expect_cut("data: \xFF", REC_END_OURS, FAIL);
  expect_cut("data: \xE2\x82", REC_END_CLEAN, FAIL);
}

static void test_utf16_is_told_from_utf8(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.utf8.not-utf16", PASS, GOOD),
      CASE("frame.utf8.not-utf16", PASS, "\xEF\xBB\xBF" GOOD),
      CASE("frame.utf8.not-utf16", PASS, "data: \0\0\0\0\n\n"),
      CASE("frame.utf8.not-utf16", FAIL,
           "\xFF\xFE"
           "d\0a\0t\0a\0"),
      CASE("frame.utf8.not-utf16", FAIL, "\xFE\xFF\0d\0a\0t\0a"),
      CASE("frame.utf8.not-utf16", FAIL, "d\0a\0t\0a\0:\0 \0x\0\n\0\n\0"),
      CASE("frame.utf8.not-utf16", FAIL, "\0d\0a\0t\0a\0:\0 \0x\0\n\0\n"),
      CASE("frame.utf8.not-utf16", FAIL, "\0\0\0d\0\0\0a\0\0\0t\0\0\0a"),
      CASE("frame.utf8.not-utf16", UNTESTABLE, ""),
      /* Others leave the judgement to this check. */
      CASE("frame.line.known", UNTESTABLE, "d\0a\0t\0a\0:\0x\0\n\0\n\0"),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_bom_is_information_first_and_failure_later(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.bom.leading", PASS, GOOD),
      CASE("frame.bom.leading", INFO, "\xEF\xBB\xBF" GOOD),
      CASE("frame.bom.leading", UNTESTABLE, ""),
      CASE("frame.bom.inner", PASS, GOOD),
      CASE("frame.bom.inner", PASS, "\xEF\xBB\xBF" GOOD),
      CASE("frame.bom.inner", PASS, "data: \xEF\xBB\xBFx\n\n"),
      CASE("frame.bom.inner", FAIL, "\xEF\xBB\xBF\xEF\xBB\xBF" GOOD),
      CASE("frame.bom.inner", FAIL, GOOD "\xEF\xBB\xBF" GOOD),
      CASE("frame.bom.inner", UNTESTABLE, "\n\n"),
      /* The lost line is that check's, not an unknown name's. */
      CASE("frame.line.known", PASS, GOOD "\xEF\xBB\xBF" GOOD),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_line_ends_are_counted(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.eol.consistent", PASS, GOOD),
      CASE("frame.eol.consistent", PASS, "data: a\r\n\r\n"),
      CASE("frame.eol.consistent", WARN, "data: a\r\n\r\ndata: b\n\n"),
      CASE("frame.eol.consistent", WARN, "data: a\rb\n\n"),
      CASE("frame.eol.consistent", UNTESTABLE, ""),
      CASE("frame.eol.consistent", UNTESTABLE, "data: a"),
      CASE("frame.eol.cr", WARN, "data: a\r\rdata: b\r\r"),
      CASE("frame.eol.cr", PASS, "data: a\r\rdata: b\n\n"),
      CASE("frame.eol.cr", PASS, GOOD),
      CASE("frame.eol.cr", UNTESTABLE, ""),
      CASE("frame.eol.crlf", INFO, "data: a\r\n\r\n"),
      CASE("frame.eol.crlf", PASS, GOOD),
      CASE("frame.eol.crlf", UNTESTABLE, ""),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_each_odd_line_is_reported_once(void **state)
{
  static const struct {
    const char *body;
    enum verdict known, garbage, name_case, name_space;
  } table[] = {
      {GOOD, PASS, PASS, PASS, PASS},
      {": hi\ndata\nid\nevent\n\n", PASS, PASS, PASS, PASS},
      {"foo: x\n\n", WARN, PASS, PASS, PASS},
      {"second line of a payload\n\n", WARN, PASS, PASS, PASS},
      {"<h1>502 Bad Gateway</h1>\n\n", PASS, FAIL, PASS, PASS},
      {"{\"a\":1}\n\n", PASS, FAIL, PASS, PASS},
      {"Traceback (most recent call last):\n\n", PASS, FAIL, PASS, PASS},
      {"HTTP/1.1 500 Oops\r\n\r\n", PASS, FAIL, PASS, PASS},
      {"\tat java.lang.Thread.run(Thread.java:1)\n\n", PASS, FAIL, PASS, PASS},
      {"Data: x\n\n", PASS, PASS, FAIL, PASS},
      {"ID\n\n", PASS, PASS, FAIL, PASS},
      {" data: x\n\n", PASS, PASS, PASS, FAIL},
      {"data : x\n\n", PASS, PASS, PASS, FAIL},
      {"\tID: x\n\n", PASS, PASS, PASS, FAIL},
      {"data: <b>fine</b>\ndata: {}\n\n", PASS, PASS, PASS, PASS},
      {": only a comment\n\n", UNTESTABLE, UNTESTABLE, UNTESTABLE, UNTESTABLE},
      {"data: x\n\ndat", PASS, PASS, PASS, PASS},
  };
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    const struct frame_case c[] = {
        {"frame.line.known", table[i].known, table[i].body, 0},
        {"frame.line.garbage", table[i].garbage, table[i].body, 0},
        {"frame.line.name-case", table[i].name_case, table[i].body, 0},
        {"frame.line.name-space", table[i].name_space, table[i].body, 0},
    };
    size_t k;
    for(k = 0; k < 4; k++) {
      struct frame_case one = c[k];
      one.n = strlen(one.body);
      frame_expect(&one);
    }
  }
}

static void test_unknown_names_are_listed_once_each(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 10,
               "foo: 1\nfoo: 2\nbar\ndata: x\n\n");
  sample_expect(&s, "frame.line.known", WARN);
  sample_says(&s, "3 of 4 field lines");
  sample_says(&s, "line: foo: 1");
  sample_says(&s, "line: bar");
  assert_null(strstr(buf_text(&s.finding.evidence), "line: foo: 2"));
  sample_end(&s);
}

static void expect_length(size_t n, bool ended, enum verdict v)
{
  struct sample s;
  char *text = malloc(n + 1);
  assert_non_null(text);
  memset(text, 'x', n);
  memcpy(text, "data: ", 6);
  text[n] = '\n';
  sample_begin(&s);
  frame_chunk(sample_stream(&s, "plain"), 20, text, ended ? n + 1 : n);
  sample_expect(&s, "frame.line.length", v);
  sample_end(&s);
  free(text);
}

static void test_long_lines_are_judged_by_two_limits(void **state)
{
  static const struct frame_case none =
      CASE("frame.line.length", UNTESTABLE, "");
  (void)state;
  expect_length(65536, true, PASS);
  expect_length(65537, true, INFO);
  expect_length(1 << 20, true, INFO);
  expect_length((1 << 20) + 1, true, WARN);
  expect_length((1 << 20) + 1, false, WARN);
  frame_expect(&none);
}

static void test_controls_are_found_where_they_stand(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.line.control", PASS, "data: a\tb\x7F\n\n"),
      CASE("frame.line.control", WARN, "data: a\0b\n\n"),
      CASE("frame.line.control", WARN, "data: \x1B[31mred\n\n"),
      CASE("frame.line.control", WARN, ": \x0B\n\n"),
      CASE("frame.line.control", UNTESTABLE, ""),
  };
  (void)state;
  EXPECT_TABLE(table);
}

static void test_no_stream_is_never_a_pass(void **state)
{
  static const char *const ids[] = {"frame.utf8.valid", "frame.bom.inner",
                                    "frame.eol.cr", "frame.line.garbage"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
    sample_expect_head("plain", "HTTP/1.1 404 Not Found\r\n\r\n", ids[i],
                       UNTESTABLE);
    sample_expect_head("head", SAMPLE_STREAM, ids[i], UNTESTABLE);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_utf8_errors_are_found_by_kind),
      cmocka_unit_test(test_utf8_error_is_shown_with_offset_and_time),
      cmocka_unit_test(test_utf8_character_cut_by_our_close_is_no_error),
      cmocka_unit_test(test_utf16_is_told_from_utf8),
      cmocka_unit_test(test_bom_is_information_first_and_failure_later),
      cmocka_unit_test(test_line_ends_are_counted),
      cmocka_unit_test(test_each_odd_line_is_reported_once),
      cmocka_unit_test(test_unknown_names_are_listed_once_each),
      cmocka_unit_test(test_long_lines_are_judged_by_two_limits),
      cmocka_unit_test(test_controls_are_found_where_they_stand),
      cmocka_unit_test(test_no_stream_is_never_a_pass),
  };
  return cmocka_run_group_tests_name("checks.frame_text", tests, NULL, NULL);
}
