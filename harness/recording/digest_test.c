/* SPDX-License-Identifier: MIT
 * From captured bytes to heads, chunks, lines and events with their times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recording/digest.h"
#include "recording/recording_testing.h"

#define MS INT64_C(1000000)

static void test_chunks_lines_and_events_are_dated_by_their_reads(void **st)
{
  struct recording *r = testing_recording(
      "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  (void)st;
  testing_read(r, 10 * MS, "8\r\nid: 7\nda\r\n");
  testing_read(r, 20 * MS, "6;x=y\r\nta: a\n");
  testing_read(r, 30 * MS, "\r\n1\r\n\n\r\n");
  testing_read(r, 40 * MS, "0\r\nX: y\r\n\r\nGET");
  r->end = REC_END_CLEAN;
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->framing, FRAMING_CHUNKED);
  assert_string_equal(buf_text(&r->body), "id: 7\ndata: a\n\n");
  assert_int_equal(r->chunks, 3);
  assert_int_equal(r->chunk[1].wire_offset, 13);
  assert_int_equal(r->chunk[1].body_offset, 8);
  assert_int_equal(r->chunk[1].n, 6);
  assert_false(r->chunk[0].has_extension);
  assert_true(r->chunk[1].has_extension);
  assert_false(r->chunk_error);
  assert_true(r->last_chunk);
  assert_true(r->complete);
  assert_int_equal(r->wire_end, r->wire.n - 3);
  assert_int_equal(r->trailer.lines, 1);
  assert_true(slice_eq_cstr(r->trailer.line[0].value, "y"));
  assert_int_equal(r->events, 1);
  assert_int_equal(r->event[0].first_ns, 10 * MS);
  assert_int_equal(r->event[0].t_ns, 30 * MS);
  assert_int_equal(r->event[0].offset, 0);
  assert_int_equal(r->event[0].end, r->body.n);
  assert_true(slice_eq_cstr(r->event[0].data, "a"));
  assert_true(slice_eq_cstr(r->event[0].id, "7"));
  assert_true(slice_eq_cstr(r->event[0].type, "message"));
  assert_string_equal(buf_text(&r->last_id), "7");
  assert_int_equal(r->lines, 3);
  assert_int_equal(r->line[1].t_ns, 20 * MS);
  assert_int_equal(r->line[2].kind, LINE_BLANK);
  assert_int_equal(recording_byte_time(r, 7), 10 * MS);
  assert_int_equal(recording_byte_time(r, 8), 20 * MS);
  assert_int_equal(recording_byte_time(r, r->body.n), -1);
  recording_free(r);
}

static const struct {
  const char *wire;
  bool error, complete, last;
  size_t at;
  const char *body;
} framings[] = {
    {"1\r\na\r\n0\r\n\r\n", false, true, true, 0, "a"},
    {"0001\r\na\r\n0\r\n\r\n", false, true, true, 0, "a"},
    {"A;n=\"v\"\r\n0123456789\r\n0;z\r\n\r\n", false, true, true, 0,
     "0123456789"},
    {"1 ;x\r\na\r\n0\r\n\r\n", false, true, true, 0, "a"},
    {"1\r\na\r\n", false, false, false, 0, "a"},
    {"1\r\na\r\n0\r\n", false, false, true, 0, "a"},
    /* faults that clients live with */
    {"1\na\r\n0\r\n\r\n", true, true, true, 1, "a"},
    {"1 \r\na\r\n0\r\n\r\n", true, true, true, 2, "a"},
    {"1\r\na\r\n0\r\n\n", true, true, true, 9, "a"},
    /* faults that end it */
    {"x\r\n", true, false, false, 0, ""},
    {"\r\n", true, false, false, 0, ""},
    {"1\r\nab\r\n", true, false, false, 4, "a"},
    {"1\r\na\rb", true, false, false, 5, "a"},
    {"2\r\na\r\n", true, false, false, 5, "a\r"},
    {"-1\r\n", true, false, false, 0, ""},
    {"0x1\r\na\r\n", true, false, false, 1, ""},
    {"1 2\r\na", true, false, false, 2, ""},
    {"1\rx", true, false, false, 2, ""},
    {"1234567890abcdef\r\n", true, false, false, 15, ""},
};

