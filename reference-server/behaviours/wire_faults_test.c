/* SPDX-License-Identifier: MIT
 * Tests of the pure families that spoil what a stream puts on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "behaviours/body.h"
#include "behaviours/coding.h"
#include "behaviours/framing.h"
#include "behaviours/head.h"
#include "behaviours/publish_text.h"

#define EVENT "id: 7\ndata: {\"seq\":7}\n\n"

static struct fault_set only(enum fault f)
{
  struct fault_set set = {{0}};
  if(f < FAULT_COUNT)
    set.v[f] = 1;
  return set;
}

static void assert_text(struct buf *b, const char *want)
{
  assert_string_equal(buf_text(b), want);
  buf_free(b);
}

static void test_without_faults_text_stays_as_it_is(void **state)
{
  struct fault_set none = only(FAULT_COUNT);
  struct body body = {.resumed = true};
  struct buf out = {0};
  (void)state;
  assert_int_equal(body_event(&body, &none, slice_of(EVENT), true, &out), 0);
  assert_int_equal(body_event(&body, &none, slice_of(EVENT), true, &out), 0);
  assert_int_equal(body_end(&body, &none, &out), 0);
  assert_text(&out, EVENT EVENT);
  body_fini(&body);
}

static void test_line_ends_are_changed_everywhere(void **state)
{
  struct fault_set set = only(FAULT_CRLF);
  struct body body = {0};
  struct buf out = {0};
  (void)state;
  assert_int_equal(
      body_event(&body, &set, slice_of("data: x\n\n"), true, &out), 0);
  assert_int_equal(body_other(&body, &set, slice_of(": hb\n"), &out), 0);
  assert_text(&out, "data: x\r\n\r\n: hb\r\n");
  body_fini(&body);
}

static void test_stray_lines_strike_some_events_only(void **state)
{
  struct fault_set set = only(FAULT_UNKNOWN_FIELD);
  struct body body = {0};
  struct buf out = {0};
  (void)state;
  for(int i = 0; i < 3; i++)
    assert_int_equal(body_event(&body, &set, slice_of(EVENT), true, &out), 0);
  assert_text(&out, EVENT "trace: 17\n" EVENT EVENT);
  body_fini(&body);
}

static void test_chunks_are_framed_as_told(void **state)
{
  struct fault_set none = only(FAULT_COUNT), set = only(FAULT_CHUNK_EXT);
  struct slice body = slice_of("0123456789");
  struct buf out = {0};
  (void)state;
  assert_int_equal(framing_wrap(&out, &none, true, body, 2), 0);
  assert_int_equal(framing_wrap(&out, &set, true, body, 2), 0);
  set = only(FAULT_BAD_CHUNK_SIZE);
  assert_int_equal(framing_wrap(&out, &set, true, body, 2), 0);
  assert_int_equal(framing_wrap(&out, &none, true, slice_of(""), 3), 0);
  assert_int_equal(framing_end(&out, &none, true), 0);
  assert_text(&out, "a\r\n0123456789\r\na;weir=1\r\n0123456789\r\n"
                    "9\r\n0123456789\r\n0\r\n\r\n");
}

static size_t unzip(const struct buf *in, char *out, size_t max)
{
  z_stream z = {0};
  size_t n;
  assert_int_equal(inflateInit2(&z, 31), Z_OK);
  z.next_in = (Bytef *)in->p;
  z.avail_in = (uInt)in->n;
  z.next_out = (Bytef *)out;
  z.avail_out = (uInt)max;
  inflate(&z, Z_SYNC_FLUSH);
  n = max - z.avail_out;
  inflateEnd(&z);
  return n;
}

static void test_compressed_events_come_at_once_or_late(void **state)
{
  static const struct {
    enum fault fault;
    size_t visible;
  } CASES[] = {{FAULT_COUNT, 2 * sizeof(EVENT) - 2},
               {FAULT_GZIP_ONE_LATE, sizeof(EVENT) - 1},
               {FAULT_GZIP_NOFLUSH, 0},
               {FAULT_GZIP_32K, 0}};
  char text[256];
  (void)state;
  for(size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
    struct fault_set set = only(CASES[i].fault);
    struct coding *c = coding_new();
    struct buf out = {0};
    assert_non_null(c);
    assert_int_equal(coding_write(c, &set, slice_of(EVENT), &out), 0);
    assert_int_equal(coding_write(c, &set, slice_of(EVENT), &out), 0);
    if(out.n)
      assert_int_equal(unzip(&out, text, sizeof(text)), CASES[i].visible);
    else
      assert_int_equal(CASES[i].visible, 0);
    assert_int_equal(coding_end(c, &out), 0);
    assert_int_equal(unzip(&out, text, sizeof(text)), 2 * sizeof(EVENT) - 2);
    buf_free(&out);
    coding_free(c);
  }
}

static void test_clean_head_lines_are_complete(void **state)
{
  struct fault_set none = only(FAULT_COUNT);
  struct head_ask ask = {.faults = &none, .cors = ""};
  struct buf out = {0};
  (void)state;
  assert_int_equal(head_stream_lines(&out, &ask), 0);
  assert_text(&out, "Cache-Control: no-store, no-transform\r\n"
                    "X-Accel-Buffering: no\r\n"
                    "X-Content-Type-Options: nosniff\r\n"
                    "Access-Control-Allow-Origin: *\r\n");
}

static void test_one_allowed_origin_is_named(void **state)
{
  struct fault_set none = only(FAULT_COUNT);
  struct head_ask ask = {
      .faults = &none, .cors = "http://a", .origin = slice_of("http://b")};
  struct buf out = {0};
  (void)state;
  assert_int_equal(head_plain_lines(&out, &ask), 0);
  assert_null(strstr(buf_text(&out), "Allow-Origin"));
  assert_non_null(strstr(buf_text(&out), "Vary: Origin\r\n"));
  buf_clear(&out);
  ask.origin = slice_of("http://a");
  assert_int_equal(head_plain_lines(&out, &ask), 0);
  assert_non_null(strstr(buf_text(&out), "Allow-Origin: http://a\r\n"));
  buf_free(&out);
}

static void test_published_line_ends_are_cut_as_told(void **state)
{
  struct fault_set set = only(FAULT_INJECT_DATA_CR);
  struct buf out = {0};
  (void)state;
  assert_int_equal(
      publish_fields(&out, &set, slice_of("t"), slice_of("a\rb\nc\n")), 0);
  assert_text(&out, "event: t\ndata: a\rb\ndata: c\ndata: \n\n");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_without_faults_text_stays_as_it_is),
      cmocka_unit_test(test_line_ends_are_changed_everywhere),
      cmocka_unit_test(test_stray_lines_strike_some_events_only),
      cmocka_unit_test(test_chunks_are_framed_as_told),
      cmocka_unit_test(test_compressed_events_come_at_once_or_late),
      cmocka_unit_test(test_clean_head_lines_are_complete),
      cmocka_unit_test(test_one_allowed_origin_is_named),
      cmocka_unit_test(test_published_line_ends_are_cut_as_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
