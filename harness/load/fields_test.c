/* SPDX-License-Identifier: MIT
 * Tests of the field table and of what thresholds may say. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "document/doc.h"
#include "load/fields.h"
#include "load/load_doc.h"
#include "load/synthetic.h"

static struct err checked(const char *expression)
{
  struct err e = {0};
  struct scenario *s = scenario_default();
  int rc;
  assert_non_null(s);
  assert_int_equal(
      scenario_set(s, "thresholds", expression, "test.yaml:3:5", &e), 0);
  rc = fields_check_thresholds(s, &e);
  assert_int_equal(rc, e.code);
  scenario_free(s);
  return e;
}

static void test_every_field_has_a_definition_and_a_unique_name(void **state)
{
  size_t i, j;
  (void)state;
  assert_true(fields_count() > 80);
  for(i = 0; i < fields_count(); i++) {
    struct buf text;
    buf_init(&text, 0);
    assert_int_equal(fields_definition(fields_at(i), &text), 0);
    assert_true(text.n > 10);
    buf_free(&text);
    for(j = 0; j < i; j++)
      assert_string_not_equal(fields_at(i)->name, fields_at(j)->name);
  }
  assert_null(fields_at(fields_count()));
}

/* Every path must lead to a value (or a null) in a document with everything:
 * a field that the document does not have is a bug. */
static void test_every_field_is_in_the_document(void **state)
{
  struct load_doc_context c = {0};
  struct synthetic_run *r = synthetic_new(SYNTHETIC_PASS);
  json_t *doc, *summary;
  size_t i;
  (void)state;
  r->outcome.total->counter[C_REQUESTS] = 1;
  doc = load_doc_build(&r->outcome, &c);
  summary = json_object_get(doc, "summary");
  for(i = 0; i < fields_count(); i++) {
    if(!json_dotted_get(summary, fields_at(i)->path))
      fail_msg("%s is not in the document", fields_at(i)->path);
  }
  json_decref(doc);
  synthetic_free(r);
}

static void test_thresholds_on_known_fields_are_accepted(void **state)
{
  static const char *const good[] = {"latency.p99 < 250ms",
                                     "latency_ms.p99 < 0.25s",
                                     "latency.uncorrected.max < 1s",
                                     "events.lost == 0",
                                     "events.lost < 0.1%",
                                     "connections.failed < 0.1%",
                                     "connections.by_error.timeout == 0",
                                     "events.per_second > 500/s",
                                     "events.received >= 10k",
                                     "generator.cpu_percent < 80%",
                                     "generator.cpu_percent < 80",
                                     "generator.loop_lag.p99 < 10ms",
                                     "server.bytes_per_connection < 32KiB",
                                     "server.cpu_us_per_event < 10us",
                                     "gap.max == 0"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
    struct err e = checked(good[i]);
    if(e.code)
      fail_msg("%s: %s", good[i], e.text);
  }
}

