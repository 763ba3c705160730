/* SPDX-License-Identifier: MIT
 * Tests of the document: verdicts, exit codes, thresholds, secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "document/doc.h"
#include "load/load_doc.h"
#include "load/synthetic.h"

static const struct load_doc_context context = {
    .libcurl = "7.88.1",
    .libuv = "1.44.2",
    .command_line = "weir load 'http://h/?token=s3cret' -H "
                    "'Authorization: Bearer hidden-credential'"};

/* The default thresholds, with these counts: what stands first? */
static void test_the_worst_of_the_default_thresholds_stands_first(void **state)
{
  static const struct {
    enum counter counter[2];
    uint64_t value[2];
    const char *first;
  } cases[] = {
      {{C_BROKEN, C_FAILED}, {500, 3}, ": connections.broken <= 0.1% (50%),"},
      {{C_BROKEN, C_FAILED}, {3, 500}, ": connections.failed <= 0.1% (50%),"},
      {{C_BROKEN, C_PRESENT_US}, {3, 10}, ": connections.present >= 99% (1%)"},
      {{C_BROKEN, C_LOST}, {3, 900000}, ": events.lost == 0 (900,000),"},
  };
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct synthetic_run *r = synthetic_new(SYNTHETIC_PASS);
    uint64_t *counter = r->outcome.total->counter;
    json_t *doc;
    counter[C_PRESENT_US] = counter[C_ASKED_US] = 1000;
    counter[cases[i].counter[0]] = cases[i].value[0];
    counter[cases[i].counter[1]] = cases[i].value[1];
    doc = load_doc_build(&r->outcome, &context);
    if(!strstr(doc_text(doc, "sentence"), cases[i].first))
      fail_msg("\"%s\" lacks \"%s\"", doc_text(doc, "sentence"),
               cases[i].first);
    assert_int_equal(load_doc_exit_code(doc), 1);
    json_decref(doc);
    synthetic_free(r);
  }
}

static void test_default_thresholds_can_be_declined(void **state)
{
  struct synthetic_run *r = synthetic_new(SYNTHETIC_FAIL);
  json_t *doc;
  (void)state;
  r->scenario->default_thresholds = false;
  doc = load_doc_build(&r->outcome, &context);
  assert_int_equal(json_array_size(doc_array(doc, "thresholds")), 0);
  assert_int_equal(load_doc_exit_code(doc), 0);
  assert_non_null(strstr(doc_text(doc, "sentence"), "no threshold was set"));
  json_decref(doc);
  synthetic_free(r);
}

static json_t *build(enum synthetic kind, const char *threshold)
{
  struct synthetic_run *r = synthetic_new(kind);
  json_t *doc;
  if(threshold)
    synthetic_threshold(r, threshold);
  doc = load_doc_build(&r->outcome, &context);
  assert_non_null(doc);
  synthetic_free(r);
  return doc;
}

static void expect(enum synthetic kind, const char *threshold,
                   const char *verdict, int code)
{
  json_t *doc = build(kind, threshold);
  assert_string_equal(doc_text(doc, "verdict"), verdict);
  assert_int_equal(load_doc_exit_code(doc), code);
  json_decref(doc);
}

static void test_each_kind_of_run_has_its_verdict_and_exit_code(void **state)
{
  (void)state;
  expect(SYNTHETIC_PASS, NULL, "pass", 0);
  expect(SYNTHETIC_PASS, "latency.p99 < 250ms", "pass", 0);
  expect(SYNTHETIC_PASS, "latency.p99 < 250us", "fail", 1);
  expect(SYNTHETIC_FAIL, "events.lost == 0", "fail", 1);
  expect(SYNTHETIC_FAIL, "events.lost <= 12", "pass", 0);
  expect(SYNTHETIC_FAIL, NULL, "fail", 1);
  expect(SYNTHETIC_UNREACHABLE, NULL, "fail", 3);
  expect(SYNTHETIC_UNREACHABLE, "connections.failed == 0", "fail", 3);
  expect(SYNTHETIC_INVALID, NULL, "invalid", 4);
  expect(SYNTHETIC_INVALID, "events.lost == 0", "invalid", 4);
  expect(SYNTHETIC_INTERRUPTED, "events.lost == 0", "interrupted", 130);
  expect(SYNTHETIC_BLIND, NULL, "pass", 0);
}

