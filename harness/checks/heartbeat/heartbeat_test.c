/* SPDX-License-Identifier: MIT
 * heartbeat on hand-made silences. */
#include <string.h>

#include "checks/frame/frame_sample.h"

#define S     1000
#define EVENT "data: x\n\n"

/* A stream "idle": text every period_ms from the head on, count times, then
 * our close after end_ms. */
struct silence {
  const char *text;
  int64_t period_ms;
  int count;
  int64_t end_ms;
  int64_t declared_ms; /* heartbeat of the target; 0 none, < 0 assumed */
};

static struct recording *play(struct sample *s, const struct silence *q)
{
  struct recording *r;
  int i;
  sample_begin(s);
  s->target->heartbeat_known = q->declared_ms > 0   ? KNOWN_DECLARED
                               : q->declared_ms < 0 ? KNOWN_ASSUMED
                                                    : KNOWN_NOT;
  s->target->heartbeat_ns =
      (uint64_t)(q->declared_ms < 0 ? -q->declared_ms : q->declared_ms) *
      1000000;
  r = sample_stream(s, "idle");
  sample_chunk(r, 6, ": welcome\n\n");
  for(i = 1; i <= q->count; i++)
    sample_chunk(r, 5 + i * q->period_ms, q->text);
  sample_ends(r, REC_END_OURS, q->end_ms);
  return r;
}

static void expect(const char *id, const struct silence q, enum verdict v)
{
  struct sample s;
  play(&s, &q);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_silences_are_measured_against_the_advice(void **state)
{
  const char *id = "heartbeat.present";
  (void)state;
  expect(id, (struct silence){":\n", 15 * S, 4, 70 * S, 0}, PASS);
  expect(id, (struct silence){":\n", 15 * S, 1, 20 * S, 0}, PASS);
  expect(id, (struct silence){":\n", 25 * S, 2, 60 * S, 0}, INFO);
  expect(id, (struct silence){":\n", 45 * S, 2, 100 * S, 0}, WARN);
  expect(id, (struct silence){":\n", 0, 0, 60 * S, 0}, WARN);
  expect(id, (struct silence){":\n", 0, 0, 20 * S, 0}, INFO);
  expect(id, (struct silence){":\n", 0, 0, 5 * S, 0}, UNTESTABLE);
  expect(id, (struct silence){EVENT, 1 * S, 20, 20 * S, 0}, UNTESTABLE);
  expect(id, (struct silence){EVENT, 25 * S, 2, 60 * S, 0}, INFO);
}

static void test_declared_heartbeats_are_owed(void **state)
{
  const char *id = "heartbeat.present";
  struct sample s;
  (void)state;
  expect(id, (struct silence){":\n", 1 * S, 5, 6 * S, 1 * S}, PASS);
  expect(id, (struct silence){":\n", 2 * S, 3, 8 * S, 1 * S}, FAIL);
  expect(id, (struct silence){":\n", 0, 0, 5 * S, 1 * S}, FAIL);
  expect(id, (struct silence){":\n", 2 * S, 3, 8 * S, -1 * S}, PASS);
  expect(id, (struct silence){EVENT, 500, 10, 5 * S, 1 * S}, UNTESTABLE);
  play(&s, &(struct silence){":\n", 2 * S, 3, 8 * S, 1 * S});
  sample_expect(&s, id, FAIL);
  assert_true(s.finding.timing);
  sample_says(&s, "2.00 s");
  sample_end(&s);
}

static void test_kinds_of_heartbeats_are_told_apart(void **state)
{
  static const struct {
    const char *text;
    enum verdict comment, form;
  } table[] = {
      {":\n", PASS, PASS},
      {": hb\r\n", PASS, PASS},
      {":\n\n", PASS, INFO},
      {"data:\n\n", WARN, SKIP},
      {"data\n\n", WARN, SKIP},
      {"event: ping\ndata: 1\n\n", INFO, SKIP},
      {"event: ping\ndata:\n\n", WARN, SKIP}, /* no JSON to whoever reads it */
      {"data: ping\n\n", WARN, SKIP},
      {"data: {\"type\":\"ping\"}\n\n", WARN, SKIP},
      {"\n", INFO, SKIP},
      {"data: {\"type\":\"news\"}\n\n", UNTESTABLE, UNTESTABLE},
  };
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    const struct silence q = {table[i].text, 15 * S, 3, 50 * S, 0};
    expect("heartbeat.comment", q, table[i].comment);
    expect("heartbeat.form", q, table[i].form);
  }
  /* A long silence without any is heartbeat.present's to tell. */
  expect("heartbeat.comment", (struct silence){":\n", 0, 0, 60 * S, 0}, SKIP);
}

