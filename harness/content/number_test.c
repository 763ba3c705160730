/* SPDX-License-Identifier: MIT
 * Decimals: what is a number, and which is more. */
#include "content/content_testing.h"

#include "content/number.h"

static void test_numbers_are_what_the_grammar_says(void **state)
{
  static const char *const good[] = {
      "0",    "-0",      "10",  "1.50", "1e2",
      "1E+2", "-1.5e-3", "0.0", "0e99", "9007199254740993"};
  static const char *const bad[] = {"",   "-",   "+1", ".5",  "1.",
                                    "1e", "1e+", "x",  "--1", "1.e5"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(good) / sizeof(good[0]); i++)
    assert_int_equal(number_length(slice_of(good[i])), strlen(good[i]));
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_int_equal(number_length(slice_of(bad[i])), 0);
  assert_int_equal(number_length(slice_of("01")), 1);
  assert_int_equal(number_length(slice_of("12,")), 2);
}

static void test_equal_values_are_equal_however_written(void **state)
{
  static const char *const same[][2] = {
      {"1.0", "1"},        {"1e2", "100"},
      {"0", "-0.00e9"},    {"100", "1E+2"},
      {"0.001", "1e-3"},   {"-5", "-5.000"},
      {"12.50", "125e-1"}, {"0.10", "0.1"},
      {"1000e-3", "1"},    {"9007199254740993", "9007199254740993.0"},
      {"1e400", "10e399"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
    if(number_compare(slice_of(same[i][0]), slice_of(same[i][1])))
      fail_msg("%s and %s differ", same[i][0], same[i][1]);
  }
}

static void test_order_is_exact(void **state)
{
  static const char *const less[][2] = {
      {"9007199254740992", "9007199254740993"},
      {"9007199254740993", "9007199254740994"},
      {"-2", "-1"},
      {"-1", "0"},
      {"0", "1e-300"},
      {"9", "10"},
      {"0.09", "0.1"},
      {"1e-400", "1e-399"},
      {"99.9", "1e2"},
      {"1e400", "1e401"},
      {"-1e401", "-1e400"},
      {"0.30000000000000001", "0.30000000000000002"},
      {"123.4", "123.45"},
      {"1e99999999999999999999", "2e99999999999999999999"},
      {"18446744073709551615", "18446744073709551616"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(less) / sizeof(less[0]); i++) {
    struct slice a = slice_of(less[i][0]), b = slice_of(less[i][1]);
    if(number_compare(a, b) >= 0 || number_compare(b, a) <= 0)
      fail_msg("%s is not less than %s", less[i][0], less[i][1]);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_are_what_the_grammar_says),
      cmocka_unit_test(test_equal_values_are_equal_however_written),
      cmocka_unit_test(test_order_is_exact),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
