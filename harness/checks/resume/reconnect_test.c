/* SPDX-License-Identifier: MIT
 * reconnect.* on recordings written by hand. */
#include <stdio.h>
#include <string.h>

#include "checks/resume/chase_sample.h"

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define W VERDICT_WARN
#define I VERDICT_INFO
#define S VERDICT_SKIP
#define U VERDICT_UNTESTABLE

#define REFUSED "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
#define NOTHING "HTTP/1.1 204 No Content\r\n\r\n"
#define ERA     UINT64_C(1700000000000000000)

static struct recording *add(struct sample *s, const char *script, unsigned n,
                             const char *head, const char *detail)
{
  char name[32];
  struct recording *r;
  (void)snprintf(name, sizeof(name), "%s.%u", script, n);
  r = sample_add(s, name, head);
  r->started_real_ns = ERA;
  chase_label(r, detail);
  if(!*head)
    r->end = REC_END_REFUSED;
  return r;
}

static void test_three_short_lives_are_a_loop(void **state)
{
  static const struct {
    int64_t life_ms[3];
    const char *third;
    enum verdict v;
  } rows[] = {{{100, 200, 2900}, SAMPLE_STREAM, F},
              {{100, 200, 3100}, SAMPLE_STREAM, P},
              {{100, 200, 20}, "HTTP/1.1 204 No Content\r\n\r\n", P},
              {{100, 200, 20}, "", U}};
  (void)state;
  for(size_t i = 0; i < 4; i++) {
    struct sample s;
    sample_begin(&s);
    for(unsigned k = 0; k < 3; k++)
      sample_ends(add(&s, "loop", k, k < 2 ? SAMPLE_STREAM : rows[i].third,
                      "role=life"),
                  REC_END_CLEAN, rows[i].life_ms[k] + 5);
    sample_expect(&s, "reconnect.finite-loop", rows[i].v);
    sample_end(&s);
  }
}

static void test_a_stream_that_stays_is_no_loop(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_ends(add(&s, "loop", 0, SAMPLE_STREAM, "role=life; FIN"),
              REC_END_OURS, 3205);
  sample_expect(&s, "reconnect.finite-loop", P);
  sample_end(&s);
}

static void expect_life(enum recording_end end, int64_t ms,
                        enum stream_kind kind, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  s.target->stream = kind;
  sample_ends(sample_stream(&s, "to-end"), end, ms);
  sample_expect(&s, "reconnect.max-lifetime", v);
  sample_end(&s);
}

static void test_short_lifetimes_warn(void **state)
{
  (void)state;
  expect_life(REC_END_OURS, 20000, STREAM_ENDLESS, P);
  expect_life(REC_END_CLEAN, 20000, STREAM_ENDLESS, W);
  expect_life(REC_END_CLEAN, 20000, STREAM_FINITE, S);
  expect_life(REC_END_RESET, 61000, STREAM_ENDLESS, I);
}

static void test_an_end_wants_a_retry_before_it(void **state)
{
  (void)state;
  for(int retry = 0; retry < 2; retry++) {
    struct sample s;
    struct recording *r;
    sample_begin(&s);
    r = sample_stream(&s, "to-end");
    sample_chunk(r, 100, retry ? "retry: 500\n\n" : "data: a\n\n");
    sample_ends(r, REC_END_CLEAN, 2000);
    sample_expect(&s, "reconnect.retry-before-close", retry ? P : W);
    r->end = REC_END_OURS;
    sample_expect(&s, "reconnect.retry-before-close", S);
    sample_end(&s);
  }
}

static void test_ends_in_one_second_are_too_regular(void **state)
{
  (void)state;
  for(int spread = 0; spread < 3; spread++) {
    struct sample s;
    sample_begin(&s);
    sample_stream(&s, "to-end");
    for(unsigned k = 0; k < 6; k++)
      sample_ends(add(&s, "storm", k, SAMPLE_STREAM, "role=first cut=server"),
                  spread == 2 ? REC_END_OURS : REC_END_CLEAN,
                  2000 + (spread ? 400 : 10) * (int64_t)k);
    sample_expect(&s, "reconnect.lifetime-jitter",
                  spread == 2 ? S
                  : spread    ? P
                              : W);
    sample_end(&s);
  }
}

static void expect_storm(const char *back, int64_t head_ms, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  for(unsigned k = 0; k < 4; k++)
    sample_ends(add(&s, "storm", k, SAMPLE_STREAM, "role=first cut=fin; FIN"),
                REC_END_OURS, 1000);
  for(unsigned k = 4; k < 8; k++) {
    struct recording *r =
        add(&s, "storm", k, k == 7 ? back : SAMPLE_STREAM, "role=back; FIN");
    r->started_real_ns += UINT64_C(1000000000);
    if(*back)
      r->head.complete_ns = head_ms * 1000000;
  }
  sample_expect(&s, "reconnect.storm", v);
  sample_end(&s);
}

static void test_everybody_is_back_after_a_storm(void **state)
{
  (void)state;
  expect_storm(SAMPLE_STREAM, 20, P);
  expect_storm(SAMPLE_STREAM, 6000, F);
  expect_storm(REFUSED, 20, F);
  expect_storm("", 20, F);
}

