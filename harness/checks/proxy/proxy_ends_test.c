/* SPDX-License-Identifier: MIT
 * proxy.*: bodies, ends, silence and crowds, from hand-made pairs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/proxy/proxy_sample.h"

#define BYTES SCRIPT_PROXY_BYTES
#define ENDS  SCRIPT_PROXY_ENDS

static void expect_body(const char *role, const char *sent, const char *got,
                        const char *id, enum verdict v)
{
  struct sample s;
  struct proxy_sample p;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, BYTES, role);
  sample_chunk(p.origin, 10, sent);
  if(*got)
    sample_chunk(p.client, 13, got);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_bodies_are_compared_to_the_last_byte(void **state)
{
  (void)state;
  expect_body("corpus", "data: a\r\n\r\n", "data: a\r\n\r\n", "proxy.bytes",
              VERDICT_PASS);
  expect_body("corpus", "data: a\r\n\r\n", "data: a\n\n", "proxy.bytes",
              VERDICT_FAIL);
  expect_body("corpus", "data: a\n\n", "data: a\n", "proxy.bytes",
              VERDICT_FAIL);
  expect_body("corpus", "data: a\n\n", "data: a\n\ndata: b\n\n", "proxy.bytes",
              VERDICT_FAIL);
  expect_body("split", "data: \xc3\xbc\n\n", "data: \xc3\xbc\n\n",
              "proxy.split-utf8", VERDICT_PASS);
  expect_body("split", "data: \xc3\xbc\n\n", "data: \xef\xbf\xbd\n\n",
              "proxy.split-utf8", VERDICT_FAIL);
}

/* The large event of the origin's, with one byte changed at `wrong`. */
static void add_large(struct sample *s, size_t bytes, size_t come,
                      size_t wrong)
{
  struct proxy_sample p = proxy_sample_add(s, BYTES, "large");
  char *text = malloc(bytes + 32);
  size_t n, i;
  assert_non_null(text);
  n = (size_t)snprintf(text, 32, "%zx\r\ndata: 1 ", bytes);
  for(i = 8; i + 2 < bytes; i++)
    text[n++] = i == wrong ? '?' : (char)('a' + i % 26);
  memcpy(text + n, "\n\n\r\n", 5);
  sample_bytes(p.client, 20, (struct slice){text, come ? come : n + 4});
  free(text);
}

static void test_large_events_come_whole(void **state)
{
  static const size_t large = 6291456;
  struct sample s;
  (void)state;
  proxy_sample_begin(&s);
  add_large(&s, 1048576, 0, 0);
  add_large(&s, large, 0, 0);
  sample_expect(&s, "proxy.large-event", VERDICT_PASS);
  sample_end(&s);
  proxy_sample_begin(&s);
  add_large(&s, 1048576, 0, 0);
  add_large(&s, large, 1048576, 0);
  sample_expect(&s, "proxy.large-event", VERDICT_FAIL);
  sample_says(&s, "6 MiB");
  sample_end(&s);
  proxy_sample_begin(&s);
  add_large(&s, 1048576, 0, 70000);
  sample_expect(&s, "proxy.large-event", VERDICT_FAIL);
  sample_end(&s);
}

/* A client that leaves after 300 ms, three times; the origin's word of it. */
static void leave(struct sample *s, const char *quiet, const char *busy)
{
  static const char *const roles[] = {"leave-quiet", "leave-quiet",
                                      "leave-busy"};
  proxy_sample_begin(s);
  for(int i = 0; i < 3; i++) {
    struct proxy_sample p = proxy_sample_add(s, ENDS, roles[i]);
    proxy_sample_event(&p, 50, 51, 20);
    sample_chunk(p.origin, 1300, ":\n\n");
    sample_chunk(p.origin, 1400, ":\n\n");
    sample_ends(p.client, REC_END_OURS, 302);
    proxy_sample_note(&p, i < 2 ? quiet : busy);
  }
}

static void test_the_origin_is_told_when_a_client_leaves(void **state)
{
  struct sample s;
  (void)state;
  leave(&s, "gone=fin gone_ms=301", "gone=rst gone_ms=301");
  sample_expect(&s, "proxy.client-abort", VERDICT_PASS);
  sample_says(&s, "at once");
  sample_end(&s);
  leave(&s, "gone=rst gone_ms=1401", "gone=rst gone_ms=301");
  sample_expect(&s, "proxy.client-abort", VERDICT_PASS);
  sample_says(&s, "heartbeats free");
  sample_end(&s);
  leave(&s, "ended=clean ended_ms=3000 gone=fin gone_ms=3001",
        "gone=rst gone_ms=301");
  sample_expect(&s, "proxy.client-abort", VERDICT_FAIL);
  sample_says(&s, "FIN, quiet stream");
  sample_end(&s);
  leave(&s, "gone=fin gone_ms=301", "ended=clean ended_ms=5000");
  sample_expect(&s, "proxy.client-abort", VERDICT_FAIL);
  sample_says(&s, "FIN, busy stream");
  sample_end(&s);
}

