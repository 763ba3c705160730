/* SPDX-License-Identifier: MIT
 * Numbers out of both sides of an exchange: what the origin wrote and when,
 * what the client got and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "doctor/live.h"
#include "recording/recording_testing.h"

#define MS(n)    ((int64_t)(n)*1000000)
#define BEGAN_NS INT64_C(1000000000) /* of the recording, monotonic */
#define HEAD                                                                  \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Connection: close\r\n\r\n"

struct bench {
  struct live_plan plan;
  struct live_outcome outcome;
  struct doctor_live live;
  json_t *requests;
};

static void begin(struct bench *b)
{
  memset(b, 0, sizeof(*b));
  b->plan.shot = calloc(LIVE_SHOTS_MAX, sizeof(*b->plan.shot));
  b->plan.quiet_ms = 900;
  b->requests = json_array();
  b->outcome.log = json_pack("{s:o}", "requests", b->requests);
  b->live.scale = 50;
  b->live.read_timeout_ms = 45000;
}

static void finish(struct bench *b)
{
  live_outcome_free(&b->outcome);
  live_plan_free(&b->plan);
}

/* A shot whose response came; reads are added by the caller. */
static struct recording *add_shot(struct bench *b, enum doctor_probe p,
                                  const char *run, const char *head)
{
  struct live_shot *s = &b->plan.shot[b->plan.shots++];
  s->probe = p;
  s->transport = DOCTOR_H1;
  snprintf(s->run, sizeof(s->run), "%s", run);
  s->r = testing_recording("GET", head);
  s->r->started_real_ns = (uint64_t)BEGAN_NS;
  s->r->request_ns = MS(1);
  s->r->head.complete_ns = MS(3);
  return s->r;
}

static void end_shot(struct recording *r, enum recording_end end, int64_t t_ns)
{
  assert_int_equal(recording_digest(r), 0);
  r->head.complete_ns = MS(3);
  r->end = end;
  r->end_ns = t_ns;
}

/* The origin's line: n events, written every 100 ms from 2 ms on. */
static json_t *add_entry(struct bench *b, const char *run, int n)
{
  json_t *times = json_array();
  json_t *j;
  for(int i = 0; i < n; i++)
    json_array_append_new(times, json_integer(BEGAN_NS + MS(2 + 100 * i)));
  j = json_pack("{s:s, s:s, s:s, s:i, s:o, s:I}", "run", run, "by", "query",
                "version", "HTTP/1.0", "events", n, "times_ns", times,
                "last_ns", (json_int_t)(BEGAN_NS + MS(2 + 100 * (n - 1))));
  json_array_append_new(b->requests, j);
  return j;
}

static void event_read(struct recording *r, int64_t t_ns, int from, int to)
{
  char text[2048] = "";
  for(int i = from; i <= to; i++) {
    size_t n = strlen(text);
    snprintf(text + n, sizeof(text) - n,
             "id: %d\ndata: {\"n\":%d,\"t\":1,\"pad\":\"\"}\n\n", i, i);
  }
  testing_read(r, t_ns, text);
}

static const struct symptom *measure(struct bench *b, enum doctor_probe p)
{
  live_measure(&b->plan, &b->outcome, 0, "", &b->live);
  assert_true(b->live.symptoms.made);
  return symptom_get(&b->live.symptoms, p, DOCTOR_H1);
}

static void test_events_on_time_are_on_time(void **state)
{
  struct bench b;
  struct recording *r;
  const struct symptom *s;
  (void)state;
  begin(&b);
  r = add_shot(&b, PROBE_REGULAR, "Q1", HEAD);
  add_entry(&b, "Q1", 3);
  for(int i = 0; i < 3; i++)
    event_read(r, MS(4 + 100 * i), i + 1, i + 1);
  end_shot(r, REC_END_CLOSE, MS(250));
  s = measure(&b, PROBE_REGULAR);
  assert_true(s->is_stream);
  assert_true(s->upstream_http10);
  assert_int_equal(s->sent, 3);
  assert_int_equal(s->received, 3);
  assert_int_equal(s->bursts, 3);
  assert_float_equal(s->p50_ms, 2, 0.001);
  assert_float_equal(s->headers_ms, 2, 0.001);
  assert_float_equal(s->interval_ms, 100, 0.001);
  assert_false(symptom_is_late(s));
  assert_int_equal(b.live.timeline[DOCTOR_H1].points, 3);
  assert_float_equal(b.live.timeline[DOCTOR_H1].point[1].arrived_ms, 103,
                     0.001);
  finish(&b);
}