static void check_framing(size_t i, size_t step)
{
  struct recording *r = testing_recording(
      "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n");
  struct slice rest = slice_of(framings[i].wire);
  while(rest.n) {
    size_t n = step < rest.n ? step : rest.n;
    recording_add_read(r, 1, (struct slice){rest.p, n});
    rest.p += n;
    rest.n -= n;
  }
  assert_int_equal(recording_digest(r), 0);
  if(r->chunk_error != framings[i].error ||
     r->complete != framings[i].complete)
    print_message("wire: %s\n", framings[i].wire);
  assert_int_equal(r->chunk_error, framings[i].error);
  assert_int_equal(r->complete, framings[i].complete);
  assert_int_equal(r->last_chunk, framings[i].last);
  assert_int_equal(r->chunk_error_at, framings[i].at);
  assert_string_equal(buf_text(&r->body), framings[i].body);
  recording_free(r);
}

static void test_broken_chunks_are_found_however_they_are_split(void **st)
{
  size_t i, step;
  (void)st;
  for(i = 0; i < sizeof(framings) / sizeof(*framings); i++) {
    for(step = 1; step < 25; step++)
      check_framing(i, step);
  }
}

static const struct {
  const char *method, *head;
  enum body_framing framing;
  bool complete;
  const char *body;
} lengths[] = {
    {"GET", "200 OK\r\nContent-Length: 3\r\n", FRAMING_LENGTH, true, "abc"},
    {"GET", "200 OK\r\nContent-Length: 3, 3\r\n", FRAMING_LENGTH, true, "abc"},
    {"GET", "200 OK\r\nContent-Length: 0\r\n", FRAMING_LENGTH, true, ""},
    {"GET", "200 OK\r\nContent-Length: 9\r\n", FRAMING_LENGTH, false,
     "abcdef"},
    {"GET", "200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
     FRAMING_CLOSE, true, "abcdef"},
    {"GET", "200 OK\r\nContent-Length: -1\r\n", FRAMING_CLOSE, true, "abcdef"},
    {"GET", "200 OK\r\n", FRAMING_CLOSE, true, "abcdef"},
    {"GET", "200 OK\r\nTransfer-Encoding: chunked, gzip\r\n", FRAMING_CLOSE,
     true, "abcdef"},
    {"HEAD", "200 OK\r\nContent-Length: 3\r\n", FRAMING_NONE, true, ""},
    {"GET", "204 No Content\r\nContent-Length: 3\r\n", FRAMING_NONE, true, ""},
    {"GET", "304 Not Modified\r\nTransfer-Encoding: chunked\r\n", FRAMING_NONE,
     true, ""},
};

static void test_the_body_ends_where_the_head_says(void **st)
{
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
    char head[200];
    struct recording *r;
    snprintf(head, sizeof(head), "HTTP/1.1 %s\r\n", lengths[i].head);
    r = testing_recording(lengths[i].method, head);
    testing_read(r, 1, "abcdef");
    r->end = REC_END_CLOSE;
    assert_int_equal(recording_digest(r), 0);
    assert_int_equal(r->framing, lengths[i].framing);
    assert_int_equal(r->complete, lengths[i].complete);
    assert_string_equal(buf_text(&r->body), lengths[i].body);
    recording_free(r);
  }
}

static void test_odd_head_lines_are_kept_as_they_came(void **st)
{
  struct recording *r = testing_recording(
      "GET", "HTTP/1.0 404\nContent-Type : text/HTML \r\nX: a\r\n\tb\r\n"
             "no colon\r\nContent-type:x\r\nCache-Control: a, No-Store\r\n"
             "\r\n");
  struct message_head *h = &r->head;
  (void)st;
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(h->status, 404);
  assert_int_equal(h->major * 10 + h->minor, 10);
  assert_int_equal(h->lines, 5);
  assert_true(slice_eq_cstr(h->line[0].raw, "Content-Type : text/HTML "));
  assert_true(slice_eq_cstr(h->line[0].name, "Content-Type "));
  assert_true(slice_eq_cstr(h->line[0].value, "text/HTML"));
  assert_true(slice_eq_cstr(h->line[1].raw, "X: a\r\n\tb"));
  assert_true(slice_eq_cstr(h->line[2].name, "no colon"));
  assert_int_equal(recording_count_field(h, "content-type"), 2);
  assert_true(slice_eq_cstr(recording_field(h, "CONTENT-TYPE", 1), "x"));
  assert_null(recording_field(h, "Content-Type", 2).p);
  assert_true(recording_list_has(h, "cache-control", "no-store"));
  assert_false(recording_list_has(h, "cache-control", "no"));
  recording_free(r);
}

