/* SPDX-License-Identifier: MIT
 * Quantities: what people may write, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/units.h"

static void test_durations_with_units(void **state)
{
  static const struct {
    const char *text;
    uint64_t ns;
  } good[] = {{"20s", 20000000000ull},
              {"250ms", 250000000ull},
              {"1.5 s", 1500000000ull},
              {"2m", 120000000000ull},
              {"30us", 30000ull},
              {"7", 7000000000ull},
              {"0", 0},
              {"1h", 3600000000000ull}};
  static const char *const bad[] = {"",    "s",    "5 parsecs", "-1s",  "inf",
                                    "nan", "0x10", "1s2",       "1e400"};
  uint64_t ns;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
    assert_int_equal(units_duration_ns(slice_of(good[i].text), &ns), 0);
    assert_int_equal(ns, good[i].ns);
  }
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_int_not_equal(units_duration_ns(slice_of(bad[i]), &ns), 0);
}

static void test_bytes_counts_rates_and_shares(void **state)
{
  uint64_t n;
  double d;
  (void)state;
  assert_int_equal(units_bytes(slice_of("16KiB"), &n), 0);
  assert_int_equal(n, 16384);
  assert_int_equal(units_count(slice_of("1.5M"), &n), 0);
  assert_int_equal(n, 1500000);
  assert_int_equal(units_rate(slice_of("30/m"), &d), 0);
  assert_true(d > 0.4999 && d < 0.5001);
  assert_int_equal(units_share(slice_of("5%"), &d), 0);
  assert_true(d > 0.0499 && d < 0.0501);
  assert_int_equal(units_share(slice_of("150%"), &d), E_RANGE);
  assert_int_equal(units_number(slice_of("1x"), &d), E_SYNTAX);
}

static void test_text_forms(void **state)
{
  char out[UNITS_MAX];
  (void)state;
  assert_string_equal(units_fmt_count(1000000, out), "1,000,000");
  assert_string_equal(units_fmt_count(999, out), "999");
  assert_string_equal(units_fmt_bytes(1536, out), "1.5 KiB");
  assert_string_equal(units_fmt_ms(0.314, out), "0.31 ms");
  assert_string_equal(units_fmt_duration(1500000000ull, out), "1.5 s");
}

static void test_distance_for_suggestions(void **state)
{
  (void)state;
  assert_int_equal(units_distance("conections", "connections"), 1);
  assert_int_equal(units_distance("", "abc"), 3);
  assert_int_equal(units_distance("same", "same"), 0);
}

static void test_hexadecimal_digits(void **state)
{
  (void)state;
  assert_int_equal(units_hex('0'), 0);
  assert_int_equal(units_hex('a'), 10);
  assert_int_equal(units_hex('F'), 15);
  assert_int_equal(units_hex('g'), -1);
  assert_int_equal(units_hex('\0'), -1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_durations_with_units),
      cmocka_unit_test(test_bytes_counts_rates_and_shares),
      cmocka_unit_test(test_text_forms),
      cmocka_unit_test(test_hexadecimal_digits),
      cmocka_unit_test(test_distance_for_suggestions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
