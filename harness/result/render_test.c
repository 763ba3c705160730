/* SPDX-License-Identifier: MIT
 * Tests of the renderers: what a person, a spreadsheet and a CI system get. */
#include "result/render_testing.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "document/doc.h"
#include "load/load_doc.h"
#include "load/synthetic.h"
#include "page/lines.h"

static json_t *build(enum synthetic kind)
{
  struct load_doc_context c = {0};
  struct synthetic_run *r = synthetic_new(kind);
  json_t *doc;
  synthetic_threshold(r, "latency.p99 < 250ms");
  synthetic_threshold(r, "events.lost == 0");
  doc = load_doc_build(&r->outcome, &c);
  assert_non_null(doc);
  synthetic_free(r);
  return doc;
}

static struct buf rendered(enum synthetic kind, enum output_format f)
{
  return render_dropped(build(kind), f);
}

static size_t count_parts(const struct buf *text, const char *part)
{
  const char *at = buf_text(text);
  size_t n = 0;
  for(;;) {
    at = strstr(at, part);
    if(!at)
      return n;
    n++;
    at += strlen(part);
  }
}

static void test_text_fits_one_screen_for_every_kind(void **state)
{
  int kind;
  (void)state;
  for(kind = 0; kind < SYNTHETIC_COUNT; kind++) {
    struct buf out = rendered((enum synthetic)kind, OUTPUT_TEXT);
    struct slice rest = buf_slice(&out);
    size_t lines = 0;
    while(rest.n) {
      struct slice line = slice_cut(&rest, '\n');
      lines++;
      if(lines_width(line.p, line.n) > LINES_COLUMNS)
        fail_msg("%s: too long: %.*s", synthetic_name((enum synthetic)kind),
                 (int)line.n, line.p);
      if(line.n)
        assert_int_not_equal(line.p[line.n - 1], ' ');
    }
    if(lines > 30)
      fail_msg("%s: %zu lines", synthetic_name((enum synthetic)kind), lines);
    buf_free(&out);
  }
}

static void test_text_begins_with_the_verdict(void **state)
{
  static const struct {
    enum synthetic kind;
    const char *first;
  } cases[] = {{SYNTHETIC_PASS, "PASS          1,000 streams, "},
               {SYNTHETIC_FAIL, "FAIL          1 of 2 thresholds not met"},
               {SYNTHETIC_UNREACHABLE, "FAIL          not one stream"},
               {SYNTHETIC_INVALID, "INVALID       this run says nothing"},
               {SYNTHETIC_INTERRUPTED, "INTERRUPTED   stopped after 4 s: "}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct buf out = rendered(cases[i].kind, OUTPUT_TEXT);
    if(strncmp(buf_text(&out), cases[i].first, strlen(cases[i].first)) != 0)
      fail_msg("%s", buf_text(&out));
    buf_free(&out);
  }
}

static void test_text_of_a_failed_run_names_losses_and_offenders(void **state)
{
  struct buf out = rendered(SYNTHETIC_FAIL, OUTPUT_TEXT);
  (void)state;
  expect_part(&out, "\xe2\x9c\x93 met         latency.p99 < 250ms: 0.9");
  expect_part(&out, "\xe2\x9c\x97 not met     events.lost == 0: 12\n");
  expect_part(&out, "12 lost of 100,000, 5 of them at a reconnect, "
                    "3 duplicated,\n");
  expect_part(&out, "0 reordered, 0 corrupt, 1 foreign (exact ledger)\n");
  expect_part(&out, "lost: stream 17, numbers 1203-1205, at 4.2 s");
  expect_part(&out, "(meant for user ann)");
  expect_part(&out, "2 status-503");
  expect_part(&out, "22 ended by the server, 7 of them broken");
  buf_free(&out);
}

