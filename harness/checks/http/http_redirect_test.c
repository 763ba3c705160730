/* SPDX-License-Identifier: MIT
 * http.redirect on hand-made chains, and the URL parts it rests on. */
#include "checks/core/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/http/redirect_url.h"

#define PASS            VERDICT_PASS
#define WARN            VERDICT_WARN
#define FAIL            VERDICT_FAIL
#define INFO            VERDICT_INFO
#define SKIP            VERDICT_SKIP
#define UNTESTABLE      VERDICT_UNTESTABLE
#define TO(code, where) "HTTP/1.1 " code " Go\r\nLocation: " where "\r\n\r\n"

static void test_locations_that_browsers_can_and_cannot_follow(void **state)
{
  static const char *const good[] = {"/x",
                                     "x?y",
                                     "http://a/",
                                     "HTTPS://a.b:8443/x?y#z",
                                     "//a/x",
                                     "http://[::1]:80/",
                                     "http://u:p@a/",
                                     "?q",
                                     "y@z/../w"};
  static const char *const bad[] = {"",
                                    "  ",
                                    "ftp://a/",
                                    "javascript:1",
                                    "http://",
                                    "http://a b/",
                                    "http://a:x/",
                                    "//",
                                    "http://a:70000/"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(good) / sizeof(good[0]); i++)
    assert_null(redirect_url_trouble(slice_of(good[i])));
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_non_null(redirect_url_trouble(slice_of(bad[i])));
}

static void test_origins_and_queries_are_compared(void **state)
{
  (void)state;
  assert_true(redirect_url_same_origin(SLICE_LIT("http://A/x"),
                                       SLICE_LIT("HTTP://u@a:80/y")));
  assert_false(redirect_url_same_origin(SLICE_LIT("http://a/x"),
                                        SLICE_LIT("https://a/x")));
  assert_false(redirect_url_same_origin(SLICE_LIT("http://a/x"),
                                        SLICE_LIT("http://a:8080/x")));
  assert_true(
      redirect_url_keeps_query(SLICE_LIT("a=1&b"), SLICE_LIT("b&c&a=1")));
  assert_false(redirect_url_keeps_query(SLICE_LIT("a=1"), SLICE_LIT("a=12")));
  assert_false(
      redirect_url_keeps_query(SLICE_LIT("a=1"), (struct slice){NULL, 0}));
}

/* One more hop at this URL with this answer. */
static struct recording *add_hop(struct sample *s, const char *url,
                                 const char *head)
{
  char name[32];
  struct recording *r;
  snprintf(name, sizeof(name), "redirects.%zu", s->recordings);
  r = sample_add(s, name, head);
  free(r->url);
  r->url = slice_dup(slice_of(url));
  return r;
}

/* The verdict on a chain of one redirect and what it leads to. */
static void chain(const char *first, const char *second, const char *head,
                  const char *id, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  add_hop(&s, first, head);
  if(second)
    add_hop(&s, second, SAMPLE_STREAM);
  sample_expect(&s, id, v);
  sample_end(&s);
}

#define A "http://a.example/s?topic=1"

static void test_every_redirect_has_a_location(void **state)
{
  static const char id[] = "http.redirect.location";
  (void)state;
  chain(A, "http://a.example/t", TO("302", "/t"), id, PASS);
  chain(A, NULL, "HTTP/1.1 302 Go\r\n\r\n", id, FAIL);
  chain(A, NULL, TO("302", ""), id, FAIL);
  chain(A, NULL, TO("301", "ftp://a/"), id, FAIL);
  chain(A, NULL, SAMPLE_STREAM, id, SKIP);
  chain(A, NULL, "", id, UNTESTABLE);
  chain(A, NULL, TO("302", ""), "http.redirect.depth", UNTESTABLE);
}

