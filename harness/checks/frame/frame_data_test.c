/* SPDX-License-Identifier: MIT
 * frame.data on hand-made streams: what a correct hook makes of the samples,
 * and what broken ones do. */
#include <stdio.h>
#include <string.h>

#include "checks/frame/frame_sample.h"
#include "plan/publish_samples.h"

/* How the imagined server treats one sample: another payload, or none. */
struct twist {
  const char *name;  /* of the sample that is treated so; NULL: none */
  const char *lines; /* written in place of the correct lines */
  int status;        /* of its POST */
  bool on_marks;     /* the marks are written so too */
};

static void correct_lines(struct slice payload, struct buf *out)
{
  size_t i;
  assert_int_equal(buf_adds(out, "data: "), 0);
  for(i = 0; i < payload.n; i++) {
    char c = payload.p[i];
    if(c == '\r' && i + 1 < payload.n && payload.p[i + 1] == '\n')
      continue;
    if(c == '\r' || c == '\n')
      assert_int_equal(buf_adds(out, "\ndata: "), 0);
    else
      assert_int_equal(buf_addc(out, c), 0);
  }
  assert_int_equal(buf_adds(out, "\n\n"), 0);
}

static void add_row(struct sample *s, struct recording *stream, size_t row,
                    const struct twist *t)
{
  const struct publish_sample *p = publish_sample_at(row);
  bool twisted = t->name && (strcmp(p->name, t->name) == 0 ||
                             (t->on_marks && row % 2 == 0));
  struct buf lines;
  char text[64];
  buf_init(&lines, 0);
  if(twisted)
    assert_int_equal(buf_adds(&lines, t->lines), 0);
  else
    correct_lines(p->payload, &lines);
  if(lines.n)
    frame_chunk(stream, 10 + (int64_t)row, lines.p, lines.n);
  buf_free(&lines);
  snprintf(text, sizeof(text), "publish.%zu", row + 1);
  sample_add(s, text,
             twisted && t->status == 400 ? "HTTP/1.1 400 Bad Request\r\n\r\n"
             : twisted && t->status == 500
                 ? "HTTP/1.1 500 Internal Server Error\r\n\r\n"
                 : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void publish_all(struct sample *s, const struct twist *t)
{
  struct recording *stream;
  size_t i;
  sample_begin(s);
  s->target->publish_url = slice_dup(slice_of("http://127.0.0.1/publish"));
  stream = sample_stream(s, "publish.0");
  for(i = 0; i < publish_sample_count(); i++)
    add_row(s, stream, i, t);
}

static void expect_twist(const char *id, const char *name, const char *lines,
                         int status, enum verdict v)
{
  const struct twist t = {name, lines, status, false};
  struct sample s;
  publish_all(&s, &t);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static const char *const ids[] = {
    "frame.data.join",          "frame.data.raw-crlf",
    "frame.data.leading-space", "frame.data.trailing-newline",
    "frame.data.empty",         "frame.data.unicode"};

static void test_a_correct_encoder_passes_all(void **state)
{
  static const struct twist none = {NULL, NULL, 0, false};
  struct sample s;
  size_t i;
  (void)state;
  publish_all(&s, &none);
  for(i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
    sample_expect(&s, ids[i], PASS);
  sample_end(&s);
}

static void test_without_a_hook_payload_checks_are_skipped(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
    sample_expect_head("plain", SAMPLE_STREAM, ids[i], SKIP);
}

static void test_broken_encoders_are_found(void **state)
{
  (void)state;
  expect_twist("frame.data.join", "join", "data: weir join a\nweir join b\n\n",
               200, FAIL);
  expect_twist("frame.data.join", "join",
               "data: weir join a\n\ndata: weir join b\n\n", 200, FAIL);
  expect_twist("frame.data.join", "join", "data: weir join aweir join b\n\n",
               200, FAIL);
  expect_twist("frame.data.join", "join", "", 200, FAIL);
  expect_twist("frame.data.raw-crlf", "raw-crlf",
               "data: weir crlf a\r\ndata: weir crlf b\rweir crlf c\n\n", 200,
               FAIL);
  expect_twist("frame.data.leading-space", "leading-space",
               "data: weir leading space\n\n", 200, FAIL);
  expect_twist("frame.data.leading-space", "leading-space",
               "data: \ndata:  weir leading space\n\n", 200, FAIL);
  expect_twist("frame.data.trailing-newline", "trailing-newline",
               "data: weir trailing newline\n\n", 200, WARN);
  expect_twist("frame.data.empty", "empty", "", 200, WARN);
  expect_twist("frame.data.empty", "empty", "event: x\n\n", 200, WARN);
  expect_twist("frame.data.unicode", "separators",
               "data: weir \ndata:  a \ndata:  b \ndata:  c\n\n", 200, FAIL);
  expect_twist("frame.data.unicode", "emoji", "data: weir ? ??? e?\n\n", 200,
               FAIL);
  expect_twist("frame.data.unicode", "bom", "data: weir bom \xEF\xBB\xBF\n\n",
               200, FAIL);
  expect_twist("frame.data.unicode", "nul", "data: weir nul \n\n", 200, WARN);
}

static void test_refused_samples_are_no_failures(void **state)
{
  (void)state;
  expect_twist("frame.data.empty", "empty", "", 400, SKIP);
  expect_twist("frame.data.empty", "empty", "", 500, UNTESTABLE);
  expect_twist("frame.data.join", "join", "", 400, UNTESTABLE);
  expect_twist("frame.data.unicode", "nul", "", 400, PASS);
  expect_twist("frame.data.unicode", "nul", "", 500, UNTESTABLE);
  expect_twist("frame.data.unicode", "emoji", "", 400, UNTESTABLE);
}

static void test_late_samples_are_no_failures(void **state)
{
  /* The sample comes behind the mark that should follow it. */
  expect_twist("frame.data.join", "mark raw-crlf",
               "data: weir-mark raw-crlf\n\n"
               "data: weir join a\ndata: weir join b\n\n",
               200, PASS);
  (void)state;
}

static void test_wrapped_payloads_are_untestable(void **state)
{
  static const struct twist wrapped = {"join", "data: {\"text\":\"x\"}\n\n",
                                       200, true};
  struct sample s;
  (void)state;
  publish_all(&s, &wrapped);
  sample_expect(&s, "frame.data.join", UNTESTABLE);
  sample_says(&s, "did not arrive as they are");
  sample_end(&s);
}

static void test_findings_show_what_was_published_and_received(void **state)
{
  static const struct twist t = {"join", "data: weir join a\nweir join b\n\n",
                                 200, false};
  struct sample s;
  (void)state;
  publish_all(&s, &t);
  sample_expect(&s, "frame.data.join", FAIL);
  sample_says(&s, "published: weir join a\\x0aweir join b");
  sample_says(&s, "received data: weir join a");
  sample_end(&s);
}

#define OK  "data: {\"a\":1}\n\n"
#define OK9 OK OK OK OK OK OK OK OK OK

static void test_json_is_judged_where_most_of_it_parses(void **state)
{
  static const struct frame_case table[] = {
      CASE("frame.data.json", PASS, OK "data: [1,2]\n\ndata: x\n\n"),
      CASE("frame.data.json", PASS, "data: {\"a\":\"\\u0000\"}\n\n"),
      CASE("frame.data.json", PASS, "data: {\ndata: \"a\":1}\n\n"),
      CASE("frame.data.json", WARN, OK9 "data: {\"a\":NaN}\n\n"),
      CASE("frame.data.json", SKIP, OK "data: {a}\n\n"),
      CASE("frame.data.json", SKIP, "data: [DONE]\n\n"),
      CASE("frame.data.json", PASS, OK9 "data: [DONE]\n\n"),
      CASE("frame.data.json", SKIP, "data: text\n\n"),
      CASE("frame.data.json", UNTESTABLE, ": hb\n"),
  };
  (void)state;
  EXPECT_TABLE(table);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_correct_encoder_passes_all),
      cmocka_unit_test(test_without_a_hook_payload_checks_are_skipped),
      cmocka_unit_test(test_broken_encoders_are_found),
      cmocka_unit_test(test_refused_samples_are_no_failures),
      cmocka_unit_test(test_late_samples_are_no_failures),
      cmocka_unit_test(test_wrapped_payloads_are_untestable),
      cmocka_unit_test(test_findings_show_what_was_published_and_received),
      cmocka_unit_test(test_json_is_judged_where_most_of_it_parses),
  };
  return cmocka_run_group_tests_name("checks.frame_data", tests, NULL, NULL);
}