static void test_a_threshold_without_data_is_not_passed(void **state)
{
  static const char *const blind[] = {
      "latency.p99 < 250ms",     "events.lost == 0",    "events.lost < 1%",
      "server.rss_bytes < 1GiB", "reconnect.max < 10s", "events.foreign == 0"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(blind) / sizeof(blind[0]); i++) {
    json_t *doc = build(SYNTHETIC_BLIND, blind[i]);
    json_t *t = json_array_get(json_object_get(doc, "thresholds"), 0);
    assert_string_equal(doc_text(t, "expression"), blind[i]);
    assert_true(json_is_null(json_object_get(t, "observed")));
    assert_false(doc_bool(t, "pass"));
    assert_true(strlen(doc_text(t, "why")) > 20);
    assert_int_equal(load_doc_exit_code(doc), 1);
    json_decref(doc);
  }
}

static void test_nothing_opened_passes_no_threshold_on_events(void **state)
{
  static const char *const expressions[] = {
      "events.lost == 0", "events.lost < 1%", "events.corrupt == 0"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
    json_t *doc = build(SYNTHETIC_UNREACHABLE, expressions[i]);
    assert_true(json_is_null(json_dotted_get(doc, "thresholds.0.observed")));
    assert_false(doc_bool(doc, "thresholds.0.pass"));
    json_decref(doc);
  }
}

static void test_shares_and_durations_are_observed_in_their_unit(void **state)
{
  json_t *doc = build(SYNTHETIC_FAIL, "connections.failed < 0.1%");
  json_t *t = json_array_get(json_object_get(doc, "thresholds"), 0);
  (void)state;
  assert_string_equal(doc_text(t, "unit"), "share");
  assert_float_equal(doc_number(t, "limit", 0), 0.001, 1e-12);
  assert_float_equal(doc_number(t, "observed", 0), 2.0 / 1024, 1e-9);
  json_decref(doc);
  doc = build(SYNTHETIC_PASS, "latency.max < 0.25s");
  t = json_array_get(json_object_get(doc, "thresholds"), 0);
  assert_string_equal(doc_text(t, "unit"), "ms");
  assert_float_equal(doc_number(t, "limit", 0), 250, 1e-9);
  assert_float_equal(doc_number(t, "observed", 0),
                     doc_number(doc, "summary.latency_ms.max", -1), 1e-9);
  json_decref(doc);
}

static void test_figures_come_from_the_snapshot(void **state)
{
  json_t *doc = build(SYNTHETIC_FAIL, NULL);
  json_t *s = json_object_get(doc, "summary");
  (void)state;
  assert_int_equal(doc_count(s, "connections.opened"), 1022);
  assert_int_equal(doc_count(s, "connections.peak"), 1000);
  assert_int_equal(doc_count(s, "connections.by_error.status-503"), 2);
  assert_int_equal(doc_count(s, "events.received"), 100000);
  assert_float_equal(doc_number(s, "events.per_second", 0), 5000, 1e-9);
  assert_int_equal(doc_count(s, "events.lost"), 12);
  assert_int_equal(doc_count(s, "latency_ms.count"), 100000);
  assert_string_equal(doc_text(s, "latency_ms.clock"), "kernel");
  assert_float_equal(doc_number(s, "reconnect_ms.max", 0), 3010, 1e-9);
  assert_float_equal(doc_number(s, "generator.cpu_percent", 0), 55, 1e-9);
  assert_float_equal(doc_number(s, "generator.busiest_worker_percent", 0), 30,
                     1e-9);
  assert_int_equal(doc_count(s, "generator.bytes_per_connection"),
                   16 * 1048576 / 1000);
  assert_int_equal(json_array_size(doc_array(doc, "timeline")), 20);
  assert_int_equal(json_array_size(doc_array(doc, "first_offenders")), 3);
  assert_null(json_object_get(s, "server"));
  json_decref(doc);
}

static void test_without_a_ledger_losses_are_null_and_not_zero(void **state)
{
  static const char *const paths[] = {"events.lost",      "events.duplicated",
                                      "events.reordered", "events.expected",
                                      "events.foreign",   "latency_ms.p99",
                                      "latency_ms.hdr"};
  json_t *doc = build(SYNTHETIC_BLIND, NULL);
  json_t *s = json_object_get(doc, "summary");
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
    assert_true(json_is_null(json_dotted_get(s, paths[i])));
  assert_int_equal(json_integer_value(json_dotted_get(s, "latency_ms.count")),
                   0);
  json_decref(doc);
}