static void test_without_a_redirect_no_walk_is_missed(void **state)
{
  static const char id[] = "http.redirect.depth";
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_add(&s, "plain", "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n");
  sample_expect(&s, id, VERDICT_UNTESTABLE);
  sample_end(&s);
  sample_begin(&s);
  sample_stream(&s, "plain");
  sample_expect(&s, id, VERDICT_SKIP);
  sample_end(&s);
}

static void test_chains_are_short_and_no_circles(void **state)
{
  static const char id[] = "http.redirect.depth";
  char url[40];
  struct sample s;
  int i, n;
  (void)state;
  chain(A, "http://a.example/t", TO("302", "/t"), id, PASS);
  chain(A, A, TO("302", "/s?topic=1"), id, FAIL);
  for(n = 6; n <= 21; n += 15) {
    sample_begin(&s);
    for(i = 0; i < n; i++) {
      snprintf(url, sizeof(url), "http://a.example/%d", i);
      add_hop(&s, url, TO("302", "/next"));
    }
    sample_expect(&s, id, n > 20 ? FAIL : WARN);
    sample_end(&s);
  }
}

static void test_other_origins_need_no_credentials(void **state)
{
  static const char id[] = "http.redirect.auth";
  struct sample s;
  (void)state;
  chain(A, "http://a.example/t", TO("302", "/t"), id, PASS);
  chain(A, "http://b.example/", TO("302", "http://b.example/"), id, PASS);
  chain(A, NULL, TO("302", "http://u:p@b.example/"), id, WARN);
  sample_begin(&s);
  add_hop(&s, A, TO("302", "http://b.example/"));
  add_hop(&s, "http://b.example/", "HTTP/1.1 401 No\r\n\r\n");
  sample_expect(&s, id, WARN);
  sample_end(&s);
}

static void test_query_and_scheme_survive(void **state)
{
  (void)state;
  chain(A, "http://a.example/t?topic=1", TO("302", "/t?topic=1"),
        "http.redirect.query", PASS);
  chain(A, "http://a.example/t", TO("302", "/t"), "http.redirect.query", WARN);
  chain("http://a.example/s", "http://a.example/t", TO("302", "/t"),
        "http.redirect.query", SKIP);
  chain("https://a.example/s", "http://a.example/s",
        TO("302", "http://a.example/s"), "http.redirect.scheme", FAIL);
  chain("http://a.example/s", "https://a.example/s",
        TO("302", "https://a.example/s"), "http.redirect.scheme", PASS);
}

static void method_is(const char *head, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  add_hop(&s, A, head);
  sample_expect(&s, "http.redirect.method", SKIP);
  free(s.target->endpoint.method);
  s.target->endpoint.method = slice_dup(SLICE_LIT("POST"));
  sample_expect(&s, "http.redirect.method", v);
  sample_end(&s);
}

static void test_post_stays_post(void **state)
{
  (void)state;
  method_is(TO("307", "/t"), PASS);
  method_is(TO("302", "/t"), WARN);
  method_is(SAMPLE_STREAM, SKIP);
  method_is("", UNTESTABLE);
}

/* A walk from that origin: each hop's answer, NULL ends it. */
static void cors_is(const char *origin, const char *const *heads,
                    enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  for(size_t i = 0; heads[i]; i++) {
    struct recording *r = add_hop(&s, A, heads[i]);
    buf_clear(&r->request);
    assert_int_equal(
        buf_addf(&r->request, "GET /s HTTP/1.1\r\n%s\r\n", origin), 0);
  }
  sample_expect(&s, "http.redirect.cors", SKIP);
  s.target->origin = slice_dup(SLICE_LIT("https://app.example"));
  sample_expect(&s, "http.redirect.cors", v);
  sample_end(&s);
}

