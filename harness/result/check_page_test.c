/* SPDX-License-Identifier: MIT
 * Tests of the forms of the conformance document. */
#include "result/render_testing.h"

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

static struct buf rendered(enum check_synthetic kind, enum output_format f)
{
  return render_dropped(build(kind), f);
}

static void test_bytes_of_the_target_cannot_command_a_terminal(void **state)
{
  static const enum output_format formats[] = {
      OUTPUT_TEXT, OUTPUT_MARKDOWN, OUTPUT_GITHUB, OUTPUT_JUNIT, OUTPUT_CSV};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
    struct buf out = rendered(CHECK_SYNTHETIC_FAIL, formats[i]);
    assert_null(strchr(buf_text(&out), '\033'));
    buf_free(&out);
  }
}

static void test_text_shows_the_worst_first_and_passes_not_at_all(void **s)
{
  struct buf out = rendered(CHECK_SYNTHETIC_FAIL, OUTPUT_TEXT);
  const char *text = buf_text(&out);
  (void)s;
  assert_ptr_equal(strstr(text, "FAIL          1 of 6 checks passed"), text);
  expect_part(&out, "FAIL          frame.utf8.valid: The stream is UTF-8");
  expect_part(&out, "    body offset 9: ");
  expect_part(&out, "\\u{1b}[31m in it");
  expect_part(&out, "  reproduce   curl -sN "
                    "'http://127.0.0.1:8080/stream?token=***'");
  expect_part(&out, "(flaky 1/2)");
  expect_part(&out, "UNTESTABLE    resume.no-loss: ");
  expect_no_part(&out, "http.ct.essence");
  assert_true(strstr(text, "frame.utf8.valid: The") <
              strstr(text, "http.cache.no-store: Cache"));
  buf_free(&out);
}

static void test_verbose_text_shows_every_check(void **state)
{
  json_t *doc = build(CHECK_SYNTHETIC_PASS);
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(output_text(doc, true, &out), 0);
  expect_part(&out, "http.ct.essence");
  expect_part(&out, "sec.inject.data-lf");
  expect_part(&out, "\033[1;32mPASS\033[0m");
  buf_free(&out);
  json_decref(doc);
}

static void test_junit_tells_skipped_from_untestable(void **state)
{
  struct buf out = rendered(CHECK_SYNTHETIC_FAIL, OUTPUT_JUNIT);
  (void)state;
  expect_part(&out, "tests=\"7\" failures=\"1\" errors=\"1\" skipped=\"1\"");
  expect_part(&out, "<skipped message=\"UNTESTABLE: ");
  expect_part(&out, "classname=\"weir.http.ct\" name=\"http.ct.essence\"/>");
  expect_part(&out, "timestamp=\"2026-01-01T00:00:00\"");
  buf_free(&out);
  out = rendered(CHECK_SYNTHETIC_PASS, OUTPUT_JUNIT);
  expect_part(&out, "failures=\"0\" errors=\"0\" skipped=\"2\"");
  expect_part(&out, "<skipped message=\"SKIP: ");
  buf_free(&out);
  out = rendered(CHECK_SYNTHETIC_STOPPED, OUTPUT_JUNIT);
  expect_part(&out,
              "<error type=\"unreachable\" message=\"the target answers");
  buf_free(&out);
}

static void test_github_commands_stay_on_their_lines(void **state)
{
  struct buf out = rendered(CHECK_SYNTHETIC_FAIL, OUTPUT_GITHUB);
  (void)state;
  expect_part(&out, "::error title=weir check%3A FAIL::1 of 6");
  expect_part(&out, "\n::error title=weir check%3A FAIL frame.utf8.valid::");
  expect_part(&out, "\n::warning title=weir check%3A WARN http.cache");
  buf_free(&out);
  out = rendered(CHECK_SYNTHETIC_PASS, OUTPUT_GITHUB);
  assert_ptr_equal(strstr(buf_text(&out), "::notice "), buf_text(&out));
  assert_ptr_equal(strchr(buf_text(&out), '\n'), buf_text(&out) + out.n - 1);
  buf_free(&out);
}

static void test_markdown_and_csv_name_every_problem(void **state)
{
  struct buf out = rendered(CHECK_SYNTHETIC_FAIL, OUTPUT_MARKDOWN);
  (void)state;
  expect_part(&out, "| **FAIL** | `frame.utf8.valid` | ");
  expect_part(&out, "#### WARN `http.cache.no-store`");
  expect_no_part(&out, "`http.ct.essence`");
  buf_free(&out);
  out = rendered(CHECK_SYNTHETIC_FAIL, OUTPUT_CSV);
  expect_part(&out, "\r\nhttp.ct.essence,PASS,");
  expect_part(&out, "\r\nframe.utf8.valid,FAIL,");
  buf_free(&out);
}

static void test_html_asks_the_network_for_nothing(void **state)
{
  struct buf out = rendered(CHECK_SYNTHETIC_FAIL, OUTPUT_HTML);
  (void)state;
  expect_part(&out, "<!DOCTYPE html>");
  expect_part(&out, "href=\"#c0-frame.utf8.valid\">FAIL</a>");
  expect_part(&out, "<div id=\"c0-frame.utf8.valid\">");
  expect_part(&out, "id=\"r0-plain\">");
  expect_part(&out, "replay it &lt;forever&gt;");
  expect_no_part(&out, "<link");
  expect_no_part(&out, " src=");
  expect_no_part(&out, "url(");
  expect_no_part(&out, "@CONTENT@");
  expect_no_part(&out, "<script");
  /* The worst stands open, with its cure, before all else. */
  expect_part(&out, "<details open><summary><span class=\"badge bad\">FAIL");
  assert_true(strstr(buf_text(&out), "<dt>fix</dt>") <
              strstr(buf_text(&out), "<h2>Matrix</h2>"));
  expect_part(&out, "<code>frame.utf8</code> <span "
                    "class=\"badge bad\">0 of 1");
  buf_free(&out);
}

static void test_html_puts_several_results_side_by_side(void **state)
{
  json_t *docs[2] = {build(CHECK_SYNTHETIC_PASS), build(CHECK_SYNTHETIC_FAIL)};
  struct page p[2];
  const struct page *all[2] = {&p[0], &p[1]};
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(output_fill(docs[0], false, NULL, 0, &p[0]), 0);
  assert_int_equal(output_fill(docs[1], false, NULL, 0, &p[1]), 0);
  assert_int_equal(page_html_all(all, 2, &out), 0);
  page_free(&p[0]);
  page_free(&p[1]);
  expect_part(&out, "href=\"#c0-frame.utf8.valid\">PASS</a></td>"
                    "<td class=\"v bad\"><a href=\"#c1-frame.utf8.valid\">"
                    "FAIL</a></td>");
  buf_free(&out);
  json_decref(docs[0]);
  json_decref(docs[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes_of_the_target_cannot_command_a_terminal),
      cmocka_unit_test(test_text_shows_the_worst_first_and_passes_not_at_all),
      cmocka_unit_test(test_verbose_text_shows_every_check),
      cmocka_unit_test(test_junit_tells_skipped_from_untestable),
      cmocka_unit_test(test_github_commands_stay_on_their_lines),
      cmocka_unit_test(test_markdown_and_csv_name_every_problem),
      cmocka_unit_test(test_html_asks_the_network_for_nothing),
      cmocka_unit_test(test_html_puts_several_results_side_by_side),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
