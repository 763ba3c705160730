/* SPDX-License-Identifier: MIT
 * Tests of objectives that each request has to meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "requests/slo.h"

#define MS(n) ((n)*NS_PER_MS)

static struct slo slo_of(const char *text)
{
  struct slo s;
  struct err e;
  assert_int_equal(slo_parse(&s, slice_of(text), "--goodput", &e), 0);
  return s;
}

/* TTFT 100 ms, since sent 90, ITL 20, latency 300. */
static const struct request_times times = {.intended_ns = MS(1000),
                                           .sent_ns = MS(1010),
                                           .first_ns = MS(1100),
                                           .out_ns = MS(1120),
                                           .last_ns = MS(1280),
                                           .marker_ns = MS(1300),
                                           .events = 10};

static bool met(const char *text, const struct request_times *t,
                const struct slo_gaps *g)
{
  struct slo s = slo_of(text);
  return slo_met(&s, t, g, MS(1400));
}

static void test_each_objective_has_its_time(void **state)
{
  struct slo_gaps none = {0};
  (void)state;
  assert_true(met("ttft<101ms, ttft.sent<91ms, tto<121ms", &times, &none));
  assert_true(
      met("itl<21ms,latency<301ms,latency.token<271ms", &times, &none));
  assert_true(met("ttft<=100ms", &times, &none));
  assert_false(met("ttft<100ms", &times, &none));
  assert_false(met("itl<30ms,latency<300ms", &times, &none));
}

static void test_without_tokens_the_first_is_missed(void **state)
{
  struct request_times t = times;
  struct slo_gaps none = {0};
  (void)state;
  t.events = 0;
  t.out_ns = 0;
  assert_false(met("ttft<1h", &t, &none));
  assert_false(met("tto<1h", &t, &none));
  assert_true(met("itl<1ms, gap.p99<1ms", &t, &none));
}

/* 1 to n ms, in an order that is neither. */
static struct slo_gaps gaps_to(uint64_t n)
{
  struct slo_gaps g = {0};
  uint64_t i;
  for(i = 0; i < n; i++)
    slo_gap(&g, MS(1 + i * 7 % n));
  return g;
}

static void test_the_99th_percentile_is_the_nearest_rank(void **state)
{
  struct slo_gaps few = gaps_to(99), more = gaps_to(500), many = gaps_to(9999);
  (void)state;
  assert_true(met("gap.p99<=99ms", &times, &few)); /* the largest */
  assert_false(met("gap.p99<99ms", &times, &few));
  assert_true(met("gap.p99<=495ms", &times, &more));
  assert_false(met("gap.p99<495ms", &times, &more));
  assert_true(met("gap.max<=500ms", &times, &more));
  /* more than are kept: no lower than it is */
  assert_false(met("gap.p99<9900ms", &times, &many));
}

static void test_what_is_no_objective_is_refused(void **state)
{
  static const char *const bad[] = {"gap<80ms", "ttft>1ms", "ttft<5", "ttft",
                                    "events.lost<1ms"};
  struct slo s;
  struct err e;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_true(slo_parse(&s, slice_of(bad[i]), "--goodput", &e) < 0);
  assert_int_equal(slo_parse(&s, slice_of("gap<1ms"), "--goodput", &e),
                   E_SYNTAX);
  assert_non_null(strstr(e.text, "gap.p99"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_objective_has_its_time),
      cmocka_unit_test(test_without_tokens_the_first_is_missed),
      cmocka_unit_test(test_the_99th_percentile_is_the_nearest_rank),
      cmocka_unit_test(test_what_is_no_objective_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
