/* SPDX-License-Identifier: MIT
 * What a proxy is asked, and what it answers. */
#include "probe/tunnel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/err.h"

static void test_the_request_names_the_origin(void **state)
{
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(tunnel_ask(&out, "example.org", 443, "Basic eA=="), 0);
  assert_string_equal(buf_text(&out),
                      "CONNECT example.org:443 HTTP/1.1\r\n"
                      "Host: example.org:443\r\n"
                      "Proxy-Authorization: Basic eA==\r\n\r\n");
  buf_clear(&out);
  assert_int_equal(tunnel_ask(&out, "::1", 8443, NULL), 0);
  assert_string_equal(buf_text(&out), "CONNECT [::1]:8443 HTTP/1.1\r\n"
                                      "Host: [::1]:8443\r\n\r\n");
  buf_free(&out);
}

static void test_the_answer_is_its_head(void **state)
{
  int status = 0;
  (void)state;
  assert_int_equal(tunnel_answer(SLICE_LIT("HTTP/1.1 200 O"), &status), 0);
  assert_int_equal(
      tunnel_answer(SLICE_LIT("HTTP/1.1 200 OK\r\n\r\nrest"), &status), 19);
  assert_int_equal(status, 200);
  assert_int_equal(
      tunnel_answer(SLICE_LIT("HTTP/1.0 407 No\r\nA: b\r\n\r\n"), &status),
      25);
  assert_int_equal(status, 407);
  assert_int_equal(tunnel_answer(SLICE_LIT("SSH-2.0-x"), &status), E_SYNTAX);
  assert_int_equal(
      tunnel_answer(SLICE_LIT("HTTP/1.1 2x0 OK\r\n\r\n"), &status), E_SYNTAX);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_request_names_the_origin),
      cmocka_unit_test(test_the_answer_is_its_head),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