static void test_an_unknown_field_names_its_place_and_a_likely_one(
    void **state)
{
  static const char *const bad[][2] = {
      {"latnecy.p99 < 250ms", "latency.p99"},
      {"latency < 250ms", "latency.p99"},
      {"p99 < 250ms", "latency.p99"},
      {"failed == 0", "connections.failed"},
      {"events.losts == 0", "events.lost"},
      {"conections.failed < 1%", "connections.failed"},
      {"reconnect.p9 < 4s", "reconnect.p9"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    struct err e = checked(bad[i][0]);
    assert_int_equal(e.code, E_SYNTAX);
    assert_ptr_equal(strstr(e.text, "test.yaml:3:5: "), e.text);
    assert_non_null(strstr(e.text, "did you mean "));
    if(!strstr(strstr(e.text, "did you mean "), bad[i][1]))
      fail_msg("%s", e.text);
  }
}

static void test_a_quantity_of_another_kind_is_refused(void **state)
{
  static const char *const bad[] = {
      "latency.p99 < 250",       "events.lost < 1s",      "latency.p99 < 1%",
      "connections.peak > 50%",  "events.bytes < 3s",     "latency.p99 < 1MB",
      "connections.peak > 4KiB", "events.per_second > 1%"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    struct err e = checked(bad[i]);
    if(e.code != E_SYNTAX || !strstr(e.text, "for example"))
      fail_msg("%s: %s", bad[i], e.text);
  }
}

static void test_the_ready_scenarios_have_thresholds_on_known_fields(
    void **state)
{
  glob_t found;
  size_t i;
  uint32_t thresholds = 0;
  (void)state;
  assert_int_equal(
      glob(WEIR_SOURCE_DIR "/scenarios/load/*.yaml", 0, NULL, &found), 0);
  for(i = 0; i < found.gl_pathc; i++) {
    struct err e = {0};
    struct scenario *s = scenario_load(found.gl_pathv[i], &e);
    if(!s || fields_check_thresholds(s, &e))
      fail_msg("%s", e.text);
    thresholds += s->threshold_count;
    scenario_free(s);
  }
  assert_true(thresholds > 0);
  globfree(&found);
}

static json_t *summary_of(const char *text)
{
  struct err e = {0};
  json_t *j = json_parse(slice_of(text), "summary", &e);
  if(!j)
    fail_msg("%s", e.text);
  return j;
}

static void test_shares_refer_to_their_own_whole(void **state)
{
  json_t *s = summary_of(
      "{\"connections\": {\"attempted\": 200, \"failed\": 3, \"opened\": 50,"
      " \"broken\": 5, \"reconnects\": 0, \"resumed\": 0,"
      " \"by_error\": {\"timeout\": 2}},"
      " \"events\": {\"received\": 90, \"lost\": 10, \"expected\": null},"
      " \"generator\": {\"cpu_percent\": 80}}");
  double v;
  struct err e = {0};
  (void)state;
  assert_int_equal(fields_observe(s, "connections.failed", '%', &v, &e), 0);
  assert_float_equal(v, 0.015, 1e-12);
  assert_int_equal(fields_observe(s, "connections.broken", '%', &v, &e), 0);
  assert_float_equal(v, 0.1, 1e-12);
  assert_int_equal(fields_observe(s, "events.lost", '%', &v, &e), 0);
  assert_float_equal(v, 0.1, 1e-12);
  assert_int_equal(fields_observe(s, "generator.cpu_percent", '%', &v, &e), 0);
  assert_float_equal(v, 0.8, 1e-12);
  assert_int_equal(fields_observe(s, "connections.resumed", '%', &v, &e),
                   E_NOT_FOUND);
  assert_non_null(strstr(e.text, "no reconnects"));
  json_decref(s);
}

static void test_causes_that_did_not_occur_are_zero(void **state)
{
  json_t *s =
      summary_of("{\"connections\": {\"by_error\": {\"timeout\": 2}}}");
  double v;
  (void)state;
  assert_int_equal(
      fields_observe(s, "connections.by_error.timeout", 'n', &v, NULL), 0);
  assert_float_equal(v, 2, 0);
  assert_int_equal(
      fields_observe(s, "connections.by_error.refused", 'n', &v, NULL), 0);
  assert_float_equal(v, 0, 0);
  json_decref(s);
}

static void test_what_was_not_measured_says_why(void **state)
{
  json_t *s = summary_of("{\"events\": {\"lost\": null, \"ledger\": "
                         "\"none\"}, \"latency_ms\": {\"source\": \"none\", "
                         "\"p99\": null}}");
  struct err e = {0};
  double v;
  (void)state;
  assert_int_equal(fields_observe(s, "events.lost", 'n', &v, &e), E_NOT_FOUND);
  assert_non_null(strstr(e.text, "no number"));
  assert_int_equal(fields_observe(s, "latency.p99", 'd', &v, &e), E_NOT_FOUND);
  assert_non_null(strstr(e.text, "no time stamp"));
  assert_int_equal(fields_observe(s, "server.rss_bytes", 'b', &v, &e),
                   E_NOT_FOUND);
  assert_non_null(strstr(e.text, "--server-pid"));
  json_decref(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_field_has_a_definition_and_a_unique_name),
      cmocka_unit_test(test_every_field_is_in_the_document),
      cmocka_unit_test(test_thresholds_on_known_fields_are_accepted),
      cmocka_unit_test(test_an_unknown_field_names_its_place_and_a_likely_one),
      cmocka_unit_test(test_a_quantity_of_another_kind_is_refused),
      cmocka_unit_test(
          test_the_ready_scenarios_have_thresholds_on_known_fields),
      cmocka_unit_test(test_shares_refer_to_their_own_whole),
      cmocka_unit_test(test_causes_that_did_not_occur_are_zero),
      cmocka_unit_test(test_what_was_not_measured_says_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
