/* SPDX-License-Identifier: MIT
 * http.coding on hand-made recordings with real gzip bytes. */
#include "checks/core/sample.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "checks/frame/event_match.h"

#define PASS       VERDICT_PASS
#define WARN       VERDICT_WARN
#define FAIL       VERDICT_FAIL
#define INFO       VERDICT_INFO
#define SKIP       VERDICT_SKIP
#define UNTESTABLE VERDICT_UNTESTABLE
#define TYPED      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CODED(c)   TYPED "Content-Encoding: " c "\r\n\r\n"
#define EVENTS     5
#define GAP_MS     500

static void test_codings_are_used_when_accepted_only(void **state)
{
  static const char id[] = "http.coding.honoured";
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_expect(&s, id, UNTESTABLE);
  sample_stream(&s, "identity");
  sample_expect(&s, id, PASS);
  sample_end(&s);
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_add(&s, "identity", CODED("gzip"));
  sample_expect(&s, id, FAIL);
  sample_end(&s);
  sample_begin(&s);
  sample_stream(&s, "identity");
  r = sample_add(&s, "plain", CODED("gzip"));
  sample_expect(&s, id, FAIL);
  buf_clear(&r->request);
  assert_int_equal(buf_adds(&r->request, "GET / HTTP/1.1\r\n"
                                         "accept-encoding: gzip\r\n\r\n"),
                   0);
  sample_expect(&s, id, PASS);
  sample_end(&s);
}

static void test_codings_have_known_names_and_decode(void **state)
{
  static const char id[] = "http.coding.known";
  struct sample s;
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, id, SKIP);
  sample_expect_head("plain", CODED("gzip"), id, PASS);
  sample_expect_head("plain", CODED("identity"), id, WARN);
  sample_expect_head("plain", CODED("none"), id, WARN);
  sample_expect_head("plain", CODED("gzip, lzma"), id, WARN);
  sample_begin(&s);
  sample_text(sample_add(&s, "plain", CODED("gzip")), 9, "data: plain\n\n");
  sample_expect(&s, id, FAIL);
  sample_end(&s);
}

/* A coded stream and its peer; the peer has event k at (k + 1) * GAP_MS. */
struct pair {
  struct sample s;
  struct recording *coded, *peer;
  z_stream z;
};

