/* SPDX-License-Identifier: MIT
 * What weir itself saw late is nobody's fault. */
#include "checks/core/sample.h"

#include <string.h>

#define MS INT64_C(1000000)

static void test_no_blame_by_the_clock_where_weir_was_late(void **state)
{
  static const char id[] = "http.hdr.prompt";
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  r->head.complete_ns = 1500 * MS;
  r->late_ns = RECORDING_LATE_NS - 1;
  sample_expect(&s, id, VERDICT_WARN);
  assert_false(s.finding.late);
  r->late_ns = 1480 * MS;
  sample_expect(&s, id, VERDICT_UNTESTABLE);
  sample_says(&s, "weir was late: its loop stood still for 1480 ms while "
                  "\"plain\" was open");
  assert_true(s.finding.late);
  r->head.complete_ns = 20 * MS;
  sample_expect(&s, id, VERDICT_PASS);
  assert_false(s.finding.late);
  sample_end(&s);
}

static void test_it_counts_for_all_checks_that_rest_on_a_clock(void **state)
{
  static const char id[] = "frame.event.atomic";
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 100, "data: a\n");
  sample_chunk(r, 1800, "\n");
  sample_expect(&s, id, VERDICT_WARN);
  r->late_ns = 1600 * MS;
  sample_expect(&s, id, VERDICT_UNTESTABLE);
  sample_end(&s);
}

static void test_what_needs_no_clock_is_judged_all_the_same(void **state)
{
  static const char id[] = "http.ct.essence";
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_add(&s, "plain", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
      ->late_ns = 1480 * MS;
  sample_expect(&s, id, VERDICT_FAIL);
  sample_end(&s);
}

static void test_another_exchanges_lateness_is_no_excuse(void **state)
{
  static const char id[] = "http.hdr.prompt";
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain")->head.complete_ns = 1500 * MS;
  sample_stream(&s, "second")->late_ns = 1480 * MS;
  sample_expect(&s, id, VERDICT_WARN);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_blame_by_the_clock_where_weir_was_late),
      cmocka_unit_test(test_it_counts_for_all_checks_that_rest_on_a_clock),
      cmocka_unit_test(test_what_needs_no_clock_is_judged_all_the_same),
      cmocka_unit_test(test_another_exchanges_lateness_is_no_excuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