static void test_a_response_that_is_not_http_has_no_status(void **st)
{
  static const char *const heads[] = {"SSH-2.0-x\r\n\r\n",
                                      "HTTP/1.1 20\r\n\r\n",
                                      "HTTP/1.1 2000 x\r\n\r\n",
                                      "HTTP/2 200 x\r\n\r\n",
                                      "",
                                      "\r\n\r\n"};
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
    struct recording *r = testing_recording("GET", heads[i]);
    testing_read(r, 1, "data: x\n\n");
    assert_int_equal(recording_digest(r), 0);
    assert_int_equal(r->head.status, 0);
    assert_int_equal(r->events, 0);
    recording_free(r);
  }
}

static void test_line_ends_are_told_apart_across_reads(void **st)
{
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  static const uint8_t eols[] = {1, 2, 3, 2, 3, 1, 2, 0};
  static const uint8_t kinds[] = {LINE_COMMENT, LINE_FIELD,     LINE_FIELD,
                                  LINE_FIELD,   LINE_BLANK,     LINE_BLANK,
                                  LINE_BLANK,   LINE_UNFINISHED};
  size_t i;
  (void)st;
  testing_read(r, 1, "\xEF\xBB\xBF:a\ndata:b\rx:c\r");
  testing_read(r, 2, "\ndata:\r\r");
  testing_read(r, 3, "\n\n\rdat");
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->lines, 8);
  for(i = 0; i < r->lines; i++) {
    assert_int_equal(r->line[i].eol, eols[i]);
    assert_int_equal(r->line[i].kind, kinds[i]);
  }
  assert_int_equal(r->events, 1);
  assert_true(slice_eq_cstr(r->event[0].data, "b\n"));
  assert_int_equal(r->event[0].t_ns, 2);
  assert_int_equal(r->event[0].end, r->line[5].offset);
  assert_int_equal(r->line[7].t_ns, 3);
  recording_free(r);
}

static void test_a_last_cr_is_not_judged_when_the_stream_was_cut(void **st)
{
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  (void)st;
  testing_read(r, 1, "data: a\r\n\r");
  r->end = REC_END_OURS;
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->line[0].eol, 3);
  assert_int_equal(r->line[1].eol, 0);
  assert_int_equal(r->line[1].kind, LINE_BLANK);
  assert_int_equal(r->events, 1);
  r->end = REC_END_CLOSE;
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->line[1].eol, 2);
  recording_free(r);
}

static void test_blocks_begin_behind_the_blank_line_before(void **st)
{
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  (void)st;
  testing_read(r, 1, "retry: 250\n\n: c\n");
  testing_read(r, 2, "data: a\r\n\r");
  testing_read(r, 3, "\nevent: e\nid\ndata: b\n\n");
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->retry_ms, 250);
  assert_int_equal(r->events, 2);
  assert_int_equal(r->event[0].offset, 12);
  assert_int_equal(r->event[0].first_ns, 1);
  assert_int_equal(r->event[0].t_ns, 2);
  assert_int_equal(r->event[0].end, r->event[1].offset);
  assert_true(slice_eq_cstr(r->event[1].type, "e"));
  assert_true(r->event[1].id_in_block);
  assert_int_equal(r->event[1].end, r->body.n);
  recording_free(r);
}

static void test_any_split_gives_the_same_events_and_lines(void **st)
{
  static const char body[] = "\xEF\xBB\xBF: hi\r\rid: 1\r\ndata: a\r\ndata:b"
                             "\r\n\r\ndata: c\n\nretry: 9\r\rdata: d\r\r\n";
  size_t cut;
  (void)st;
  for(cut = 0; cut < sizeof(body); cut++) {
    struct recording *r = testing_recording("GET", "HTTP/1.1 200 k\r\n\r\n");
    recording_add_read(r, 1, (struct slice){body, cut});
    recording_add_read(r, 2,
                       (struct slice){body + cut, sizeof(body) - 1 - cut});
    r->end = REC_END_CLOSE;
    if(cut < sizeof(body) - 1 || r->wire.n == sizeof(body) - 1) {
      assert_int_equal(recording_digest(r), 0);
      assert_int_equal(r->events, 3);
      assert_int_equal(r->lines, 12);
      assert_true(slice_eq_cstr(r->event[0].data, "a\nb"));
      assert_int_equal(r->event[0].offset, 9);
      assert_int_equal(r->event[2].end, sizeof(body) - 1);
      assert_int_equal(r->retry_ms, 9);
    }
    recording_free(r);
  }
}