static void pair_begin(struct pair *p)
{
  char text[40];
  int k;
  sample_begin(&p->s);
  p->s.target->broadcast = true;
  p->coded = sample_add(&p->s, "coded", CODED("gzip"));
  p->peer = sample_stream(&p->s, "coded-peer");
  for(k = 0; k < EVENTS; k++) {
    snprintf(text, sizeof(text), "data: number %d\n\n", k);
    sample_chunk(p->peer, (k + 1) * GAP_MS, text);
  }
  memset(&p->z, 0, sizeof(p->z));
  assert_int_equal(
      deflateInit2(&p->z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
}

static void pair_end(struct pair *p)
{
  deflateEnd(&p->z);
  sample_end(&p->s);
}

/* Encodes event k, flushed as told, and sends what came out. */
static void pair_send(struct pair *p, int k, int64_t t_ms, int flush)
{
  char text[40];
  unsigned char out[512];
  size_t n;
  snprintf(text, sizeof(text), "data: number %d\n\n", k);
  p->z.next_in = (unsigned char *)text;
  p->z.avail_in = (unsigned)strlen(text);
  p->z.next_out = out;
  p->z.avail_out = sizeof(out);
  assert_int_equal(deflate(&p->z, flush), Z_OK);
  n = sizeof(out) - p->z.avail_out;
  if(n)
    sample_bytes(p->coded, t_ms, (struct slice){(const char *)out, n});
}

static void expect_pair(struct pair *p, enum verdict flush,
                        enum verdict one_late)
{
  sample_expect(&p->s, "http.coding.flush", flush);
  sample_expect(&p->s, "http.coding.one-late", one_late);
}

static void test_events_leave_a_flushed_encoder_at_once(void **state)
{
  struct pair p;
  int k;
  (void)state;
  pair_begin(&p);
  for(k = 0; k < EVENTS; k++)
    pair_send(&p, k, (k + 1) * GAP_MS + 20, Z_SYNC_FLUSH);
  expect_pair(&p, PASS, PASS);
  assert_true(p.s.finding.timing);
  sample_expect(&p.s, "http.coding.ratio", INFO);
  pair_end(&p);
}

static void test_an_encoder_that_is_not_flushed_is_found(void **state)
{
  struct pair p;
  int k;
  (void)state;
  pair_begin(&p);
  for(k = 0; k < EVENTS; k++)
    pair_send(&p, k, (k + 1) * GAP_MS, Z_NO_FLUSH);
  expect_pair(&p, FAIL, PASS);
  sample_says(&p.s, "0 came through gzip");
  p.s.target->broadcast = false;
  expect_pair(&p, UNTESTABLE, UNTESTABLE);
  pair_end(&p);
  pair_begin(&p);
  for(k = 0; k < EVENTS; k++)
    pair_send(&p, k, 4500, k + 1 < EVENTS ? Z_NO_FLUSH : Z_SYNC_FLUSH);
  expect_pair(&p, FAIL, PASS);
  pair_end(&p);
}

static void test_events_that_wait_for_the_next_one_are_found(void **state)
{
  struct pair p;
  int k;
  (void)state;
  pair_begin(&p);
  for(k = 0; k + 1 < EVENTS; k++)
    pair_send(&p, k, (k + 2) * GAP_MS + 3, Z_SYNC_FLUSH);
  expect_pair(&p, FAIL, FAIL);
  pair_end(&p);
}

static void test_pairs_that_say_nothing_are_untestable(void **state)
{
  struct pair p;
  struct sample s;
  (void)state;
  pair_begin(&p);
  pair_send(&p, 99, 600, Z_SYNC_FLUSH);
  expect_pair(&p, UNTESTABLE, UNTESTABLE);
  pair_end(&p);
  sample_begin(&s);
  sample_add(&s, "coded", CODED("gzip"));
  sample_stream(&s, "coded-peer");
  sample_expect(&s, "http.coding.flush", UNTESTABLE);
  sample_expect(&s, "http.coding.ratio", UNTESTABLE);
  sample_end(&s);
  sample_begin(&s);
  sample_add(&s, "coded", CODED("br"));
  sample_stream(&s, "coded-peer");
  sample_expect(&s, "http.coding.flush", UNTESTABLE);
  sample_end(&s);
  sample_begin(&s);
  sample_stream(&s, "coded");
  sample_stream(&s, "coded-peer");
  sample_expect(&s, "http.coding.flush", SKIP);
  sample_expect(&s, "http.coding.one-late", SKIP);
  sample_expect(&s, "http.coding.ratio", SKIP);
  sample_end(&s);
}

static void test_clocks_of_two_recordings_are_put_together(void **state)
{
  struct pair p;
  struct event_match m;
  int k;
  (void)state;
  pair_begin(&p);
  /* The coded exchange began 300 ms after the other one. */
  p.peer->started_real_ns = 1000000000000u;
  p.coded->started_real_ns = 1000300000000u;
  for(k = 0; k < EVENTS; k++)
    pair_send(&p, k, (k + 1) * GAP_MS - 300 + 40, Z_SYNC_FLUSH);
  expect_pair(&p, PASS, PASS);
  event_match_read(p.coded, p.peer, 250000000, &m);
  assert_int_equal(m.compared, EVENTS);
  assert_int_equal(m.found, EVENTS);
  assert_int_equal(m.max_late_ns, 40000000);
  pair_end(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_codings_are_used_when_accepted_only),
      cmocka_unit_test(test_codings_have_known_names_and_decode),
      cmocka_unit_test(test_events_leave_a_flushed_encoder_at_once),
      cmocka_unit_test(test_an_encoder_that_is_not_flushed_is_found),
      cmocka_unit_test(test_events_that_wait_for_the_next_one_are_found),
      cmocka_unit_test(test_pairs_that_say_nothing_are_untestable),
      cmocka_unit_test(test_clocks_of_two_recordings_are_put_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
