/* SPDX-License-Identifier: MIT
 * FastCGI, SCGI and uwsgi become HTTP, in one piece or byte by byte, and
 * answers get the framing that belongs to each. */
#include "origin/cgi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "base/err.h"

#define WANTED                                                                \
  "GET /e?x=1 HTTP/1.0\r\nHost: h\r\nLast-Event-Id: 7\r\nAccept: */*\r\n\r\n"

static const char *const PARAMS[][2] = {
    {"REQUEST_METHOD", "GET"},   {"SCRIPT_FILENAME", "/srv/x.php"},
    {"REQUEST_URI", "/e?x=1"},   {"HTTP_HOST", "h"},
    {"HTTP_LAST_EVENT_ID", "7"}, {"HTTP_ACCEPT", "*/*"}};

static void add_record(struct buf *out, int type, struct slice content)
{
  buf_addc(out, 1);
  buf_addc(out, (char)type);
  buf_addc(out, 0);
  buf_addc(out, 9);
  buf_addc(out, (char)(content.n >> 8));
  buf_addc(out, (char)(content.n & 255));
  buf_addc(out, 3); /* padding */
  buf_addc(out, 0);
  buf_add(out, content.p, content.n);
  buf_add(out, "pad", 3);
}

static void make_list(enum origin_protocol p, struct buf *out)
{
  for(size_t i = 0; i < sizeof(PARAMS) / sizeof(PARAMS[0]); i++) {
    size_t a = strlen(PARAMS[i][0]), b = strlen(PARAMS[i][1]);
    if(p == ORIGIN_SCGI) {
      buf_add(out, PARAMS[i][0], a + 1);
      buf_add(out, PARAMS[i][1], b + 1);
    } else if(p == ORIGIN_UWSGI) {
      buf_addc(out, (char)a);
      buf_addc(out, 0);
      buf_add(out, PARAMS[i][0], a);
      buf_addc(out, (char)b);
      buf_addc(out, 0);
      buf_add(out, PARAMS[i][1], b);
    } else {
      buf_addc(out, (char)a);
      /* Long lengths have four bytes. */
      buf_add(out, "\x80\0\0", 3);
      buf_addc(out, (char)b);
      buf_add(out, PARAMS[i][0], a);
      buf_add(out, PARAMS[i][1], b);
    }
  }
}

static void make_request(enum origin_protocol p, struct buf *out)
{
  struct buf list;
  buf_init(&list, 0);
  make_list(p, &list);
  if(p == ORIGIN_SCGI) {
    buf_addf(out, "%zu:", list.n);
    buf_add(out, list.p, list.n);
    buf_addc(out, ',');
  } else if(p == ORIGIN_UWSGI) {
    buf_addc(out, 0);
    buf_addc(out, (char)(list.n & 255));
    buf_addc(out, (char)(list.n >> 8));
    buf_addc(out, 0);
    buf_add(out, list.p, list.n);
  } else {
    add_record(out, 1, (struct slice){"\0\1\0\0\0\0\0\0", 8});
    add_record(out, 4, (struct slice){list.p, 20});
    add_record(out, 4, (struct slice){list.p + 20, list.n - 20});
    add_record(out, 4, (struct slice){"", 0});
    add_record(out, 5, (struct slice){"", 0});
  }
  buf_free(&list);
}

static void feed_by(enum origin_protocol p, size_t step)
{
  struct origin_cgi c;
  struct buf request, http;
  bool whole = false;
  buf_init(&request, 0);
  buf_init(&http, 0);
  make_request(p, &request);
  assert_int_equal(origin_cgi_of((unsigned char)request.p[0]), p);
  origin_cgi_init(&c, p);
  for(size_t at = 0; at < request.n; at += step) {
    size_t n = request.n - at < step ? request.n - at : step;
    assert_false(whole);
    assert_int_equal(
        origin_cgi_feed(&c, (struct slice){request.p + at, n}, &http, &whole),
        0);
    /* The padding of the last record may still come. */
    if(p == ORIGIN_FASTCGI && whole)
      break;
  }
  assert_true(whole);
  assert_string_equal(buf_text(&http), WANTED);
  origin_cgi_fini(&c);
  buf_free(&request);
  buf_free(&http);
}

