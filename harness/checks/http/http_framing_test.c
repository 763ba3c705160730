/* SPDX-License-Identifier: MIT
 * http.framing on hand-made recordings. */
#include "checks/core/sample.h"

#include <string.h>

#define PASS       VERDICT_PASS
#define WARN       VERDICT_WARN
#define FAIL       VERDICT_FAIL
#define INFO       VERDICT_INFO
#define SKIP       VERDICT_SKIP
#define UNTESTABLE VERDICT_UNTESTABLE
#define TYPED      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define WITH(line) TYPED line "\r\n\r\n"
#define CHUNKED    "Transfer-Encoding: chunked"
#define LENGTH     "Content-Length: 100"

static void head(const char *text, const char *id, enum verdict v)
{
  sample_expect_head("plain", text, id, v);
}

static void test_an_endless_stream_has_no_length(void **state)
{
  static const char id[] = "http.framing.no-cl";
  struct sample s;
  (void)state;
  head(SAMPLE_STREAM, id, PASS);
  head(WITH(LENGTH), id, FAIL);
  head("HTTP/1.1 404 No\r\n\r\n", id, UNTESTABLE);
  sample_begin(&s);
  sample_add(&s, "plain", WITH(LENGTH));
  s.target->stream = STREAM_UNKNOWN;
  sample_expect(&s, id, WARN);
  s.target->stream = STREAM_FINITE;
  sample_expect(&s, id, SKIP);
  sample_end(&s);
}

static void test_transfer_encoding_is_chunked_and_alone(void **state)
{
  (void)state;
  head(SAMPLE_STREAM, "http.framing.te-cl", PASS);
  head(WITH(CHUNKED "\r\n" LENGTH), "http.framing.te-cl", FAIL);
  head("", "http.framing.te-cl", UNTESTABLE);
  head(SAMPLE_STREAM, "http.framing.te-value", PASS);
  head(WITH("Transfer-Encoding: Chunked"), "http.framing.te-value", PASS);
  head(WITH("Transfer-Encoding: gzip, chunked"), "http.framing.te-value",
       FAIL);
  head(WITH(CHUNKED "\r\n" CHUNKED), "http.framing.te-value", FAIL);
  head(WITH(LENGTH), "http.framing.te-value", SKIP);
  sample_expect_head("http10", WITH("X: y"), "http.framing.no-te-10", PASS);
  sample_expect_head("http10", WITH(CHUNKED), "http.framing.no-te-10", WARN);
  sample_expect_head("http10", "", "http.framing.no-te-10", UNTESTABLE);
}

static void test_the_body_tells_its_own_end(void **state)
{
  static const char id[] = "http.framing.self-delimited";
  static const char version[] = "http.framing.version";
  static const char old[] =
      "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
  (void)state;
  head(SAMPLE_STREAM, id, PASS);
  head(WITH(LENGTH), id, PASS);
  head(WITH("Connection: close"), id, WARN);
  head(old, id, SKIP);
  head(old, version, WARN);
  head(SAMPLE_STREAM, version, PASS);
  head("HTTP/2 200\r\nContent-Type: text/event-stream\r\n\r\n", version,
       UNTESTABLE);
}

/* A stream with these bytes behind its head. */
static void wire(const char *text, const char *id, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  if(*text)
    sample_text(sample_stream(&s, "plain"), 10, text);
  else
    sample_stream(&s, "plain");
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_chunks_are_well_formed(void **state)
{
  static const char id[] = "http.framing.chunk-syntax";
  static const char ext[] = "http.framing.chunk-ext";
  (void)state;
  wire("9\r\ndata: a\n\n\r\n", id, PASS);
  wire("0\r\n\r\n", id, PASS);
  wire("5\r\ndata: a\n\n\r\n", id, FAIL);
  wire("zz\r\n", id, FAIL);
  wire("", id, UNTESTABLE);
  head(WITH(LENGTH), id, SKIP);
  wire("9\r\ndata: a\n\n\r\n", ext, PASS);
  wire("9;x=y\r\ndata: a\n\n\r\n", ext, INFO);
  head(WITH(LENGTH), ext, SKIP);
}

static void test_trailers_are_not_for_streams(void **state)
{
  static const char id[] = "http.framing.trailers";
  struct sample s;
  (void)state;
  wire("9\r\ndata: a\n\n\r\n0\r\n\r\n", id, PASS);
  wire("0\r\nX-Status: done\r\n\r\n", id, WARN);
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_text(sample_stream(&s, "to-end"), 9, "0\r\nX-Status: a\r\n\r\n");
  sample_expect(&s, id, WARN);
  sample_end(&s);
  head(WITH("Trailer: X-Status"), id, WARN);
  head("HTTP/1.1 404 No\r\n\r\n", id, UNTESTABLE);
}

static void test_events_stay_in_one_chunk(void **state)
{
  static const char id[] = "http.framing.chunk-aligned";
  (void)state;
  wire("9\r\ndata: a\n\n\r\n9\r\ndata: b\n\n\r\n", id, PASS);
  wire("12\r\ndata: a\n\ndata: b\n\n\r\n", id, PASS);
  wire("5\r\ndata:\r\n4\r\n a\n\n\r\n9\r\ndata: b\n\n\r\n", id, INFO);
  wire("", id, UNTESTABLE);
  head(WITH(LENGTH), id, SKIP);
}

static void ends(const char *head_text, const char *body,
                 enum recording_end end, enum verdict v)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  r = sample_add(&s, "plain", head_text);
  sample_text(r, 10, body);
  sample_ends(r, end, 2000);
  sample_expect(&s, "http.framing.terminator", v);
  sample_end(&s);
}

