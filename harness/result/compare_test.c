/* SPDX-License-Identifier: MIT
 * Tests of comparing results: what is found, what is not claimed, what is
 * refused. */
#include "result/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "document/doc.h"
#include "load/load_doc.h"
#include "load/synthetic.h"
#include "result/output.h"

static const struct load_doc_context context = {.libcurl = "7.88.1"};

static void set(json_t *doc, const char *path, json_t *v)
{
  char text[120];
  char *dot;
  snprintf(text, sizeof(text), "%s", path);
  dot = strrchr(text, '.');
  *dot = '\0';
  assert_int_equal(
      0, json_object_set_new(json_dotted_get(doc, text), dot + 1, v));
}

/* A valid run whose latencies are those of a made-up one times factor. */
static json_t *run_with(double factor)
{
  struct synthetic_run *r = synthetic_new(SYNTHETIC_PASS);
  json_t *doc = load_doc_build(&r->outcome, &context);
  synthetic_free(r);
  assert_non_null(doc);
  set(doc, "summary.latency_ms.p50", json_real(10 * factor));
  set(doc, "summary.latency_ms.p99", json_real(40 * factor));
  return doc;
}

/* n runs around a factor; their spread is a fixed sequence within +-spread. */
static struct compare_side side(const char *name, size_t n, double factor,
                                double spread)
{
  static const double at[] = {0.1, -0.7, 1,    -0.2, 0.5,
                              -1,  0.8,  -0.4, 0.3,  -0.9};
  struct compare_side s = {.name = name, .runs = n, .owned = true};
  size_t i;
  for(i = 0; i < n; i++)
    s.run[i] = run_with(factor * (1 + spread * at[i % 10]));
  return s;
}

static json_t *find(json_t *doc, const char *metric)
{
  json_t *one = json_array_get(doc_array(doc, "comparisons"), 0), *m;
  size_t i;
  json_array_foreach(doc_array(one, "metrics"), i, m)
  {
    if(strcmp(doc_text(m, "metric"), metric) == 0)
      return m;
  }
  fail_msg("no metric %s", metric);
  return NULL;
}

static void assert_verdict(json_t *doc, const char *metric,
                           const char *verdict)
{
  assert_string_equal(verdict, doc_text(find(doc, metric), "verdict"));
}

static json_t *compare(struct compare_side *a, struct compare_side *b,
                       const char *gate)
{
  struct compare_gate g;
  struct err e = {0};
  json_t *doc;
  if(gate)
    assert_int_equal(0, compare_gate_parse(&g, gate, &e));
  doc = compare_loads(a, b, 1, &g, gate != NULL, &e);
  if(!doc)
    fail_msg("%s", e.text);
  compare_side_free(a);
  compare_side_free(b);
  return doc;
}

static void test_a_fifth_slower_is_worse(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.05), b = side("b", 7, 1.2, 0.05);
  json_t *doc = compare(&a, &b, NULL), *m = find(doc, "latency.p99");
  (void)state;
  assert_string_equal("fail", doc_text(doc, "verdict"));
  assert_verdict(doc, "latency.p99", "worse");
  assert_verdict(doc, "latency.p50", "worse");
  assert_true(doc_number(m, "ratio", 0) > 1.15 &&
              doc_number(m, "ratio", 0) < 1.25);
  assert_true(doc_number(m, "ratio_low", 0) > 1.05);
  assert_non_null(strstr(doc_text(doc, "sentence"), "latency.p99"));
  assert_int_equal(1, compare_exit_code(doc, false));
  json_decref(doc);
}

static void pressed(struct compare_side *s, double waited)
{
  size_t i;
  for(i = 0; i < s->runs; i++)
    json_object_set_new(s->run[i], "machine",
                        json_pack("{s:f, s:f}", "waited_percent", waited,
                                  "stolen_percent", 1.0));
}

static const char *noted(double base, double now)
{
  static char note[200];
  struct compare_side a = side("a", 7, 1, 0.05), b = side("b", 7, 1, 0.05);
  json_t *doc, *notes;
  pressed(&a, base);
  pressed(&b, now);
  doc = compare(&a, &b, NULL);
  notes = doc_array(json_array_get(doc_array(doc, "comparisons"), 0), "notes");
  snprintf(note, sizeof(note), "%s",
           json_array_size(notes) ? json_string_value(json_array_get(notes, 0))
                                  : "");
  json_decref(doc);
  return note;
}

static void test_a_quieter_machine_is_noted(void **state)
{
  (void)state;
  assert_string_equal(noted(5, 15), "");
  assert_non_null(strstr(noted(5, 45), "base ran on a quieter machine"));
  assert_non_null(strstr(noted(5, 45), "6% and 46% of the time"));
  assert_non_null(strstr(noted(45, 5), "now ran on a quieter machine"));
}

static void test_faster_is_improved_and_passes(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.05), b = side("b", 7, 0.7, 0.05);
  json_t *doc = compare(&a, &b, NULL);
  (void)state;
  assert_verdict(doc, "latency.p99", "improved");
  assert_int_equal(0, compare_exit_code(doc, true));
  json_decref(doc);
}

static void test_the_same_is_the_same(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.03), b = side("b", 7, 1, 0.03);
  json_t *doc = compare(&a, &b, NULL);
  (void)state;
  assert_verdict(doc, "latency.p99", "same");
  assert_verdict(doc, "events.lost", "same");
  assert_int_equal(0, compare_exit_code(doc, true));
  json_decref(doc);
}

static void test_noise_is_called_noise(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.6), b = side("b", 7, 1.2, 0.6);
  json_t *doc = compare(&a, &b, NULL);
  (void)state;
  assert_verdict(doc, "latency.p99", "too noisy to say");
  assert_int_equal(0, compare_exit_code(doc, false));
  assert_int_equal(1, compare_exit_code(doc, true));
  json_decref(doc);
}

