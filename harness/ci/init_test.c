/* SPDX-License-Identifier: MIT
 * The first files of a project: what is asked of which stream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ci/init.h"

#define PLAIN                                                                 \
  "{\"summary\": {\"events\": {\"lost\": null, \"ledger\": \"none\","         \
  " \"per_second\": 90.5}, \"gap_ms\": {\"p99\": 296.2},"                     \
  " \"first_event_ms\": {\"p99\": 12},"                                       \
  " \"latency_ms\": {\"count\": 0, \"p99\": null}}}"
#define RICH                                                                  \
  "{\"summary\": {\"events\": {\"lost\": 0, \"ledger\": \"sequence\","        \
  " \"per_second\": 1.5}, \"gap_ms\": {\"p99\": 6000},"                       \
  " \"first_event_ms\": {\"p99\": 1000},"                                     \
  " \"latency_ms\": {\"count\": 9, \"p99\": 80}}}"
#define CHECKS                                                                \
  "{\"checks\": [{\"id\": \"a.b\", \"verdict\": \"FAIL\", \"fails\": true},"  \
  "{\"id\": \"a.c\", \"verdict\": \"WARN\", \"fails\": false}]}"

static struct ci_answer answer;

static struct ci_project project(const char *load, const char *checks,
                                 const char *flow)
{
  struct err e;
  memset(&answer, 0, sizeof(answer));
  answer.load = json_parse(slice_of(load), "load", &e);
  answer.check = json_parse(slice_of(checks), "check", &e);
  buf_init(&answer.flow, 0);
  buf_adds(&answer.flow, flow);
  assert_non_null(answer.load);
  assert_non_null(answer.check);
  return (struct ci_project){.folder = "/nonexistent",
                             .url = "http://127.0.0.1:1/events",
                             .start = "node \"x\"",
                             .answer = &answer};
}

/* The text is what reads back, too. */
static void assert_file(const struct ci_project *p, struct buf *text)
{
  struct ci_file f;
  struct err e = {0, ""};
  int rc;
  buf_init(text, 0);
  assert_int_equal(init_file(p, text), 0);
  rc = ci_file_read(&f, buf_slice(text), CI_FILE_NAME, &e);
  if(rc)
    print_error("%s\n%s", e.text, buf_text(text));
  assert_int_equal(rc, 0);
  ci_file_free(&f);
}

static void test_a_plain_stream_is_asked_for_gaps(void **state)
{
  struct ci_project p = project(PLAIN, "{\"checks\": []}", "");
  struct buf text;
  (void)state;
  assert_file(&p, &text);
  assert_null(strstr(buf_text(&text), "    - latency"));
  assert_null(strstr(buf_text(&text), "    - events.lost"));
  assert_non_null(strstr(buf_text(&text), "    - gap.p99 < 2s\n"));
  assert_non_null(strstr(buf_text(&text), "    - first_event.p99 < 1s\n"));
  assert_non_null(strstr(buf_text(&text), "    - events.per_second > 45\n"));
  assert_null(strstr(buf_text(&text), "profile:"));
  assert_null(strstr(buf_text(&text), "flows:"));
  buf_free(&text);
  ci_answer_free(&answer);
}

static void test_one_with_times_and_numbers_is_asked_for_more(void **state)
{
  struct ci_project p = project(RICH, CHECKS, "weir: flow/1\n");
  struct buf text;
  (void)state;
  assert_file(&p, &text);
  assert_non_null(strstr(buf_text(&text), "    - latency.p99 < 500ms\n"));
  assert_non_null(strstr(buf_text(&text), "    - events.lost == 0\n"));
  assert_non_null(strstr(buf_text(&text), "    - gap.p99 < 50s\n"));
  assert_null(strstr(buf_text(&text), "events.per_second"));
  assert_non_null(strstr(buf_text(&text), "flows: [weir-flows]\n"));
  buf_clear(&text);
  assert_int_equal(init_profile(&p, &text), 0);
  assert_non_null(strstr(buf_text(&text), "\na.b FAIL "));
  assert_null(strstr(buf_text(&text), "a.c"));
  buf_free(&text);
  ci_answer_free(&answer);
}

static void test_jobs_install_what_they_are_told_to(void **state)
{
  struct ci_project p = project(PLAIN, "{\"checks\": []}", "");
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  p.package = "https://example.test/it's.deb";
  assert_int_equal(init_github(&p, &text), 0);
  assert_non_null(strstr(buf_text(&text),
                         "\n          curl -fsSL -o weir.deb "
                         "'https://example.test/it'\\''s.deb'\n"));
  buf_clear(&text);
  p.package = "ci/weir.deb";
  assert_int_equal(init_gitlab(&p, &text), 0);
  assert_non_null(
      strstr(buf_text(&text), "    - apt-get install -y ./'ci/weir.deb'\n"));
  buf_free(&text);
  ci_answer_free(&answer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_plain_stream_is_asked_for_gaps),
      cmocka_unit_test(test_one_with_times_and_numbers_is_asked_for_more),
      cmocka_unit_test(test_jobs_install_what_they_are_told_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
