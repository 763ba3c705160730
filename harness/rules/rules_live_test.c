/* SPDX-License-Identifier: MIT
 * What rules make of measurements: made-up ones beside a small
 * configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rules_testing.h"

static struct doctor_symptoms measured;

static struct symptom *made(enum doctor_probe p, enum doctor_transport t)
{
  struct symptom *s = &measured.of[p][t];
  measured.made = true;
  s->made = true;
  s->status = 200;
  s->is_stream = true;
  s->sent = s->received = 12;
  s->bursts = 12;
  s->interval_ms = 100;
  s->p50_ms = 0.3;
  return s;
}

static struct symptom *late(enum doctor_probe p, enum doctor_transport t)
{
  struct symptom *s = made(p, t);
  s->bursts = 1;
  s->p50_ms = 600;
  return s;
}

/* The finding of one rule with what was measured so far; forgets it then. */
static struct doctor_finding judge(const struct rules_case *c,
                                   const char *rule)
{
  struct rules_judged j;
  struct doctor_finding found;
  rules_case_judge(&j, c, rule);
  j.facts.symptoms = &measured;
  doctor_judge_one(doctor_rule_find(rule), &j.facts, &found);
  rules_case_free(&j);
  symptom_init(&measured);
  return found;
}

static int begin(void **state)
{
  (void)state;
  symptom_init(&measured);
  return 0;
}

static const struct rules_case plain = {.location = "proxy_http_version 1.1;"};
static const struct rules_case unbuffered = {
    .location = "proxy_http_version 1.1; proxy_buffering off;"};

static void test_measured_lateness_makes_buffering_an_error(void **state)
{
  struct doctor_finding f;
  (void)state;
  late(PROBE_REGULAR, DOCTOR_H1);
  f = judge(&plain, "nginx.buffering-on");
  assert_int_equal(f.severity, DOCTOR_ERROR);
  assert_int_equal(f.confidence, DOCTOR_CERTAIN);
  assert_true(f.before.made);
  assert_true(f.before.value > 599);
  assert_non_null(strstr(f.before.text, "12 events in 1 burst over http/1.1"));
}

static void test_prompt_events_leave_buffering_a_warning(void **state)
{
  struct doctor_finding f;
  (void)state;
  made(PROBE_REGULAR, DOCTOR_H1);
  f = judge(&plain, "nginx.buffering-on");
  assert_int_equal(f.severity, DOCTOR_WARN);
  assert_int_equal(f.confidence, DOCTOR_LIKELY);
  assert_false(f.before.made);
  late(PROBE_CLOSED, DOCTOR_H1);
  f = judge(&plain, "nginx.buffering-on");
  assert_int_equal(f.severity, DOCTOR_WARN);
  assert_int_equal(f.confidence, DOCTOR_CERTAIN);
}

static void test_events_that_never_came_are_late(void **state)
{
  struct symptom *s = made(PROBE_REGULAR, DOCTOR_H1);
  (void)state;
  assert_false(symptom_is_late(s));
  s->received = 11;
  assert_true(symptom_is_late(s));
  s->received = 12;
  s->p50_ms = 49;
  assert_false(symptom_is_late(s));
  s->p50_ms = 60;
  assert_true(symptom_is_late(s));
  s->interval_ms = 1000;
  assert_false(symptom_is_late(s));
}

static void test_the_worst_transport_is_told(void **state)
{
  enum doctor_transport t = DOCTOR_H1;
  (void)state;
  made(PROBE_REGULAR, DOCTOR_H1);
  late(PROBE_REGULAR, DOCTOR_TLS);
  made(PROBE_REGULAR, DOCTOR_H2)->p50_ms = 5;
  assert_non_null(symptom_worst(&measured, PROBE_REGULAR, &t));
  assert_int_equal(t, DOCTOR_TLS);
  assert_null(symptom_get(&measured, PROBE_SIZES, DOCTOR_H1));
  assert_null(symptom_get(NULL, PROBE_REGULAR, DOCTOR_H1));
  assert_null(symptom_worst(NULL, PROBE_REGULAR, NULL));
}

static void test_late_large_events_are_an_error(void **state)
{
  struct doctor_finding f;
  (void)state;
  made(PROBE_REGULAR, DOCTOR_H1);
  late(PROBE_SIZES, DOCTOR_H1);
  f = judge(&plain, "nginx.buffering-large-event-tail");
  assert_int_equal(f.severity, DOCTOR_ERROR);
  assert_int_equal(f.confidence, DOCTOR_CERTAIN);
}

static void test_a_cut_is_named_with_its_second(void **state)
{
  struct doctor_finding f;
  struct symptom *s = made(PROBE_QUIET, DOCTOR_H2);
  (void)state;
  s->end = SYMPTOM_RESET;
  s->cut_ms = 60000;
  s->scale = 30;
  f = judge(&plain, "nginx.read-timeout");
  assert_int_equal(f.severity, DOCTOR_ERROR);
  assert_int_equal(f.confidence, DOCTOR_CERTAIN);
  assert_non_null(strstr(f.before.text, "cut 60 s after the last byte"));
  assert_non_null(strstr(f.before.text, "measured at scale"));
}

static void test_a_late_cut_stays_a_warning(void **state)
{
  const struct rules_case c = {.location = "proxy_read_timeout 10m;"};
  struct symptom *s = made(PROBE_QUIET, DOCTOR_H1);
  (void)state;
  s->end = SYMPTOM_TRUNCATED;
  s->cut_ms = 600000;
  assert_int_equal(judge(&c, "nginx.read-timeout").severity, DOCTOR_WARN);
}

