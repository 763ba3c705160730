/* SPDX-License-Identifier: MIT
 * Tests of reading documents back, and of files that are something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "load/load_doc.h"
#include "load/load_read.h"
#include "load/synthetic.h"

static struct buf document(void)
{
  struct load_doc_context c = {0};
  struct synthetic_run *r = synthetic_new(SYNTHETIC_FAIL);
  json_t *doc = load_doc_build(&r->outcome, &c);
  struct buf text;
  buf_init(&text, 0);
  assert_int_equal(json_print(doc, true, &text), 0);
  json_decref(doc);
  synthetic_free(r);
  return text;
}

static void refuse(struct slice text, int code, const char *part)
{
  struct err e = {0};
  json_t *doc = load_read_text(text, "r.json", &e);
  assert_null(doc);
  assert_int_equal(e.code, code);
  if(strncmp(e.text, "r.json:", 7) != 0 || !strstr(e.text, part))
    fail_msg("\"%s\" lacks \"%s\"", e.text, part);
}

static void test_a_written_document_reads_back_the_same(void **state)
{
  struct buf text = document(), again;
  struct err e = {0};
  json_t *doc = load_read_text(buf_slice(&text), "r.json", &e);
  (void)state;
  assert_non_null(doc);
  buf_init(&again, 0);
  assert_int_equal(json_print(doc, true, &again), 0);
  assert_int_equal(text.n, again.n);
  assert_memory_equal(text.p, again.p, text.n);
  buf_free(&again);
  buf_free(&text);
  json_decref(doc);
}

static void test_a_truncated_file_is_called_so(void **state)
{
  struct buf text = document();
  size_t n;
  (void)state;
  /* Wherever it was cut: in words and numbers, and behind braces. */
  for(n = text.n / 2; n < text.n / 2 + 600; n++)
    refuse((struct slice){text.p, n}, E_SYNTAX, "truncated");
  for(n = 1; n < 10; n++)
    refuse((struct slice){text.p, text.n * n / 10}, E_SYNTAX, "truncated");
  refuse((struct slice){text.p, 0}, E_SYNTAX, "empty");
  buf_free(&text);
}

static void test_foreign_files_are_named(void **state)
{
  (void)state;
  refuse(SLICE_LIT("<html>"), E_SYNTAX, "not valid JSON");
  refuse(SLICE_LIT("[1, 2]"), E_MISMATCH, "not a result of weir");
  refuse(SLICE_LIT("{\"a\": 1}"), E_MISMATCH, "not a result of weir");
  refuse(SLICE_LIT("{\"schema\": 3}"), E_MISMATCH, "not a result of weir");
  refuse(SLICE_LIT("{\"schema\": \"weir.check/1\"}"), E_MISMATCH,
         "weir.check/1");
  refuse(SLICE_LIT("{\"schema\": \"weir.load/2\"}"), E_MISMATCH, "newer");
  refuse(SLICE_LIT("{\"schema\": \"weir.load/0\"}"), E_MISMATCH, "older");
  refuse(SLICE_LIT("{\"schema\": \"weir.load/1\"}"), E_MISMATCH,
         "\"verdict\" is missing");
}

static void test_every_essential_member_is_missed(void **state)
{
  static const char *const paths[][2] = {
      {"", "verdict"},         {"", "summary"},
      {"", "snapshot"},        {"", "thresholds"},
      {"summary", "events"},   {"summary", "connections"},
      {"summary", "generator"}};
  struct buf text = document();
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    struct err e = {0};
    struct buf damaged;
    json_t *doc = json_parse(buf_slice(&text), "r", &e);
    json_t *in = paths[i][0][0] ? json_object_get(doc, paths[i][0]) : doc;
    assert_int_equal(json_object_del(in, paths[i][1]), 0);
    buf_init(&damaged, 0);
    assert_int_equal(json_print(doc, false, &damaged), 0);
    refuse(buf_slice(&damaged), E_MISMATCH, paths[i][1]);
    buf_free(&damaged);
    json_decref(doc);
  }
  buf_free(&text);
}

static void test_a_missing_file_is_named(void **state)
{
  struct err e = {0};
  (void)state;
  assert_null(load_read("/nonexistent/r.json", &e));
  assert_int_equal(e.code, E_NOT_FOUND);
  assert_non_null(strstr(e.text, "/nonexistent/r.json"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_written_document_reads_back_the_same),
      cmocka_unit_test(test_a_truncated_file_is_called_so),
      cmocka_unit_test(test_foreign_files_are_named),
      cmocka_unit_test(test_every_essential_member_is_missed),
      cmocka_unit_test(test_a_missing_file_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
