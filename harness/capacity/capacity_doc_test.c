/* SPDX-License-Identifier: MIT
 * What a capacity document concludes: verdicts, what ran out, slopes,
 * ratio. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/capacity_close.h"
#include "capacity/capacity_fit.h"
#include "capacity/capacity_limit.h"
#include "capacity/capacity_synthetic.h"
#include "document/doc.h"
#include "load/synthetic.h"

static void ends(enum capacity_synthetic kind, uint64_t required,
                 const char *verdict, int code)
{
  json_t *doc = capacity_synthetic_doc(kind, required);
  assert_string_equal(doc_text(doc, "verdict"), verdict);
  assert_int_equal(capacity_doc_exit_code(doc), code);
  assert_true(capacity_doc_is(doc));
  json_decref(doc);
}

static void test_each_end_has_its_verdict_and_exit_code(void **state)
{
  (void)state;
  ends(CAPACITY_SYNTHETIC_KNEE, 0, "pass", 0);
  ends(CAPACITY_SYNTHETIC_KNEE, 100, "pass", 0);
  ends(CAPACITY_SYNTHETIC_KNEE, 101, "fail", 1);
  ends(CAPACITY_SYNTHETIC_MAX, 0, "pass", 0);
  ends(CAPACITY_SYNTHETIC_GENERATOR, 0, "invalid", 4);
  ends(CAPACITY_SYNTHETIC_GENERATOR, 100, "pass", 0);
  ends(CAPACITY_SYNTHETIC_GENERATOR, 150, "invalid", 4);
  ends(CAPACITY_SYNTHETIC_NOTHING, 0, "fail", 1);
  ends(CAPACITY_SYNTHETIC_GONE, 0, "fail", 1);
  ends(CAPACITY_SYNTHETIC_INTERRUPTED, 50, "interrupted", 130);
}

static void says(enum capacity_synthetic kind, uint64_t required,
                 const char *sentence)
{
  json_t *doc = capacity_synthetic_doc(kind, required);
  if(!strstr(doc_text(doc, "sentence"), sentence))
    fail_msg("said \"%s\"", doc_text(doc, "sentence"));
  json_decref(doc);
}

/* What a search that found everything says when this of it is not so. */
static void without(const char *member, json_t *value)
{
  json_t *doc = capacity_synthetic_doc(CAPACITY_SYNTHETIC_KNEE, 0);
  json_object_set_new(json_object_get(doc, "knee"), member, value);
  assert_int_equal(capacity_decide(doc), 0);
  assert_string_equal(doc_text(doc, "verdict"), "unjudged");
  assert_int_equal(capacity_doc_exit_code(doc), 3);
  assert_non_null(strstr(doc_text(doc, "sentence"),
                         "holds at least 100 streams, at most 200"));
  json_decref(doc);
}

static void test_what_is_not_confirmed_or_not_over_is_no_pass(void **state)
{
  (void)state;
  without("confirmed", json_false());
  without("end", json_string("budget"));
  without("end", json_string("steps"));
}

static void test_the_sentence_says_what_is_known_and_no_more(void **state)
{
  (void)state;
  says(CAPACITY_SYNTHETIC_KNEE, 0,
       "holds 100 streams; limited by loss at 200: events.lost == 0, but "
       "observed ");
  says(CAPACITY_SYNTHETIC_KNEE, 101,
       "too little, since 101 streams are required");
  says(CAPACITY_SYNTHETIC_MAX, 0, "the most that was asked for (--max)");
  says(CAPACITY_SYNTHETIC_GENERATOR, 0,
       "holds at least 100 streams; the generator was the limit: ");
  says(CAPACITY_SYNTHETIC_NOTHING, 0, "not even by 1 stream: ");
  says(CAPACITY_SYNTHETIC_GONE, 0,
       "holds at least 100 streams, at most 200, not confirmed by a longer "
       "run; then the "
       "target stopped answering");
  says(CAPACITY_SYNTHETIC_INTERRUPTED, 0,
       "; interrupted before the limit was found");
}

