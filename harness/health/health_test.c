/* SPDX-License-Identifier: MIT
 * The lag meter, what it leaves behind, and the machine's own words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "health/machine.h"
#include "health/stalls.h"

#define MS NS_PER_MS

struct lag_seen {
  struct lag_meter meter;
  int ticks;
  uint64_t worst_ns;
};

static void see_lag(uint64_t lag_ns, void *ctx)
{
  struct lag_seen *s = ctx;
  uint64_t until;
  if(lag_ns > s->worst_ns)
    s->worst_ns = lag_ns;
  if(++s->ticks == 2) { /* hold the loop for 60 ms: it must be noticed */
    until = clock_mono_ns() + 60 * NS_PER_MS;
    while(clock_mono_ns() < until)
      ;
  }
  if(s->ticks == 8)
    lag_stop(&s->meter);
}

static void test_lag_meter_sees_a_held_loop(void **state)
{
  uv_loop_t loop;
  struct lag_seen s;
  (void)state;
  memset(&s, 0, sizeof(s));
  assert_int_equal(uv_loop_init(&loop), 0);
  lag_start(&s.meter, &loop, see_lag, &s);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_true(s.ticks >= 8);
  assert_true(s.worst_ns >= 35 * NS_PER_MS);
  assert_int_equal(uv_loop_close(&loop), 0);
}

static void test_a_stall_is_one_however_many_periods_it_swallowed(void **st)
{
  struct stalls s = {0};
  uint64_t lag;
  (void)st;
  for(lag = 1500; lag > 0; lag -= 20)
    stalls_add(&s, 10000 * MS, lag * MS);
  assert_int_equal(s.count, 1);
  assert_int_equal(stalls_longest_ns(&s, 0, 20000 * MS), 1500 * MS);
}

static void test_only_what_was_open_meanwhile_is_concerned(void **st)
{
  struct stalls s = {0};
  (void)st;
  stalls_add(&s, 2000 * MS, 400 * MS);
  stalls_add(&s, 9000 * MS, 700 * MS);
  stalls_add(&s, 9500 * MS, 49 * MS); /* too short to matter */
  assert_int_equal(s.count, 2);
  assert_int_equal(stalls_longest_ns(&s, 0, 1600 * MS), 0);
  assert_int_equal(stalls_longest_ns(&s, 0, 1601 * MS), 400 * MS);
  assert_int_equal(stalls_longest_ns(&s, 2000 * MS, 8300 * MS), 0);
  assert_int_equal(stalls_longest_ns(&s, 1999 * MS, 8999 * MS), 700 * MS);
}

static void test_of_too_many_the_longest_are_kept(void **st)
{
  struct stalls s = {0};
  uint64_t i;
  (void)st;
  for(i = 1; i <= STALLS_MAX + 9; i++)
    stalls_add(&s, i * 1000 * MS, (100 + i) * MS);
  assert_int_equal(s.count, STALLS_MAX);
  assert_int_equal(stalls_longest_ns(&s, 0, 9500 * MS), 0);
  assert_int_equal(stalls_longest_ns(&s, 0, 10000 * MS), 110 * MS);
  stalls_add(&s, 99000 * MS, 60 * MS);
  assert_int_equal(stalls_longest_ns(&s, 98000 * MS, 99000 * MS), 0);
}

static void test_a_watched_loop_leaves_its_stall(void **st)
{
  uv_loop_t loop;
  struct stalls s;
  uint64_t from = clock_real_ns(), until = clock_mono_ns() + 200 * MS;
  (void)st;
  assert_int_equal(uv_loop_init(&loop), 0);
  stalls_start(&s, &loop);
  assert_false(uv_loop_alive(&loop)); /* it keeps nobody up */
  uv_ref((uv_handle_t *)&s.meter.timer);
  while(clock_mono_ns() < until)
    ;
  while(!s.count)
    uv_run(&loop, UV_RUN_ONCE);
  assert_true(stalls_longest_ns(&s, from, clock_real_ns()) > 150 * MS);
  stalls_stop(&s);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
}

static void test_the_machine_says_who_wanted_its_cpus(void **st)
{
  const struct machine before = {
      .load = 1, .waited_ns = 0, .busy = 100, .at_ns = 0, .cpus = 2};
  struct machine after = {.load = 17.8,
                          .waited_ns = 5e9,
                          .busy = 100,
                          .stolen = 0,
                          .at_ns = 10 * NS_PER_SEC,
                          .cpus = 2};
  struct machine real;
  struct buf text;
  (void)st;
  buf_init(&text, 0);
  assert_int_equal(machine_say(&before, &after, &text), 0);
  assert_string_equal(buf_text(&text),
                      "load average 17.8 on 2 CPUs, busy 0%, something waited "
                      "for a CPU 50% of the time");
  buf_clear(&text);
  after.waited_ns = -1; /* an older kernel */
  assert_int_equal(machine_say(&before, &after, &text), 0);
  assert_null(strstr(buf_text(&text), "waited"));
  buf_free(&text);
  machine_read(&real);
  assert_true(real.cpus > 0 && real.busy > 0 && real.load >= 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lag_meter_sees_a_held_loop),
      cmocka_unit_test(test_a_stall_is_one_however_many_periods_it_swallowed),
      cmocka_unit_test(test_only_what_was_open_meanwhile_is_concerned),
      cmocka_unit_test(test_of_too_many_the_longest_are_kept),
      cmocka_unit_test(test_a_watched_loop_leaves_its_stall),
      cmocka_unit_test(test_the_machine_says_who_wanted_its_cpus),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