static void test_text_of_an_invalid_run_says_what_to_change(void **state)
{
  struct buf out = rendered(SYNTHETIC_INVALID, OUTPUT_TEXT);
  (void)state;
  expect_part(&out, "worker 1 was killed by signal 9");
  expect_part(&out, "invalid too   worker 0 used 99% of a core\n"
                    "  to do       use more workers (--workers)");
  buf_free(&out);
}

static void test_text_is_coloured_only_when_asked(void **state)
{
  json_t *doc = build(SYNTHETIC_FAIL);
  struct buf plain, coloured;
  (void)state;
  buf_init(&plain, 0);
  buf_init(&coloured, 0);
  assert_int_equal(output_render(doc, OUTPUT_TEXT, false, &plain), 0);
  assert_int_equal(output_render(doc, OUTPUT_TEXT, true, &coloured), 0);
  assert_null(strchr(buf_text(&plain), '\033'));
  expect_part(&coloured, "\033[1;31mFAIL\033[0m");
  buf_free(&plain);
  buf_free(&coloured);
  json_decref(doc);
}

static void test_text_wraps_long_words_and_long_sentences(void **state)
{
  char word[200];
  struct buf out;
  struct lines p = {.out = &out};
  (void)state;
  memset(word, 'x', sizeof(word) - 1);
  word[sizeof(word) - 1] = '\0';
  buf_init(&out, 0);
  lines_row(&p, "a", word);
  lines_row(&p, "b", "");
  lines_row(&p, "c",
            "one two three four five six seven eight nine ten eleven twelve "
            "thirteen");
  assert_int_equal(out.rc, 0);
  expect_part(&out, word);
  expect_part(&out, "\nb\n");
  expect_part(&out, "twelve\n              thirteen\n");
  buf_free(&out);
}

static void test_csv_has_one_row_per_slice(void **state)
{
  struct buf out = rendered(SYNTHETIC_PASS, OUTPUT_CSV);
  (void)state;
  assert_int_equal(count_parts(&out, "\r\n"), 21);
  assert_ptr_equal(
      strstr(buf_text(&out),
             "t_s,connections,events,bytes,opened,closed,failed,lost,"
             "reconnects,published,latency_count,latency_p50_ms,"
             "latency_p99_ms,latency_max_ms\r\n0.000,1000,"),
      buf_text(&out));
  expect_part(&out, "\r\n19.000,0,");
  buf_free(&out);
}

static void test_csv_leaves_cells_without_value_empty(void **state)
{
  struct buf out = rendered(SYNTHETIC_UNREACHABLE, OUTPUT_CSV);
  (void)state;
  expect_part(&out, "\r\n0.000,0,0,0,0,0,1000,0,0,0,0,,,\r\n");
  buf_free(&out);
}

static void test_junit_counts_failures_and_errors(void **state)
{
  struct buf out = rendered(SYNTHETIC_FAIL, OUTPUT_JUNIT);
  (void)state;
  expect_part(&out, "tests=\"4\" failures=\"1\" errors=\"0\"");
  expect_part(&out, "name=\"latency.p99 &lt; 250ms\"/>");
  expect_part(&out, "<failure type=\"threshold\" message=\"observed 12\"/>");
  buf_free(&out);
  out = rendered(SYNTHETIC_INVALID, OUTPUT_JUNIT);
  expect_part(&out, "<error type=\"invalid\"");
  buf_free(&out);
  out = rendered(SYNTHETIC_UNREACHABLE, OUTPUT_JUNIT);
  expect_part(&out, "<failure type=\"unreachable\"");
  buf_free(&out);
}

static void test_github_commands_stay_on_their_line(void **state)
{
  struct buf out = rendered(SYNTHETIC_FAIL, OUTPUT_GITHUB);
  (void)state;
  expect_part(&out, "::error title=weir load%3A FAIL::");
  expect_part(&out, "threshold not met::events.lost == 0: 12\n");
  assert_int_equal(count_parts(&out, "\n"), 2);
  buf_free(&out);
  out = rendered(SYNTHETIC_INVALID, OUTPUT_GITHUB);
  expect_part(&out, "99%25 of a core%0Ause more workers");
  buf_free(&out);
  out = rendered(SYNTHETIC_PASS, OUTPUT_GITHUB);
  assert_ptr_equal(strstr(buf_text(&out), "::notice title="), buf_text(&out));
  assert_int_equal(count_parts(&out, "\n"), 1);
  buf_free(&out);
}

