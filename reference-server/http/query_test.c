/* SPDX-License-Identifier: MIT
 * Tests of query parameters and of reading requests. */
#include "http/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "http/request.h"

static void test_escapes_and_plus_are_decoded(void **state)
{
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(query_decode(&out, SLICE_LIT("a%20b+c%2B%41"), true), 0);
  assert_string_equal(buf_text(&out), "a b c+A");
  buf_clear(&out);
  assert_int_equal(query_decode(&out, SLICE_LIT("a+b"), false), 0);
  assert_string_equal(buf_text(&out), "a+b");
  assert_int_equal(query_decode(&out, SLICE_LIT("%4"), true), E_SYNTAX);
  assert_int_equal(query_decode(&out, SLICE_LIT("%"), true), E_SYNTAX);
  assert_int_equal(query_decode(&out, SLICE_LIT("%zz"), true), E_SYNTAX);
  buf_free(&out);
}

static void test_parameters_are_read_by_type(void **state)
{
  struct params p;
  uint64_t count = 0, bytes = 0, ns = 0, absent = 77;
  double rate = 0;
  char text[9];
  (void)state;
  params_init(&p,
              SLICE_LIT("_=1&&count=5&rate=2.5&size=2KiB&hb=250ms&t=a%21"));
  params_count(&p, "count", 1, 10, &count);
  params_number(&p, "rate", 0, 10, &rate);
  params_bytes(&p, "size", 1 << 20, &bytes);
  params_duration(&p, "hb", 1000000000, &ns);
  params_text(&p, "t", 8, text);
  params_count(&p, "absent", 1, 10, &absent);
  assert_int_equal(p.rc, 0);
  assert_int_equal(count, 5);
  assert_true(rate > 2.49 && rate < 2.51);
  assert_int_equal(bytes, 2048);
  assert_int_equal(ns, 250000000);
  assert_string_equal(text, "a!");
  assert_int_equal(absent, 77);
  params_fini(&p);
}

static void assert_refused(const char *query, const char *word)
{
  struct params p;
  uint64_t n = 0;
  double d = 0;
  char text[5] = "";
  params_init(&p, slice_of(query));
  params_count(&p, "count", 1, 10, &n);
  params_number(&p, "rate", 0, 10, &d);
  params_bytes(&p, "size", 100, &n);
  params_duration(&p, "hb", 1000, &n);
  params_text(&p, "t", 4, text);
  assert_int_not_equal(p.rc, 0);
  assert_non_null(strstr(p.e.text, word));
  params_fini(&p);
}

static void test_wrong_values_are_named(void **state)
{
  (void)state;
  assert_refused("count=0", "\"count\"");
  assert_refused("count=x", "\"count\"");
  assert_refused("rate=-1", "\"rate\"");
  assert_refused("rate=nan", "\"rate\"");
  assert_refused("size=101", "\"size\"");
  assert_refused("hb=1s", "\"hb\"");
  assert_refused("t=abcde", "\"t\"");
  assert_refused("t=a%0Ab", "\"t\"");
  assert_refused("t=a%00b", "\"t\"");
  assert_refused("t=%f", "\"t\"");
}

static int feed(struct request *r, const char *text, size_t each)
{
  size_t n = strlen(text), at = 0, used;
  while(at < n && !r->complete) {
    size_t piece = n - at < each ? n - at : each;
    int rc = request_feed(r, text + at, piece, &used);
    if(rc)
      return r->status;
    at += used;
  }
  return 0;
}

static void test_request_is_the_same_in_any_pieces(void **state)
{
  static const char TEXT[] =
      "POST http://h/a%20b?x=1#f HTTP/1.1\r\nHost: h\r\n"
      "X-Empty:\r\nX-Long:  a b  \r\n"
      "Content-Length: 4\r\n\r\nbody";
  (void)state;
  for(size_t each = 1; each < sizeof(TEXT); each++) {
    struct request *r = request_new();
    struct slice path, query;
    assert_non_null(r);
    request_reset(r, 100);
    assert_int_equal(feed(r, TEXT, each), 0);
    assert_true(r->complete);
    assert_int_equal(request_split(r, &path, &query), 0);
    assert_true(slice_eq_cstr(path, "/a%20b"));
    assert_true(slice_eq_cstr(query, "x=1"));
    assert_int_equal(r->header_count, 4);
    assert_true(slice_eq_cstr(request_header(r, "x-long"), "a b"));
    assert_true(slice_eq_cstr(request_header_name(r, 1), "X-Empty"));
    assert_int_equal(request_header_value(r, 1).n, 0);
    assert_true(slice_eq_cstr(buf_slice(&r->body), "body"));
    assert_true(request_keep_alive(r));
    request_free(r);
  }
}

static void assert_status(const char *text, int status)
{
  struct request *r = request_new();
  assert_non_null(r);
  request_reset(r, 10);
  assert_int_equal(feed(r, text, strlen(text)), status);
  if(status)
    assert_non_null(r->reason);
  request_free(r);
}

static void test_unacceptable_requests_get_their_status(void **state)
{
  static const char HEAD[] = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  char *big = malloc(40000);
  size_t n;
  (void)state;
  assert_non_null(big);
  assert_status("GET / HTTP/1.1\r\n\r\n", 400);
  assert_status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
  assert_status("GET / HTTP/1.0\r\n\r\n", 0);
  assert_status("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
  assert_status("nonsense\r\n\r\n", 400);
  assert_status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n",
                413);
  assert_status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
                "\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n",
                413);
  assert_status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                "Transfer-Encoding: chunked\r\n\r\n",
                400);
  memcpy(big, "GET /", 5);
  memset(big + 5, 'a', 39000);
  big[39005] = '\0';
  assert_status(big, 414);
  n = strlen(HEAD);
  memcpy(big, HEAD, n);
  memset(big + n, 'a', 39000);
  big[n + 39000] = '\0';
  assert_status(big, 431);
  free(big);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_escapes_and_plus_are_decoded),
      cmocka_unit_test(test_parameters_are_read_by_type),
      cmocka_unit_test(test_wrong_values_are_named),
      cmocka_unit_test(test_request_is_the_same_in_any_pieces),
      cmocka_unit_test(test_unacceptable_requests_get_their_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