static void test_steps_knee_and_reference_are_all_there(void **state)
{
  json_t *doc = capacity_synthetic_doc(CAPACITY_SYNTHETIC_KNEE, 0);
  json_t *last;
  (void)state;
  assert_int_equal(json_array_size(doc_array(doc, "steps")), 7);
  assert_int_equal(doc_count(doc, "knee.load"), 100);
  assert_int_equal(doc_count(doc, "knee.above"), 200);
  assert_int_equal(doc_count(doc, "knee.step"), 7);
  assert_int_equal(doc_count(doc, "limited_by.step"), 5);
  assert_string_equal(doc_text(doc, "reference.limited_by.code"), "max");
  assert_string_equal(doc_text(doc, "ratio.relation"), "at_most");
  assert_true(doc_number(doc, "ratio.value", 0) > 0.499);
  last = json_array_get(doc_array(doc, "steps"), 6);
  assert_string_equal(doc_text(last, "phase"), "confirm");
  assert_true(json_is_string(json_dotted_get(last, "summary.latency_ms.hdr")));
  assert_true(json_is_null(json_dotted_get(last, "summary.gap_ms.hdr")));
  json_decref(doc);
}

static void test_secrets_do_not_stand_in_the_document(void **state)
{
  json_t *doc = capacity_synthetic_doc(CAPACITY_SYNTHETIC_KNEE, 0);
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  assert_int_equal(json_print(doc, false, &text), 0);
  assert_null(strstr(buf_text(&text), "s3cret"));
  buf_free(&text);
  json_decref(doc);
}

/* A step as the document has it, from JSON with ' for ". */
static json_t *limit_of(const char *text)
{
  char copy[1024];
  size_t i;
  struct err e;
  json_t *step, *limit;
  assert_true(strlen(text) < sizeof(copy));
  for(i = 0; i <= strlen(text); i++)
    copy[i] = text[i] == '\'' ? '"' : text[i];
  step = json_parse(slice_of(copy), "step", &e);
  if(!step)
    fail_msg("%s", e.text);
  limit = capacity_limit_build("knee", step);
  json_decref(step);
  return limit;
}

static void limited(const char *code, const char *words, const char *step)
{
  json_t *limit = limit_of(step);
  if(strcmp(doc_text(limit, "code"), code) != 0 ||
     !strstr(doc_text(limit, "sentence"), words))
    fail_msg("%s: %s", doc_text(limit, "code"), doc_text(limit, "sentence"));
  assert_true(doc_text(limit, "advice")[0] != '\0');
  json_decref(limit);
}

#define MISSED(field)                                                         \
  "'slo':[{'expression':'x','field':'" field "','pass':false,"                \
  "'observed':9,'unit':'ms'}]"
#define FAILED                                                                \
  "'summary':{'connections':{'opened':50,'peak':50,'attempted':100,"          \
  "'failed':50,"
#define STOOD "'summary':{'connections':{'opened':100,'peak':100}}"

static void test_what_ran_out_is_named_by_its_symptom(void **state)
{
  (void)state;
  limited("refused", "50 of 100 attempts were refused (it answered 503)",
          "{" MISSED("connections.failed") "," FAILED
                                           "'refused':50,'causes':[{'count':"
                                           "50,'name':'status-503',"
                                           "'example':'it answered 503'}]}}}");
  limited("worker_connections", "as nginx does",
          "{" MISSED("connections.failed") "," FAILED "'refused':2,'by_error':"
                                           "{'no-response':48}}}}");
  limited("failed", "(timed out)",
          "{" MISSED("connections.failed") "," FAILED
                                           "'refused':0,'causes':[{'count':50,"
                                           "'example':'timed out'}]}}}");
  limited("evicted", "60 of 100 streams were broken off while they stood",
          "{" MISSED("connections.present") ",'summary':{'connections':"
                                            "{'opened':100,'peak':50,"
                                            "'broken':60,'failed':50,"
                                            "'refused':50}}}");
  limited("loss", "x, but observed", "{" MISSED("events.lost") "," STOOD "}");
  limited("latency", "x, but observed",
          "{" MISSED("latency.p99") "," STOOD "}");
  limited("unanswered", "nobody there",
          "{'sentence':'nobody there','summary':null,'slo':[]}");
}