static void test_the_live_digest_tells_the_same_as_the_late_one(void **st)
{
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  struct digest *d = digest_new(r);
  (void)st;
  assert_non_null(d);
  assert_int_equal(digest_head(d), 0);
  testing_read(r, 1, "data: a\n\ndata");
  assert_int_equal(digest_advance(d), 0);
  assert_int_equal(r->events, 1);
  assert_int_equal(r->lines, 2);
  testing_read(r, 2, ": b\n\nid: 2\n");
  assert_int_equal(digest_advance(d), 0);
  assert_int_equal(r->events, 2);
  assert_int_equal(r->event[1].first_ns, 1);
  assert_int_equal(r->last_id.n, 0);
  r->end = REC_END_CLOSE;
  assert_int_equal(digest_end(d), 0);
  digest_free(d);
  assert_int_equal(r->lines, 5);
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->lines, 5);
  assert_int_equal(r->events, 2);
  assert_int_equal(r->event[1].first_ns, 1);
  recording_free(r);
}

static void test_too_much_is_cut_short_and_said_so(void **st)
{
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  size_t n = RECORDING_MAX_BYTES / 4;
  char *bytes = malloc(n);
  int i;
  (void)st;
  assert_non_null(bytes);
  memset(bytes, '\n', n);
  for(i = 0; i < 4; i++)
    assert_int_equal(recording_add_read(r, i, (struct slice){bytes, n}), 0);
  assert_false(r->cut_short);
  assert_int_equal(recording_add_read(r, 5, (struct slice){bytes, 1}),
                   E_TOO_LONG);
  assert_true(r->cut_short);
  assert_int_equal(r->wire.n, RECORDING_MAX_BYTES);
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->lines, RECORDING_MAX_ITEMS);
  free(bytes);
  recording_free(r);
}

/* An HTTP/2 body ends where END_STREAM says, whatever the head says. */
static void check_stream(bool exact, enum recording_end end,
                         enum body_framing framing, bool complete)
{
  struct recording *r = testing_recording(
      "GET", "HTTP/2.0 200\r\ntransfer-encoding: chunked\r\n\r\n");
  r->head.exact = exact;
  testing_read(r, 10 * MS, "data: a\n\n");
  r->end = end;
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->framing, framing);
  assert_int_equal(r->complete, complete);
  assert_int_equal(r->events, !exact);
  assert_int_equal(r->wire_end, complete ? r->wire.n : 0);
  recording_free(r);
}

static void test_the_end_of_a_stream_is_its_bodys(void **st)
{
  (void)st;
  check_stream(false, REC_END_CLEAN, FRAMING_STREAM, true);
  check_stream(false, REC_END_TRUNCATED, FRAMING_STREAM, false);
  check_stream(false, REC_END_OURS, FRAMING_STREAM, false);
  check_stream(true, REC_END_OURS, FRAMING_CHUNKED, false);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_chunks_lines_and_events_are_dated_by_their_reads),
      cmocka_unit_test(test_broken_chunks_are_found_however_they_are_split),
      cmocka_unit_test(test_the_body_ends_where_the_head_says),
      cmocka_unit_test(test_odd_head_lines_are_kept_as_they_came),
      cmocka_unit_test(test_a_response_that_is_not_http_has_no_status),
      cmocka_unit_test(test_line_ends_are_told_apart_across_reads),
      cmocka_unit_test(test_a_last_cr_is_not_judged_when_the_stream_was_cut),
      cmocka_unit_test(test_blocks_begin_behind_the_blank_line_before),
      cmocka_unit_test(test_any_split_gives_the_same_events_and_lines),
      cmocka_unit_test(test_the_live_digest_tells_the_same_as_the_late_one),
      cmocka_unit_test(test_too_much_is_cut_short_and_said_so),
      cmocka_unit_test(test_the_end_of_a_stream_is_its_bodys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
