/* SPDX-License-Identifier: MIT
 * Tests that credentials do not get into documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "document/secrets.h"

static void expect(const char *text, const char *masked)
{
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(secrets_mask(slice_of(text), &out), 0);
  assert_string_equal(buf_text(&out), masked);
  /* A second time nothing changes. */
  buf_clear(&out);
  assert_int_equal(secrets_mask(slice_of(masked), &out), 0);
  assert_string_equal(buf_text(&out), masked);
  buf_free(&out);
}

static void test_query_parameters_that_are_secret_are_masked(void **state)
{
  (void)state;
  expect("http://h/s?rate=5&token=abc&x=1", "http://h/s?rate=5&token=***&x=1");
  expect("http://h/s?access_token=abc#f", "http://h/s?access_token=***#f");
  expect("http://h/s?API_KEY=a%2Fb&key=9", "http://h/s?API_KEY=***&key=***");
  expect("http://h/s?monkey=1&keyword=2", "http://h/s?monkey=1&keyword=2");
  expect("http://h/s?token=", "http://h/s?token=");
}

static void test_passwords_in_urls_are_masked(void **state)
{
  (void)state;
  expect("http://user:pw@h:80/a@b", "http://user:***@h:80/a@b");
  expect("http://opaque@h/", "http://***@h/");
  expect("http://h:80/x", "http://h:80/x");
  expect("--proxy http://u:p@proxy:3128 http://h/",
         "--proxy http://u:***@proxy:3128 http://h/");
}

static void test_headers_and_bodies_are_masked(void **state)
{
  (void)state;
  expect("-H 'Authorization: Bearer abc.def' -c 5",
         "-H 'Authorization: ***' -c 5");
  expect("Cookie: a=b; c=d", "Cookie: ***");
  expect("X-Api-Key: 123\r\nAccept: x", "X-Api-Key: ***\r\nAccept: x");
  expect("{\"password\": \"x y\", \"seq\": 4}",
         "{\"password\": \"***\", \"seq\": 4}");
}

static void test_only_secret_header_lines_are_masked(void **state)
{
  static const char *const plain[] = {
      "Access-Control-Allow-Credentials: true",
      "Access-Control-Allow-Headers: authorization, last-event-id",
      "origin-cookie: HTTP/1.1 200 OK",
      "http.hdr.cookie-churn: the same cookie each time", "monkey: 4"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
    expect(plain[i], plain[i]);
  expect("Set-Cookie: sid=1; Path=/\nDate: x", "Set-Cookie: ***\nDate: x");
  expect("Proxy-Authorization: Basic eA==", "Proxy-Authorization: ***");
  expect("authorization: Bearer x", "authorization: ***");
  expect("X-Auth-Token: 1\nX-Amz-Security-Token: 2",
         "X-Auth-Token: ***\nX-Amz-Security-Token: ***");
  expect("{\"access_token\":\"x\",\"private_key\": \"y\"}",
         "{\"access_token\":\"***\",\"private_key\": \"***\"}");
}

static void test_templates_stay_readable(void **state)
{
  (void)state;
  expect("http://h/s?token={{user.token}}&n={{n}}",
         "http://h/s?token={{user.token}}&n={{n}}");
  expect("Authorization: Bearer {{user.token}}",
         "Authorization: Bearer {{user.token}}");
  expect("Authorization: Bearer abc {{n}}", "Authorization: ***");
}

static void test_plain_sentences_stay_as_they_are(void **state)
{
  static const char *const plain[] = {"",
                                      "worker 0 used 99% of a core",
                                      "exit code=1; p99 == 3: fine",
                                      "http://127.0.0.1:8080/stream?rate=5",
                                      "key: 4",
                                      "\xc3\xa4 \xe2\x82\xac"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
    expect(plain[i], plain[i]);
}

static void test_json_is_masked_in_every_form(void **state)
{
  struct err e = {0};
  json_t *j = json_parse(
      SLICE_LIT("{\"headers\": {\"Authorization\": \"Bearer x\", \"A\": "
                "\"b\"}, \"list\": [{\"name\": \"Session\", \"value\": "
                "\"q\"}, \"Cookie: z\"], \"n\": 3, \"u\": null}"),
      "test", &e);
  json_t *m = secrets_mask_json(j);
  (void)state;
  assert_non_null(m);
  assert_string_equal(
      json_string_value(json_dotted_get(m, "headers.Authorization")), "***");
  assert_string_equal(json_string_value(json_dotted_get(m, "headers.A")), "b");
  assert_string_equal(json_string_value(json_dotted_get(m, "list.0.value")),
                      "***");
  assert_string_equal(json_string_value(json_dotted_get(m, "list.1")),
                      "Cookie: ***");
  assert_int_equal(json_integer_value(json_dotted_get(m, "n")), 3);
  assert_true(json_is_null(json_dotted_get(m, "u")));
  json_decref(m);
  json_decref(j);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_query_parameters_that_are_secret_are_masked),
      cmocka_unit_test(test_passwords_in_urls_are_masked),
      cmocka_unit_test(test_headers_and_bodies_are_masked),
      cmocka_unit_test(test_only_secret_header_lines_are_masked),
      cmocka_unit_test(test_templates_stay_readable),
      cmocka_unit_test(test_plain_sentences_stay_as_they_are),
      cmocka_unit_test(test_json_is_masked_in_every_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
