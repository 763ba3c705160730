/* SPDX-License-Identifier: MIT
 * http.status on hand-made recordings. */
#include "checks/core/sample.h"

#include <stdlib.h>
#include <string.h>

#define PASS VERDICT_PASS
#define FAIL VERDICT_FAIL

static void test_anything_but_200_fails_once(void **state)
{
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, "http.status.200", PASS);
  sample_expect_head("plain", "HTTP/1.1 404 Not Found\r\n\r\n",
                     "http.status.200", FAIL);
  sample_expect_head("plain", "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n",
                     "http.status.200", FAIL);
  sample_expect_head("plain", "HTTP/1.1 405 No\r\nAllow: POST\r\n\r\n",
                     "http.status.200", VERDICT_UNTESTABLE);
  sample_expect_head("plain", "", "http.status.200", VERDICT_UNTESTABLE);
}

static void test_203_and_206_are_named(void **state)
{
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, "http.status.no-203-206", PASS);
  sample_expect_head("plain", "HTTP/1.1 203 Changed\r\nVia: 1.1 x\r\n\r\n",
                     "http.status.no-203-206", FAIL);
  sample_expect_head("plain", "HTTP/1.1 206 Part\r\n\r\n",
                     "http.status.no-203-206", FAIL);
  sample_expect_head("plain", "HTTP/1.1 206 Part\r\n\r\n", "http.status.200",
                     FAIL);
  sample_expect_head("plain", "", "http.status.no-203-206",
                     VERDICT_UNTESTABLE);
}

static void interim_then(const char *final, enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  r = sample_add(&s, "plain", final);
  r->interim = calloc(1, sizeof(*r->interim));
  assert_non_null(r->interim);
  r->interims = 1;
  assert_int_equal(
      buf_adds(&r->interim[0].bytes, "HTTP/1.1 103 Early Hints\r\n\r\n"), 0);
  sample_expect(&s, "http.status.1xx", v);
  sample_says(&s, "interim response 103");
  sample_end(&s);
}

static void test_interim_responses_are_fine_before_a_200(void **state)
{
  (void)state;
  sample_expect_head("plain", SAMPLE_STREAM, "http.status.1xx", VERDICT_SKIP);
  interim_then(SAMPLE_STREAM, PASS);
  interim_then("HTTP/1.1 503 No\r\n\r\n", VERDICT_INFO);
}

/* A finite stream with one event, then this answer to the reconnect. */
static struct recording *finished(struct sample *s, const char *head)
{
  struct recording *r;
  sample_begin(s);
  s->target->stream = STREAM_FINITE;
  r = sample_stream(s, "finished.0");
  sample_chunk(r, 10, "id: 1\ndata: a\n\n");
  sample_text(r, 20, "0\r\n\r\n");
  sample_ends(r, REC_END_CLEAN, 20);
  return sample_add(s, "finished.1", head);
}

static void finished_gives(const char *head, const char *id, enum verdict v)
{
  struct sample s;
  finished(&s, head);
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_a_finished_stream_answers_204(void **state)
{
  static const char id[] = "http.status.204-stop";
  struct sample s;
  struct recording *r;
  (void)state;
  finished_gives("HTTP/1.1 204 No Content\r\n\r\n", id, PASS);
  finished_gives("HTTP/1.1 410 Gone\r\n\r\n", id, VERDICT_WARN);
  finished_gives("", id, VERDICT_UNTESTABLE);
  finished_gives(SAMPLE_STREAM, id, VERDICT_INFO);
  r = finished(&s, SAMPLE_STREAM);
  sample_chunk(r, 10, "id: 1\ndata: a\n\n");
  sample_expect(&s, id, FAIL);
  sample_says(&s, "began again");
  sample_end(&s);
  r = finished(&s, SAMPLE_STREAM);
  sample_text(r, 10, "0\r\n\r\n");
  sample_ends(r, REC_END_CLEAN, 10);
  sample_expect(&s, id, FAIL);
  sample_says(&s, "ended at once");
  sample_end(&s);
  sample_expect_head("finished.0", SAMPLE_STREAM, id, VERDICT_SKIP);
}

static void test_a_204_is_nothing_but_a_head(void **state)
{
  static const char id[] = "http.status.204-empty";
  struct sample s;
  (void)state;
  finished_gives("HTTP/1.1 204 No Content\r\n\r\n", id, PASS);
  finished_gives("HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", id, FAIL);
  finished_gives("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", id,
                 FAIL);
  finished_gives("HTTP/1.1 404 No\r\n\r\n", id, VERDICT_SKIP);
  sample_text(finished(&s, "HTTP/1.1 204 No\r\n\r\n"), 9, "bye");
  sample_expect(&s, id, FAIL);
  sample_says(&s, "62 79 65");
  sample_end(&s);
}

static void test_a_204_must_not_be_stored(void **state)
{
  static const char id[] = "http.status.204-uncached";
  (void)state;
  finished_gives("HTTP/1.1 204 No\r\nCache-Control: No-Store\r\n\r\n", id,
                 PASS);
  finished_gives("HTTP/1.1 204 No\r\n\r\n", id, VERDICT_WARN);
  finished_gives(SAMPLE_STREAM, id, VERDICT_SKIP);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_anything_but_200_fails_once),
      cmocka_unit_test(test_203_and_206_are_named),
      cmocka_unit_test(test_interim_responses_are_fine_before_a_200),
      cmocka_unit_test(test_a_finished_stream_answers_204),
      cmocka_unit_test(test_a_204_is_nothing_but_a_head),
      cmocka_unit_test(test_a_204_must_not_be_stored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