/* Of a stream that is over, those who come back are told so. */
static void expect_over(unsigned over, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "to-end");
  for(unsigned k = 0; k < 4; k++)
    sample_ends(add(&s, "storm", k, SAMPLE_STREAM, "role=first cut=server"),
                REC_END_CLEAN, 400);
  for(unsigned k = 4; k < 8; k++)
    add(&s, "storm", k, k - 4 < over ? NOTHING : SAMPLE_STREAM, "role=back");
  sample_expect(&s, "reconnect.storm", v);
  s.target->stream = STREAM_FINITE;
  sample_expect(&s, "reconnect.lifetime-jitter", S);
  sample_end(&s);
}

static void test_who_is_told_that_all_is_over_needs_no_stream(void **state)
{
  (void)state;
  expect_over(4, S);
  expect_over(2, P);
}

static void expect_slots(const char *after, bool aborted, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_stream(&s, "second");
  add(&s, "aborts", 0, SAMPLE_STREAM,
      aborted ? "role=abort kind=rst-after-head of=100; RST" : "role=none");
  add(&s, "aborts", 1, SAMPLE_STREAM, "role=after; FIN");
  add(&s, "aborts", 2, after, "role=after; FIN");
  sample_expect(&s, "reconnect.no-slot-leak", v);
  sample_end(&s);
}

static void test_slots_are_free_after_aborts(void **state)
{
  (void)state;
  expect_slots(SAMPLE_STREAM, true, P);
  expect_slots(REFUSED, true, F);
  expect_slots("", true, F);
  expect_slots(SAMPLE_STREAM, false, U);
}

/* Of three streams before the aborts and three after them. */
static void expect_pool(const char *before, const char *after, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_stream(&s, "second");
  add(&s, "aborts", 0, SAMPLE_STREAM, "role=before; FIN");
  add(&s, "aborts", 1, before, "role=before; FIN");
  add(&s, "aborts", 2, "", "role=before; FIN");
  add(&s, "aborts", 3, SAMPLE_STREAM, "role=abort kind=half-close of=6; FIN");
  add(&s, "aborts", 4, SAMPLE_STREAM, "role=after; FIN");
  add(&s, "aborts", 5, after, "role=after; FIN");
  add(&s, "aborts", 6, "", "role=after; FIN");
  sample_expect(&s, "reconnect.no-slot-leak", v);
  sample_end(&s);
}

static void test_a_small_pool_is_no_leak(void **state)
{
  (void)state;
  expect_pool(SAMPLE_STREAM, SAMPLE_STREAM, P);
  expect_pool("", SAMPLE_STREAM, P);
  expect_pool(SAMPLE_STREAM, "", F);
}

static void expect_quick(const char *before, const char *after,
                         int64_t after_ms, enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  add(&s, "fast-aborts", 0, before, "role=before; FIN");
  add(&s, "fast-aborts", 1, "", "role=abort of=300; RST");
  r = add(&s, "fast-aborts", 2, after, "role=after; FIN");
  r->head.complete_ns = after_ms * 1000000;
  sample_expect(&s, "reconnect.fast-abort", v);
  sample_end(&s);
}

static void test_quick_aborts_leave_the_server_healthy(void **state)
{
  (void)state;
  expect_quick(SAMPLE_STREAM, SAMPLE_STREAM, 6, P);
  expect_quick(SAMPLE_STREAM, SAMPLE_STREAM, 90, P); /* below the floor */
  expect_quick(SAMPLE_STREAM, SAMPLE_STREAM, 400, F);
  expect_quick(SAMPLE_STREAM, REFUSED, 6, F);
  expect_quick(SAMPLE_STREAM, "", 6, F);
  expect_quick(REFUSED, SAMPLE_STREAM, 6, U);
}

/* A POST is made by fetch, which does not come back by itself. */
static void test_other_clients_are_not_asked_for_what_eventsource_does(
    void **state)
{
  static const char *const ids[] = {"reconnect.finite-loop",
                                    "frame.retry.present", "frame.finite",
                                    "frame.event.reserved-name"};
  struct sample s;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
    sample_begin(&s);
    free(s.target->endpoint.method);
    s.target->endpoint.method = slice_dup(slice_of("POST"));
    sample_stream(&s, "plain");
    sample_expect(&s, ids[i], VERDICT_SKIP);
    sample_says(&s, "fetch");
    sample_end(&s);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(
          test_other_clients_are_not_asked_for_what_eventsource_does),
      cmocka_unit_test(test_three_short_lives_are_a_loop),
      cmocka_unit_test(test_a_stream_that_stays_is_no_loop),
      cmocka_unit_test(test_short_lifetimes_warn),
      cmocka_unit_test(test_an_end_wants_a_retry_before_it),
      cmocka_unit_test(test_ends_in_one_second_are_too_regular),
      cmocka_unit_test(test_everybody_is_back_after_a_storm),
      cmocka_unit_test(test_who_is_told_that_all_is_over_needs_no_stream),
      cmocka_unit_test(test_slots_are_free_after_aborts),
      cmocka_unit_test(test_a_small_pool_is_no_leak),
      cmocka_unit_test(test_quick_aborts_leave_the_server_healthy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
