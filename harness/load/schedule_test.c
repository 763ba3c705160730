/* SPDX-License-Identifier: MIT
 * Schedules: what is due when, and that all the conversions agree. */
#include "load/load_testing.h"

#define URL "url: http://127.0.0.1:1/\n"

static void test_a_ramp_opens_evenly_and_ends_at_the_number_asked(void **state)
{
  struct scenario *s = scenario_of(URL "connections: 100\nramp: 10s\n");
  uint64_t n;
  (void)state;
  assert_int_equal(schedule_streams(s, 0), 1);
  assert_int_equal(schedule_streams(s, 5 * NS_PER_SEC), 51);
  assert_int_equal(schedule_streams(s, 10 * NS_PER_SEC), 100);
  assert_int_equal(schedule_streams(s, 1000 * NS_PER_SEC), 100);
  for(n = 0; n < 100; n++) {
    uint64_t due = schedule_stream_due_ns(s, n, 0);
    assert_true(schedule_streams(s, due + 1) >= n + 1);
    assert_true(due == 0 || schedule_streams(s, due - 1000) <= n);
  }
  scenario_free(s);
}

static void test_without_a_ramp_all_are_due_at_once(void **state)
{
  struct scenario *s = scenario_of(URL "connections: 7\n");
  (void)state;
  assert_int_equal(schedule_streams(s, 0), 7);
  assert_int_equal(schedule_stream_due_ns(s, 6, 0), 0);
  scenario_free(s);
}

static void test_a_ramp_of_a_month_stays_exact(void **state)
{
  struct scenario *s = scenario_of(URL "connections: 1000000\nramp: 29d\n");
  uint64_t day = 24ull * 3600 * NS_PER_SEC;
  (void)state;
  assert_int_equal(schedule_streams(s, 29 * day - 1), 1000000);
  assert_in_range(schedule_streams(s, 29 * day / 2), 500000, 500001);
  assert_in_range(schedule_stream_due_ns(s, 500000, 0), 29 * day / 2 - 1000,
                  29 * day / 2 + 1000);
  scenario_free(s);
}

static void test_stages_rise_hold_fall_and_stay_at_the_last(void **state)
{
  struct scenario *s =
      scenario_of(URL "stages: [\"10:10s:5s\", \"4:2s:1s\", \"20:4s:0s\"]\n");
  (void)state;
  assert_int_equal(schedule_streams(s, 0), 0);
  assert_int_equal(schedule_streams(s, 5 * NS_PER_SEC), 5);
  assert_int_equal(schedule_streams(s, 12 * NS_PER_SEC), 10);
  assert_int_equal(schedule_streams(s, 16 * NS_PER_SEC), 7);
  assert_int_equal(schedule_streams(s, 17 * NS_PER_SEC + 1), 4);
  assert_int_equal(schedule_streams(s, 20 * NS_PER_SEC), 12);
  assert_int_equal(schedule_streams(s, 22 * NS_PER_SEC), 20);
  assert_int_equal(schedule_streams(s, 100 * NS_PER_SEC), 20);
  scenario_free(s);
}

static void test_stages_say_when_a_stream_was_last_wanted_anew(void **state)
{
  struct scenario *s =
      scenario_of(URL "stages: [\"10:10s:5s\", \"4:2s:1s\", \"20:4s:0s\"]\n");
  (void)state;
  assert_int_equal(schedule_stream_due_ns(s, 0, 30 * NS_PER_SEC), NS_PER_SEC);
  assert_int_equal(schedule_stream_due_ns(s, 7, 12 * NS_PER_SEC),
                   8 * NS_PER_SEC);
  /* Closed on the way down to 4, wanted again on the way up to 20. */
  assert_int_equal(schedule_stream_due_ns(s, 7, 30 * NS_PER_SEC),
                   19 * NS_PER_SEC);
  assert_int_equal(schedule_stream_due_ns(s, 19, 30 * NS_PER_SEC),
                   22 * NS_PER_SEC);
  assert_int_equal(schedule_stream_due_ns(s, 7, 18500 * NS_PER_MS),
                   8 * NS_PER_SEC);
  scenario_free(s);
}

