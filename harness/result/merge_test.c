/* SPDX-License-Identifier: MIT
 * Tests that merging documents counts exactly what one run had counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "document/doc.h"
#include "load/load_doc.h"
#include "load/load_read.h"
#include "load/synthetic.h"
#include "result/merge.h"

static const struct load_doc_context context = {.libcurl = "7.88.1"};

/* A run, its pids told apart, that also counted the given shares of events. */
static struct synthetic_run *machine(unsigned number)
{
  struct synthetic_run *r = synthetic_new(SYNTHETIC_FAIL);
  r->outcome.worker[0].pid = 100 + number;
  r->outcome.seed = number;
  synthetic_threshold(r, "events.lost == 0");
  synthetic_threshold(r, "latency.p99 < 250ms");
  return r;
}

/* Through text, as files go. */
static json_t *reread(struct synthetic_run *r)
{
  json_t *doc = load_doc_build(&r->outcome, &context);
  struct buf text;
  struct err e = {0};
  buf_init(&text, 0);
  assert_non_null(doc);
  assert_int_equal(json_print(doc, false, &text), 0);
  json_decref(doc);
  doc = load_read_text(buf_slice(&text), "reread", &e);
  if(!doc)
    fail_msg("%s", e.text);
  buf_free(&text);
  synthetic_free(r);
  return doc;
}

static json_t *merged(json_t *a, json_t *b, json_t *c)
{
  struct merge_input in[] = {{"a.json", a}, {"b.json", b}, {"c.json", c}};
  struct err e = {0};
  json_t *doc = merge_docs(in, c ? 3 : 2, &e);
  if(!doc)
    fail_msg("%s", e.text);
  return doc;
}

static void refuse(json_t *a, json_t *b, const char *part)
{
  struct merge_input in[] = {{"a.json", a}, {"b.json", b}};
  struct err e = {0};
  assert_null(merge_docs(in, 2, &e));
  assert_int_equal(e.code, E_MISMATCH);
  if(!strstr(e.text, part) || !strstr(e.text, "a.json"))
    fail_msg("\"%s\" lacks \"%s\"", e.text, part);
}

static void assert_same(json_t *a, json_t *b, const char *path)
{
  json_t *va = json_dotted_get(a, path), *vb = json_dotted_get(b, path);
  assert_non_null(va);
  if(!json_equal(va, vb))
    fail_msg("%s differs", path);
}

static void test_histograms_are_those_of_one_run(void **state)
{
  struct synthetic_run *one = machine(1), *two = machine(2);
  struct synthetic_run *all = machine(3);
  json_t *a, *b, *whole, *sum;
  (void)state;
  synthetic_record(one->outcome.total, 11, 5000);
  synthetic_record(two->outcome.total, 12, 7000);
  assert_int_equal(snapshot_merge(all->outcome.total, two->outcome.total), 0);
  synthetic_record(all->outcome.total, 11, 5000);
  a = reread(one);
  b = reread(two);
  whole = reread(all);
  sum = merged(a, b, NULL);
  assert_same(sum, whole, "snapshot.histograms");
  assert_same(sum, whole, "summary.latency_ms");
  assert_same(sum, whole, "summary.events");
  assert_same(sum, whole, "summary.connections");
  assert_same(sum, whole, "timeline");
  assert_int_equal(doc_count(sum, "summary.latency_ms.count"), 212000);
  json_decref(a);
  json_decref(b);
  json_decref(whole);
  json_decref(sum);
}

static void test_merging_in_any_grouping_gives_the_same(void **state)
{
  json_t *a = reread(machine(1)), *b = reread(machine(2));
  json_t *c = reread(machine(3));
  json_t *ab = merged(a, b, NULL), *all = merged(a, b, c);
  json_t *later = merged(ab, c, NULL);
  (void)state;
  assert_same(all, later, "snapshot");
  assert_same(all, later, "summary.connections");
  assert_same(all, later, "summary.events");
  assert_int_equal(json_array_size(doc_array(all, "merged")), 3);
  assert_int_equal(json_array_size(doc_array(all, "workers")), 6);
  json_decref(a);
  json_decref(b);
  json_decref(c);
  json_decref(ab);
  json_decref(all);
  json_decref(later);
}

static void test_the_verdict_is_made_anew(void **state)
{
  struct synthetic_run *good = machine(1), *bad = machine(2);
  json_t *a, *b, *sum;
  (void)state;
  good->outcome.total->counter[C_LOST] = 0;
  a = reread(good);
  b = reread(bad);
  assert_string_equal(doc_text(a, "verdict"), "pass");
  sum = merged(a, b, NULL);
  assert_string_equal(doc_text(sum, "verdict"), "fail");
  assert_int_equal(load_doc_exit_code(sum), 1);
  assert_float_equal(doc_number(sum, "thresholds.0.observed", 0), 12, 0);
  json_decref(a);
  json_decref(b);
  json_decref(sum);
}

static void test_one_invalid_or_interrupted_result_spoils_the_merge(
    void **state)
{
  struct synthetic_run *broken = machine(2), *cut = machine(3);
  json_t *a = reread(machine(1)), *b, *c, *sum;
  (void)state;
  broken->outcome.invalid_count = 1;
  snprintf(broken->outcome.invalid[0].sentence, 200, "loop lag p99 90 ms");
  cut->outcome.interrupted = true;
  b = reread(broken);
  c = reread(cut);
  sum = merged(a, b, NULL);
  assert_int_equal(load_doc_exit_code(sum), 4);
  assert_string_equal(doc_text(sum, "summary.generator.reasons.0.result"),
                      "b.json");
  json_decref(sum);
  sum = merged(a, b, c);
  assert_int_equal(load_doc_exit_code(sum), 130);
  json_decref(sum);
  json_decref(a);
  json_decref(b);
  json_decref(c);
}

