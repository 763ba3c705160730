/* SPDX-License-Identifier: MIT
 * http.error on hand-made recordings. */
#include "checks/core/sample.h"

#include <stdio.h>
#include <string.h>

#define PASS       VERDICT_PASS
#define WARN       VERDICT_WARN
#define FAIL       VERDICT_FAIL
#define INFO       VERDICT_INFO
#define SKIP       VERDICT_SKIP
#define UNTESTABLE VERDICT_UNTESTABLE
#define NOT_FOUND  "HTTP/1.1 404 Not Found\r\n"

static void test_a_wrong_path_is_an_error(void **state)
{
  static const char id[] = "http.error.not-200";
  struct sample s;
  (void)state;
  sample_expect_head("wrong-path", NOT_FOUND "\r\n", id, PASS);
  sample_expect_head("wrong-path", "HTTP/1.1 301 No\r\n\r\n", id, INFO);
  sample_expect_head("wrong-path",
                     "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", id,
                     WARN);
  sample_expect_head("wrong-path", SAMPLE_STREAM, id, INFO);
  sample_expect_head("wrong-path", "", id, UNTESTABLE);
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "wrong-path"), 9,
               "event: error\ndata: no such stream\n\n");
  sample_expect(&s, id, WARN);
  sample_end(&s);
}

static void errors_are(const char *wrong_path, const char *foo, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_add(&s, "wrong-path", wrong_path);
  sample_add(&s, "foo", foo);
  sample_expect(&s, "http.error.ct", v);
  sample_end(&s);
}

static void test_errors_are_not_labelled_as_streams(void **state)
{
  (void)state;
  errors_are(NOT_FOUND "Content-Type: text/plain\r\n\r\n",
             "HTTP/1.1 405 No\r\n\r\n", PASS);
  errors_are(NOT_FOUND "Content-Type: text/event-stream\r\n\r\n",
             "HTTP/1.1 405 No\r\n\r\n", WARN);
  errors_are(SAMPLE_STREAM, SAMPLE_STREAM, SKIP);
  sample_expect_head("wrong-path", NOT_FOUND "\r\n", "http.error.ct",
                     UNTESTABLE);
}

