/* SPDX-License-Identifier: MIT
 * An origin's log becomes recordings; what is none is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/b64.h"
#include "recording/origin_side.h"

#define BEGAN 1000000000LL

static const char request[] = "GET /e?weir-run=KEY.proxy-flow.3 HTTP/1.1\r\n"
                              "Host: h\r\n\r\n";
static const char head[] = "HTTP/1.1 200 OK\r\n"
                           "Content-Type: text/event-stream\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";
static const char wire[] = "9\r\ndata: 1\n\n\r\n0\r\n\r\n";

static json_t *base64(const char *text)
{
  struct buf b;
  json_t *j;
  buf_init(&b, 0);
  assert_int_equal(b64_encode(&b, slice_of(text)), 0);
  j = json_stringn(b.p, b.n);
  buf_free(&b);
  return j;
}

static json_t *entry(void)
{
  return json_pack(
      "{s:s, s:i, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:i, s:b, s:o, "
      "s:o, s:[[I, i], [I, i]], s:o}",
      "run", "KEY.proxy-flow.3", "serial", 17, "first", 1, "accepted_ns",
      BEGAN - 5, "began_ns", BEGAN, "asked_ns", BEGAN + 1000, "head_ns",
      BEGAN + 2000000, "ended_ns", BEGAN + 7000000, "gone_ns", BEGAN + 9000000,
      "ended", "clean", "gone", "fin", "bytes", 19, "cut_short", 0, "request",
      base64(request), "head", base64(head), "writes", BEGAN + 5000000, 14,
      BEGAN + 7000000, 5, "wire", base64(wire));
}

static json_t *log_of(json_t *one)
{
  return json_pack("{s:s, s:I, s:[o]}", "schema", ORIGIN_SIDE_SCHEMA,
                   "real_offset_ns", (json_int_t)1760000000000000000LL,
                   "requests", one);
}

static void test_a_request_becomes_a_recording_of_that_side(void **state)
{
  char told[RECORDING_TOLD_MAX];
  json_t *log = log_of(entry());
  struct err e = {0};
  struct recording *r;
  (void)state;
  assert_int_equal(origin_side_count(log), 1);
  r = origin_side_read(log, 0, "KEY.", "proxy-flow-origin.0", &e);
  assert_non_null(r);
  assert_true(r->origin_side);
  assert_string_equal(r->name, "proxy-flow-origin.0");
  assert_string_equal(r->method, "GET");
  assert_string_equal(r->url, "/e?weir-run=KEY.proxy-flow.3");
  assert_int_equal(r->started_real_ns, 1760000000000000000LL + BEGAN);
  assert_int_equal(r->head.complete_ns, 2000000);
  assert_int_equal(r->head.status, 200);
  assert_int_equal(r->reads, 2);
  assert_int_equal(r->read[0].t_ns, 5000000);
  assert_int_equal(r->events, 1);
  assert_int_equal(r->event[0].t_ns, 5000000);
  assert_true(r->complete);
  assert_int_equal(r->end, REC_END_OURS);
  assert_int_equal(r->end_ns, 7000000);
  assert_string_equal(recording_told(r, told),
                      "run=proxy-flow.3 serial=17 ended=clean ended_ms=7 "
                      "gone=fin gone_ms=9 bytes=19");
  recording_free(r);
  json_decref(log);
}

static void test_a_peer_that_leaves_first_ends_it(void **state)
{
  json_t *one = entry(), *log;
  struct err e = {0};
  struct recording *r;
  (void)state;
  json_object_set_new(one, "ended_ns", json_integer(0));
  json_object_set_new(one, "ended", json_string(""));
  log = log_of(one);
  r = origin_side_read(log, 0, "KEY.", "x", &e);
  assert_non_null(r);
  assert_int_equal(r->end, REC_END_CLOSE);
  assert_int_equal(r->end_ns, 9000000);
  assert_int_equal(r->label.ended, ORIGIN_PLAYS_ON);
  recording_free(r);
  json_object_set_new(one, "gone", json_string("rst"));
  r = origin_side_read(log, 0, "KEY.", "x", &e);
  assert_int_equal(r->end, REC_END_RESET);
  recording_free(r);
  json_decref(log);
}

static void test_an_answer_without_a_body_is_read(void **state)
{
  json_t *one = entry(), *log;
  struct err e = {0};
  struct recording *r;
  (void)state;
  json_object_set_new(one, "head", base64("HTTP/1.1 204 No Content\r\n\r\n"));
  json_object_set_new(one, "wire", json_string(""));
  json_object_set_new(one, "writes", json_array());
  log = log_of(one);
  r = origin_side_read(log, 0, "KEY.", "x", &e);
  assert_non_null(r);
  assert_int_equal(r->head.status, 204);
  recording_free(r);
  json_decref(log);
}

static void test_it_survives_being_saved(void **state)
{
  json_t *log = log_of(entry()), *j;
  struct err e = {0};
  struct recording *r = origin_side_read(log, 0, "KEY.", "x", &e), *again;
  (void)state;
  assert_non_null(r);
  j = recording_to_json(r, true);
  again = recording_from_json(j, &e);
  assert_non_null(again);
  assert_true(again->origin_side);
  assert_memory_equal(&again->label, &r->label, sizeof(r->label));
  assert_int_equal(again->started_real_ns, r->started_real_ns);
  assert_int_equal(again->event[0].t_ns, r->event[0].t_ns);
  recording_free(again);
  recording_free(r);
  json_decref(j);
  json_decref(log);
}

static void expect_refused(const char *key, json_t *value)
{
  json_t *one = entry(), *log;
  struct err e = {0};
  json_object_set_new(one, key, value);
  log = log_of(one);
  assert_null(origin_side_read(log, 0, "KEY.", "x", &e));
  assert_true(e.text[0] != '\0');
  json_decref(log);
}

static void test_damaged_logs_are_refused(void **state)
{
  json_t *none = json_object();
  struct err e = {0};
  (void)state;
  assert_int_equal(origin_side_count(none), 0);
  assert_null(origin_side_read(none, 0, "KEY.", "x", &e));
  json_decref(none);
  assert_int_equal(origin_side_count(NULL), 0);
  expect_refused("began_ns", json_integer(0));
  expect_refused("wire", json_string("!!!!"));
  expect_refused("request", json_string("abc"));
  expect_refused("writes", json_pack("[[I, i]]", BEGAN, 1000));
  expect_refused("writes", json_pack("[[I, i]]", BEGAN, -1));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_request_becomes_a_recording_of_that_side),
      cmocka_unit_test(test_a_peer_that_leaves_first_ends_it),
      cmocka_unit_test(test_an_answer_without_a_body_is_read),
      cmocka_unit_test(test_it_survives_being_saved),
      cmocka_unit_test(test_damaged_logs_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
