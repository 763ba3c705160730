/* SPDX-License-Identifier: MIT
 * The grammar of thresholds. */
#include "scenario/scenario_testing.h"

#include "scenario/threshold.h"

static void reads(const char *text, const char *field, const char *op,
                  double value, char unit)
{
  struct err e = {0, ""};
  struct threshold t;
  assert_int_equal(threshold_parse(slice_of(text), "x.yaml:3:5", &t, &e), 0);
  assert_string_equal(t.field, field);
  assert_string_equal(t.op, op);
  assert_true(t.value > value - 1e-9 && t.value < value + 1e-9);
  assert_int_equal(t.unit, unit);
  assert_string_equal(t.where, "x.yaml:3:5");
  threshold_fini(&t);
}

static void rejects(const char *text, const char *why)
{
  struct threshold t = {.expression = NULL};
  struct err e = {0, ""};
  assert_int_equal(threshold_parse(slice_of(text), "x:1:1", &t, &e), E_SYNTAX);
  assert_non_null(strstr(e.text, why));
  assert_int_equal(strncmp(e.text, "x:1:1: ", 7), 0);
  assert_null(t.expression);
}

static void test_threshold_reads_every_unit(void **state)
{
  (void)state;
  reads("latency.p99 < 250ms", "latency.p99", "<", 250, 'd');
  reads("latency.p99<=1.5s", "latency.p99", "<=", 1500, 'd');
  reads("latency.p50 < 30us", "latency.p50", "<", 0.03, 'd');
  reads("gap.max < 2m", "gap.max", "<", 120000, 'd');
  reads("connections.failed < 0.1%", "connections.failed", "<", 0.001, '%');
  reads("events.lost == 0", "events.lost", "==", 0, 'n');
  reads(" events.lost  !=  3 ", "events.lost", "!=", 3, 'n');
  reads("events.received > 10k", "events.received", ">", 10000, 'n');
  reads("events.received > 1M", "events.received", ">", 1e6, 'n');
  reads("events.per_second >= 500/s", "events.per_second", ">=", 500, 'n');
  reads("generator.rss_bytes < 16KiB", "generator.rss_bytes", "<", 16384, 'b');
}

static void test_threshold_keeps_the_expression_as_written(void **state)
{
  struct err e;
  struct threshold t;
  (void)state;
  assert_int_equal(
      threshold_parse(slice_of("  a.b  <5ms "), "--threshold", &t, &e), 0);
  assert_string_equal(t.expression, "a.b  <5ms");
  threshold_fini(&t);
}

static void test_threshold_rejects_what_has_no_meaning(void **state)
{
  (void)state;
  rejects("", "no field name");
  rejects("< 5", "no field name");
  rejects("latency.p99", "no operator");
  rejects("latency.p99 250ms", "no operator");
  rejects("latency.p99 = 250ms", "did you mean \"==\"?");
  rejects("latency.p99 < ", "not a number");
  rejects("latency.p99 < fast", "not a number");
  rejects("latency.p99 < 250parsecs", "not a number");
  rejects("latency.p99 < 0x10", "not a number");
  rejects("latency.p99 < 1 2", "not a number");
  rejects("latency.p99 < nan", "not a number");
  rejects("latency.p99 < 1e999", "not a number");
}

static void test_threshold_keeps_the_end_of_a_long_place(void **state)
{
  char where[200];
  struct err e;
  struct threshold t;
  (void)state;
  memset(where, 'd', sizeof(where));
  memcpy(where + sizeof(where) - 13, "/x.yaml:12:5", 13);
  assert_int_equal(threshold_parse(slice_of("a < 1"), where, &t, &e), 0);
  assert_true(strlen(t.where) < sizeof(t.where));
  assert_non_null(strstr(t.where, "/x.yaml:12:5"));
  threshold_fini(&t);
}

static void test_scenario_splits_thresholds_at_semicolons(void **state)
{
  struct scenario *s = scenario_default();
  struct err e = {0, ""};
  (void)state;
  set_good(s, "threshold", "events.lost == 0; latency.p99 < 1s;");
  set_good(s, "thresholds", "events.corrupt == 0");
  assert_int_equal(s->threshold_count, 3);
  assert_string_equal(s->threshold[1].expression, "latency.p99 < 1s");
  assert_int_equal(scenario_set(s, "thresholds", " ; ", "--threshold", &e),
                   E_SYNTAX);
  set_good(s, "thresholds", "none");
  assert_int_equal(s->threshold_count, 0);
  scenario_free(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threshold_reads_every_unit),
      cmocka_unit_test(test_threshold_keeps_the_expression_as_written),
      cmocka_unit_test(test_threshold_rejects_what_has_no_meaning),
      cmocka_unit_test(test_threshold_keeps_the_end_of_a_long_place),
      cmocka_unit_test(test_scenario_splits_thresholds_at_semicolons),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
