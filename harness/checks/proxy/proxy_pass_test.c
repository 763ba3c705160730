/* SPDX-License-Identifier: MIT
 * proxy.*: requests and heads, from hand-made pairs of recordings. */
#include <stdio.h>
#include <string.h>

#include "checks/proxy/proxy_name.h"
#include "checks/proxy/proxy_sample.h"

#define PASS SCRIPT_PROXY_PASS

#define TYPED(type)                                                           \
  "HTTP/1.1 200 OK\r\nContent-Type: " type                                    \
  "\r\nTransfer-Encoding: chunked\r\n\r\n"

static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\n"
                           "Content-Type: text/plain\r\nRetry-After: 7\r\n"
                           "Content-Length: 5\r\n\r\n";

/* Judges one pair of heads and a body on each side. */
static void expect_status(const char *sent, const char *got,
                          const char *got_body, enum verdict v,
                          const char *words)
{
  struct sample s;
  struct proxy_sample p;
  proxy_sample_begin(&s);
  p = proxy_sample_heads(&s, PASS, "status", sent, got);
  sample_text(p.origin, 10, "busy\n");
  sample_text(p.client, 12, got_body);
  sample_expect(&s, "proxy.status", v);
  sample_says(&s, words);
  sample_end(&s);
}

static void test_statuses_pass_with_all_that_belongs_to_them(void **state)
{
  (void)state;
  expect_status(busy, busy, "busy\n", VERDICT_PASS, "1 statuses");
  expect_status(busy, "HTTP/1.1 502 Bad Gateway\r\n\r\n", "", VERDICT_FAIL,
                "503 reaches the client as 502");
  expect_status(busy,
                "HTTP/1.1 503 Service Unavailable\r\n"
                "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n",
                "busy\n", VERDICT_FAIL, "changes Retry-After");
  expect_status(busy, busy, "oops\n", VERDICT_FAIL, "replaces the body");
}

static void expect_type(const char *got, enum verdict v)
{
  struct sample s;
  proxy_sample_begin(&s);
  (void)proxy_sample_heads(&s, PASS, "type", TYPED("text/event-stream"), got);
  sample_expect(&s, "proxy.ct", v);
  sample_end(&s);
}

static void test_the_type_passes_byte_for_byte(void **state)
{
  (void)state;
  expect_type(TYPED("text/event-stream"), VERDICT_PASS);
  expect_type(TYPED("text/event-stream; charset=iso-8859-1"), VERDICT_FAIL);
  expect_type("HTTP/1.1 502 Bad Gateway\r\n\r\n", VERDICT_UNTESTABLE);
}

/* A role of one exchange, with both requests. */
static void expect_request(const char *role, const char *sent,
                           const char *arrived, const char *id, enum verdict v)
{
  struct sample s;
  struct proxy_sample p;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, PASS, role);
  proxy_sample_request(&p, sent, arrived);
  sample_expect(&s, id, v);
  sample_end(&s);
}

#define REQUEST(lines) "GET /s?weir-run=x HTTP/1.1\r\nHost: h\r\n" lines "\r\n"
#define LAST_ID(id)    REQUEST("Last-Event-ID: " id "\r\n")
#define ID             "proxy.last-event-id"

static void test_ids_arrive_byte_for_byte(void **state)
{
  struct sample s;
  (void)state;
  expect_request("last-id", LAST_ID("gr\xc3\xbc"), LAST_ID("gr\xc3\xbc"), ID,
                 VERDICT_PASS);
  expect_request("last-id", LAST_ID("gr\xc3\xbc"), LAST_ID("gr\xfc"), ID,
                 VERDICT_FAIL);
  expect_request("last-id", LAST_ID("42"), REQUEST(""), ID, VERDICT_FAIL);

  proxy_sample_begin(&s);
  sample_add(&s, "proxy-pass.0", "HTTP/1.1 400 Bad Request\r\n\r\n");
  s.recording[0]->label.role = ROLE_LAST_ID;
  sample_expect(&s, ID, VERDICT_FAIL);
  sample_says(&s, "answers 400");
  sample_end(&s);
}

