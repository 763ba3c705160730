/* SPDX-License-Identifier: MIT
 * URLs taken apart and joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "transport/url.h"

static void test_urls_are_split_and_joined(void **state)
{
  struct url_parts u;
  struct err e;
  char *s;
  (void)state;
  assert_int_equal(url_split("http://a.example/x?y", &u, &e), 0);
  assert_string_equal(u.origin, "http://a.example");
  assert_int_equal(u.port, 80);
  assert_int_equal(url_split("https://u:p@[::1]:8443", &u, &e), 0);
  assert_string_equal(u.host, "::1");
  assert_int_equal(u.port, 8443);
  assert_true(u.has_user && url_is_loopback(&u));
  assert_int_equal(url_split("ftp://a/", &u, &e), E_SYNTAX);
  assert_int_equal(url_split("/etc/passwd", &u, &e), E_SYNTAX);
  s = url_join("http://a/b/c?d", "../e");
  assert_string_equal(s, "http://a/e");
  free(s);
  assert_null(url_join("http://a/", "file:///etc/passwd"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_urls_are_split_and_joined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
