/* SPDX-License-Identifier: MIT
 * Observations: each kind, where it points, and that cuts do not change them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sse/observe.h"
#include "sse/transcript.h"
#include "sse/vectors/vectors.h"

static void run(struct transcript *t, struct slice s, size_t step)
{
  struct parser_config config = {.max_line = 0, .max_event = 0};
  struct parser p;
  size_t at;
  transcript_callbacks(&config.on, false);
  transcript_clear(t);
  parser_init(&p, &config, t);
  for(at = 0; at < s.n; at += step) {
    size_t n = s.n - at < step ? s.n - at : step;
    assert_int_equal(parser_feed(&p, s.p + at, n), 0);
  }
  parser_end(&p);
  parser_fini(&p);
}

/* What is told about the stream, whole and byte by byte. */
static void tells(struct slice s, const char *wanted)
{
  struct transcript t = {.events = 0};
  run(&t, s, s.n);
  assert_string_equal(buf_text(&t.text), wanted);
  run(&t, s, 1);
  assert_string_equal(buf_text(&t.text), wanted);
  transcript_free(&t);
}

#define TELLS(s, wanted) tells(SLICE_LIT(s), wanted)

static void test_unknown_fields_are_told_with_their_line(void **state)
{
  (void)state;
  TELLS("data: x\nfoo: bar\n", "eol-lf @7 0:\n"
                               "unknown-field @8 8:foo: bar\n"
                               "unterminated-block @17 0:\n");
  TELLS(" data: x\n", "unknown-field @0 8: data: x\neol-lf @8 0:\n");
}

static void test_wrong_case_is_told_instead_of_unknown(void **state)
{
  (void)state;
  TELLS("Data: x\nID\n", "wrong-case @0 7:Data: x\n"
                         "eol-lf @7 0:\n"
                         "wrong-case @8 2:ID\n");
}

static void test_ids_with_nul_are_told(void **state)
{
  struct transcript t = {.events = 0};
  (void)state;
  run(&t, SLICE_LIT("\nid: a\0b\n"), 9);
  assert_true(slice_eq(buf_slice(&t.text),
                       SLICE_LIT("eol-lf @0 0:\nnul-in-id @1 7:id: a\0b\n")));
  transcript_free(&t);
}

static void test_bad_retries_are_told(void **state)
{
  (void)state;
  TELLS("retry: 3s\nretry\nretry: 5\n", "bad-retry @0 9:retry: 3s\n"
                                        "eol-lf @9 0:\n"
                                        "bad-retry @10 5:retry\n"
                                        "retry 5\n");
}

static void test_bad_utf8_is_told_once_a_line_at_its_byte(void **state)
{
  (void)state;
  TELLS(":0123456789\x80 \xFF\n: caf\xC3\xA9\n\xE2\x82\n",
        "invalid-utf8 @11 14::0123456789\x80 \xFF\n"
        "comment 13:0123456789\x80 \xFF\n"
        "eol-lf @14 0:\n"
        "comment 6: caf\xC3\xA9\n"
        "invalid-utf8 @23 2:\xE2\x82\n"
        "unknown-field @23 2:\xE2\x82\n");
}

static void test_second_bom_is_told_and_the_first_is_not(void **state)
{
  (void)state;
  TELLS("\xEF\xBB\xBF"
        "data: x\n\n\xEF\xBB\xBF"
        "data: y\n",
        "eol-lf @10 0:\n"
        "event @12 0 7:message 1:x 0:\n"
        "inner-bom @12 10:\xEF\xBB\xBF"
        "data: y\n");
}

static void test_each_line_end_is_told_once_when_it_is_known(void **state)
{
  (void)state;
  TELLS(":\r:\r\n:\n:\r:\r\n", "comment 0:\n"
                               "eol-cr @1 0:\n"
                               "comment 0:\n"
                               "eol-crlf @3 0:\n"
                               "comment 0:\n"
                               "eol-lf @6 0:\n"
                               "comment 0:\n"
                               "comment 0:\n");
  TELLS("data: x\r\r", "eol-cr @7 0:\nevent @9 0 7:message 1:x 0:\n");
  TELLS("\r", "eol-cr @0 0:\n");
}

static void test_lost_blocks_are_told_at_the_end(void **state)
{
  (void)state;
  TELLS("data: x", "unterminated-block @0 7:data: x\n");
  TELLS("\xEF\xBB", "unterminated-block @0 2:\xEF\xBB\n");
  TELLS("\nid: 4\n", "eol-lf @0 0:\nunterminated-block @7 0:\n");
}

static void test_ends_that_lose_nothing_are_not_told(void **state)
{
  (void)state;
  TELLS("retry: 1\n", "retry 1\neol-lf @8 0:\n");
  TELLS("\n: half a comm", "eol-lf @0 0:\n");
  TELLS("\xEF\xBB\xBF", "");
}

static void test_shown_lines_are_cut(void **state)
{
  char line[600];
  struct transcript t = {.events = 0};
  (void)state;
  memset(line, 'x', sizeof(line));
  line[sizeof(line) - 1] = '\n';
  run(&t, (struct slice){line, sizeof(line)}, 7);
  assert_int_equal(strncmp(buf_text(&t.text), "unknown-field @0 256:x", 22),
                   0);
  transcript_free(&t);
}

static void test_cuts_change_nothing_that_is_told(void **state)
{
  struct transcript whole = {.events = 0}, cut = {.events = 0};
  size_t n, i, step;
  const struct sse_vector *v = sse_vectors(&n);
  (void)state;
  for(i = 0; i < n; i++) {
    struct slice s = {(const char *)v[i].bytes, v[i].n};
    run(&whole, s, s.n ? s.n : 1);
    for(step = 1; step < 40; step++) {
      run(&cut, s, step);
      assert_true(slice_eq(buf_slice(&whole.text), buf_slice(&cut.text)));
    }
  }
  transcript_free(&whole);
  transcript_free(&cut);
}

static void test_every_kind_has_its_name(void **state)
{
  (void)state;
  assert_string_equal(sse_observation_name(SSE_OBS_INVALID_UTF8),
                      "invalid-utf8");
  assert_string_equal(sse_observation_name(SSE_OBS_EOL_CRLF), "eol-crlf");
  assert_string_equal(sse_observation_name(SSE_OBS_COUNT), "unknown");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_unknown_fields_are_told_with_their_line),
      cmocka_unit_test(test_wrong_case_is_told_instead_of_unknown),
      cmocka_unit_test(test_ids_with_nul_are_told),
      cmocka_unit_test(test_bad_retries_are_told),
      cmocka_unit_test(test_bad_utf8_is_told_once_a_line_at_its_byte),
      cmocka_unit_test(test_second_bom_is_told_and_the_first_is_not),
      cmocka_unit_test(test_each_line_end_is_told_once_when_it_is_known),
      cmocka_unit_test(test_lost_blocks_are_told_at_the_end),
      cmocka_unit_test(test_ends_that_lose_nothing_are_not_told),
      cmocka_unit_test(test_shown_lines_are_cut),
      cmocka_unit_test(test_cuts_change_nothing_that_is_told),
      cmocka_unit_test(test_every_kind_has_its_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