/* Origins that break off at 400 ms, and what the client saw of it. */
static void broken(struct sample *s, enum recording_end rst,
                   enum recording_end fin, int64_t after_ms)
{
  enum recording_end ends[2] = {rst, fin};
  static const char *const roles[] = {"upstream-rst", "upstream-fin"};
  proxy_sample_begin(s);
  for(int i = 0; i < 2; i++) {
    struct proxy_sample p = proxy_sample_add(s, ENDS, roles[i]);
    proxy_sample_event(&p, 50, 51, 20);
    sample_ends(p.origin, REC_END_OURS, 400);
    if(ends[i] == REC_END_CLEAN)
      sample_text(p.client, 402 + after_ms, "0\r\n\r\n");
    sample_ends(p.client, ends[i], 402 + after_ms);
  }
}

static void test_a_broken_stream_arrives_as_broken(void **state)
{
  struct sample s;
  (void)state;
  broken(&s, REC_END_RESET, REC_END_TRUNCATED, 1);
  sample_expect(&s, "proxy.upstream-abort", VERDICT_PASS);
  sample_expect(&s, "proxy.error-page", VERDICT_PASS);
  sample_end(&s);
  broken(&s, REC_END_RESET, REC_END_CLEAN, 1);
  sample_expect(&s, "proxy.upstream-abort", VERDICT_FAIL);
  sample_says(&s, "breaks off: the proxy ends the response properly");
  sample_end(&s);
  broken(&s, REC_END_RESET, REC_END_TRUNCATED, 1500);
  sample_expect(&s, "proxy.upstream-abort", VERDICT_FAIL);
  sample_says(&s, "within 1 s");
  sample_end(&s);
}

static void test_an_answer_in_the_place_of_a_stream_says_it_all(void **state)
{
  struct sample s;
  (void)state;
  proxy_sample_begin(&s);
  (void)proxy_sample_heads(&s, ENDS, "upstream-rst", SAMPLE_STREAM,
                           "HTTP/1.1 503 Backend fetch failed\r\n\r\n");
  sample_expect(&s, "proxy.upstream-abort", VERDICT_PASS);
  sample_says(&s, "answered 503");
  sample_end(&s);
}

static void test_an_error_page_inside_a_stream_is_found(void **state)
{
  struct sample s;
  (void)state;
  broken(&s, REC_END_TRUNCATED, REC_END_TRUNCATED, 1);
  sample_chunk(s.recording[0], 402, "<html>502 Bad Gateway</html>");
  sample_expect(&s, "proxy.error-page", VERDICT_FAIL);
  sample_says(&s, "text of its own");
  sample_end(&s);
}

static void expect_eof(const char *wire, enum recording_end end,
                       enum verdict v)
{
  struct sample s;
  struct proxy_sample p;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, ENDS, "eof");
  sample_text(p.origin, 100, "9\r\ndata: 1\n\n\r\n0\r\n\r\n");
  sample_ends(p.origin, REC_END_OURS, 100);
  sample_text(p.client, 103, wire);
  sample_ends(p.client, end, 103);
  sample_expect(&s, "proxy.upstream-eof", v);
  sample_end(&s);
}

static void test_a_finished_stream_arrives_finished(void **state)
{
  (void)state;
  expect_eof("9\r\ndata: 1\n\n\r\n0\r\n\r\n", REC_END_CLEAN, VERDICT_PASS);
  expect_eof("9\r\ndata: 1\n\n\r\n", REC_END_RESET, VERDICT_FAIL);
  expect_eof("0\r\n\r\n", REC_END_CLEAN, VERDICT_FAIL);
}

