/* SPDX-License-Identifier: MIT
 * Origins. */
#include "transport/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_scheme_host_and_port_are_an_origin(void **state)
{
  static const char at[] = "http://a.example/x";
  static const char *const same[] = {
      "http://a.example/y?z", "http://A.EXAMPLE", "http://a.example:80/",
      "HTTP://a.example/", "http://user:word@a.example/"};
  static const char *const other[] = {"https://a.example/x",
                                      "http://a.example:8080/x",
                                      "http://b.example/x",
                                      "http://b.a.example/x",
                                      "http://a.example.b/x",
                                      "http://a.example@b/x",

                                      "ftp://a.example/x",
                                      "/x",
                                      "",
                                      "http://a.example:80@b.test/",
                                      "https://a.example:80/x"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
    assert_true(origin_is_same(at, same[i]));
    assert_true(origin_is_same(same[i], at));
  }
  for(i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
    assert_false(origin_is_same(at, other[i]));
    assert_false(origin_is_same(other[i], at));
  }
  assert_false(origin_is_same("", ""));
}

static void test_an_address_is_an_origin_too(void **state)
{
  (void)state;
  assert_true(origin_is_same("http://[::1]/", "http://[::1]:80/"));
  assert_false(origin_is_same("http://[::1]/", "http://[::2]/"));
  assert_false(origin_is_same("http://127.0.0.1/", "http://localhost/"));
}

static void test_what_may_tell_the_user_stays(void **state)
{
  static const char *const stays[] = {"Authorization",
                                      "Cookie",
                                      "Proxy-Authorization",
                                      "X-Api-Key",
                                      "Host",
                                      "X-CSRF-Token",
                                      "Origin",
                                      "Referer",
                                      "Forwarded",
                                      "",
                                      "Accept-",
                                      "X-Forwarded-For"};
  static const char *const goes[] = {"accept", "User-Agent", "LAST-EVENT-ID",
                                     "Cache-Control", "Content-Type"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(stays) / sizeof(stays[0]); i++)
    assert_false(origin_lets_go(slice_of(stays[i])));
  for(i = 0; i < sizeof(goes) / sizeof(goes[0]); i++)
    assert_true(origin_lets_go(slice_of(goes[i])));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scheme_host_and_port_are_an_origin),
      cmocka_unit_test(test_an_address_is_an_origin_too),
      cmocka_unit_test(test_what_may_tell_the_user_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
