/* SPDX-License-Identifier: MIT
 * frame.event.dispatched: why no client gets an event, one cause each. */
#include <string.h>

#include "checks/frame/frame_sample.h"

#define ID "frame.event.dispatched"

static void expect(const char *body, enum verdict v, const char *words)
{
  struct sample s;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 20, body);
  sample_expect(&s, ID, v);
  if(words)
    sample_says(&s, words);
  sample_end(&s);
}

static void test_an_event_is_enough(void **state)
{
  (void)state;
  expect("data: a\n\n", PASS, "1 event reached");
  expect("data: a\r\n\r\ndata: b\r\n\r\n", PASS, "2 events reached");
  expect("nonsense\n\ndata\n\n", PASS, NULL);
}

static void test_each_cause_is_named(void **state)
{
  (void)state;
  expect("data: a\ndata: b\n", FAIL, "blank line that ends an event");
  expect(": hi\n\ndata: a\n", FAIL, "line: data: a");
  expect("\ndata: {\"text\": \"a\\n\\nb\"}\n", FAIL, "one line end stands");
  expect("data: a\n \ndata: b\n \n", FAIL, "hold spaces or tabs");
  expect("data: a\\n\\ndata: b\\n\\n", FAIL, "two characters \\n");
  expect("data: a\\n\ndata: b\\n\n", FAIL, "two characters \\n");
  expect(": hi\n\n\xEF\xBB\xBF"
         "data: a\n\n",
         FAIL, "byte order mark");
  expect(": pingdata: a\n\n: pingdata: b\n\n", FAIL, "comment swallowed");
  expect(":data: a\n\n", FAIL, "comment swallowed");
  expect("{\"error\": {\"message\": \"no\"}}", FAIL, "JSON, markup or text");
  expect("<html>\n<body>\n\n", FAIL, "JSON, markup or text");
  expect("Hello world\nGood bye\n\n", FAIL, "JSON, markup or text");
  expect("Data: a\n\nData: b\n\n", FAIL, "wrong case");
  expect("  data: a\n\n", FAIL, "wrong case");
  expect("message: a\n\nmessage: b\n\n", FAIL, "no client knows");
  expect("event: done\n\n", FAIL, "no data line");
  expect("data: a", FAIL, "no end");
}

static void test_silence_is_not_judged(void **state)
{
  (void)state;
  expect(": hi\n\n: say what data: x\n\n", UNTESTABLE, "published meanwhile");
  expect("retry: 2000\n\nid: 7\n\n", UNTESTABLE, "\"plain\" watched");
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_expect(&s, ID, UNTESTABLE);
  assert_true(s.finding.idle);
  sample_end(&s);
}

static void test_wide_text_is_named(void **state)
{
  struct frame_case c = CASE(ID, FAIL,
                             "\xff\xfe"
                             "d\0a\0t\0a\0:\0x\0\n\0\n\0");
  (void)state;
  frame_expect(&c);
}

/* Our close may have come between two writes; the server's did not. */
static void test_what_came_at_the_last_moment_is_not_blamed(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 4900, "data: a\n");
  sample_expect(&s, ID, UNTESTABLE);
  assert_false(s.finding.idle);
  sample_ends(r, REC_END_CLOSE, 4950);
  sample_expect(&s, ID, FAIL);
  sample_end(&s);
}

static void test_any_reader_s_event_counts(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 20, "data: a\n");
  sample_chunk(sample_stream(&s, "second"), 20, "data: a\n\n");
  sample_expect(&s, ID, PASS);
  sample_end(&s);
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_chunk(sample_stream(&s, "second"), 20, "data: a\n");
  sample_expect(&s, ID, FAIL);
  assert_string_equal(s.finding.recording->name, "second");
  sample_end(&s);
}

static void test_what_cannot_be_read_is_not_blamed(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_text(sample_stream(&s, "plain"), 20, "8\r\ndata: a\n\r\nzz\r\nb\n");
  sample_expect(&s, ID, UNTESTABLE);
  sample_says(&s, "chunk-syntax");
  sample_end(&s);
}

/* Other checks point there, and say nothing of idleness. */
static void test_other_checks_point_to_the_cause(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 20, "data: a\n");
  sample_expect(&s, "frame.data.json", UNTESTABLE);
  sample_says(&s, "see frame.event.dispatched");
  assert_false(s.finding.idle);
  sample_end(&s);
}

static void test_an_end_is_no_reason_to_watch_for_longer(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 20, ": hi\n\n");
  sample_ends(r, REC_END_CLEAN, 500);
  sample_expect(&s, "frame.data.json", UNTESTABLE);
  sample_says(&s, "before the server ended");
  assert_null(strstr(s.finding.text, "longer"));
  assert_true(s.finding.idle);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_event_is_enough),
      cmocka_unit_test(test_each_cause_is_named),
      cmocka_unit_test(test_silence_is_not_judged),
      cmocka_unit_test(test_wide_text_is_named),
      cmocka_unit_test(test_what_came_at_the_last_moment_is_not_blamed),
      cmocka_unit_test(test_any_reader_s_event_counts),
      cmocka_unit_test(test_what_cannot_be_read_is_not_blamed),
      cmocka_unit_test(test_other_checks_point_to_the_cause),
      cmocka_unit_test(test_an_end_is_no_reason_to_watch_for_longer)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