static void without_credentials(const char *head, const char *id,
                                enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_add(&s, "no-auth", head);
  sample_expect(&s, id, SKIP);
  s.target->has_credentials = true;
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_a_401_says_how_to_authenticate(void **state)
{
  static const char id[] = "http.error.401";
  (void)state;
  without_credentials("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer\r\n\r\n",
                      id, PASS);
  without_credentials("HTTP/1.1 401 No\r\n\r\n", id, FAIL);
  without_credentials("HTTP/1.1 403 No\r\n\r\n", id, SKIP);
  without_credentials("", id, UNTESTABLE);
}

static void test_missing_credentials_do_not_lead_to_a_page(void **state)
{
  static const char id[] = "http.error.no-login-redirect";
  (void)state;
  without_credentials("HTTP/1.1 401 No\r\n\r\n", id, PASS);
  without_credentials("HTTP/1.1 302 No\r\nLocation: /login\r\n\r\n", id, WARN);
  without_credentials("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", id,
                      WARN);
  without_credentials(SAMPLE_STREAM, id, PASS);
}

static void test_errors_that_look_fresh_may_be_cached(void **state)
{
  static const char id[] = "http.error.cacheable";
  (void)state;
  sample_expect_head("wrong-path", NOT_FOUND "Cache-Control: no-store\r\n\r\n",
                     id, PASS);
  sample_expect_head("wrong-path",
                     NOT_FOUND "Cache-Control: max-age=60\r\n\r\n", id, WARN);
  sample_expect_head("wrong-path",
                     NOT_FOUND "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                               "Expires: Sun, 06 Nov 1994 09:49:37 GMT\r\n"
                               "\r\n",
                     id, WARN);
  sample_expect_head("wrong-path", NOT_FOUND "\r\n", id, INFO);
  sample_expect_head("wrong-path", "HTTP/1.1 403 No\r\n\r\n", id, SKIP);
}

/* Two streams held, then `extras` clients with this head and end. */
static void begin_overload(struct sample *s, size_t extras, const char *head,
                           enum recording_end end)
{
  char name[32];
  size_t i;
  sample_begin(s);
  s->target->max_connections = 2;
  for(i = 0; i < 2 + extras; i++) {
    struct recording *r;
    snprintf(name, sizeof(name), "overload.%zu", i);
    r = sample_add(s, name, i < 2 ? SAMPLE_STREAM : head);
    r->label.role = i < 2 ? ROLE_HELD : ROLE_EXTRA;
    if(i >= 2)
      sample_ends(r, end, 20);
  }
}

static void overload_is(const char *head, enum recording_end end,
                        const char *id, enum verdict v)
{
  struct sample s;
  begin_overload(&s, 12, head, end);
  sample_expect(&s, id, v);
  s.target->max_connections = 0;
  sample_expect(&s, id, SKIP);
  sample_end(&s);
}

#define BUSY "HTTP/1.1 503 Busy\r\n"

static void test_overload_is_answered_not_dropped(void **state)
{
  static const char id[] = "http.error.5xx-capacity";
  (void)state;
  overload_is(BUSY "\r\n", REC_END_CLEAN, id, PASS);
  overload_is("HTTP/1.1 429 Busy\r\n\r\n", REC_END_CLEAN, id, PASS);
  overload_is("", REC_END_NO_RESPONSE, id, FAIL);
  overload_is(SAMPLE_STREAM, REC_END_TRUNCATED, id, FAIL);
  overload_is("", REC_END_REFUSED, id, INFO);
  overload_is("HTTP/1.1 500 No\r\n\r\n", REC_END_CLEAN, id, WARN);
  overload_is(SAMPLE_STREAM, REC_END_OURS, id, UNTESTABLE);
}

static void test_rejections_carry_retry_after(void **state)
{
  static const char id[] = "http.error.retry-after";
  (void)state;
  overload_is(BUSY "Retry-After: 5\r\n\r\n", REC_END_CLEAN, id, PASS);
  overload_is(BUSY "\r\n", REC_END_CLEAN, id, WARN);
  overload_is("", REC_END_REFUSED, id, SKIP);
}

static void test_rejected_clients_come_back_at_different_times(void **state)
{
  static const char id[] = "http.error.retry-after-jitter";
  struct sample s;
  (void)state;
  overload_is(BUSY "Retry-After: 5\r\n\r\n", REC_END_CLEAN, id, INFO);
  overload_is(BUSY "\r\n", REC_END_CLEAN, id, SKIP);
  begin_overload(&s, 12, BUSY "Retry-After: 5\r\n\r\n", REC_END_CLEAN);
  buf_clear(&s.recording[7]->head.bytes);
  assert_int_equal(
      buf_adds(&s.recording[7]->head.bytes, BUSY "Retry-After: 9\r\n\r\n"), 0);
  sample_expect(&s, id, PASS);
  sample_end(&s);
}

static void test_streams_survive_the_overload(void **state)
{
  static const char id[] = "http.error.no-evict";
  struct sample s;
  (void)state;
  overload_is(BUSY "\r\n", REC_END_CLEAN, id, PASS);
  overload_is(SAMPLE_STREAM, REC_END_OURS, id, UNTESTABLE);
  begin_overload(&s, 2, SAMPLE_STREAM, REC_END_OURS);
  sample_ends(s.recording[0], REC_END_TRUNCATED, 400);
  sample_expect(&s, id, WARN);
  sample_says(&s, "overload.0: truncated after 400 ms");
  sample_end(&s);
  begin_overload(&s, 0, "", REC_END_OURS);
  sample_expect(&s, id, UNTESTABLE);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_wrong_path_is_an_error),
      cmocka_unit_test(test_errors_are_not_labelled_as_streams),
      cmocka_unit_test(test_a_401_says_how_to_authenticate),
      cmocka_unit_test(test_missing_credentials_do_not_lead_to_a_page),
      cmocka_unit_test(test_errors_that_look_fresh_may_be_cached),
      cmocka_unit_test(test_overload_is_answered_not_dropped),
      cmocka_unit_test(test_rejections_carry_retry_after),
      cmocka_unit_test(test_rejected_clients_come_back_at_different_times),
      cmocka_unit_test(test_streams_survive_the_overload),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
