/* SPDX-License-Identifier: MIT
 * http.cors on hand-made recordings, after web-platform-tests' cases. */
#include "checks/core/sample.h"

#define PASS       VERDICT_PASS
#define WARN       VERDICT_WARN
#define FAIL       VERDICT_FAIL
#define INFO       VERDICT_INFO
#define SKIP       VERDICT_SKIP
#define UNTESTABLE VERDICT_UNTESTABLE
#define ORIGIN     "https://app.example"
#define TYPED      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define ALLOW(o)   "Access-Control-Allow-Origin: " o "\r\n"
#define CRED(v)    "Access-Control-Allow-Credentials: " v "\r\n"
#define END        "\r\n"

/* The verdict on one answer, and SKIP without an origin. */
static void answer(const char *exchange, const char *head, const char *id,
                   enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_add(&s, exchange, head);
  sample_expect(&s, id, SKIP);
  s.target->origin = slice_dup(SLICE_LIT(ORIGIN));
  sample_expect(&s, id, v);
  sample_end(&s);
}

static void test_the_origin_is_allowed(void **state)
{
  static const char id[] = "http.cors.acao";
  (void)state;
  answer("origin", TYPED ALLOW(ORIGIN) END, id, PASS);
  answer("origin", TYPED ALLOW("*") END, id, PASS);
  answer("origin", TYPED END, id, FAIL);
  answer("origin", TYPED ALLOW("") END, id, FAIL);
  answer("origin", TYPED ALLOW("null") END, id, FAIL);
  answer("origin", TYPED ALLOW(ORIGIN "/") END, id, FAIL);
  answer("origin", TYPED ALLOW("HTTPS://APP.EXAMPLE") END, id, FAIL);
  answer("origin", TYPED ALLOW("*") ALLOW("*") END, id, UNTESTABLE);
  answer("origin", "HTTP/1.1 403 No\r\n\r\n", id, UNTESTABLE);
  answer("plain", SAMPLE_STREAM, id, UNTESTABLE);
}

static void test_one_value_only(void **state)
{
  static const char id[] = "http.cors.single";
  (void)state;
  answer("origin", TYPED ALLOW(ORIGIN) END, id, PASS);
  answer("origin", TYPED ALLOW(ORIGIN) ALLOW(ORIGIN) END, id, FAIL);
  answer("origin", TYPED ALLOW(ORIGIN ", *") END, id, FAIL);
  answer("origin", TYPED END, id, UNTESTABLE);
}

static void test_credentials_need_a_named_origin(void **state)
{
  static const char id[] = "http.cors.credentials";
  struct sample s;
  (void)state;
  answer("origin-cookie", TYPED ALLOW(ORIGIN) CRED("true") END, id, PASS);
  answer("origin-cookie", TYPED ALLOW("*") CRED("true") END, id, FAIL);
  answer("origin-cookie", TYPED ALLOW(ORIGIN) CRED("True") END, id, FAIL);
  answer("origin-cookie", TYPED ALLOW("*") END, id, SKIP);
  answer("origin-cookie", TYPED ALLOW("*") ALLOW("*") END, id, UNTESTABLE);
  answer("origin-cookie", "", id, UNTESTABLE);
  sample_begin(&s);
  s.target->origin = slice_dup(SLICE_LIT(ORIGIN));
  s.target->has_credentials = true;
  sample_add(&s, "origin-cookie", TYPED ALLOW("*") END);
  sample_expect(&s, id, FAIL);
  sample_end(&s);
}

#define EVIL "https://evil.example"

static void test_unknown_origins_are_not_reflected(void **state)
{
  static const char id[] = "http.cors.no-reflection";
  (void)state;
  answer("origin-evil", TYPED ALLOW(EVIL) CRED("true") END, id, WARN);
  answer("origin-evil", TYPED ALLOW(EVIL) END, id, PASS);
  answer("origin-evil", TYPED ALLOW(ORIGIN) CRED("true") END, id, PASS);
  answer("origin-evil", "HTTP/1.1 403 No\r\n\r\n", id, PASS);
  answer("origin-evil", "", id, UNTESTABLE);
}

static void vary_is(const char *head, const char *evil, enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  s.target->origin = slice_dup(SLICE_LIT(ORIGIN));
  sample_add(&s, "origin", head);
  sample_add(&s, "origin-evil", evil);
  sample_expect(&s, "http.cors.vary", v);
  sample_end(&s);
}

static void test_vary_names_origin_when_it_counts(void **state)
{
  (void)state;
  vary_is(TYPED ALLOW("*") END, TYPED ALLOW("*") END, PASS);
  vary_is(TYPED ALLOW(ORIGIN) "Vary: origin\r\n" END, TYPED END, PASS);
  vary_is(TYPED ALLOW(ORIGIN) END, TYPED END, WARN);
  vary_is(TYPED ALLOW(ORIGIN) END, TYPED ALLOW(EVIL) END, WARN);
  vary_is(TYPED ALLOW(ORIGIN) END, "", UNTESTABLE);
}

#define NO_CONTENT    "HTTP/1.1 204 No\r\n"
#define PREFLIGHT(id) "Access-Control-Allow-Headers: " id "\r\n"

static void test_the_preflight_allows_the_id(void **state)
{
  static const char id[] = "http.cors.preflight-id";
  struct sample s;
  (void)state;
  answer("preflight",
         NO_CONTENT ALLOW(ORIGIN) PREFLIGHT("X, Last-Event-ID") END, id, PASS);
  answer("preflight", NO_CONTENT ALLOW("*") PREFLIGHT("*") END, id, PASS);
  answer("preflight", NO_CONTENT ALLOW("*") END, id, WARN);
  answer("preflight", NO_CONTENT PREFLIGHT("*") END, id, WARN);
  answer("preflight", "HTTP/1.1 403 No\r\n" ALLOW("*") PREFLIGHT("*") END, id,
         WARN);
  answer("preflight", "", id, WARN);
  sample_begin(&s);
  s.target->origin = slice_dup(SLICE_LIT(ORIGIN));
  s.target->has_credentials = true;
  sample_add(&s, "preflight",
             NO_CONTENT ALLOW(ORIGIN) CRED("true") PREFLIGHT("*") END);
  sample_expect(&s, id, WARN);
  sample_end(&s);
  sample_begin(&s);
  s.target->origin = slice_dup(SLICE_LIT(ORIGIN));
  sample_add(&s, "preflight", NO_CONTENT ALLOW("*") PREFLIGHT("*") END)
      ->head.complete_ns = INT64_C(1900000000);
  sample_expect(&s, id, WARN);
  assert_true(s.finding.timing);
  sample_end(&s);
}

static void test_errors_can_be_read(void **state)
{
  static const char id[] = "http.cors.on-error";
  (void)state;
  answer("wrong-path-origin", "HTTP/1.1 404 No\r\n" ALLOW("*") END, id, PASS);
  answer("wrong-path-origin", "HTTP/1.1 404 No\r\n\r\n", id, INFO);
  answer("wrong-path-origin", SAMPLE_STREAM, id, SKIP);
  answer("wrong-path-origin", "", id, UNTESTABLE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_origin_is_allowed),
      cmocka_unit_test(test_one_value_only),
      cmocka_unit_test(test_credentials_need_a_named_origin),
      cmocka_unit_test(test_unknown_origins_are_not_reflected),
      cmocka_unit_test(test_vary_names_origin_when_it_counts),
      cmocka_unit_test(test_the_preflight_allows_the_id),
      cmocka_unit_test(test_errors_can_be_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
