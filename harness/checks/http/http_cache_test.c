/* SPDX-License-Identifier: MIT
 * http.cache on hand-made recordings, and the parsers it rests on. */
#include "checks/core/sample.h"

#include "checks/http/cache_control.h"

#define PASS       VERDICT_PASS
#define WARN       VERDICT_WARN
#define FAIL       VERDICT_FAIL
#define INFO       VERDICT_INFO
#define UNTESTABLE VERDICT_UNTESTABLE
#define TYPED      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define DATED      TYPED "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define WITH(line) TYPED line "\r\n\r\n"

static void test_http_dates_in_all_three_forms(void **state)
{
  static const char *const good[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                     "Sunday, 06-Nov-94 08:49:37 GMT",
                                     "Sun Nov  6 08:49:37 1994"};
  static const char *const bad[] = {"",
                                    "0",
                                    "-1",
                                    "Sun, 06 Nov 1994 08:49:37",
                                    "06 Nov 1994 08:49:37 GMT",
                                    "Sun, 06 Nov 1994 25:49:37 GMT",
                                    "Sun, 6 Nov 1994 08:49:37 GMT",
                                    "Sun, 06 Xxx 1994 08:49:37 GMT",
                                    "Sun, 99 Nov 1994 08:49:37 GMT"};
  int64_t s;
  size_t i;
  (void)state;
  for(i = 0; i < 3; i++) {
    assert_true(http_date_parse(slice_of(good[i]), 1700000000, &s));
    assert_int_equal(s, 784111777);
  }
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_false(http_date_parse(slice_of(bad[i]), 1700000000, &s));
  assert_true(http_date_parse(slice_of("Tuesday, 29-Feb-28 00:00:00 GMT"),
                              1700000000, &s));
  assert_int_equal(s, 1835395200);
}

static void parse_lines(const char *lines, struct cache_control *cc)
{
  struct recording *r = recording_new("plain");
  assert_int_equal(
      buf_addf(&r->head.bytes, "HTTP/1.1 200 OK\r\n%s\r\n", lines), 0);
  assert_int_equal(recording_digest(r), 0);
  cache_control_parse(&r->head, cc);
  recording_free(r);
}

static void test_cache_control_with_quotes_case_and_several_lines(void **state)
{
  struct cache_control cc;
  (void)state;
  parse_lines("Cache-Control: No-Cache=\"a, no-store\", MAX-AGE=\"60\"\r\n"
              "cache-control: , private=\"x\" ,s-maxage=5,max-age=99\r\n",
              &cc);
  assert_true(cc.present);
  assert_false(cc.no_store);
  assert_false(cc.no_cache);
  assert_false(cc.is_private);
  assert_int_equal(cc.max_age_s, 60);
  assert_int_equal(cc.s_maxage_s, 5);
  parse_lines("Cache-Control: no-store;max-age=1, max-age=x\r\n", &cc);
  assert_false(cc.no_store);
  assert_int_equal(cc.max_age_s, -1);
  parse_lines("Cache-Control: max-age=99999999999999999999\r\n", &cc);
  assert_true(cc.max_age_s > INT32_MAX);
  parse_lines("", &cc);
  assert_false(cc.present);
}

static void test_the_stream_is_not_to_be_kept(void **state)
{
  static const char id[] = "http.cache.no-store";
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, id, PASS);
  sample_expect_head("plain", WITH("Cache-Control: no-cache"), id, PASS);
  sample_expect_head("plain", WITH("Cache-Control: private"), id, PASS);
  sample_expect_head("plain", WITH("Cache-Control: max-age=0"), id, WARN);
  sample_expect_head("plain", WITH("Cache-Control: no-cache=\"x\""), id, WARN);
  sample_expect_head("plain", WITH("X: y"), id, WARN);
  sample_expect_head("plain", "HTTP/1.1 500 No\r\n\r\n", id, UNTESTABLE);
}

static void test_nothing_calls_the_stream_fresh(void **state)
{
  static const char id[] = "http.cache.not-fresh";
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, id, PASS);
  sample_expect_head("plain", WITH("Cache-Control: public"), id, FAIL);
  sample_expect_head("plain", WITH("Cache-Control: s-maxage=1"), id, FAIL);
  sample_expect_head("plain", WITH("Cache-Control: s-maxage=0"), id, PASS);
  sample_expect_head("plain", WITH("Cache-Control: max-age=9"), id, WARN);
  sample_expect_head("plain", WITH("Cache-Control: immutable"), id, WARN);
  sample_expect_head("plain", WITH("Cache-Control: public, no-cache"), id,
                     WARN);
  sample_expect_head("plain",
                     DATED "Expires: Sun, 06 Nov 1994 08:50:37 GMT\r\n\r\n",
                     id, WARN);
  sample_expect_head("plain",
                     DATED "Expires: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
                     id, PASS);
  sample_expect_head("plain", WITH("Expires: 0"), id, PASS);
  sample_expect_head("plain", "", id, UNTESTABLE);
}