static void test_the_servers_own_figures_go_before_the_symptom(void **state)
{
  (void)state;
  limited("server_cpu", "ran 70% of the time and stood ready",
          "{" MISSED("latency.p99") "," STOOD ",'server':{'busiest_percent':"
                                    "70,'starved_percent':25}}");
  limited("latency", "observed",
          "{" MISSED("latency.p99") "," STOOD ",'server':{'busiest_percent':"
                                    "40,'starved_percent':3}}");
  limited("fds", "1,020 of its 1,024",
          "{" MISSED("connections.failed") "," FAILED
                                           "'refused':0}},'server':{'fds_"
                                           "fullest':1020,'fds_limit':1024}}");
  limited("server_memory", "left",
          "{" MISSED("latency.p99") "," STOOD
                                    ",'server':{'memory_available_bytes':10,"
                                    "'memory_total_bytes':1000}}");
  limited("server_gone", "ended",
          "{" MISSED("connections.broken") "," STOOD
                                           ",'server':{'gone':true}}");
}

static void test_the_generators_shortage_is_never_the_targets(void **state)
{
  (void)state;
  limited("generator", "busy",
          "{'verdict':'invalid','summary':{'generator':{'reasons':"
          "[{'code':'cpu','sentence':'busy'}]}}}");
  limited("ports", "none left",
          "{'verdict':'invalid','summary':{'generator':{'reasons':"
          "[{'code':'ports','sentence':'none left'}]}}}");
  limited("generator", "too few descriptors",
          "{'verdict':'invalid','sentence':'too few descriptors',"
          "'summary':null}");
}

static void test_a_line_is_fitted_with_its_quality(void **state)
{
  const double x[] = {100, 200, 400, 800}, y[] = {1100, 1200, 1400, 1800};
  const double rough[] = {1100, 1900, 1000, 1800}, flat[] = {5, 5, 5, 5};
  struct capacity_fit f;
  (void)state;
  assert_true(capacity_fit_line(x, y, 4, &f));
  assert_true(f.slope > 0.999 && f.slope < 1.001 && f.r2 > 0.9999);
  assert_true(f.base > 999.9 && f.base < 1000.1);
  assert_int_equal(f.points, 4);
  assert_true(capacity_fit_line(x, rough, 4, &f));
  assert_true(f.r2 < 0.5);
  assert_true(capacity_fit_line(x, flat, 4, &f));
  assert_true(f.slope < 1e-9 && f.r2 > 0.999);
  assert_false(capacity_fit_line(x, y, 2, &f));
  assert_false(capacity_fit_line(flat, y, 4, &f));
}

static json_t *knee(const char *end, int load, int broken)
{
  return json_pack("{s:s, s:i, s:i, s:s}", "end", end, "load", load, "above",
                   broken, "above_is", broken ? "broken" : "unknown");
}

static void relates(json_t *target, json_t *reference, const char *relation,
                    double value)
{
  json_t *ratio = capacity_ratio(target, reference);
  double found = doc_number(ratio, "value", -1);
  assert_string_equal(doc_text(ratio, "relation"), relation);
  assert_true(found > value - 0.01 && found < value + 0.01);
  json_decref(ratio);
  json_decref(target);
  json_decref(reference);
}

static void test_a_ratio_claims_no_more_than_both_searches_found(void **state)
{
  (void)state;
  relates(knee("knee", 66, 68), knee("knee", 100, 103), "equal", 0.66);
  relates(knee("knee", 66, 68), knee("max", 100, 0), "at_most", 0.66);
  relates(knee("generator", 66, 0), knee("knee", 100, 103), "at_least", 0.66);
  relates(knee("budget", 50, 80), knee("max", 100, 0), "at_most", 0.80);
  relates(knee("max", 60, 0), knee("budget", 100, 200), "at_least", 0.30);
  relates(knee("max", 66, 0), knee("budget", 100, 0), "unknown", -1);
  relates(knee("nothing", 0, 0), knee("knee", 100, 103), "unknown", -1);
}