static void test_the_servers_cost_is_spread_over_all_streams(void **state)
{
  struct synthetic_run *watcher = machine(1);
  struct server_cost *s = &watcher->outcome.server;
  json_t *a, *b, *sum;
  (void)state;
  s->known = true;
  s->pid = 9;
  s->processes = 1;
  s->cpu_percent = 50;
  s->rss_base_bytes = 1000000;
  s->rss_bytes = 3000000;
  s->bytes_per_connection = 2000;
  s->cpu_us_per_event = 100;
  a = reread(watcher);
  b = reread(machine(2));
  sum = merged(a, b, NULL);
  assert_float_equal(doc_number(sum, "summary.server.bytes_per_connection", 0),
                     1000, 0.001);
  assert_float_equal(doc_number(sum, "summary.server.cpu_us_per_event", 0), 50,
                     0.001);
  json_decref(sum);
  json_decref(b);
  b = json_deep_copy(a);
  json_object_set_new(b, "run", json_string("other"));
  sum = merged(a, b, NULL);
  assert_null(json_dotted_get(sum, "summary.server"));
  assert_non_null(json_dotted_get(sum, "merged.1.server"));
  json_decref(a);
  json_decref(b);
  json_decref(sum);
}

static void test_results_of_different_scenarios_are_refused(void **state)
{
  struct synthetic_run *slow = machine(1), *fast = machine(2);
  struct err e = {0};
  json_t *a, *b;
  (void)state;
  assert_int_equal(
      scenario_set(fast->scenario, "reconnect.jitter", "50%", "test", &e), 0);
  a = reread(slow);
  b = reread(fast);
  refuse(a, b, "different scenarios");
  json_decref(b);
  b = reread(machine(2));
  json_object_set_new(json_object_get(b, "target"), "url",
                      json_string("http://other/"));
  refuse(a, b, "the target is");
  json_decref(b);
  b = reread(machine(2));
  json_object_set_new(json_dotted_get(b, "summary.events"), "ledger",
                      json_string("sequence"));
  refuse(a, b, "the ledger is exact in one and sequence in the other");
  json_decref(a);
  json_decref(b);
}

static void test_what_belongs_to_the_machine_may_differ(void **state)
{
  struct synthetic_run *one = machine(1), *two = machine(2);
  struct err e = {0};
  json_t *a, *b, *sum;
  (void)state;
  assert_int_equal(scenario_set(two->scenario, "workers", "8", "test", &e), 0);
  assert_int_equal(
      scenario_set(two->scenario, "source-ip", "127.0.0.9", "test", &e), 0);
  assert_int_equal(scenario_set(two->scenario, "seed", "77", "test", &e), 0);
  assert_int_equal(scenario_set(two->scenario, "server-pid", "5", "test", &e),
                   0);
  assert_int_equal(
      scenario_set(two->scenario, "name", "elsewhere", "test", &e), 0);
  a = reread(one);
  b = reread(two);
  sum = merged(a, b, NULL);
  json_decref(a);
  json_decref(b);
  json_decref(sum);
}

static void test_the_same_result_twice_is_refused(void **state)
{
  json_t *a = reread(machine(1));
  (void)state;
  refuse(a, a, "same run");
  json_decref(a);
}

static void test_runs_at_other_times_are_noted(void **state)
{
  struct synthetic_run *late = machine(2);
  json_t *a = reread(machine(1)), *b, *sum;
  (void)state;
  late->outcome.started_real_ns += 90 * NS_PER_SEC;
  late->outcome.ended_real_ns += 90 * NS_PER_SEC;
  b = reread(late);
  sum = merged(a, b, NULL);
  assert_non_null(strstr(doc_text(sum, "assumptions.0"), "90 s apart"));
  assert_same(sum, a, "started");
  assert_same(sum, b, "ended");
  json_decref(a);
  json_decref(b);
  json_decref(sum);
}

static void test_a_damaged_snapshot_names_its_file(void **state)
{
  json_t *a = reread(machine(1)), *b = reread(machine(2));
  struct merge_input in[] = {{"a.json", a}, {"b.json", b}};
  struct err e = {0};
  (void)state;
  json_object_set_new(json_dotted_get(b, "snapshot.histograms.latency"), "hdr",
                      json_string("rubbish"));
  assert_null(merge_docs(in, 2, &e));
  assert_ptr_equal(strstr(e.text, "b.json: "), e.text);
  json_decref(a);
  json_decref(b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_histograms_are_those_of_one_run),
      cmocka_unit_test(test_merging_in_any_grouping_gives_the_same),
      cmocka_unit_test(test_the_verdict_is_made_anew),
      cmocka_unit_test(
          test_one_invalid_or_interrupted_result_spoils_the_merge),
      cmocka_unit_test(test_the_servers_cost_is_spread_over_all_streams),
      cmocka_unit_test(test_results_of_different_scenarios_are_refused),
      cmocka_unit_test(test_what_belongs_to_the_machine_may_differ),
      cmocka_unit_test(test_the_same_result_twice_is_refused),
      cmocka_unit_test(test_runs_at_other_times_are_noted),
      cmocka_unit_test(test_a_damaged_snapshot_names_its_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