static void test_comments_that_come_with_events_are_no_heartbeats(void **state)
{
  (void)state;
  expect("heartbeat.comment",
         (struct silence){": note\ndata: x\n\n", 2 * S, 5, 12 * S, 0},
         UNTESTABLE);
  expect("heartbeat.comment",
         (struct silence){"data: x\n\n: note\n\n", 2 * S, 5, 12 * S, 0},
         UNTESTABLE);
  expect("heartbeat.comment",
         (struct silence){"data: x\n\n\n\n", 2 * S, 5, 12 * S, 0}, UNTESTABLE);
}

/* Three reads, 15 s apart. */
static void expect_reads(const char *id, const char *a, const char *b,
                         const char *c, enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  r = sample_stream(&s, "idle");
  sample_chunk(r, 15 * S, a);
  sample_chunk(r, 30 * S, b);
  sample_chunk(r, 45 * S, c);
  sample_ends(r, REC_END_OURS, 50 * S);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_malformed_comments_are_found(void **state)
{
  const char *id = "heartbeat.well-formed";
  (void)state;
  expect_reads(id, ":\n", ":\n", EVENT, PASS);
  expect_reads(id, EVENT ": end\n\n", ":\n", EVENT, PASS);
  expect_reads(id, "id: 1\n", ": hb\n", "data: x\n\n", WARN);
  expect_reads(id, ":", ":", ":", WARN);
  expect_reads(id, ":\n", ":\n", ":", WARN);
  expect_reads(id, EVENT, ":", EVENT, WARN);
  expect_reads(id, "data:\n\n", "data:\n\n", "data:\n\n", SKIP);
  expect_reads(id, EVENT, EVENT, EVENT, UNTESTABLE);
}

static void test_first_heartbeat_is_due_after_one_period(void **state)
{
  const char *id = "heartbeat.starts";
  (void)state;
  expect(id, (struct silence){":\n", 1 * S, 5, 6 * S, 1 * S}, PASS);
  expect(id, (struct silence){":\n", 1 * S, 6, 7 * S, 0}, PASS);
  expect(id, (struct silence){":\n", 1 * S, 5, 6 * S, 0}, UNTESTABLE);
  expect(id, (struct silence){":\n", 1500, 3, 6 * S, 1 * S}, WARN);
  expect(id, (struct silence){":\n", 0, 0, 6 * S, 1 * S}, WARN);
  expect(id, (struct silence){":\n", 4 * S, 1, 6 * S, 0}, UNTESTABLE);
  expect(id, (struct silence){EVENT, 500, 10, 6 * S, 1 * S}, UNTESTABLE);
  expect(id, (struct silence){":\n", 0, 0, 5 * S, 15 * S}, UNTESTABLE);
}

static void test_intervals_are_reported_from_five_on(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  expect("heartbeat.jitter", (struct silence){":\n", 1 * S, 6, 7 * S, 0},
         PASS);
  expect("heartbeat.jitter", (struct silence){":\n", 1 * S, 5, 7 * S, 0},
         UNTESTABLE);
  expect("heartbeat.jitter", (struct silence){":\n", 1 * S, 6, 7 * S, 2 * S},
         INFO);
  r = play(&s, &(struct silence){":\n", 1 * S, 6, 20 * S, 0});
  sample_chunk(r, 9 * S, ":\n");
  sample_expect(&s, "heartbeat.jitter", INFO);
  sample_says(&s, "6 intervals: p1 1.00 s, p50 1.00 s, p99 3.00 s");
  sample_end(&s);
}

static void test_events_between_heartbeats_spoil_no_interval(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  r = play(&s, &(struct silence){":\n", 1 * S, 6, 20 * S, 0});
  sample_chunk(r, 6500, EVENT);
  sample_chunk(r, 9 * S, ":\n");
  sample_expect(&s, "heartbeat.jitter", PASS);
  sample_says(&s, "5 intervals");
  sample_end(&s);
}

/* Comments every 1.1 s beside pings every 2 s, as a real server sent them. */
static void test_two_timers_have_no_common_period(void **state)
{
  struct sample s;
  struct recording *r;
  int64_t t;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "idle");
  for(t = 100; t < 20 * S; t += 100) {
    if(t % 1100 == 0)
      sample_chunk(r, 5 + t, ":\n\n");
    else if(t % 2000 == 0)
      sample_chunk(r, 5 + t, "event: ping\ndata: {}\n\n");
  }
  sample_ends(r, REC_END_OURS, 20 * S);
  sample_expect(&s, "heartbeat.starts", PASS);
  sample_expect(&s, "heartbeat.comment", INFO);
  sample_says(&s, "18 x comment, 9 x ping event");
  sample_end(&s);
}