static void test_replayed_streams_are_certain(void **state)
{
  const struct rules_case c = {.location = "proxy_cache z;"};
  struct symptom *s = made(PROBE_AGAIN, DOCTOR_H1);
  struct doctor_finding f;
  (void)state;
  s->streams = 3;
  s->asked = 1;
  f = judge(&c, "nginx.cache-stores-stream");
  assert_int_equal(f.confidence, DOCTOR_CERTAIN);
  assert_non_null(strstr(f.before.text, "3 connects"));
  s = made(PROBE_AGAIN, DOCTOR_H1);
  s->streams = s->asked = 3;
  f = judge(&c, "nginx.cache-stores-stream");
  assert_int_equal(f.confidence, DOCTOR_POSSIBLE);
}

static void test_a_client_that_waits_for_another_is_certain(void **state)
{
  const struct rules_case c = {.location =
                                   "proxy_cache z; proxy_cache_lock on;"};
  (void)state;
  made(PROBE_TWINS, DOCTOR_H1)->headers_ms = 4300;
  assert_int_equal(judge(&c, "nginx.cache-lock-stall").confidence,
                   DOCTOR_CERTAIN);
  made(PROBE_TWINS, DOCTOR_H1)->headers_ms = 2;
  assert_int_equal(judge(&c, "nginx.cache-lock-stall").confidence,
                   DOCTOR_LIKELY);
}

static void test_an_application_never_told_is_measured(void **state)
{
  const struct rules_case c = {.location = "proxy_ignore_client_abort on;"};
  (void)state;
  made(PROBE_LEAVE_QUIET, DOCTOR_H1)->never_told = true;
  assert_true(judge(&c, "nginx.ignore-client-abort").before.made);
}

static void test_a_lost_resume_header_is_found_without_a_cause(void **state)
{
  struct symptom *s = made(PROBE_REQUEST, DOCTOR_H1);
  struct doctor_finding f;
  (void)state;
  s->headers_lost = true;
  memcpy(s->lost, "Last-Event-ID", 14);
  f = judge(&unbuffered, "nginx.last-event-id-stripped");
  assert_true(f.hit);
  assert_int_equal(f.confidence, DOCTOR_CERTAIN);
  made(PROBE_REQUEST, DOCTOR_H1);
  assert_false(judge(&unbuffered, "nginx.last-event-id-stripped").hit);
}

static void test_headers_withheld_are_worth_knowing(void **state)
{
  struct doctor_finding f;
  (void)state;
  made(PROBE_WITHHELD, DOCTOR_H1)->status = 504;
  f = judge(&unbuffered, "nginx.headers-withheld");
  assert_true(f.hit);
  assert_int_equal(f.severity, DOCTOR_INFO);
  made(PROBE_WITHHELD, DOCTOR_H1);
  assert_false(judge(&unbuffered, "nginx.headers-withheld").hit);
}

static void test_lateness_without_a_cause_is_told_when_seen_twice(void **state)
{
  (void)state;
  late(PROBE_REGULAR, DOCTOR_H1);
  assert_false(judge(&unbuffered, "nginx.unexplained").hit);
  late(PROBE_REGULAR, DOCTOR_H1);
  late(PROBE_ACCEL, DOCTOR_H1);
  assert_true(judge(&unbuffered, "nginx.unexplained").hit);
  late(PROBE_REGULAR, DOCTOR_H1);
  late(PROBE_ACCEL, DOCTOR_H1);
  assert_false(judge(&plain, "nginx.unexplained").hit);
}

static void test_changed_bytes_make_filters_certain(void **state)
{
  const struct rules_case c = {.location = "ssi on; ssi_types *;"};
  (void)state;
  made(PROBE_BAIT, DOCTOR_H1)->body_differs = true;
  assert_int_equal(judge(&c, "nginx.ssi").confidence, DOCTOR_CERTAIN);
  made(PROBE_BAIT, DOCTOR_H1)->body_differs = true;
  assert_true(judge(&unbuffered, "nginx.unexplained").hit);
  made(PROBE_BAIT, DOCTOR_H1)->body_differs = true;
  assert_false(judge(&c, "nginx.unexplained").hit);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_measured_lateness_makes_buffering_an_error,
                             begin),
      cmocka_unit_test_setup(test_prompt_events_leave_buffering_a_warning,
                             begin),
      cmocka_unit_test_setup(test_events_that_never_came_are_late, begin),
      cmocka_unit_test_setup(test_the_worst_transport_is_told, begin),
      cmocka_unit_test_setup(test_late_large_events_are_an_error, begin),
      cmocka_unit_test_setup(test_a_cut_is_named_with_its_second, begin),
      cmocka_unit_test_setup(test_a_late_cut_stays_a_warning, begin),
      cmocka_unit_test_setup(test_replayed_streams_are_certain, begin),
      cmocka_unit_test_setup(test_a_client_that_waits_for_another_is_certain,
                             begin),
      cmocka_unit_test_setup(test_an_application_never_told_is_measured,
                             begin),
      cmocka_unit_test_setup(
          test_a_lost_resume_header_is_found_without_a_cause, begin),
      cmocka_unit_test_setup(test_headers_withheld_are_worth_knowing, begin),
      cmocka_unit_test_setup(
          test_lateness_without_a_cause_is_told_when_seen_twice, begin),
      cmocka_unit_test_setup(test_changed_bytes_make_filters_certain, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