static void test_events_in_one_burst_are_late(void **state)
{
  struct bench b;
  struct recording *r;
  const struct symptom *s;
  (void)state;
  begin(&b);
  r = add_shot(&b, PROBE_REGULAR, "Q1", HEAD);
  add_entry(&b, "Q1", 5);
  event_read(r, MS(402), 1, 5);
  end_shot(r, REC_END_CLOSE, MS(403));
  s = measure(&b, PROBE_REGULAR);
  assert_int_equal(s->bursts, 1);
  assert_float_equal(s->p50_ms, 200, 0.001);
  assert_float_equal(s->max_ms, 400, 0.001);
  assert_true(symptom_is_late(s));
  finish(&b);
}

static void test_an_event_that_was_changed_did_not_come(void **state)
{
  struct bench b;
  struct recording *r;
  const struct symptom *s;
  (void)state;
  begin(&b);
  r = add_shot(&b, PROBE_REGULAR, "Q1", HEAD);
  add_entry(&b, "Q1", 2);
  event_read(r, MS(3), 1, 1);
  testing_read(r, MS(103), "id: 2\ndata: {\"n\":2,\"t\":1,\"pad\":\n\n");
  end_shot(r, REC_END_CLOSE, MS(110));
  s = measure(&b, PROBE_REGULAR);
  assert_int_equal(s->received, 1);
  assert_true(symptom_is_late(s));
  finish(&b);
}

static void test_a_cut_is_told_in_the_user_s_own_time(void **state)
{
  struct bench b;
  struct recording *r;
  const struct symptom *s;
  (void)state;
  begin(&b);
  r = add_shot(&b, PROBE_QUIET, "Q6", HEAD);
  add_entry(&b, "Q6", 1);
  event_read(r, MS(3), 1, 1);
  end_shot(r, REC_END_TRUNCATED, MS(2 + 870)); /* a lazy timer */
  s = measure(&b, PROBE_QUIET);
  assert_int_equal(s->end, SYMPTOM_TRUNCATED);
  assert_float_equal(s->cut_ms, 45000, 0.001);
  assert_int_equal(s->scale, 50);
  finish(&b);
}

static void test_an_end_of_the_origin_s_own_is_no_cut(void **state)
{
  struct bench b;
  struct recording *r;
  json_t *entry;
  (void)state;
  begin(&b);
  r = add_shot(&b, PROBE_QUIET, "Q6", HEAD);
  entry = add_entry(&b, "Q6", 1);
  json_object_set_new(entry, "ended_ns", json_integer(BEGAN_NS + MS(1200)));
  event_read(r, MS(3), 1, 1);
  end_shot(r, REC_END_CLOSE, MS(1201));
  assert_true(measure(&b, PROBE_QUIET)->cut_ms < 0);
  finish(&b);
}

static void test_whether_the_application_learns_that_a_client_left(
    void **state)
{
  struct bench b;
  json_t *entry;
  const struct symptom *s;
  (void)state;
  begin(&b);
  end_shot(add_shot(&b, PROBE_LEAVE, "Q8L", HEAD), REC_END_OURS, MS(200));
  end_shot(add_shot(&b, PROBE_LEAVE_QUIET, "Q8Lq", HEAD), REC_END_OURS,
           MS(200));
  entry = add_entry(&b, "Q8L", 1);
  json_object_set_new(entry, "gone_ns", json_integer(BEGAN_NS + MS(205)));
  add_entry(&b, "Q8Lq", 1);
  s = measure(&b, PROBE_LEAVE);
  assert_false(s->never_told);
  assert_float_equal(s->told_ms, 5, 0.001);
  s = measure(&b, PROBE_LEAVE_QUIET);
  assert_true(s->never_told);
  assert_true(s->told_ms < 0);
  finish(&b);
}