#define FIELDS                                                                \
  "Accept: text/event-stream\r\nAuthorization: Bearer x\r\n"                  \
  "Origin: https://a.example\r\nCookie: a=b\r\nCache-Control: no-cache\r\n"

static void test_request_headers_arrive(void **state)
{
  struct sample s;
  struct proxy_sample p;
  (void)state;
  expect_request("headers", REQUEST(FIELDS), REQUEST(FIELDS),
                 "proxy.req-headers", VERDICT_PASS);
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, PASS, "headers");
  proxy_sample_request(&p, REQUEST(FIELDS),
                       REQUEST("Accept: */*\r\nAuthorization: Bearer x\r\n"
                               "Cookie: a=b\r\nCache-Control: no-cache\r\n"));
  sample_expect(&s, "proxy.req-headers", VERDICT_WARN);
  sample_says(&s, "Accept, Origin");
  sample_end(&s);
}

static void test_the_query_arrives_byte_for_byte(void **state)
{
  (void)state;
  expect_request("query", "GET /e?a=%2F+b;c HTTP/1.1\r\n\r\n",
                 "GET /app/e?a=%2F+b;c HTTP/1.1\r\n\r\n", "proxy.query",
                 VERDICT_PASS);
  expect_request("query", "GET /e?a=%2F+b;c HTTP/1.1\r\n\r\n",
                 "GET /e?a=/+b;c HTTP/1.1\r\n\r\n", "proxy.query",
                 VERDICT_WARN);
}

static void test_hop_by_hop_fields_stay(void **state)
{
  static const char sent[] =
      REQUEST("Connection: x-weir-hop\r\nX-Weir-Hop: 1\r\n");
  (void)state;
  expect_request("hop", sent, REQUEST(""), "proxy.hop-by-hop", VERDICT_PASS);
  expect_request("hop", sent, sent, "proxy.hop-by-hop", VERDICT_INFO);
  expect_request("hop", sent, REQUEST("X-Weir-Hop: 1\r\n"), "proxy.hop-by-hop",
                 VERDICT_INFO);
}

static void test_via_and_the_version_upstream_are_told(void **state)
{
  (void)state;
  expect_request("headers", REQUEST(""), REQUEST("Via: 1.1 x\r\n"),
                 "proxy.via", VERDICT_PASS);
  expect_request("headers", REQUEST(""), REQUEST(""), "proxy.via",
                 VERDICT_INFO);
  expect_request("headers", REQUEST(""), REQUEST(""), "proxy.http11-upstream",
                 VERDICT_PASS);
  expect_request("headers", REQUEST(""), "GET /s HTTP/1.0\r\n\r\n",
                 "proxy.http11-upstream", VERDICT_WARN);
}

static void test_head_is_not_to_become_get(void **state)
{
  (void)state;
  expect_request("head", "HEAD /s HTTP/1.1\r\n\r\n",
                 "HEAD /s HTTP/1.1\r\n\r\n", "proxy.head", VERDICT_PASS);
  expect_request("head", "HEAD /s HTTP/1.1\r\n\r\n", "GET /s HTTP/1.1\r\n\r\n",
                 "proxy.head", VERDICT_WARN);
}

/* Two requests of a role, answered with these serial numbers. */
static void two_readers(struct sample *s, const char *role, int a, int b)
{
  char head[200];
  int serial[2] = {a, b};
  for(int i = 0; i < 2; i++) {
    (void)snprintf(head, sizeof(head),
                   "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                   "X-Weir-Serial: %d\r\n\r\n",
                   serial[i]);
    (void)proxy_sample_heads(s, PASS, role, head, head);
  }
}

