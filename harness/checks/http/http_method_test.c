/* SPDX-License-Identifier: MIT
 * http.method on hand-made recordings. */
#include "checks/core/sample.h"

#include <stdio.h>
#include <stdlib.h>

#define PASS        VERDICT_PASS
#define WARN        VERDICT_WARN
#define FAIL        VERDICT_FAIL
#define INFO        VERDICT_INFO
#define SKIP        VERDICT_SKIP
#define UNTESTABLE  VERDICT_UNTESTABLE
#define NOT_ALLOWED "HTTP/1.1 405 No\r\nAllow: GET\r\n\r\n"

static void test_get_opens_the_stream(void **state)
{
  static const char id[] = "http.method.get";
  struct sample s;
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, id, PASS);
  sample_expect_head("plain", "HTTP/1.1 405 No\r\nAllow: POST\r\n\r\n", id,
                     FAIL);
  sample_expect_head("plain", "HTTP/1.1 404 No\r\n\r\n", id, UNTESTABLE);
  sample_begin(&s);
  sample_stream(&s, "plain");
  free(s.target->endpoint.method);
  s.target->endpoint.method = slice_dup(SLICE_LIT("POST"));
  sample_expect(&s, id, SKIP);
  sample_end(&s);
}

static struct recording *begin_head(struct sample *s, const char *head)
{
  sample_begin(s);
  sample_stream(s, "plain");
  sample_stream(s, "accept-any");
  sample_add(s, "head-then-get.0", head);
  sample_stream(s, "head-then-get.1");
  return sample_add(s, "head", head);
}

static void head_is(const char *head, enum verdict v)
{
  struct sample s;
  begin_head(&s, head);
  sample_expect(&s, "http.method.head", v);
  sample_end(&s);
}

static void test_head_is_answered_as_get(void **state)
{
  static const char id[] = "http.method.head";
  struct sample s;
  struct recording *r;
  (void)state;
  head_is(SAMPLE_STREAM, PASS);
  head_is(NOT_ALLOWED, INFO);
  head_is("HTTP/1.1 404 No\r\n\r\n", INFO);
  head_is("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", INFO);
  head_is("", WARN);
  sample_text(begin_head(&s, SAMPLE_STREAM), 9, "9\r\ndata: a\n\n\r\n");
  sample_expect(&s, id, FAIL);
  sample_says(&s, "body follow");
  sample_end(&s);
  r = begin_head(&s, SAMPLE_STREAM);
  r->head.complete_ns = INT64_C(3000000000);
  sample_expect(&s, id, WARN);
  sample_end(&s);
  r = begin_head(&s, "");
  sample_ends(r, REC_END_RESET, 4);
  sample_expect(&s, id, WARN);
  sample_end(&s);
  sample_expect_head("plain", SAMPLE_STREAM, id, UNTESTABLE);
}

static void test_a_get_behind_head_is_answered(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_stream(&s, "accept-any");
  sample_stream(&s, "head");
  sample_stream(&s, "head-then-get.0");
  sample_add(&s, "head-then-get.1", "");
  sample_expect(&s, "http.method.head", WARN);
  sample_end(&s);
}

static void test_who_serves_one_at_a_time_hangs_on_no_method(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_add(&s, "accept-any", "");
  sample_add(&s, "head", "");
  sample_add(&s, "head-then-get.0", "");
  sample_add(&s, "put", NOT_ALLOWED);
  sample_add(&s, "delete", NOT_ALLOWED);
  sample_add(&s, "foo", "");
  sample_expect(&s, "http.method.head", UNTESTABLE);
  sample_expect(&s, "http.method.unsupported", UNTESTABLE);
  sample_end(&s);
}

static void leak_is(const char *after, enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  sample_stream(&s, "plain");
  r = sample_stream(&s, "head-leak.0");
  recording_tell(r, "role=head of=50; ");
  if(after) {
    r = sample_add(&s, "head-leak.1", after);
    recording_tell(r, "role=after; closed");
  }
  sample_expect(&s, "http.method.head-leak", v);
  sample_end(&s);
}

static void test_heads_do_not_use_up_slots(void **state)
{
  (void)state;
  leak_is(SAMPLE_STREAM, PASS);
  leak_is("HTTP/1.1 503 No\r\n\r\n", WARN);
  leak_is("", WARN);
  leak_is(NULL, UNTESTABLE);
}

static void test_options_tells_the_methods(void **state)
{
  static const char id[] = "http.method.options";
  (void)state;
  sample_expect_head("options", "HTTP/1.1 204 No\r\nAllow: GET\r\n\r\n", id,
                     PASS);
  sample_expect_head("options", "HTTP/1.1 404 No\r\n\r\n", id, INFO);
  sample_expect_head("options", "", id, INFO);
  sample_expect_head("plain", SAMPLE_STREAM, id, UNTESTABLE);
}

static void methods_are(const char *put, const char *foo, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "accept-any");
  sample_add(&s, "put", put);
  sample_add(&s, "delete", NOT_ALLOWED);
  sample_add(&s, "foo", foo);
  sample_expect(&s, "http.method.unsupported", v);
  sample_end(&s);
}

static void test_other_methods_are_refused(void **state)
{
  (void)state;
  methods_are(NOT_ALLOWED, "HTTP/1.1 501 No\r\n\r\n", PASS);
  methods_are(SAMPLE_STREAM, NOT_ALLOWED, WARN);
  methods_are("HTTP/1.1 200 OK\r\n\r\n", NOT_ALLOWED, WARN);
  methods_are("HTTP/1.1 405 No\r\n\r\n", NOT_ALLOWED, INFO);
  methods_are("HTTP/1.1 405 No\r\n\r\n", "", WARN);
  methods_are(NOT_ALLOWED, "", WARN);
  sample_expect_head("put", NOT_ALLOWED, "http.method.unsupported",
                     UNTESTABLE);
}

/* PUT and DELETE are asked of one's own targets only. */
static void test_methods_that_change_nothing_are_enough(void **state)
{
  static const char *const answer[] = {NOT_ALLOWED, SAMPLE_STREAM, ""};
  static const enum verdict v[] = {PASS, WARN, WARN};
  size_t i;
  (void)state;
  for(i = 0; i < 3; i++) {
    struct sample s;
    sample_begin(&s);
    sample_stream(&s, "accept-any");
    sample_add(&s, "foo", NOT_ALLOWED);
    sample_add(&s, "search", answer[i]);
    sample_expect(&s, "http.method.unsupported", v[i]);
    sample_end(&s);
  }
}

static void test_the_streams_own_method_is_no_stranger(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "accept-any");
  sample_stream(&s, "put");
  sample_add(&s, "delete", NOT_ALLOWED);
  sample_add(&s, "foo", NOT_ALLOWED);
  sample_expect(&s, "http.method.unsupported", WARN);
  free(s.target->endpoint.method);
  s.target->endpoint.method = slice_dup(SLICE_LIT("PUT"));
  sample_expect(&s, "http.method.unsupported", PASS);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_get_opens_the_stream),
      cmocka_unit_test(test_head_is_answered_as_get),
      cmocka_unit_test(test_a_get_behind_head_is_answered),
      cmocka_unit_test(test_heads_do_not_use_up_slots),
      cmocka_unit_test(test_who_serves_one_at_a_time_hangs_on_no_method),
      cmocka_unit_test(test_options_tells_the_methods),
      cmocka_unit_test(test_other_methods_are_refused),
      cmocka_unit_test(test_methods_that_change_nothing_are_enough),
      cmocka_unit_test(test_the_streams_own_method_is_no_stranger),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
