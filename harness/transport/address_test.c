/* SPDX-License-Identifier: MIT
 * The loopback addresses that many connections come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transport/address.h"

static void test_loopback_addresses_spread_only_when_needed(void **state)
{
  char ip[16];
  (void)state;
  address_loopback(5, 10000, ip);
  assert_string_equal(ip, "");
  assert_int_equal(address_count(100000), 10);
  address_loopback(0, 100000, ip);
  assert_string_equal(ip, "127.1.0.1");
  address_loopback(9, 100000, ip);
  assert_string_equal(ip, "127.1.0.10");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_loopback_addresses_spread_only_when_needed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
