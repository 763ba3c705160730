/* SPDX-License-Identifier: MIT
 * Tests of profiles: expected verdicts of a conformance run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conformance/check_doc.h"
#include "conformance/check_synthetic.h"
#include "document/doc.h"

/* http.ct.* are checks that the registry knows, and rows of the synthetic
 * results. */
static json_t *with_verdict(const char *verdict, bool is_flaky)
{
  json_t *doc = check_synthetic_doc(CHECK_SYNTHETIC_PASS, "http://t/", false);
  json_t *check = json_array_get(doc_array(doc, "checks"), 0);
  assert_string_equal(doc_text(check, "id"), "http.ct.essence");
  json_object_set_new(check, "verdict", json_string(verdict));
  json_object_set_new(check, "flaky", json_boolean(is_flaky));
  assert_int_equal(check_doc_decide(doc), 0);
  return doc;
}

static int expect(json_t *doc, const char *profile, struct err *e)
{
  return check_doc_expect(doc, slice_of(profile), "p.profile", e);
}

static void test_a_listed_failure_passes(void **state)
{
  json_t *doc = with_verdict("FAIL", false);
  struct err e = {0};
  (void)state;
  assert_int_equal(check_doc_exit_code(doc), 1);
  assert_int_equal(expect(doc,
                          "# of this server\n\n"
                          "http.ct.essence FAIL  it is a demo of failure\n",
                          &e),
                   0);
  assert_int_equal(check_doc_exit_code(doc), 0);
  assert_string_equal(
      doc_text(json_array_get(doc_array(doc, "checks"), 0), "expected"),
      "it is a demo of failure");
  assert_non_null(strstr(doc_text(doc, "sentence"), "1 expected"));
  json_decref(doc);
}

static void test_an_unlisted_failure_fails(void **state)
{
  json_t *doc = with_verdict("FAIL", false);
  struct err e = {0};
  (void)state;
  assert_int_equal(expect(doc, "# nothing\n", &e), 0);
  assert_int_equal(check_doc_exit_code(doc), 1);
  json_decref(doc);
}

static void test_a_stale_entry_fails(void **state)
{
  json_t *doc = with_verdict("PASS", false);
  struct err e = {0};
  (void)state;
  assert_int_equal(expect(doc, "http.ct.essence FAIL once upon a time", &e),
                   0);
  assert_int_equal(check_doc_exit_code(doc), 1);
  assert_string_equal(
      doc_text(json_array_get(doc_array(doc, "baseline.stale"), 0), "found"),
      "PASS");
  json_decref(doc);
}

static void test_a_flaky_verdict_is_not_stale(void **state)
{
  json_t *doc = with_verdict("WARN", true);
  struct err e = {0};
  (void)state;
  assert_int_equal(expect(doc, "http.ct.essence FAIL now and then", &e), 0);
  assert_int_equal(check_doc_exit_code(doc), 0);
  json_decref(doc);
}

static void test_what_was_not_judged_is_let_be(void **state)
{
  json_t *doc = with_verdict("PASS", false);
  struct err e = {0};
  (void)state;
  assert_int_equal(expect(doc, "http.ct.charset FAIL not in this run", &e), 0);
  assert_int_equal(check_doc_exit_code(doc), 0);
  json_decref(doc);
}

static void test_nonsense_is_told_with_its_line(void **state)
{
  static const char *const cases[][2] = {
      {"\nhttp.ct.esence FAIL typo", "p.profile:2: there is no check"},
      {"http.ct.essence BROKEN x", "p.profile:1: a line is"},
      {"http.ct.essence FAIL", "p.profile:1: the reason why"},
      {"http.ct.essence", "p.profile:1: a line is"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    json_t *doc = with_verdict("PASS", false);
    struct err e = {0};
    assert_int_equal(expect(doc, cases[i][0], &e), E_SYNTAX);
    if(strncmp(e.text, cases[i][1], strlen(cases[i][1])) != 0)
      fail_msg("%s", e.text);
    json_decref(doc);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_listed_failure_passes),
      cmocka_unit_test(test_an_unlisted_failure_fails),
      cmocka_unit_test(test_a_stale_entry_fails),
      cmocka_unit_test(test_a_flaky_verdict_is_not_stale),
      cmocka_unit_test(test_what_was_not_judged_is_let_be),
      cmocka_unit_test(test_nonsense_is_told_with_its_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
