/* SPDX-License-Identifier: MIT
 * Content codings: what each read makes decodable, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "recording/recording_testing.h"

struct encoder {
  z_stream z;
  struct buf out;
};

static void begin(struct encoder *c, int window)
{
  memset(c, 0, sizeof(*c));
  assert_int_equal(deflateInit2(&c->z, 6, Z_DEFLATED, window, 8, 0), Z_OK);
}

/* What one write of a server puts on the wire. */
static struct slice encode(struct encoder *c, const char *text, int flush)
{
  unsigned char space[4096];
  c->z.next_in = (unsigned char *)(uintptr_t)text;
  c->z.avail_in = (unsigned)strlen(text);
  c->z.next_out = space;
  c->z.avail_out = sizeof(space);
  deflate(&c->z, flush);
  buf_clear(&c->out);
  buf_add(&c->out, space, sizeof(space) - c->z.avail_out);
  return buf_slice(&c->out);
}

static void end(struct encoder *c)
{
  deflateEnd(&c->z);
  buf_free(&c->out);
}

static struct recording *coded(const char *coding)
{
  char head[120];
  snprintf(head, sizeof(head),
           "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n\r\n", coding);
  return testing_recording("GET", head);
}

static void flushed(const char *coding, int window)
{
  struct recording *r = coded(coding);
  struct encoder c;
  begin(&c, window);
  recording_add_read(r, 1, encode(&c, "data: a\n\n", Z_SYNC_FLUSH));
  recording_add_read(r, 2, encode(&c, "data: b\n\n", Z_SYNC_FLUSH));
  recording_add_read(r, 3, encode(&c, "", Z_FINISH));
  end(&c);
  r->end = REC_END_CLOSE;
  assert_int_equal(recording_digest(r), 0);
  assert_string_equal(buf_text(&r->body), "data: a\n\ndata: b\n\n");
  assert_int_equal(r->events, 2);
  assert_int_equal(r->event[0].t_ns, 1);
  assert_int_equal(r->event[1].t_ns, 2);
  assert_string_equal(r->coding, coding);
  assert_false(r->coding_error);
  recording_free(r);
}

static void test_flushed_events_are_dated_by_their_own_read(void **st)
{
  (void)st;
  flushed("gzip", 15 + 16);
  flushed("x-gzip", 15 + 16);
  flushed("deflate", 15);
  flushed("deflate", -15);
}

static void test_an_event_that_was_not_flushed_is_dated_late(void **st)
{
  struct recording *r = coded("gzip");
  struct encoder c;
  (void)st;
  begin(&c, 15 + 16);
  recording_add_read(r, 1, encode(&c, "data: a\n\n", Z_NO_FLUSH));
  recording_add_read(r, 2, encode(&c, "data: b\n\n", Z_SYNC_FLUSH));
  end(&c);
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->events, 2);
  assert_int_equal(r->event[0].t_ns, 2);
  recording_free(r);
}

static void test_any_split_decodes_the_same(void **st)
{
  static const int windows[] = {15 + 16, 15, -15};
  size_t i, k;
  (void)st;
  for(i = 0; i < 3; i++) {
    struct recording *r = coded(i ? "deflate" : "gzip");
    struct encoder c;
    struct slice s;
    begin(&c, windows[i]);
    s = encode(&c, "id: 1\ndata: some text some text\n\n", Z_FINISH);
    for(k = 0; k < s.n; k++)
      recording_add_read(r, (int64_t)k, (struct slice){s.p + k, 1});
    end(&c);
    assert_int_equal(recording_digest(r), 0);
    assert_int_equal(r->events, 1);
    assert_false(r->coding_error);
    recording_free(r);
  }
}

static void test_members_may_follow_each_other(void **st)
{
  struct recording *r = coded("gzip");
  struct encoder c;
  int i;
  (void)st;
  for(i = 0; i < 3; i++) {
    begin(&c, 15 + 16);
    recording_add_read(r, i, encode(&c, "data: a\n\n", Z_FINISH));
    end(&c);
  }
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->events, 3);
  assert_int_equal(r->event[2].t_ns, 2);
  recording_free(r);
}

static void test_what_cannot_be_undone_is_an_error(void **st)
{
  static const char *const codings[] = {"gzip", "deflate", "br", "gzip, gzip"};
  size_t i;
  (void)st;
  for(i = 0; i < 4; i++) {
    struct recording *r = coded(codings[i]);
    testing_read(r, 1, "\x01\x02plain text, not coded\n\n");
    assert_int_equal(recording_digest(r), 0);
    assert_true(r->coding_error);
    assert_int_equal(r->events, 0);
    recording_free(r);
  }
}

static void test_a_bomb_is_cut_at_the_limit(void **st)
{
  struct recording *r = coded("gzip");
  size_t n = RECORDING_MAX_BYTES * 2;
  char *zeros = calloc(1, n + 1);
  unsigned char *out = malloc(n);
  z_stream z;
  (void)st;
  memset(&z, 0, sizeof(z));
  assert_true(zeros && out);
  memset(zeros, 'x', n);
  deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, 0);
  z.next_in = (unsigned char *)zeros;
  z.avail_in = (unsigned)n;
  z.next_out = out;
  z.avail_out = (unsigned)n;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  recording_add_read(r, 1, (struct slice){(char *)out, n - z.avail_out});
  deflateEnd(&z);
  assert_int_equal(recording_digest(r), 0);
  assert_true(r->cut_short);
  assert_true(r->body.n <= RECORDING_MAX_BYTES);
  free(zeros);
  free(out);
  recording_free(r);
}

static void test_chunks_of_a_coded_body_count_coded_bytes(void **st)
{
  struct recording *r =
      testing_recording("GET", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n");
  struct encoder c;
  size_t first = 0;
  int i;
  (void)st;
  begin(&c, 15 + 16);
  for(i = 0; i < 2; i++) {
    struct slice s = encode(&c, "data: a\n\n", Z_SYNC_FLUSH);
    struct buf wire = {0};
    first = i ? first : s.n;
    buf_addf(&wire, "%zx\r\n", s.n);
    buf_add(&wire, s.p, s.n);
    buf_adds(&wire, "\r\n");
    recording_add_read(r, i, buf_slice(&wire));
    buf_free(&wire);
  }
  end(&c);
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(r->chunks, 2);
  assert_int_equal(r->chunk[1].body_offset, first);
  assert_int_equal(r->events, 2);
  recording_free(r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_flushed_events_are_dated_by_their_own_read),
      cmocka_unit_test(test_an_event_that_was_not_flushed_is_dated_late),
      cmocka_unit_test(test_any_split_decodes_the_same),
      cmocka_unit_test(test_members_may_follow_each_other),
      cmocka_unit_test(test_what_cannot_be_undone_is_an_error),
      cmocka_unit_test(test_a_bomb_is_cut_at_the_limit),
      cmocka_unit_test(test_chunks_of_a_coded_body_count_coded_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
