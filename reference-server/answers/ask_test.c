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

static void an_event_id_tells_how_to_go_on(void **state)
{
  static const char *const wrong[] = {"",
                                      "0",
                                      "1.2.3.4",
                                      "1.2.3.4.9.31.",
                                      "1.2.3.4.1.3.",
                                      "1.2.3.4.1.31.0a",
                                      "1.2.x.4.1.31."};
  struct answer_ask a = asked("tokens=3&itl=5ms", ""), b = asked("", "");
  struct buf id;
  uint32_t from;
  size_t i;
  struct err e;
  (void)state;
  assert_int_equal(
      mcp_read(&a.mcp,
               SLICE_LIT("{\"jsonrpc\":\"2.0\",\"id\":\"a.b\",\"method\":"
                         "\"tools/call\",\"params\":{\"_meta\":"
                         "{\"progressToken\":7}}}"),
               &e),
      0);
  a.number = 12;
  a.mcp.asked_ns = 99;
  buf_init(&id, 0);
  mcp_event_id(&a, 2, &id);
  assert_int_equal(mcp_resume(&b, buf_slice(&id), &from), 0);
  assert_int_equal(from, 3);
  assert_int_equal(b.tokens, 3);
  assert_int_equal(b.itl_ns, 5 * MS);
  assert_int_equal(b.mcp.asked_ns, 99);
  assert_string_equal(b.mcp.id, "\"a.b\"");
  assert_string_equal(b.mcp.token, "7");
  for(i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    assert_int_equal(mcp_resume(&b, slice_of(wrong[i]), &from), E_SYNTAX);
  buf_free(&id);
}

static void messages_are_one_by_one(void **state)
{
  static const char *const wrong[] = {
      "", "[]", "[{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}]", "{}",
      "{\"jsonrpc\":\"1.0\",\"method\":\"ping\"}"};
  struct mcp_ask m;
  struct err e;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    assert_int_equal(mcp_read(&m, slice_of(wrong[i]), &e), E_SYNTAX);
  assert_int_equal(
      mcp_read(&m, SLICE_LIT("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}"), &e),
      0);
  assert_true(m.notifies);
  assert_int_equal(m.method, MCP_OTHER);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(times_are_counted_from_the_request),
      cmocka_unit_test(the_body_says_model_length_and_usage),
      cmocka_unit_test(wrong_values_are_refused),
      cmocka_unit_test(a_share_of_the_requests_is_refused),
      cmocka_unit_test(there_are_as_many_token_events_as_promised),
      cmocka_unit_test(an_event_id_tells_how_to_go_on),
      cmocka_unit_test(messages_are_one_by_one),
  };
  return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