static void expect_idle(int64_t cut_ms, uint64_t beat_ns, enum verdict v,
                        const char *words)
{
  struct sample s;
  struct proxy_sample p;
  proxy_sample_begin(&s);
  s.target->heartbeat_ns = beat_ns;
  p = proxy_sample_add(&s, SCRIPT_PROXY_IDLE, "idle");
  proxy_sample_event(&p, 50, 51, 20);
  if(cut_ms)
    sample_ends(p.client, REC_END_TRUNCATED, cut_ms + 52);
  else {
    proxy_sample_event(&p, 20050, 20051, 20);
    sample_ends(p.client, REC_END_OURS, 20100);
  }
  sample_expect(&s, "proxy.idle-timeout", v);
  sample_says(&s, words);
  sample_end(&s);
}

static void test_a_cut_of_a_silent_stream_is_told_with_its_second(void **state)
{
  (void)state;
  expect_idle(0, 0, VERDICT_PASS, "lives through 20 s");
  expect_idle(10000, 0, VERDICT_WARN, "after 10.0 s");
  expect_idle(60000, 0, VERDICT_INFO, "every 20 s");
  expect_idle(60000, UINT64_C(15000000000), VERDICT_INFO, "in time");
  expect_idle(60000, UINT64_C(50000000000), VERDICT_WARN, "after 60.0 s");
}

/* Three streams; the last reaches the origin at that instant. */
static void crowd(struct sample *s, int64_t last_ms)
{
  proxy_sample_begin(s);
  for(int i = 0; i < 3; i++) {
    struct proxy_sample p = proxy_sample_add(s, SCRIPT_PROXY_CROWD, "crowd");
    proxy_sample_event(&p, 300, 301, 100);
    proxy_sample_event(&p, 350, 351, 100);
    sample_ends(p.origin, REC_END_OURS, 1300);
    if(i == 2)
      p.origin->started_real_ns += (uint64_t)last_ms * 1000000;
  }
}

static void test_streams_that_wait_for_each_other_are_found(void **state)
{
  struct sample s;
  (void)state;
  crowd(&s, 0);
  sample_expect(&s, "proxy.concurrent", VERDICT_PASS);
  sample_expect(&s, "proxy.order", VERDICT_PASS);
  sample_end(&s);
  crowd(&s, 1301);
  sample_expect(&s, "proxy.concurrent", VERDICT_FAIL);
  sample_says(&s, "only when others have ended");
  sample_end(&s);
  crowd(&s, 0);
  sample_add(&s, "proxy-crowd.3", "HTTP/1.1 503 Busy\r\n\r\n");
  s.recording[6]->label.role = ROLE_CROWD;
  sample_expect(&s, "proxy.concurrent", VERDICT_FAIL);
  sample_says(&s, "only 3 came up");
  sample_end(&s);
}

static void test_a_stream_with_another_ones_events_is_found(void **state)
{
  struct sample s;
  (void)state;
  crowd(&s, 0);
  sample_chunk(s.recording[2], 360, "data: 9 other\n\n");
  sample_chunk(s.recording[3], 360, "data: 3 own\n\n");
  sample_expect(&s, "proxy.order", VERDICT_FAIL);
  sample_says(&s, "stream 2 of 3");
  sample_end(&s);
}

static void expect_slow(const char *note, enum verdict v, const char *words)
{
  struct sample s;
  struct proxy_sample p;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, SCRIPT_PROXY_SLOW, "slow");
  proxy_sample_note(&p, note);
  sample_expect(&s, "proxy.slow-client", v);
  sample_says(&s, words);
  sample_end(&s);
}

static void test_a_client_that_reads_nothing_holds_the_origin_back(
    void **state)
{
  (void)state;
  expect_slow("bytes=3145728", VERDICT_PASS, "after 3.0 MiB");
  expect_slow("bytes=42991616", VERDICT_PASS, "after 41.0 MiB");
  expect_slow("ended=clean ended_ms=900 bytes=117440512", VERDICT_WARN,
              "takes 112 MiB");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bodies_are_compared_to_the_last_byte),
      cmocka_unit_test(test_large_events_come_whole),
      cmocka_unit_test(test_the_origin_is_told_when_a_client_leaves),
      cmocka_unit_test(test_a_broken_stream_arrives_as_broken),
      cmocka_unit_test(test_an_answer_in_the_place_of_a_stream_says_it_all),
      cmocka_unit_test(test_an_error_page_inside_a_stream_is_found),
      cmocka_unit_test(test_a_finished_stream_arrives_finished),
      cmocka_unit_test(test_a_cut_of_a_silent_stream_is_told_with_its_second),
      cmocka_unit_test(test_streams_that_wait_for_each_other_are_found),
      cmocka_unit_test(test_a_stream_with_another_ones_events_is_found),
      cmocka_unit_test(test_a_client_that_reads_nothing_holds_the_origin_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