static void test_few_runs_claim_nothing(void **state)
{
  struct compare_side a = side("a", 3, 1, 0.01), b = side("b", 3, 1.5, 0.01);
  json_t *doc = compare(&a, &b, NULL);
  (void)state;
  /* No slices stand in for first_event. */
  assert_string_equal("runs", doc_text(find(doc, "first_event.p50"), "over"));
  assert_string_equal("slices", doc_text(find(doc, "latency.p99"), "over"));
  json_decref(doc);
}

static void test_losses_are_worse_when_there_are_enough(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.03), b = side("b", 7, 1, 0.03);
  json_t *doc;
  (void)state;
  set(b.run[0], "summary.events.lost", json_integer(2));
  doc = compare(&a, &b, NULL);
  assert_verdict(doc, "events.lost", "too noisy to say");
  json_decref(doc);
  a = side("a", 7, 1, 0.03);
  b = side("b", 7, 1, 0.03);
  set(b.run[3], "summary.events.lost", json_integer(40));
  doc = compare(&a, &b, NULL);
  assert_verdict(doc, "events.lost", "worse");
  json_decref(doc);
}

static void test_gates_hold_up_to_their_share(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.05), b = side("b", 7, 1.2, 0.05);
  json_t *doc = compare(&a, &b, "latency.p99 worse than 50%");
  (void)state;
  assert_verdict(doc, "latency.p99", "worse");
  assert_int_equal(0, compare_exit_code(doc, false));
  json_decref(doc);
  a = side("a", 7, 1, 0.05);
  b = side("b", 7, 1.2, 0.05);
  doc = compare(&a, &b, "latency.p99 worse than 10%");
  assert_int_equal(1, compare_exit_code(doc, false));
  json_decref(doc);
}

static void test_invalid_runs_are_left_out_or_refused(void **state)
{
  struct compare_side a = side("a", 7, 1, 0.05), b = side("b", 8, 1, 0.05);
  struct err e = {0};
  json_t *doc;
  size_t i;
  (void)state;
  json_object_set_new(b.run[0], "verdict", json_string("invalid"));
  doc = compare_loads(&a, &b, 1, NULL, 0, &e);
  assert_non_null(doc);
  assert_int_equal(
      1, (int)doc_number(json_array_get(doc_array(doc, "comparisons"), 0),
                         "now.left_out", 0));
  json_decref(doc);
  for(i = 0; i < b.runs; i++)
    json_object_set_new(b.run[i], "verdict", json_string("invalid"));
  assert_null(compare_loads(&a, &b, 1, NULL, 0, &e));
  assert_int_equal(E_LIMIT, e.code);
  compare_side_free(&a);
  compare_side_free(&b);
}

static void test_other_scenarios_are_refused_by_key(void **state)
{
  struct compare_side a = side("a", 1, 1, 0), b = side("b", 1, 1, 0);
  struct err e = {0};
  json_t *doc;
  (void)state;
  set(b.run[0], "scenario.url", json_string("http://127.0.0.1:9/other"));
  doc = compare_loads(&a, &b, 1, NULL, 0, &e);
  assert_non_null(doc);
  json_decref(doc);
  set(b.run[0], "scenario.connections", json_integer(77));
  assert_null(compare_loads(&a, &b, 1, NULL, 0, &e));
  assert_int_equal(E_MISMATCH, e.code);
  assert_non_null(strstr(e.text, "connections"));
  compare_side_free(&a);
  compare_side_free(&b);
}

static void test_gates_say_what_is_wrong_with_them(void **state)
{
  static const char *const bad[] = {"",
                                    "latency.p99",
                                    "latency.p99 better",
                                    "nothing worse",
                                    "latency.p99 worse than",
                                    "latency.p99 worse than 10ms",
                                    "latency.p99 worse by 10%"};
  struct compare_gate g;
  struct err e;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    assert_int_equal(E_SYNTAX, compare_gate_parse(&g, bad[i], &e));
    assert_non_null(strstr(e.text, "expected"));
  }
  assert_int_equal(0, compare_gate_parse(&g, "events.lost worse", &e));
  assert_true(g.least <= 0);
}

static void test_every_form_names_what_became_worse(void **state)
{
  static const enum output_format forms[] = {OUTPUT_TEXT,     OUTPUT_JSON,
                                             OUTPUT_JUNIT,    OUTPUT_CSV,
                                             OUTPUT_MARKDOWN, OUTPUT_GITHUB};
  struct compare_side a = side("a", 7, 1, 0.05), b = side("b", 7, 1.2, 0.05);
  json_t *doc = compare(&a, &b, NULL);
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
    struct buf text;
    buf_init(&text, 0);
    assert_int_equal(0, output_render(doc, forms[i], false, &text));
    assert_non_null(strstr(buf_text(&text), "latency.p99"));
    buf_free(&text);
  }
  json_decref(doc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_fifth_slower_is_worse),
      cmocka_unit_test(test_a_quieter_machine_is_noted),
      cmocka_unit_test(test_faster_is_improved_and_passes),
      cmocka_unit_test(test_the_same_is_the_same),
      cmocka_unit_test(test_noise_is_called_noise),
      cmocka_unit_test(test_few_runs_claim_nothing),
      cmocka_unit_test(test_losses_are_worse_when_there_are_enough),
      cmocka_unit_test(test_gates_hold_up_to_their_share),
      cmocka_unit_test(test_invalid_runs_are_left_out_or_refused),
      cmocka_unit_test(test_other_scenarios_are_refused_by_key),
      cmocka_unit_test(test_gates_say_what_is_wrong_with_them),
      cmocka_unit_test(test_every_form_names_what_became_worse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
