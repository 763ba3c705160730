/* SPDX-License-Identifier: MIT
 * What is asked of answers, and the events that they are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answers/ask.h"

#define MS UINT64_C(1000000)

static struct answer_ask asked(const char *query, const char *body)
{
  struct answer_ask a;
  struct err e;
  if(answer_read(&a, slice_of(query), slice_of(body), &e))
    fail_msg("%s", e.text);
  return a;
}

static void times_are_counted_from_the_request(void **state)
{
  struct answer_ask a = asked("ttft=100ms&itl=20ms", "");
  (void)state;
  assert_int_equal(answer_due_ns(&a, 0), 100 * MS);
  assert_int_equal(answer_due_ns(&a, 19), 480 * MS);
  a = asked("ttft=100ms&itl=20ms&jitter=1", "");
  assert_int_equal(answer_due_ns(&a, 0), 100 * MS);
  assert_in_range(answer_due_ns(&a, 1), 110 * MS, 130 * MS);
  assert_int_equal(answer_due_ns(&a, 1), answer_due_ns(&a, 1));
}

static void the_body_says_model_length_and_usage(void **state)
{
  struct answer_ask a =
      asked("tokens=20", "{\"model\":\"m\",\"max_tokens\":5,"
                         "\"stream_options\":{\"include_usage\":true}}");
  (void)state;
  assert_string_equal(a.model, "m");
  assert_int_equal(a.tokens, 5);
  assert_true(a.usage);
  a = asked("", "{\"model\":\"a\\\"b\"}");
  assert_string_equal(a.model, "weir");
  assert_false(a.usage);
}

static void wrong_values_are_refused(void **state)
{
  static const char *const query[] = {"ttft=x",    "per=0",      "jitter=2",
                                      "break=all", "status=200", "tokens=-1"};
  struct answer_ask a;
  struct err e;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(query) / sizeof(query[0]); i++)
    assert_true(answer_read(&a, slice_of(query[i]), SLICE_LIT(""), &e) < 0);
}

static void a_share_of_the_requests_is_refused(void **state)
{
  struct answer_ask a = asked("status=429&share=0.25", "");
  unsigned refused = 0;
  (void)state;
  for(a.number = 0; a.number < 4000; a.number++)
    refused += answer_refuses(&a);
  assert_in_range(refused, 900, 1100);
  a = asked("status=429", "");
  assert_true(answer_refuses(&a));
  a = asked("", "");
  assert_false(answer_refuses(&a));
}

/* All of an answer; the token events are counted. */
static uint32_t speak(const struct speech *s, const struct answer_ask *a,
                      struct buf *out)
{
  enum speech_kind kind = SPEECH_LEAD;
  uint32_t at, tokens = 0;
  for(at = 0; kind != SPEECH_OVER; at++) {
    kind = s->write(a, at, out);
    tokens += kind == SPEECH_TOKEN;
    assert_true((at < s->leads) == (kind == SPEECH_LEAD));
  }
  return tokens;
}

static void there_are_as_many_token_events_as_promised(void **state)
{
  static const char *const query[] = {"tokens=0", "tokens=7&per=3",
                                      "tokens=5&think=2", "tokens=5&tool=1"};
  const struct speech *const speech[] = {
      &speech_openai_chat, &speech_anthropic, &speech_openai_responses};
  static const char *const last[] = {"[DONE]", "message_stop",
                                     "response.completed"};
  size_t i, j;
  (void)state;
  for(i = 0; i < sizeof(query) / sizeof(query[0]); i++) {
    for(j = 0; j < 3; j++) {
      struct answer_ask a = asked(query[i], "");
      struct buf out;
      buf_init(&out, 0);
      assert_int_equal(speak(speech[j], &a, &out), answer_token_events(&a));
      assert_non_null(strstr(buf_text(&out), last[j]));
      buf_free(&out);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(times_are_counted_from_the_request),
      cmocka_unit_test(the_body_says_model_length_and_usage),
      cmocka_unit_test(wrong_values_are_refused),
      cmocka_unit_test(a_share_of_the_requests_is_refused),
      cmocka_unit_test(there_are_as_many_token_events_as_promised),
  };
  return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
