/* SPDX-License-Identifier: MIT
 * sec.* on recordings written by hand: every hostile value as a broken and as
 * a sound server would send it on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/resume/chase_sample.h"
#include "plan/inject_samples.h"

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define W VERDICT_WARN
#define I VERDICT_INFO
#define S VERDICT_SKIP
#define U VERDICT_UNTESTABLE

#define OK      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define BAD     "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"
#define REFUSED "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
#define END     "data: weir-end\n\n"

/* A stream with these bytes beside posts that are all answered alike. */
static void expect_bytes(const char *id, struct slice bytes,
                         const char *answer, enum verdict v)
{
  struct sample s;
  struct recording *r;
  char name[32];
  sample_begin(&s);
  s.target->publish_url = slice_dup(slice_of("http://127.0.0.1:8080/p"));
  r = sample_add(&s, "inject.0",
                 "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                 "\r\n");
  sample_bytes(r, 100, bytes);
  for(unsigned i = 0; i < INJECT_ROWS; i++) {
    (void)snprintf(name, sizeof(name), "inject.%u", i + 1);
    chase_label(sample_add(&s, name, answer), "role=post; FIN");
  }
  sample_expect(&s, id, v);
  sample_end(&s);
}

#define EXPECT(id, text, answer, v)                                           \
  expect_bytes(id, (struct slice){text, sizeof(text) - 1}, answer, v)

static void test_payloads_that_break_out(void **state)
{
  (void)state;
  EXPECT("sec.inject.data-lf",
         "data: weir-data-lf\n\nevent: weirforged\n"
         "data: weirforged-data-lf\n\n\n\n" END,
         OK, F);
  EXPECT("sec.inject.data-lf",
         "data: weir-data-lf\ndata: \ndata: event: weirforged\n"
         "data: data: weirforged-data-lf\ndata: \n\n"
         "data: weir-data-crlf\n\n" END,
         OK, P);
  EXPECT("sec.inject.data-lf", "data: a\n\n" END, BAD, P);
  EXPECT("sec.inject.data-lf", "data: a\n\n", OK, U);
  EXPECT("sec.inject.data-cr",
         "data: weir-data-cr\rdata: weirforged-data-cr\r\revent: "
         "weirforged\rdata: weirforged-data-cr\n\n" END,
         OK, F);
  EXPECT("sec.inject.data-cr",
         "data: \"weir-data-cr\\rdata: weirforged-data-cr\"\n\n" END, OK, P);
}

static void test_ids_and_types_that_break_out(void **state)
{
  (void)state;
  EXPECT("sec.inject.id",
         "id: weirplain\ndata: weir-id-plain\n\n"
         "id: weir1\ndata: weirforged-id-lf\ndata: weir-id-lf\n\n" END,
         OK, F);
  EXPECT("sec.inject.id",
         "id: weirplain\ndata: weir-id-plain\n\n"
         "id: weir3\0x\ndata: weir-id-nul\n\n" END,
         OK, F);
  EXPECT("sec.inject.id", "id: weirplain\ndata: weir-id-plain\n\n" END, BAD,
         P);
  EXPECT("sec.inject.id", "id: 7\ndata: weir-id-plain\n\n" END, OK, S);
  EXPECT("sec.inject.event",
         "event: weirplain\ndata: weir-type-plain\n\n"
         "event: weirb\rdata: weirforged-type-cr\ndata: weir-type-cr\n\n" END,
         OK, F);
  EXPECT("sec.inject.event",
         "event: weirplain\ndata: weir-type-plain\n\n"
         "event: weiradata: weirforged-type-lf\ndata: weir-type-lf\n\n" END,
         OK, P);
  EXPECT("sec.inject.event", "data: weir-type-plain\n\n" END, OK, S);
}

static void test_retries_and_comments_that_break_out(void **state)
{
  (void)state;
  EXPECT("sec.inject.retry",
         "retry: 4321\ndata: weir-retry-plain\n\n"
         "retry: 4322\ndata: weirforged-retry-lf\ndata: weir-retry-lf\n\n" END,
         OK, F);
  EXPECT("sec.inject.retry",
         "retry: 4321\ndata: weir-retry-plain\n\n"
         "retry: weirsoon\ndata: weir-retry-word\n\n" END,
         OK, F);
  EXPECT("sec.inject.retry",
         "retry: 4321\ndata: weir-retry-plain\n\ndata: weir-retry-lf\n\n"
         "data: weir-retry-word\n\n" END,
         OK, P);
  EXPECT("sec.inject.retry", "data: weir-retry-plain\n\n" END, OK, S);
  EXPECT("sec.inject.comment",
         ": weirplain remark\ndata: weir-comment-plain\n\n"
         ": weirremark\rdata: weirforged-comment-cr\n"
         "data: weir-comment-cr\n\n" END,
         OK, W);
  EXPECT("sec.inject.comment",
         ": weirplain remark\ndata: weir-comment-plain\n\n"
         ": weirremark data: weirforged-comment-cr\n\n" END,
         OK, P);
  EXPECT("sec.inject.comment", "data: weir-comment-plain\n\n" END, OK, S);
}

static void test_without_a_hook_nothing_is_claimed(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_expect(&s, "sec.inject.data-lf", S);
  sample_says(&s, "not declared: a hook");
  sample_says(&s, "(--publish URL)");
  s.target->publish_url = slice_dup(SLICE_LIT("http://127.0.0.1:1/p"));
  sample_expect(&s, "sec.inject.data-lf", U);
  sample_end(&s);
}

static void expect_url(const char *url, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  free(s.target->endpoint.url);
  s.target->endpoint.url = slice_dup(slice_of(url));
  sample_stream(&s, "plain");
  sample_expect(&s, "sec.token-in-url", v);
  sample_end(&s);
}

static void test_credentials_in_the_url(void **state)
{
  (void)state;
  expect_url("http://h/s?room=1&rate=5", P);
  expect_url("http://h/s?key=1", P);
  expect_url("http://h/s?a=b&access_token=0123456789", I);
  expect_url("http://h/s?jwt=eyJ", I);
  expect_url("http://u:p@h/s", I);
}

static void test_tls(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  sample_expect(&s, "sec.tls", S);
  s.target->loopback = false;
  sample_expect(&s, "sec.tls", W);
  s.target->tls = true;
  sample_expect(&s, "sec.tls", P);
  s.target->endpoint.insecure = true;
  sample_expect(&s, "sec.tls", U);
  r->end = REC_END_TLS;
  s.target->endpoint.insecure = false;
  sample_expect(&s, "sec.tls", W);
  sample_end(&s);
}

static void expect_limit(const char *last, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  chase_label(sample_stream(&s, "overload.0"), "role=held; FIN");
  chase_label(sample_add(&s, "overload.1", last), "role=held; FIN");
  sample_expect(&s, "sec.conn-limit", v);
  sample_end(&s);
}

static void test_limits_of_connections(void **state)
{
  (void)state;
  expect_limit(SAMPLE_STREAM, I);
  expect_limit(REFUSED, P);
  expect_limit("", I);
}

static void expect_sizes(const char *many, const char *big, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_add(&s, "many-parameters", many);
  sample_add(&s, "long-parameter", big);
  sample_expect(&s, "sec.topic-limit", v);
  sample_end(&s);
}

static void test_oversized_parameters(void **state)
{
  (void)state;
  expect_sizes(SAMPLE_STREAM, "HTTP/1.1 414 Long\r\n\r\n", P);
  expect_sizes(BAD, BAD, P);
  expect_sizes(REFUSED, BAD, W);
  expect_sizes(BAD, REFUSED, W);
  expect_sizes(BAD, "", W); /* no answer in time */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_payloads_that_break_out),
      cmocka_unit_test(test_ids_and_types_that_break_out),
      cmocka_unit_test(test_retries_and_comments_that_break_out),
      cmocka_unit_test(test_without_a_hook_nothing_is_claimed),
      cmocka_unit_test(test_credentials_in_the_url),
      cmocka_unit_test(test_tls),
      cmocka_unit_test(test_limits_of_connections),
      cmocka_unit_test(test_oversized_parameters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
