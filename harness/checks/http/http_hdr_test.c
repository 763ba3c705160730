/* SPDX-License-Identifier: MIT
 * http.hdr on hand-made recordings. */
#include "checks/core/sample.h"

#include <string.h>

#define PASS       VERDICT_PASS
#define WARN       VERDICT_WARN
#define FAIL       VERDICT_FAIL
#define INFO       VERDICT_INFO
#define SKIP       VERDICT_SKIP
#define UNTESTABLE VERDICT_UNTESTABLE
#define TYPED      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define WITH(line) TYPED line "\r\n\r\n"
#define MS         INT64_C(1000000)
#define REFUSAL    "HTTP/1.1 406 No\r\n\r\n"

static void test_the_head_comes_at_once(void **state)
{
  static const char id[] = "http.hdr.prompt";
  struct sample s;
  struct recording *r;
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, id, PASS);
  sample_expect_head("plain", "", id, FAIL);
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  r->head.complete_ns = 1500 * MS;
  sample_expect(&s, id, WARN);
  assert_true(s.finding.timing);
  r->connected_ns = 600 * MS;
  sample_expect(&s, id, PASS);
  sample_end(&s);
  sample_begin(&s);
  sample_ends(sample_add(&s, "plain", ""), REC_END_REFUSED, 1);
  sample_expect(&s, id, UNTESTABLE);
  sample_end(&s);
}

static void test_a_head_that_is_held_back_fails(void **state)
{
  static const char id[] = "http.hdr.prompt";
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  r->head.complete_ns = 9000 * MS;
  sample_chunk(r, 9001, "data: a\n\n");
  sample_expect(&s, id, FAIL);
  sample_says(&s, "took 9000 ms (limit 1000 ms) and came together with");
  assert_true(s.finding.timing);
  /* The look before all else waited in vain, too: that is twice. */
  sample_ends(sample_add(&s, "redirects.0", ""), REC_END_TIMEOUT, 5000);
  sample_expect(&s, id, FAIL);
  assert_false(s.finding.timing);
  sample_says(&s, "a connection before was given up after 5.0 s");
  sample_expect(&s, "http.method.options", UNTESTABLE);
  sample_says(&s, "not asked for, since the response head is held back");
  sample_end(&s);
}

static void test_a_head_that_never_comes_fails(void **state)
{
  static const char id[] = "http.hdr.prompt";
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_ends(sample_add(&s, "plain", ""), REC_END_TIMEOUT, 20000);
  sample_expect(&s, id, FAIL);
  sample_says(&s, "no response head within 20.0 s");
  sample_expect(&s, "http.status.200", UNTESTABLE);
  sample_end(&s);
}

static void test_a_byte_behind_the_head_comes_at_once(void **state)
{
  static const char id[] = "http.hdr.prelude";
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 40, ":\n\n");
  sample_expect(&s, id, PASS);
  sample_end(&s);
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 2000, "data: a\n\n");
  sample_expect(&s, id, INFO);
  sample_end(&s);
  sample_expect_head("plain", SAMPLE_STREAM, id, INFO);
  sample_expect_head("plain", REFUSAL, id, UNTESTABLE);
}

static void test_single_fields(void **state)
{
  (void)state;
  sample_expect_head("plain", WITH("X-Accel-Buffering: no"),
                     "http.hdr.x-accel", PASS);
  sample_expect_head("plain", WITH("X-Accel-Buffering: yes"),
                     "http.hdr.x-accel", INFO);
  sample_expect_head("plain", WITH("X: y"), "http.hdr.x-accel", INFO);
  sample_expect_head("plain", WITH("Server: nginx/1.22.1"), "http.hdr.x-accel",
                     SKIP);
  sample_expect_head("plain", WITH("Connection: Keep-Alive"),
                     "http.hdr.connection", INFO);
  sample_expect_head("plain", WITH("Connection: close"), "http.hdr.connection",
                     PASS);
  sample_expect_head("plain", WITH("X: y"), "http.hdr.connection", PASS);
  sample_expect_head("plain", REFUSAL, "http.hdr.connection", UNTESTABLE);
  sample_expect_head("plain", SAMPLE_STREAM, "http.hdr.date", PASS);
  sample_expect_head("plain", WITH("X: y"), "http.hdr.date", INFO);
  sample_expect_head("plain", WITH("Date: today"), "http.hdr.date", INFO);
  sample_expect_head("plain", "", "http.hdr.date", UNTESTABLE);
}

