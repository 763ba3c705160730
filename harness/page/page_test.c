/* SPDX-License-Identifier: MIT
 * Tests of the model, of escaping, and of what writers make of both. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/memory_testing.h"
#include "base/text_testing.h"
#include "page/escape.h"
#include "page/write.h"

#define HOSTILE                                                               \
  "</pre><script>alert(1)</script>\"'&\033[2J\xc2\x9b"                        \
  "2J\xe2\x80\xae\xe2\x81\xa6,|`*_%0A\xff"

static void fill(struct page *p)
{
  struct page_block *b;
  struct page_finding *f;
  struct page_edit *e;
  page_init(p, "weir test");
  p->verdict = "FAIL";
  p->grade = PAGE_BAD;
  p->sentence = "1 of 2 held " HOSTILE;
  p->about = "http://a/" HOSTILE;
  p->heading = HOSTILE;
  p->matrix = true;
  b = page_block(p, PAGE_FINDINGS, "Findings");
  f = page_finding(p, b, "error", "a.b." HOSTILE);
  f->title = HOSTILE;
  f->grade = PAGE_BAD;
  f->outcome = PAGE_FAILED;
  f->place = (struct page_place){"n " HOSTILE ".conf", 3, 5};
  page_term(p, f, PAGE_SEEN, page_say(p, "seen %s", HOSTILE));
  page_term(p, f, PAGE_EVIDENCE, HOSTILE)->kind = PAGE_CODE;
  page_term(p, f, PAGE_FIX, HOSTILE)->whose = HOSTILE;
  e = page_edit(p, f);
  *e = (struct page_edit){.file = "n.conf", .text = "x", .start = 4, .end = 6};
  f = page_finding(p, b, "pass", "a.c");
  f->outcome = PAGE_PASSED;
  f->rank = 6;
  f = page_finding(p, b, "skip", "a.d # x");
  f->outcome = PAGE_SKIPPED;
  page_term(p, f, PAGE_SEEN, "not # asked");
  b = page_block(p, PAGE_FACTS, HOSTILE);
  page_fact(p, b, HOSTILE, HOSTILE);
  b = page_block(p, PAGE_TABLE, HOSTILE);
  page_columns(p, &b->table, "one|>two");
  page_row(p, &b->table)->cell[0].text = HOSTILE;
  page_block(p, PAGE_DIFF, "")->text = "-" HOSTILE "\n+b\n";
  b = page_block(p, PAGE_LOG, HOSTILE);
  page_log_line(p, b, "1.000", HOSTILE, HOSTILE);
  page_columns(p, &p->data, "id|text");
  page_row(p, &p->data)->cell[1].text = HOSTILE;
}

static void test_no_form_lets_a_hostile_byte_through(void **state)
{
  struct page p;
  int f;
  (void)state;
  fill(&p);
  for(f = 0; f <= OUTPUT_SARIF; f++) {
    struct buf out;
    if(f == OUTPUT_JSON)
      continue;
    buf_init(&out, 0);
    assert_int_equal(page_write(&p, (enum output_format)f, false, &out), 0);
    expect_no_part(&out, "\033");
    expect_no_part(&out, "\xc2\x9b");
    expect_no_part(&out, "\xe2\x80\xae");
    expect_no_part(&out, "\xe2\x81\xa6");
    expect_no_part(&out, "\xff");
    if(f == OUTPUT_HTML || f == OUTPUT_JUNIT)
      expect_no_part(&out, "<script");
    buf_free(&out);
  }
  page_free(&p);
}

static void test_what_nobody_sees_is_shown(void **state)
{
  static const char *const cases[][2] = {
      {"a\tb\nc", "a\tb\nc"},
      {"\033[1m", "\\u{1b}[1m"},
      {"\x7f", "\\u{7f}"},
      {"\xc2\x85", "\\u{85}"},
      {"\xe2\x80\xab", "\\u{202b}"},
      {"\xef\xbb\xbf", "\\u{feff}"},
      {"\xf3\xa0\x81\x81", "\\u{e0041}"},
      {"\xc3\xa9", "\xc3\xa9"},
      {"\xff", "\xef\xbf\xbd"},
  };
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct buf out;
    buf_init(&out, 0);
    assert_int_equal(escape_visible(slice_of(cases[i][0]), &out), 0);
    assert_string_equal(buf_text(&out), cases[i][1]);
    buf_free(&out);
  }
}

static void test_a_fence_outlasts_what_it_holds(void **state)
{
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(escape_fence("", "a\n``````\nb", &out), 0);
  assert_string_equal(buf_text(&out), "```````\na\n``````\nb\n```````\n");
  buf_free(&out);
}

static void test_tap_counts_and_numbers_its_tests(void **state)
{
  struct page p;
  struct buf out;
  (void)state;
  fill(&p);
  buf_init(&out, 0);
  assert_int_equal(page_write(&p, OUTPUT_TAP, false, &out), 0);
  assert_ptr_equal(strstr(buf_text(&out), "TAP version 14\n1..3\n# weir test"),
                   buf_text(&out));
  expect_part(&out, "\nnot ok 1 - a.b.");
  expect_part(&out, "\n  ---\n  severity: \"error\"\n");
  expect_part(&out, "\nok 2 - a.c\n");
  expect_part(&out, "\nok 3 - a.d \\# x # SKIP not \\# asked\n");
  buf_free(&out);
  page_free(&p);
}

static void test_sarif_has_place_level_and_fix(void **state)
{
  struct page p;
  struct buf out;
  struct err e;
  json_t *doc;
  (void)state;
  fill(&p);
  buf_init(&out, 0);
  assert_int_equal(page_write(&p, OUTPUT_SARIF, false, &out), 0);
  doc = json_parse(buf_slice(&out), "sarif", &e);
  assert_non_null(doc);
  expect_part(&out, "\"level\": \"error\"");
  expect_part(&out, "\"startLine\": 3");
  expect_part(&out, "\"byteOffset\": 4");
  expect_part(&out, "\"byteLength\": 2");
  expect_no_part(&out, "a.c");
  json_decref(doc);
  buf_free(&out);
  page_free(&p);
}

/* A page that is not whole is not written. */
static bool write_all(void *ctx)
{
  struct page p;
  int f, rc = 0;
  (void)ctx;
  fill(&p);
  for(f = 0; f < OUTPUT_SARIF && !rc; f++) {
    struct buf out;
    buf_init(&out, 0);
    if(f != OUTPUT_JSON)
      rc = page_write(&p, (enum output_format)f, true, &out);
    buf_free(&out);
  }
  page_free(&p);
  return rc == 0;
}

static void test_without_memory_nothing_is_written(void **state)
{
  (void)state;
  assert_true(memory_sweep(write_all, NULL) > 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_form_lets_a_hostile_byte_through),
      cmocka_unit_test(test_what_nobody_sees_is_shown),
      cmocka_unit_test(test_a_fence_outlasts_what_it_holds),
      cmocka_unit_test(test_tap_counts_and_numbers_its_tests),
      cmocka_unit_test(test_sarif_has_place_level_and_fix),
      cmocka_unit_test(test_without_memory_nothing_is_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