static void test_a_stream_that_ends_says_so(void **state)
{
  (void)state;
  ends(SAMPLE_STREAM, "0\r\n\r\n", REC_END_CLEAN, PASS);
  ends(SAMPLE_STREAM, "9\r\ndata: a\n\n\r\n", REC_END_TRUNCATED, WARN);
  ends(SAMPLE_STREAM, "9\r\ndata: a\n\n\r\n", REC_END_RESET, WARN);
  ends(SAMPLE_STREAM, "9\r\ndata: a\n\n\r\n", REC_END_OURS, SKIP);
  ends(WITH("X: y"), "data: a\n\n", REC_END_CLOSE, SKIP);
  ends(WITH("Content-Length: 9"), "data: a\n\n", REC_END_CLEAN, PASS);
  ends("HTTP/1.1 500 No\r\n\r\n", "", REC_END_CLOSE, UNTESTABLE);
}

static void test_tls_is_closed_properly(void **state)
{
  static const char id[] = "http.framing.tls-close";
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_add(&s, "to-end", WITH("X: y"));
  sample_ends(r, REC_END_OURS, 100);
  sample_expect(&s, id, SKIP);
  s.target->tls = true;
  sample_expect(&s, id, SKIP);
  sample_ends(r, REC_END_CLOSE, 100);
  sample_expect(&s, id, INFO);
  r->close_notify = true;
  sample_expect(&s, id, PASS);
  sample_end(&s);
}

static void test_the_head_is_well_formed(void **state)
{
  static const char id[] = "http.framing.header-syntax";
  struct sample s;
  (void)state;
  head(SAMPLE_STREAM, id, PASS);
  head(WITH("X: a\r\n  folded"), id, FAIL);
  head(WITH("X : a"), id, FAIL);
  head(WITH("X: a\rb"), id, FAIL);
  head(WITH("no colon"), id, FAIL);
  head(WITH("X\xc3\xa9: a"), id, FAIL);
  head(WITH(": a"), id, FAIL);
  head("HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\n", id, WARN);
  head("", id, UNTESTABLE);
  sample_begin(&s);
  sample_ends(sample_add(&s, "plain", "ICY 200 OK\r\n\r\n"), REC_END_PROTOCOL,
              9);
  sample_expect(&s, id, FAIL);
  sample_says(&s, "ICY 200 OK");
  sample_end(&s);
  sample_begin(&s);
  sample_stream(&s, "plain")->head.exact = false;
  sample_expect(&s, id, UNTESTABLE);
  sample_end(&s);
}

static void test_the_head_is_small(void **state)
{
  char text[9000] = TYPED "X: ";
  size_t n = strlen(text);
  (void)state;
  memset(text + n, 'x', 8200);
  memcpy(text + n + 8200, "\r\n\r\n", 5);
  head(text, "http.framing.header-size", WARN);
  head(SAMPLE_STREAM, "http.framing.header-size", PASS);
  head("", "http.framing.header-size", UNTESTABLE);
}

static void test_half_a_head_breaks_no_grammar(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_add(&s, "plain", "HTTP/1.1 200 OK\r\nContent-Ty");
  r->head.complete_ns = -1;
  sample_ends(r, REC_END_TIMEOUT, 5000);
  sample_expect(&s, "http.framing.header-syntax", UNTESTABLE);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_half_a_head_breaks_no_grammar),
      cmocka_unit_test(test_an_endless_stream_has_no_length),
      cmocka_unit_test(test_transfer_encoding_is_chunked_and_alone),
      cmocka_unit_test(test_the_body_tells_its_own_end),
      cmocka_unit_test(test_chunks_are_well_formed),
      cmocka_unit_test(test_trailers_are_not_for_streams),
      cmocka_unit_test(test_events_stay_in_one_chunk),
      cmocka_unit_test(test_a_stream_that_ends_says_so),
      cmocka_unit_test(test_tls_is_closed_properly),
      cmocka_unit_test(test_the_head_is_well_formed),
      cmocka_unit_test(test_the_head_is_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
