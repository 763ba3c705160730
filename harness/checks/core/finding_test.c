/* SPDX-License-Identifier: MIT
 * Findings, their evidence, and how recordings are found. */
#include "checks/core/sample.h"

#include <string.h>

static void test_the_last_verdict_counts_and_long_texts_are_cut(void **state)
{
  struct finding f;
  char longer[2000];
  (void)state;
  memset(longer, 'x', sizeof(longer) - 1);
  longer[sizeof(longer) - 1] = '\0';
  finding_init(&f);
  assert_int_equal(f.verdict, VERDICT_ERROR);
  finding_set(&f, VERDICT_WARN, "%s", longer);
  assert_int_equal(strlen(f.text), sizeof(f.text) - 1);
  finding_set(&f, VERDICT_PASS, "n = %d", 3);
  assert_int_equal(f.verdict, VERDICT_PASS);
  assert_string_equal(f.text, "n = 3");
  finding_free(&f);
}

static void test_evidence_is_bounded_and_safe_to_print(void **state)
{
  struct sample s;
  struct recording *r;
  size_t i;
  (void)state;
  sample_begin(&s);
  r = sample_add(&s, "plain",
                 "HTTP/1.1 200 \x1b[31mOK\r\nX-Odd: a\x07\xff\r\n\r\n");
  assert_int_equal(recording_digest(r), 0);
  finding_show_head(&s.finding, r);
  finding_show_field(&s.finding, r, "x-odd");
  finding_show_field(&s.finding, r, "Missing");
  assert_string_equal(buf_text(&s.finding.evidence),
                      "plain: HTTP/1.1 200 \\x1b[31mOK\n"
                      "X-Odd: a\\x07\\xff\nMissing: (absent)\n");
  assert_ptr_equal(s.finding.recording, r);
  for(i = 0; i < 5000; i++)
    finding_note(&s.finding, "line %zu", i);
  assert_true(s.finding.evidence.n <= 16384);
  sample_end(&s);
}

static void test_a_hexdump_has_offset_time_bytes_and_text(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_chunk(r, 250, "data: hello\n\ndata: world\n\n");
  assert_int_equal(recording_digest(r), 0);
  finding_show_body(&s.finding, r, 19, 5);
  sample_says(&s, "plain: body byte 19, 0.250 s after");
  sample_says(&s, "00000000  64 61 74 61 3a 20 68 65 6c 6c 6f 0a 0a 64 61 74"
                  "  |data: hello..dat|");
  sample_says(&s, "00000010  61 3a 20 77 6f 72 6c 64 0a 0a");
  finding_show_body(&s.finding, r, 4000, 5);
  sample_says(&s, "body byte 4000, never received");
  sample_end(&s);
}

static void test_what_was_not_answered_is_untestable_with_the_cause(void **st)
{
  struct sample s;
  struct recording *r;
  (void)st;
  sample_begin(&s);
  s.target->mode = MODE_LINT;
  sample_expect(&s, "http.method.options", VERDICT_UNTESTABLE);
  sample_says(&s, "--mode probe");
  sample_expect(&s, "http.ct.nosniff", VERDICT_UNTESTABLE);
  sample_says(&s, "\"plain\" was not made");
  r = sample_add(&s, "plain", "");
  sample_ends(r, REC_END_REFUSED, 1);
  sample_expect(&s, "http.ct.nosniff", VERDICT_UNTESTABLE);
  sample_says(&s, "refused");
  sample_end(&s);
}

static void test_a_missing_stream_has_one_cause(void **state)
{
  struct sample s;
  size_t i, failed = 0;
  (void)state;
  sample_begin(&s);
  sample_add(&s, "plain",
             "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"
             "Content-Length: 0\r\nDate: Sun, 06 Nov 2033 08:49:37 GMT\r\n"
             "\r\n");
  for(i = 0; i < check_count(); i++) {
    enum verdict v = sample_judge(&s, check_at(i)->id);
    if(v == VERDICT_FAIL || v == VERDICT_WARN) {
      failed++;
      assert_string_equal(check_at(i)->id, "http.status.200");
    }
  }
  assert_int_equal(failed, 1);
  sample_end(&s);
}

static void test_scripts_recordings_are_counted_without_gaps(void **state)
{
  struct sample s;
  struct check_input in;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "finished.0");
  sample_stream(&s, "finished.1");
  sample_stream(&s, "finished.3");
  in = (struct check_input){s.target, s.recording, s.recordings};
  assert_int_equal(input_script_count(&in, SCRIPT_FINISHED), 2);
  assert_non_null(input_script(&in, SCRIPT_FINISHED, 3));
  assert_null(input_script(&in, SCRIPT_LOOP, 0));
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_last_verdict_counts_and_long_texts_are_cut),
      cmocka_unit_test(test_evidence_is_bounded_and_safe_to_print),
      cmocka_unit_test(test_a_hexdump_has_offset_time_bytes_and_text),
      cmocka_unit_test(
          test_what_was_not_answered_is_untestable_with_the_cause),
      cmocka_unit_test(test_a_missing_stream_has_one_cause),
      cmocka_unit_test(test_scripts_recordings_are_counted_without_gaps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