static void test_a_shared_response_is_found(void **state)
{
  struct sample s;
  (void)state;
  proxy_sample_begin(&s);
  two_readers(&s, "no-store", 1, 2);
  two_readers(&s, "cache", 3, 4);
  sample_expect(&s, "proxy.cache-bypass", VERDICT_PASS);
  sample_end(&s);

  proxy_sample_begin(&s);
  two_readers(&s, "no-store", 1, 2);
  two_readers(&s, "cache", 3, 3);
  sample_expect(&s, "proxy.cache-bypass", VERDICT_FAIL);
  sample_says(&s, "say nothing of caching");
  sample_end(&s);

  proxy_sample_begin(&s);
  two_readers(&s, "no-store", 1, 1);
  two_readers(&s, "cache", 3, 4);
  sample_expect(&s, "proxy.cache-bypass", VERDICT_FAIL);
  sample_says(&s, "in spite of no-store");
  sample_end(&s);
}

static void test_a_request_that_is_sent_twice_is_found(void **state)
{
  struct sample s;
  struct proxy_sample p;
  struct recording *again;
  (void)state;
  proxy_sample_begin(&s);
  (void)proxy_sample_add(&s, SCRIPT_PROXY_ENDS, "slow-head");
  p = proxy_sample_add(&s, SCRIPT_PROXY_ENDS, "upstream-rst");
  (void)proxy_sample_add(&s, SCRIPT_PROXY_ENDS, "upstream-fin");
  sample_expect(&s, "proxy.single-upstream", VERDICT_PASS);
  again = sample_add(&s, "proxy-ends-origin.3", SAMPLE_STREAM);
  again->origin_side = true;
  (void)snprintf(again->label.run, sizeof(again->label.run), "%s",
                 p.client->name);
  again->label.serial = 9;
  sample_expect(&s, "proxy.single-upstream", VERDICT_FAIL);
  sample_says(&s, "2 upstream requests when the origin resets");
  sample_end(&s);
}

/* The name by the heads on both sides and what was added to the request. */
static void expect_name(const char *got, const char *arrived, const char *name)
{
  struct sample s;
  struct proxy_sample p;
  struct check_input in;
  proxy_sample_begin(&s);
  p = proxy_sample_heads(&s, PASS, "headers", TYPED("text/event-stream"), got);
  proxy_sample_request(&p, REQUEST(""), arrived);
  sample_expect(&s, "proxy.via", VERDICT_INFO);
  in = (struct check_input){s.target, s.recording, s.recordings};
  if(name)
    assert_string_equal(proxy_name(&in), name);
  else
    assert_null(proxy_name(&in));
  sample_end(&s);
}

static void test_proxies_are_known_by_their_traces(void **state)
{
  (void)state;
  expect_name(TYPED("text/event-stream"), REQUEST(""), NULL);
  expect_name(TYPED("text/event-stream\r\nServer: nginx/1.22.1"), REQUEST(""),
              "nginx");
  expect_name(TYPED("text/event-stream\r\nX-Varnish: 5"), REQUEST(""),
              "Varnish");
  expect_name(TYPED("text/event-stream"), REQUEST("X-Varnish: 5\r\n"),
              "Varnish");
  expect_name(TYPED("text/event-stream"), REQUEST("X-Forwarded-Server: h\r\n"),
              "Apache");
  expect_name("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n",
              REQUEST(""), "HAProxy");
  expect_name("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
              "server: envoy\r\n\r\n",
              REQUEST(""), NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_statuses_pass_with_all_that_belongs_to_them),
      cmocka_unit_test(test_the_type_passes_byte_for_byte),
      cmocka_unit_test(test_ids_arrive_byte_for_byte),
      cmocka_unit_test(test_request_headers_arrive),
      cmocka_unit_test(test_the_query_arrives_byte_for_byte),
      cmocka_unit_test(test_hop_by_hop_fields_stay),
      cmocka_unit_test(test_via_and_the_version_upstream_are_told),
      cmocka_unit_test(test_head_is_not_to_become_get),
      cmocka_unit_test(test_a_shared_response_is_found),
      cmocka_unit_test(test_a_request_that_is_sent_twice_is_found),
      cmocka_unit_test(test_proxies_are_known_by_their_traces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
