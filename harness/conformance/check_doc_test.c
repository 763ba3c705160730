/* SPDX-License-Identifier: MIT
 * Tests of the conformance document. */
#include "base/text_testing.h"

#include "conformance/check_doc.h"
#include "conformance/check_synthetic.h"
#include "document/doc.h"

#define URL "http://127.0.0.1:8080/stream?token=hush"

static json_t *build(enum check_synthetic kind)
{
  json_t *doc = check_synthetic_doc(kind, URL, false);
  assert_non_null(doc);
  return doc;
}

static json_t *find(json_t *doc, const char *id)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(strcmp(doc_text(check, "id"), id) == 0)
      return check;
  }
  fail_msg("no check %s", id);
  return NULL;
}

static void test_verdict_and_exit_code_follow_from_the_checks(void **state)
{
  static const struct {
    enum check_synthetic kind;
    const char *verdict;
    int code;
  } cases[] = {{CHECK_SYNTHETIC_PASS, "pass", 0},
               {CHECK_SYNTHETIC_FAIL, "fail", 1},
               {CHECK_SYNTHETIC_STRICT, "fail", 1},
               {CHECK_SYNTHETIC_TROUBLE, "error", 4},
               {CHECK_SYNTHETIC_STOPPED, "unreachable", 3},
               {CHECK_SYNTHETIC_INTERRUPTED, "interrupted", 130}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    json_t *doc = build(cases[i].kind);
    assert_string_equal(doc_text(doc, "verdict"), cases[i].verdict);
    assert_int_equal(check_doc_exit_code(doc), cases[i].code);
    json_decref(doc);
  }
}

static void test_strict_fails_warnings_and_what_could_not_be_tested(void **s)
{
  json_t *doc = build(CHECK_SYNTHETIC_STRICT);
  (void)s;
  assert_true(doc_bool(find(doc, "http.cache.no-store"), "fails"));
  assert_true(doc_bool(find(doc, "resume.no-loss"), "fails"));
  assert_false(doc_bool(find(doc, "http.ct.nosniff"), "fails"));
  assert_false(doc_bool(find(doc, "sec.inject.data-lf"), "fails"));
  json_decref(doc);
}

static void test_what_can_be_blamed_of_no_stream_fails(void **state)
{
  json_t *doc = json_pack("{s:s, s:s, s:{s:b}, s:n, s:[{s:s, s:s, s:s}]}",
                          "schema", "weir.check/1", "stopped", "no stream",
                          "target", "strict", 0, "idle", "checks", "id", "a.b",
                          "verdict", "FAIL", "severity", "F");
  (void)state;
  assert_non_null(doc);
  assert_int_equal(check_doc_decide(doc), 0);
  assert_string_equal(doc_text(doc, "sentence"), "no stream; 1 failed: a.b");
  assert_int_equal(check_doc_exit_code(doc), 1);
  json_decref(doc);
}

/* The summary of one check that saw no event, with so many wanted. */
static json_t *idle(const char *verdict, json_int_t wanted)
{
  json_t *doc =
      json_pack("{s:s, s:n, s:{s:b}, s:{s:i, s:I}, s:[{s:s, s:s, s:s}]}",
                "schema", "weir.check/1", "stopped", "target", "strict", 0,
                "idle", "events", 0, "wanted", wanted, "checks", "id", "a.b",
                "verdict", verdict, "severity", "F");
  assert_non_null(doc);
  assert_int_equal(check_doc_decide(doc), 0);
  return doc;
}

static void test_a_stream_without_events_passes_nothing(void **state)
{
  json_t *doc = idle("UNTESTABLE", 1);
  (void)state;
  assert_string_equal(doc_text(doc, "verdict"), "unjudged");
  assert_int_equal(check_doc_exit_code(doc), 3);
  assert_int_equal(strncmp(doc_text(doc, "sentence"), "idle: no event", 14),
                   0);
  json_decref(doc);
  doc = idle("UNTESTABLE", 0);
  assert_string_equal(doc_text(doc, "verdict"), "pass");
  assert_int_equal(strncmp(doc_text(doc, "sentence"), "idle stream", 11), 0);
  json_decref(doc);
  doc = idle("FAIL", 1);
  assert_string_equal(doc_text(doc, "verdict"), "fail");
  json_decref(doc);
}

static void test_the_sentence_counts_and_names(void **state)
{
  json_t *doc = build(CHECK_SYNTHETIC_FAIL);
  (void)state;
  assert_string_equal(doc_text(doc, "sentence"),
                      "1 of 6 checks passed, 1 failed: frame.utf8.valid, 1 "
                      "warned, 1 ended in trouble of weir's own, 1 for "
                      "information, 1 could not be tested");
  assert_int_equal(doc_count(doc, "summary.fail"), 1);
  assert_int_equal(doc_count(doc, "summary.skip"), 0);
  json_decref(doc);
}

static void test_secrets_are_masked_unless_they_are_wanted(void **state)
{
  json_t *doc = build(CHECK_SYNTHETIC_FAIL);
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  assert_int_equal(json_print(doc, false, &text), 0);
  expect_no_part(&text, "hush");
  json_decref(doc);
  buf_clear(&text);
  doc = check_synthetic_doc(CHECK_SYNTHETIC_FAIL, URL, true);
  assert_int_equal(json_print(doc, false, &text), 0);
  expect_part(&text, "Bearer hush");
  expect_part(&text, "token=hush");
  buf_free(&text);
  json_decref(doc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verdict_and_exit_code_follow_from_the_checks),
      cmocka_unit_test(test_what_can_be_blamed_of_no_stream_fails),
      cmocka_unit_test(
          test_strict_fails_warnings_and_what_could_not_be_tested),
      cmocka_unit_test(test_a_stream_without_events_passes_nothing),
      cmocka_unit_test(test_the_sentence_counts_and_names),
      cmocka_unit_test(test_secrets_are_masked_unless_they_are_wanted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