static void test_a_wrong_clock_is_told(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain"); /* 2033-11-06T08:49:37Z */
  r->started_real_ns = UINT64_C(2014879700) * 1000000000;
  sample_expect(&s, "http.hdr.date", INFO);
  sample_says(&s, "77 s off");
  r->started_real_ns = UINT64_C(2014879770) * 1000000000;
  sample_expect(&s, "http.hdr.date", PASS);
  sample_end(&s);
}

static void accepts(const char *none, const char *any, const char *list,
                    enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_add(&s, "accept-none", none);
  sample_add(&s, "accept-any", any);
  sample_add(&s, "accept-list", list);
  sample_expect(&s, "http.hdr.accept-tolerant", v);
  sample_end(&s);
}

static void test_every_accept_that_allows_a_stream_gets_it(void **state)
{
  (void)state;
  accepts(SAMPLE_STREAM, SAMPLE_STREAM, SAMPLE_STREAM, PASS);
  accepts(SAMPLE_STREAM, REFUSAL, SAMPLE_STREAM, WARN);
  accepts(SAMPLE_STREAM, SAMPLE_STREAM,
          "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", WARN);
  accepts("", SAMPLE_STREAM, SAMPLE_STREAM, UNTESTABLE);
}

static void test_an_accept_that_excludes_streams(void **state)
{
  static const char id[] = "http.hdr.accept-mismatch";
  (void)state;
  sample_expect_head("accept-json", REFUSAL, id, PASS);
  sample_expect_head("accept-json", SAMPLE_STREAM, id, INFO);
  sample_expect_head("accept-json", "", id, INFO);
  sample_expect_head("plain", SAMPLE_STREAM, id, UNTESTABLE);
}

static void with_plain(const char *name, const char *plain, const char *head,
                       const char *id, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_add(&s, "plain", plain);
  sample_add(&s, name, head);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_browsers_get_the_stream(void **state)
{
  static const char id[] = "http.hdr.req-cache-control";
  (void)state;
  with_plain("browser", SAMPLE_STREAM, SAMPLE_STREAM, id, PASS);
  with_plain("browser", SAMPLE_STREAM, "HTTP/1.1 403 No\r\n\r\n", id, WARN);
  with_plain("browser", SAMPLE_STREAM, "", id, UNTESTABLE);
  with_plain("browser", REFUSAL, SAMPLE_STREAM, id, UNTESTABLE);
}

static void test_cookies_are_not_made_for_every_connection(void **state)
{
  static const char id[] = "http.hdr.cookie-churn";
  struct sample s;
  (void)state;
  with_plain("second", SAMPLE_STREAM, SAMPLE_STREAM, id, PASS);
  with_plain("second", WITH("Set-Cookie: s=1"), WITH("Set-Cookie: s=1"), id,
             PASS);
  with_plain("second", WITH("Set-Cookie: s=1"), WITH("Set-Cookie: s=2"), id,
             INFO);
  with_plain("second", SAMPLE_STREAM, REFUSAL, id, UNTESTABLE);
  sample_begin(&s);
  sample_add(&s, "plain", WITH("Set-Cookie: sid=secret-a"));
  sample_add(&s, "second", WITH("Set-Cookie: sid=secret-b"));
  sample_expect(&s, id, INFO);
  assert_null(strstr(buf_text(&s.finding.evidence), "secret"));
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_head_comes_at_once),
      cmocka_unit_test(test_a_head_that_is_held_back_fails),
      cmocka_unit_test(test_a_head_that_never_comes_fails),
      cmocka_unit_test(test_a_byte_behind_the_head_comes_at_once),
      cmocka_unit_test(test_single_fields),
      cmocka_unit_test(test_a_wrong_clock_is_told),
      cmocka_unit_test(test_every_accept_that_allows_a_stream_gets_it),
      cmocka_unit_test(test_an_accept_that_excludes_streams),
      cmocka_unit_test(test_browsers_get_the_stream),
      cmocka_unit_test(test_cookies_are_not_made_for_every_connection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