static void test_cost_counts_the_framing(void **state)
{
  struct sample s;
  (void)state;
  play(&s, &(struct silence){":\n", 1 * S, 5, 6 * S, 0});
  sample_expect(&s, "heartbeat.cost", PASS);
  sample_says(&s, "7.0 bytes per heartbeat, 7.00 bytes/s");
  sample_end(&s);
  expect("heartbeat.cost", (struct silence){":\n", 4 * S, 1, 6 * S, 0},
         UNTESTABLE);
  expect("heartbeat.cost", (struct silence){":\n", 0, 0, 60 * S, 0}, SKIP);
  expect("heartbeat.cost", (struct silence){EVENT, 1 * S, 5, 6 * S, 0},
         UNTESTABLE);
}

static void expect_life(int64_t end_ms, enum recording_end end, bool fast,
                        const char *last, enum verdict v)
{
  struct sample s;
  struct recording *r = play(&s, &(struct silence){":\n", 15 * S, 1, 0, 0});
  int64_t t;
  s.target->fast = fast;
  for(t = 30 * S; t < end_ms; t += 15 * S)
    sample_chunk(r, t, ":\n");
  if(*last)
    sample_chunk(r, end_ms, last);
  if(end == REC_END_CLEAN)
    sample_text(r, end_ms, "0\r\n\r\n");
  sample_ends(r, end, end_ms);
  sample_expect(&s, "heartbeat.keeps-alive", v);
  if(v == FAIL)
    assert_true(s.finding.timing);
  sample_end(&s);
}

static void test_idle_streams_must_stay(void **state)
{
  (void)state;
  expect_life(300 * S, REC_END_OURS, false, "", PASS);
  expect_life(90 * S, REC_END_OURS, true, "", PASS);
  expect_life(90 * S, REC_END_OURS, false, "", UNTESTABLE);
  expect_life(20 * S, REC_END_OURS, false, "", UNTESTABLE);
  expect_life(60 * S, REC_END_RESET, false, "", FAIL);
  expect_life(60 * S, REC_END_TRUNCATED, false, "", FAIL);
  expect_life(60 * S, REC_END_CLEAN, false, "", FAIL);
  expect_life(60 * S, REC_END_CLEAN, false, EVENT, UNTESTABLE);
  expect("heartbeat.keeps-alive", (struct silence){EVENT, 1 * S, 5, 6 * S, 0},
         UNTESTABLE);
}

static void test_finite_streams_need_not_stay(void **state)
{
  struct sample s;
  (void)state;
  play(&s, &(struct silence){":\n", 1 * S, 5, 6 * S, 0});
  s.target->stream = STREAM_FINITE;
  sample_expect(&s, "heartbeat.keeps-alive", SKIP);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_silences_are_measured_against_the_advice),
      cmocka_unit_test(test_declared_heartbeats_are_owed),
      cmocka_unit_test(test_kinds_of_heartbeats_are_told_apart),
      cmocka_unit_test(test_comments_that_come_with_events_are_no_heartbeats),
      cmocka_unit_test(test_malformed_comments_are_found),
      cmocka_unit_test(test_first_heartbeat_is_due_after_one_period),
      cmocka_unit_test(test_intervals_are_reported_from_five_on),
      cmocka_unit_test(test_events_between_heartbeats_spoil_no_interval),
      cmocka_unit_test(test_two_timers_have_no_common_period),
      cmocka_unit_test(test_cost_counts_the_framing),
      cmocka_unit_test(test_idle_streams_must_stay),
      cmocka_unit_test(test_finite_streams_need_not_stay),
  };
  return cmocka_run_group_tests_name("checks.heartbeat", tests, NULL, NULL);
}