static void test_redirects_allow_the_origin(void **state)
{
  static const char page[] = "Origin: https://app.example\r\n";
#define ALLOWING(who)                                                         \
  "HTTP/1.1 302 Go\r\nLocation: /t\r\n"                                       \
  "Access-Control-Allow-Origin: " who "\r\n\r\n"
  static const char *const all[] = {ALLOWING("*"), SAMPLE_STREAM, NULL};
  static const char *const one[] = {ALLOWING("https://app.example"), NULL};
  static const char *const none[] = {ALLOWING("*"), TO("302", "/t"), NULL};
  static const char *const direct[] = {SAMPLE_STREAM, NULL};
  (void)state;
  cors_is(page, all, PASS);
  cors_is(page, one, PASS);
  cors_is(page, none, FAIL);
  cors_is("Origin: null\r\n", all, PASS);
  cors_is("Origin: null\r\n", one, FAIL);
  cors_is(page, direct, SKIP);
  cors_is("", all, UNTESTABLE);
  /* A page asks its own origin without CORS. */
  cors_is("Origin: http://a.example\r\n", none, UNTESTABLE);
#undef ALLOWING
}

static void test_the_cost_of_each_reconnect_is_told(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  add_hop(&s, A, TO("308", "/t"));
  add_hop(&s, "http://a.example/t", SAMPLE_STREAM);
  sample_expect(&s, "http.redirect.reconnect-original", INFO);
  sample_says(&s, "permanent");
  sample_end(&s);
  chain(A, NULL, SAMPLE_STREAM, "http.redirect.reconnect-original", SKIP);
}

static void test_a_redirect_to_a_stream_is_no_wrong_status(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  add_hop(&s, A, TO("308", "/t"));
  add_hop(&s, "http://a.example/t", SAMPLE_STREAM);
  sample_add(&s, "plain", TO("308", "/t"));
  sample_expect(&s, "http.status.200", PASS);
  sample_says(&s, "http://a.example/t");
  sample_end(&s);
}

/* Events with these ids, one per character, in one read. */
static struct recording *add_ids(struct sample *s, const char *name,
                                 const char *ids)
{
  struct recording *r = sample_stream(s, name);
  char text[40];
  for(; *ids; ids++) {
    snprintf(text, sizeof(text), "id: %c\ndata: x\n\n", *ids);
    sample_chunk(r, 10, text);
  }
  return r;
}

static void resumed(const char *ids, enum verdict v)
{
  static const char id[] = "http.redirect.last-event-id";
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  add_hop(&s, A, TO("307", "/t"));
  add_ids(&s, "resume-ids.0", "12345");
  r = add_ids(&s, "resume-ids.1", ids);
  recording_tell(r, "role=canonical; closed");
  buf_clear(&r->request);
  assert_int_equal(buf_adds(&r->request, "GET /t HTTP/1.1\r\n"
                                         "Last-Event-ID: 2\r\n\r\n"),
                   0);
  sample_expect(&s, id, SKIP);
  s.target->resume = RESUME_EXACTLY_ONCE;
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_the_id_is_heeded_behind_the_redirect(void **state)
{
  (void)state;
  resumed("345", PASS);
  resumed("12345", FAIL);
  resumed("45", FAIL);
  resumed("", UNTESTABLE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_locations_that_browsers_can_and_cannot_follow),
      cmocka_unit_test(test_origins_and_queries_are_compared),
      cmocka_unit_test(test_every_redirect_has_a_location),
      cmocka_unit_test(test_without_a_redirect_no_walk_is_missed),
      cmocka_unit_test(test_chains_are_short_and_no_circles),
      cmocka_unit_test(test_other_origins_need_no_credentials),
      cmocka_unit_test(test_query_and_scheme_survive),
      cmocka_unit_test(test_post_stays_post),
      cmocka_unit_test(test_redirects_allow_the_origin),
      cmocka_unit_test(test_the_cost_of_each_reconnect_is_told),
      cmocka_unit_test(test_the_id_is_heeded_behind_the_redirect),
      cmocka_unit_test(test_a_redirect_to_a_stream_is_no_wrong_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