static void test_arrivals_follow_the_rate_without_end(void **state)
{
  struct scenario *s = scenario_of(URL "arrival: {rate: 50}\n");
  uint64_t n;
  (void)state;
  assert_int_equal(schedule_streams(s, 0), 1);
  assert_int_equal(schedule_streams(s, NS_PER_SEC), 51);
  assert_int_equal(schedule_streams(s, 86400 * NS_PER_SEC), 50 * 86400 + 1);
  for(n = 0; n < 1000; n++) {
    uint64_t due = schedule_stream_due_ns(s, n, 0);
    assert_int_equal(due, n * 20 * NS_PER_MS);
    assert_int_equal(schedule_streams(s, due), n + 1);
  }
  scenario_free(s);
}

static void test_publish_numbers_and_instants_agree(void **state)
{
  static const double rates[] = {0.1, 1, 3, 7, 33.3, 1000, 12345.678};
  size_t k;
  uint64_t i;
  (void)state;
  for(k = 0; k < sizeof(rates) / sizeof(rates[0]); k++) {
    assert_int_equal(schedule_publish_from(rates[k], 0), 0);
    for(i = 1; i < 3000; i++) {
      uint64_t at = schedule_publish_ns(rates[k], i);
      assert_true(at > schedule_publish_ns(rates[k], i - 1));
      assert_int_equal(schedule_publish_from(rates[k], at), i);
      assert_int_equal(schedule_publish_from(rates[k], at + 1), i + 1);
    }
  }
}

/* Publish by publish, as a person would count. */
static void compare_user(uint64_t users, uint64_t user, uint64_t count)
{
  uint64_t i, own = 0;
  for(i = 0; i < count; i++) {
    assert_int_equal(schedule_user_first(i, user, users), own + 1);
    assert_int_equal(schedule_user_last(i, user, users), own);
    if(users && i % users != user)
      continue;
    own++;
    assert_int_equal(schedule_user_seq(i, users), own);
    assert_int_equal(schedule_user_publish(own, user, users), i);
  }
  assert_int_equal(schedule_user_last(count, user, users), own);
}

static void test_users_numbers_agree_with_a_naive_loop(void **state)
{
  uint64_t users, user;
  (void)state;
  compare_user(0, 0, 100);
  for(users = 1; users < 9; users++) {
    for(user = 0; user < users; user++)
      compare_user(users, user, 100);
  }
}

static void test_slow_reading_loses_no_byte_to_rounding(void **state)
{
  uint64_t rates[] = {1, 5, 7, 1000, 1024, 1000000}, fed = 0, sum, now, i;
  (void)state;
  for(i = 0; i < 6; i++) {
    fed = sum = 0;
    for(now = 0; now <= 100 * NS_PER_SEC; now += 100 * NS_PER_MS) {
      uint64_t n = schedule_bytes(rates[i], now - fed);
      if(n)
        fed += schedule_bytes_ns(rates[i], n);
      sum += n;
    }
    assert_in_range(sum, 100 * rates[i] - 1, 100 * rates[i]);
  }
  assert_int_equal(schedule_bytes(0, NS_PER_SEC), 0);
  assert_int_equal(schedule_bytes(UINT64_MAX, UINT64_MAX), 1000000000000000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_ramp_opens_evenly_and_ends_at_the_number_asked),
      cmocka_unit_test(test_without_a_ramp_all_are_due_at_once),
      cmocka_unit_test(test_a_ramp_of_a_month_stays_exact),
      cmocka_unit_test(test_stages_rise_hold_fall_and_stay_at_the_last),
      cmocka_unit_test(test_stages_say_when_a_stream_was_last_wanted_anew),
      cmocka_unit_test(test_arrivals_follow_the_rate_without_end),
      cmocka_unit_test(test_publish_numbers_and_instants_agree),
      cmocka_unit_test(test_users_numbers_agree_with_a_naive_loop),
      cmocka_unit_test(test_slow_reading_loses_no_byte_to_rounding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