static json_t *start(struct scenario *s, bool slo_is_default)
{
  static const struct load_doc_context context;
  const struct capacity_options options = {
      .search = {.start = 1, .max = 9, .growth = 2, .tolerance = 0.05}};
  const struct capacity_facts facts = {.scenario = s,
                                       .options = &options,
                                       .context = &context,
                                       .slo_is_default = slo_is_default};
  return capacity_doc_new(&facts);
}

/* The first step of a stream without numbers and stamps. */
static enum search_verdict first_step(enum synthetic kind, bool slo_is_default,
                                      size_t *left, size_t *notes)
{
  struct scenario *s = scenario_default();
  struct synthetic_run *r = synthetic_new(kind);
  struct capacity_step step = {.number = 1,
                               .probe = {9, SEARCH_RAMP, false},
                               .outcome = &r->outcome,
                               .sentence = ""};
  struct capacity_judgement j;
  json_t *doc;
  scenario_set(s, "url", "http://h/", "t", NULL);
  scenario_set(s, "thresholds", "latency.p99 < 250ms", "t", NULL);
  scenario_set(s, "thresholds", "connections.failed < 1%", "t", NULL);
  assert_int_equal(scenario_finish(s, NULL), 0);
  doc = start(s, slo_is_default);
  assert_int_equal(capacity_doc_step(doc, &step, &j), 0);
  *left = json_array_size(doc_array(doc, "slo"));
  *notes = json_array_size(doc_array(doc, "assumptions"));
  json_decref(doc);
  synthetic_free(r);
  scenario_free(s);
  return j.verdict;
}

static void test_a_default_that_cannot_be_measured_is_left_out(void **state)
{
  size_t left, notes;
  (void)state;
  assert_int_equal(first_step(SYNTHETIC_BLIND, true, &left, &notes),
                   SEARCH_HELD);
  assert_int_equal(left, 2);
  assert_int_equal(notes, 1);
}

static void test_what_the_user_asked_for_must_be_measured(void **state)
{
  size_t left, notes;
  (void)state;
  assert_int_equal(first_step(SYNTHETIC_BLIND, false, &left, &notes),
                   SEARCH_BROKE);
  assert_int_equal(left, 3);
  assert_int_equal(notes, 0);
}

static void test_a_first_step_that_failed_leaves_nothing_out(void **state)
{
  size_t left, notes;
  (void)state;
  assert_int_equal(first_step(SYNTHETIC_UNREACHABLE, true, &left, &notes),
                   SEARCH_BROKE);
  assert_int_equal(left, 3);
  assert_int_equal(notes, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_end_has_its_verdict_and_exit_code),
      cmocka_unit_test(test_the_sentence_says_what_is_known_and_no_more),
      cmocka_unit_test(test_what_is_not_confirmed_or_not_over_is_no_pass),
      cmocka_unit_test(test_steps_knee_and_reference_are_all_there),
      cmocka_unit_test(test_secrets_do_not_stand_in_the_document),
      cmocka_unit_test(test_what_ran_out_is_named_by_its_symptom),
      cmocka_unit_test(test_the_servers_own_figures_go_before_the_symptom),
      cmocka_unit_test(test_the_generators_shortage_is_never_the_targets),
      cmocka_unit_test(test_a_line_is_fitted_with_its_quality),
      cmocka_unit_test(test_a_ratio_claims_no_more_than_both_searches_found),
      cmocka_unit_test(test_a_default_that_cannot_be_measured_is_left_out),
      cmocka_unit_test(test_what_the_user_asked_for_must_be_measured),
      cmocka_unit_test(test_a_first_step_that_failed_leaves_nothing_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