static void test_requests_become_http_in_one_piece(void **state)
{
  (void)state;
  feed_by(ORIGIN_FASTCGI, 100000);
  feed_by(ORIGIN_SCGI, 100000);
  feed_by(ORIGIN_UWSGI, 100000);
}

static void test_requests_become_http_byte_by_byte(void **state)
{
  (void)state;
  feed_by(ORIGIN_FASTCGI, 1);
  feed_by(ORIGIN_SCGI, 1);
  feed_by(ORIGIN_UWSGI, 1);
}

static void refuse(enum origin_protocol p, const char *bytes, size_t n)
{
  struct origin_cgi c;
  struct buf http;
  bool whole;
  buf_init(&http, 0);
  origin_cgi_init(&c, p);
  assert_int_not_equal(
      origin_cgi_feed(&c, (struct slice){bytes, n}, &http, &whole), 0);
  origin_cgi_fini(&c);
  buf_free(&http);
}

static void test_broken_requests_are_refused(void **state)
{
  (void)state;
  refuse(ORIGIN_SCGI, "12a:", 4);
  refuse(ORIGIN_SCGI, "99999999999", 11);
  refuse(ORIGIN_SCGI, "3:abc,", 6);
  refuse(ORIGIN_UWSGI, "\0\4\0\0\xff\0ab", 8);
  refuse(ORIGIN_FASTCGI, "\2\1\0\1\0\0\0\0", 8);
}

static void test_answers_are_framed(void **state)
{
  struct origin_cgi c;
  struct buf out;
  (void)state;
  origin_cgi_init(&c, ORIGIN_FASTCGI);
  c.id = 9;
  buf_init(&out, 0);
  assert_int_equal(
      origin_cgi_head(&c, SLICE_LIT("HTTP/1.0 200 OK\r\nA: b\r\n\r\n"), &out),
      0);
  assert_int_equal(out.n, 8 + 24);
  assert_memory_equal(
      out.p, "\1\6\0\x9\0\x18\0\0Status: 200 OK\r\nA: b\r\n\r\n", out.n);
  buf_clear(&out);
  assert_int_equal(origin_cgi_frame(&c, SLICE_LIT("x"), &out), 0);
  assert_int_equal(origin_cgi_end(&c, &out), 0);
  assert_int_equal(out.n, 9 + 8 + 16);
  assert_int_equal(out.p[9 + 8 + 1], 3);
  origin_cgi_fini(&c);
  origin_cgi_init(&c, ORIGIN_SCGI);
  buf_clear(&out);
  assert_int_equal(origin_cgi_frame(&c, SLICE_LIT("x"), &out), 0);
  assert_int_equal(origin_cgi_end(&c, &out), 0);
  assert_string_equal(buf_text(&out), "x");
  origin_cgi_fini(&c);
  buf_free(&out);
}

static void test_large_bodies_take_several_records(void **state)
{
  struct origin_cgi c;
  struct buf out;
  char body[70000];
  (void)state;
  memset(body, 'x', sizeof(body));
  origin_cgi_init(&c, ORIGIN_FASTCGI);
  buf_init(&out, 0);
  assert_int_equal(
      origin_cgi_frame(&c, (struct slice){body, sizeof(body)}, &out), 0);
  assert_int_equal(out.n, sizeof(body) + 3 * 8);
  origin_cgi_fini(&c);
  buf_free(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_requests_become_http_in_one_piece),
      cmocka_unit_test(test_requests_become_http_byte_by_byte),
      cmocka_unit_test(test_broken_requests_are_refused),
      cmocka_unit_test(test_answers_are_framed),
      cmocka_unit_test(test_large_bodies_take_several_records),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
