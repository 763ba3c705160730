/* SPDX-License-Identifier: MIT
 * weir merge as a user meets it: files in, files and text out, exit codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "cli/captured.h"
#include "cli/commands.h"
#include "load/load_doc.h"
#include "load/load_read.h"
#include "load/synthetic.h"
#include "result/output.h"

#define MOST_ARGS 16

static char folder[] = "/tmp/weir-merge-XXXXXX";

static void write_result(const char *name, enum synthetic kind, int64_t pid)
{
  struct load_doc_context c = {0};
  struct synthetic_run *r = synthetic_new(kind);
  struct err e = {0};
  json_t *doc;
  r->outcome.worker[0].pid = pid;
  synthetic_threshold(r, "events.lost == 0");
  doc = load_doc_build(&r->outcome, &c);
  assert_int_equal(output_write(doc, OUTPUT_JSON, name, &e), 0);
  json_decref(doc);
  synthetic_free(r);
}

static int set_up(void **state)
{
  (void)state;
  if(!mkdtemp(folder) || chdir(folder))
    return -1;
  write_result("a.json", SYNTHETIC_PASS, 1);
  write_result("b.json", SYNTHETIC_PASS, 2);
  write_result("lossy.json", SYNTHETIC_FAIL, 3);
  write_result("invalid.json", SYNTHETIC_INVALID, 4);
  write_result("blind.json", SYNTHETIC_BLIND, 5);
  return 0;
}

static int tear_down(void **state)
{
  static const char *const files[] = {
      "a.json",   "b.json",  "lossy.json", "invalid.json", "blind.json",
      "out.json", "out.csv", "out.xml",    "foreign.json", "r.html"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(files) / sizeof(files[0]); i++)
    unlink(files[i]);
  return rmdir(folder);
}

/* Runs "merge" with the words of line. */
static struct captured merge(const char *line)
{
  char text[256], *argv[MOST_ARGS + 1] = {NULL}, *at, *word;
  int argc = 1;
  char name[] = "merge";
  snprintf(text, sizeof(text), "%s", line);
  argv[0] = name;
  at = text;
  for(;;) {
    word = strsep(&at, " ");
    if(!word || argc == MOST_ARGS)
      break;
    if(word[0])
      argv[argc++] = word;
  }
  return captured_run(merge_cmd, argv);
}

static void expect(const char *line, int code, const char *part)
{
  struct captured c = merge(line);
  if(c.code != code || !strstr(buf_text(&c.text), part))
    fail_msg("merge %s: exit code %d:\n%s", line, c.code, buf_text(&c.text));
  buf_free(&c.text);
}

static void test_the_merged_verdict_is_printed_and_exited_with(void **state)
{
  (void)state;
  expect("a.json b.json", 0, "PASS          2,000 streams, 200,000 events");
  expect("a.json b.json", 0, "2 results merged");
  expect("a.json lossy.json", 1, "FAIL ");
  expect("a.json lossy.json invalid.json", 4, "INVALID ");
  expect("a.json b.json -f junit", 0, "<testsuites>");
  expect("a.json b.json --format=json", 0, "\"schema\": \"weir.load/1\"");
}

static void test_the_merged_result_is_written_by_suffix(void **state)
{
  struct err e = {0};
  struct captured c = merge("a.json b.json -q -o out.json --out out.csv "
                            "-o out.xml");
  json_t *doc = load_read("out.json", &e);
  (void)state;
  assert_int_equal(c.code, 0);
  assert_string_equal(buf_text(&c.text), "");
  assert_non_null(doc);
  assert_int_equal(access("out.csv", R_OK), 0);
  assert_int_equal(access("out.xml", R_OK), 0);
  json_decref(doc);
  buf_free(&c.text);
  expect("out.json lossy.json", 1, "3,022 opened");
  expect("out.json lossy.json", 1, "3 results merged");
  expect("out.json a.json", 2, "same run");
}

static void test_bad_usage_is_exit_code_2(void **state)
{
  (void)state;
  expect("", 2, "two or more result files are needed");
  expect("a.json", 2, "two or more result files are needed");
  expect("a.json b.json --wrong", 2, "see weir merge --help");
  expect("a.json b.json -o r.docx", 2, "r.docx: the suffix chooses");
  expect("a.json b.json -q -o r.html", 0, "");
  expect("a.json b.json -f yaml", 2, "unknown format \"yaml\"");
  expect("--help", 0, "Usage: weir merge");
}

static void test_files_that_do_not_fit_are_exit_code_2(void **state)
{
  struct err e = {0};
  (void)state;
  assert_int_equal(file_write("foreign.json", slice_of("{\"a\": 1}"), &e), 0);
  expect("a.json foreign.json", 2, "foreign.json: not a result of weir");
  expect("a.json none.json", 2, "none.json: cannot be read");
  expect("a.json a.json", 2, "same run");
  expect("a.json blind.json", 2, "the ledger is exact in one and none");
}

static void test_a_failed_write_leaves_the_old_file(void **state)
{
  struct err e = {0};
  struct buf text;
  (void)state;
  expect("a.json b.json -q -o /proc/none/x.json", 2, "its folder cannot");
  assert_int_equal(file_write("out.json", slice_of("old"), &e), 0);
  expect("a.json foreign.json -o out.json", 2, "foreign.json");
  buf_init(&text, 0);
  assert_int_equal(file_read("out.json", 0, &text, &e), 0);
  assert_string_equal(buf_text(&text), "old");
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_merged_verdict_is_printed_and_exited_with),
      cmocka_unit_test(test_the_merged_result_is_written_by_suffix),
      cmocka_unit_test(test_bad_usage_is_exit_code_2),
      cmocka_unit_test(test_files_that_do_not_fit_are_exit_code_2),
      cmocka_unit_test(test_a_failed_write_leaves_the_old_file),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