static void test_no_secret_stands_anywhere_in_the_document(void **state)
{
  json_t *doc = build(SYNTHETIC_FAIL, NULL);
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  assert_int_equal(json_print(doc, true, &text), 0);
  assert_null(strstr(buf_text(&text), "s3cret"));
  assert_null(strstr(buf_text(&text), "hidden-credential"));
  assert_null(strstr(buf_text(&text), "user:pw@"));
  assert_non_null(strstr(buf_text(&text), "token=***"));
  assert_non_null(strstr(buf_text(&text), "visible"));
  buf_free(&text);
  json_decref(doc);
}

static void test_the_sentence_says_what_matters(void **state)
{
  static const struct {
    enum synthetic kind;
    const char *threshold, *part;
  } cases[] = {
      {SYNTHETIC_PASS, NULL, "none lost"},
      {SYNTHETIC_PASS, NULL, "the default thresholds hold"},
      {SYNTHETIC_FAIL, NULL,
       "3 of 4 default thresholds not met: connections.broken <= 0.1% "
       "(0.6849%), connections.failed <= 0.1% (0.1953%), events.lost == 0 "
       "(12); most often: the server answered 503"},
      {SYNTHETIC_PASS, "events.lost == 0", "the threshold holds"},
      {SYNTHETIC_FAIL, "events.lost == 0", "events.lost == 0 (12)"},
      {SYNTHETIC_FAIL, "events.lost == 0", "1 of 1 threshold not met"},
      {SYNTHETIC_UNREACHABLE, NULL, "nothing listens there"},
      {SYNTHETIC_INVALID, NULL, "killed by signal 9"},
      {SYNTHETIC_INVALID, NULL, "1 more reason"},
      {SYNTHETIC_INTERRUPTED, NULL, "passes no gate"},
      {SYNTHETIC_BLIND, NULL, "loss not measured"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    json_t *doc = build(cases[i].kind, cases[i].threshold);
    if(!strstr(doc_text(doc, "sentence"), cases[i].part))
      fail_msg("\"%s\" lacks \"%s\"", doc_text(doc, "sentence"),
               cases[i].part);
    json_decref(doc);
  }
}

/* Without thresholds it passes, but nothing bad is passed over. */
static void test_the_sentence_tells_what_failed(void **state)
{
  json_t *doc = build(SYNTHETIC_PASS, NULL);
  json_t *s = json_object_get(doc, "summary");
  (void)state;
  assert_null(strstr(doc_text(doc, "sentence"), "failed"));
  json_object_set_new(json_object_get(s, "connections"), "failed",
                      json_integer(1498));
  json_object_set_new(
      json_object_get(s, "connections"), "causes",
      json_pack("[{s:s, s:i}]", "name", "status-500", "count", 1498));
  json_object_set_new(json_object_get(s, "events"), "corrupt",
                      json_integer(3));
  assert_int_equal(gate_decide(doc), 0);
  assert_string_equal(doc_text(doc, "verdict"), "pass");
  assert_non_null(strstr(doc_text(doc, "sentence"),
                         " streams, 1,498 failed (status-500), "));
  assert_non_null(
      strstr(doc_text(doc, "sentence"), ", none lost, 3 corrupt, latency"));
  json_decref(doc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_sentence_tells_what_failed),
      cmocka_unit_test(test_each_kind_of_run_has_its_verdict_and_exit_code),
      cmocka_unit_test(test_a_threshold_without_data_is_not_passed),
      cmocka_unit_test(test_nothing_opened_passes_no_threshold_on_events),
      cmocka_unit_test(test_shares_and_durations_are_observed_in_their_unit),
      cmocka_unit_test(test_figures_come_from_the_snapshot),
      cmocka_unit_test(test_without_a_ledger_losses_are_null_and_not_zero),
      cmocka_unit_test(test_no_secret_stands_anywhere_in_the_document),
      cmocka_unit_test(test_the_sentence_says_what_matters),
      cmocka_unit_test(test_the_worst_of_the_default_thresholds_stands_first),
      cmocka_unit_test(test_default_thresholds_can_be_declined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