static void test_markdown_tables_are_whole(void **state)
{
  struct buf out = rendered(SYNTHETIC_FAIL, OUTPUT_MARKDOWN);
  (void)state;
  expect_part(&out, "### weir load: FAIL\n");
  expect_part(&out, "| events.lost == 0 | 12 | **not met** |\n");
  expect_part(&out, "| latency | ");
  expect_part(&out, "lost: stream 17");
  buf_free(&out);
}

static void test_formats_are_chosen_by_name_and_suffix(void **state)
{
  enum output_format f = OUTPUT_TEXT;
  struct err e = {0};
  (void)state;
  assert_int_equal(output_by_name("junit", &f, &e), 0);
  assert_int_equal(f, OUTPUT_JUNIT);
  assert_int_equal(output_by_suffix("a/b.csv", &f, &e), 0);
  assert_int_equal(f, OUTPUT_CSV);
  assert_int_equal(output_by_suffix("a.md", &f, &e), 0);
  assert_int_equal(f, OUTPUT_MARKDOWN);
  assert_int_equal(output_by_suffix("r.html", &f, &e), 0);
  assert_int_equal(f, OUTPUT_HTML);
  assert_int_equal(output_by_suffix("r.pdf", &f, &e), E_UNSUPPORTED);
  assert_non_null(strstr(e.text, "r.pdf"));
  assert_non_null(strstr(e.text, ".json, .xml"));
  assert_int_equal(output_by_suffix(".json", &f, &e), E_UNSUPPORTED);
  assert_int_equal(output_by_name("yaml", &f, &e), E_UNSUPPORTED);
  assert_non_null(strstr(e.text, "junit"));
}

static void test_an_unwritable_file_leaves_the_others_written(void **state)
{
  char dir[] = "/tmp/weir-render-XXXXXX";
  char good[64], bad[64];
  const char *paths[2];
  json_t *doc = build(SYNTHETIC_PASS);
  struct buf text;
  struct err e = {0};
  (void)state;
  assert_non_null(mkdtemp(dir));
  snprintf(good, sizeof(good), "%s/r.json", dir);
  snprintf(bad, sizeof(bad), "%s/no/r.xml", dir);
  paths[0] = bad;
  paths[1] = good;
  assert_int_equal(output_write_all(doc, paths, 2, output_write, &e), E_IO);
  assert_non_null(strstr(e.text, bad));
  buf_init(&text, 0);
  assert_int_equal(file_read(good, 0, &text, &e), 0);
  assert_int_equal(buf_text(&text)[0], '{');
  buf_free(&text);
  json_decref(doc);
  assert_int_equal(unlink(good), 0);
  assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text_fits_one_screen_for_every_kind),
      cmocka_unit_test(test_text_begins_with_the_verdict),
      cmocka_unit_test(test_text_of_a_failed_run_names_losses_and_offenders),
      cmocka_unit_test(test_text_of_an_invalid_run_says_what_to_change),
      cmocka_unit_test(test_text_is_coloured_only_when_asked),
      cmocka_unit_test(test_text_wraps_long_words_and_long_sentences),
      cmocka_unit_test(test_csv_has_one_row_per_slice),
      cmocka_unit_test(test_csv_leaves_cells_without_value_empty),
      cmocka_unit_test(test_junit_counts_failures_and_errors),
      cmocka_unit_test(test_github_commands_stay_on_their_line),
      cmocka_unit_test(test_markdown_tables_are_whole),
      cmocka_unit_test(test_formats_are_chosen_by_name_and_suffix),
      cmocka_unit_test(test_an_unwritable_file_leaves_the_others_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