static void test_no_transform_and_signs_of_caches(void **state)
{
  static const char age[] = "http.cache.no-age";
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, "http.cache.no-transform", PASS);
  sample_expect_head("plain", WITH("Cache-Control: no-store"),
                     "http.cache.no-transform", INFO);
  sample_expect_head("plain", WITH("X: y"), age, PASS);
  sample_expect_head("plain", WITH("Age: 12"), age, FAIL);
  sample_expect_head("plain", WITH("Age: 0"), age, INFO);
  sample_expect_head("plain", WITH("X-Cache: HIT"), age, FAIL);
  sample_expect_head("plain", WITH("X-Cache: Miss from x"), age, PASS);
  sample_expect_head("plain", WITH("Cache-Status: a; fwd=uri-miss, b; hit"),
                     age, FAIL);
  sample_expect_head("plain", WITH("Cache-Status: hit; fwd=miss"), age, PASS);
}

static void test_validators_are_a_sign_of_digests(void **state)
{
  static const char id[] = "http.cache.no-validator";
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, id, PASS);
  sample_expect_head("plain", WITH("ETag: W/\"1\""), id, WARN);
  sample_expect_head(
      "plain", DATED "Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT\r\n\r\n",
      id, INFO);
  sample_expect_head(
      "plain", DATED "Last-Modified: Sun, 06 Nov 1993 08:49:36 GMT\r\n\r\n",
      id, WARN);
}

static void with_plain(const char *first, const char *second, const char *id,
                       const char *head, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_add(&s, first, head);
  if(second)
    sample_stream(&s, second);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_conditional_and_range_requests_get_the_stream(void **state)
{
  static const char no_304[] = "http.cache.no-304";
  static const char range[] = "http.cache.no-range";
  (void)state;
  with_plain("if-none-match", "if-modified-since", no_304, SAMPLE_STREAM,
             PASS);
  with_plain("if-none-match", "if-modified-since", no_304,
             "HTTP/1.1 304 No\r\n\r\n", FAIL);
  with_plain("if-modified-since", "if-none-match", no_304,
             "HTTP/1.1 412 No\r\n\r\n", FAIL);
  with_plain("if-none-match", "if-modified-since", no_304,
             "HTTP/1.1 500 No\r\n\r\n", WARN);
  with_plain("if-none-match", NULL, no_304, SAMPLE_STREAM, UNTESTABLE);
  with_plain("range", NULL, range, SAMPLE_STREAM, PASS);
  with_plain("range", NULL, range, "HTTP/1.1 206 Part\r\n\r\n", WARN);
  with_plain("range", NULL, range, "HTTP/1.1 416 No\r\n\r\n", WARN);
  with_plain("range", NULL, range, "", UNTESTABLE);
}

#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static void test_vary_names_what_is_negotiated(void **state)
{
  static const char id[] = "http.cache.vary";
  (void)state;
  with_plain("accept-json", "coded", id, SAMPLE_STREAM, PASS);
  with_plain("accept-json", "coded", id, "HTTP/1.1 406 No\r\n\r\n", PASS);
  with_plain("accept-json", "coded", id, JSON "Vary: accept\r\n\r\n", PASS);
  with_plain("accept-json", "coded", id, JSON "\r\n", INFO);
  with_plain("coded", "accept-json", id, WITH("Content-Encoding: gzip"), WARN);
  with_plain("coded", "accept-json", id,
             WITH("Vary: Accept-Encoding\r\nContent-Encoding: gzip"), PASS);
  with_plain("accept-json", NULL, id, JSON "\r\n", UNTESTABLE);
}

static void test_a_second_reader_has_a_live_stream(void **state)
{
  static const char id[] = "http.cache.two-readers";
  struct sample s;
  struct recording *r;
  (void)state;
  with_plain("second", NULL, id, SAMPLE_STREAM, PASS);
  with_plain("second", NULL, id, "", FAIL);
  with_plain("second", NULL, id, "HTTP/1.1 503 No\r\n\r\n", UNTESTABLE);
  sample_begin(&s);
  sample_stream(&s, "plain");
  r = sample_stream(&s, "second");
  sample_text(r, 9, "0\r\n\r\n");
  sample_ends(r, REC_END_CLEAN, 10);
  sample_expect(&s, id, FAIL);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_http_dates_in_all_three_forms),
      cmocka_unit_test(test_cache_control_with_quotes_case_and_several_lines),
      cmocka_unit_test(test_the_stream_is_not_to_be_kept),
      cmocka_unit_test(test_nothing_calls_the_stream_fresh),
      cmocka_unit_test(test_no_transform_and_signs_of_caches),
      cmocka_unit_test(test_validators_are_a_sign_of_digests),
      cmocka_unit_test(test_conditional_and_range_requests_get_the_stream),
      cmocka_unit_test(test_vary_names_what_is_negotiated),
      cmocka_unit_test(test_a_second_reader_has_a_live_stream),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