static void test_request_headers_are_compared_with_the_origin_s(void **state)
{
  struct bench b;
  json_t *entry;
  const struct symptom *s;
  (void)state;
  begin(&b);
  end_shot(add_shot(&b, PROBE_REQUEST, "Q3", HEAD), REC_END_CLEAN, MS(9));
  entry = add_entry(&b, "Q3", 1);
  json_object_set_new(
      entry, "headers",
      json_pack("[[s,s],[s,s],[s,s],[s,s],[s,s],[s,s]]", "accept",
                "text/event-stream", "Cache-Control", "no-cache",
                "Authorization", "Bearer weir", "Cookie", "weir=1", "Origin",
                "https://weir.example", "X-Weir-Custom", "changed"));
  s = measure(&b, PROBE_REQUEST);
  assert_true(s->headers_lost);
  assert_string_equal(s->lost, "Last-Event-ID, X-Weir-Custom");
  finish(&b);
}

static void test_streams_that_got_in_are_counted(void **state)
{
  struct bench b;
  const struct symptom *s;
  (void)state;
  begin(&b);
  for(int i = 0; i < 3; i++)
    end_shot(add_shot(&b, PROBE_STORM, "Q15",
                      i < 2 ? HEAD
                            : "HTTP/1.1 503 Busy\r\n"
                              "Content-Length: 0\r\n\r\n"),
             REC_END_CLEAN, MS(9));
  add_entry(&b, "Q15", 1);
  s = measure(&b, PROBE_STORM);
  assert_int_equal(s->streams, 3);
  assert_int_equal(s->streams_open, 2);
  assert_int_equal(s->streams_status, 503);
  finish(&b);
}

static void test_bytes_are_compared_with_the_origin_s(void **state)
{
  struct bench b;
  struct recording *r;
  (void)state;
  begin(&b);
  buf_adds(&b.outcome.bait, "data: <!--#x -->\n\n");
  r = add_shot(&b, PROBE_BAIT, "Q10", HEAD);
  add_entry(&b, "Q10", 1);
  testing_read(r, MS(3), "data: \n\n");
  end_shot(r, REC_END_CLOSE, MS(9));
  assert_true(measure(&b, PROBE_BAIT)->body_differs);
  finish(&b);
}

static void test_a_cache_is_seen_by_what_did_not_arrive(void **state)
{
  struct bench b;
  const struct symptom *s;
  (void)state;
  begin(&b);
  for(int i = 0; i < 3; i++)
    end_shot(add_shot(&b, PROBE_AGAIN, "Q9", HEAD), REC_END_CLEAN, MS(9));
  add_entry(&b, "Q9", 1);
  s = measure(&b, PROBE_AGAIN);
  assert_int_equal(s->streams, 3);
  assert_int_equal(s->asked, 1);
  finish(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_events_on_time_are_on_time),
      cmocka_unit_test(test_events_in_one_burst_are_late),
      cmocka_unit_test(test_an_event_that_was_changed_did_not_come),
      cmocka_unit_test(test_a_cut_is_told_in_the_user_s_own_time),
      cmocka_unit_test(test_an_end_of_the_origin_s_own_is_no_cut),
      cmocka_unit_test(test_whether_the_application_learns_that_a_client_left),
      cmocka_unit_test(test_request_headers_are_compared_with_the_origin_s),
      cmocka_unit_test(test_streams_that_got_in_are_counted),
      cmocka_unit_test(test_bytes_are_compared_with_the_origin_s),
      cmocka_unit_test(test_a_cache_is_seen_by_what_did_not_arrive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
