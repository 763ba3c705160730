/* SPDX-License-Identifier: MIT
 * Each rule that makes a run invalid trips on its own cause and on nothing
 * else. */
#include "load/load_testing.h"

#include "load/coordinator.h"

#define MEMBERS 3 /* two workers and the publisher */

struct run {
  struct coordinator c;
  struct load_outcome out;
  struct member member[MEMBERS];
};

static struct run *run_new(void)
{
  struct run *r = calloc(1, sizeof(*r));
  uint32_t i;
  r->c.out = &r->out;
  r->c.member = r->member;
  r->c.members = MEMBERS;
  r->out.total = snapshot_new(SLICE_NS);
  for(i = 0; i < MEMBERS; i++) {
    r->member[i].c = &r->c;
    r->member[i].publisher = i == MEMBERS - 1;
    r->member[i].cpu_share = 0.5;
    r->member[i].final = snapshot_new(SLICE_NS);
  }
  return r;
}

static void run_free(struct run *r)
{
  uint32_t i;
  for(i = 0; i < MEMBERS; i++)
    snapshot_free(r->member[i].final);
  load_outcome_free(&r->out);
  free(r);
}

static struct hist *hist_of(struct run *r, enum histogram h)
{
  return &r->out.total->hist[h];
}

/* Judges, and expects this one reason (NULL: none). */
static void judged(struct run *r, const char *code, const char *part)
{
  health_judge(&r->c);
  if(!code) {
    if(r->out.invalid_count)
      fail_msg("invalid: %s", r->out.invalid[0].sentence);
  } else {
    assert_int_equal(r->out.invalid_count, 1);
    assert_string_equal(r->out.invalid[0].code, code);
    if(!strstr(r->out.invalid[0].sentence, part))
      fail_msg("\"%s\" lacks \"%s\"", r->out.invalid[0].sentence, part);
    assert_true(strlen(r->out.invalid[0].advice) > 10);
  }
  run_free(r);
}

/* What a run of some substance counts. */
static struct run *healthy(void)
{
  struct run *r = run_new();
  uint64_t *n = r->out.total->counter;
  n[C_EVENTS] = n[C_EVENTS_MEASURED] = 100000;
  n[C_CLOCK_KERNEL] = 100000;
  n[C_BATCHED] = 50000;
  hist_record_n(hist_of(r, H_LOOP_LAG), 4 * NS_PER_MS, 1000);
  hist_record_n(hist_of(r, H_SCHEDULE_LAG), 10 * NS_PER_MS, 1000);
  hist_record_n(hist_of(r, H_LATENCY), 5 * NS_PER_MS, 100000);
  r->member[0].clock_step_ms = 0.4;
  r->member[1].clock_step_ms = -0.4;
  return r;
}

static void test_a_healthy_run_trips_nothing(void **state)
{
  (void)state;
  judged(healthy(), NULL, NULL);
  judged(run_new(), NULL, NULL); /* one that saw nothing at all, too */
}

static void test_a_dead_worker_trips(void **state)
{
  struct run *r = healthy();
  (void)state;
  snapshot_free(r->member[1].final);
  r->member[1].final = NULL;
  snprintf(r->member[1].how, sizeof(r->member[1].how), "killed by signal 9");
  judged(r, "worker-died", "worker 1 of 3 died (killed by signal 9)");
  r = healthy();
  snapshot_free(r->member[2].final);
  r->member[2].final = NULL;
  judged(r, "worker-died", "publishing worker 2 of 3 died (no final report)");
}

static void test_a_full_core_trips(void **state)
{
  struct run *r = healthy();
  (void)state;
  r->member[0].cpu_share = 0.97;
  judged(r, "cpu", "1 of 3 workers used their whole CPU core (97%)");
}

static void test_loop_lag_trips_sooner_with_a_user_space_clock(void **state)
{
  struct run *r = healthy();
  (void)state;
  hist_record_n(hist_of(r, H_LOOP_LAG), 120 * NS_PER_MS, 20);
  r->out.total->counter[C_BATCHED] = 0;
  judged(r, "loop-lag", "120 ms late (p99, limit 100 ms)");
  r = healthy();
  hist_record_n(hist_of(r, H_LOOP_LAG), 20 * NS_PER_MS, 20);
  r->out.total->counter[C_CLOCK_USER] = 200000;
  r->out.total->counter[C_BATCHED] = 0;
  judged(r, "loop-lag", "arrivals were timed by their clock");
}

static void test_events_that_wait_for_a_late_reader_trip(void **state)
{
  struct run *r = healthy();
  (void)state;
  hist_record_n(hist_of(r, H_LOOP_LAG), 50 * NS_PER_MS, 20);
  judged(r, "receive-queue", "50.0% of the events waited in sockets");
  /* Not where the latency is of another size than the lateness. */
  r = healthy();
  hist_record_n(hist_of(r, H_LOOP_LAG), 50 * NS_PER_MS, 20);
  hist_record_n(hist_of(r, H_LATENCY), 2 * NS_PER_SEC, 10000);
  judged(r, NULL, NULL);
}

static void test_a_late_schedule_trips(void **state)
{
  struct run *r = healthy();
  (void)state;
  hist_record_n(hist_of(r, H_SCHEDULE_LAG), 80 * NS_PER_MS, 100);
  judged(r, "schedule-lag", "80 ms late (p99, limit 20 ms)");
}

static void test_a_set_clock_trips_in_either_direction(void **state)
{
  struct run *r = healthy();
  (void)state;
  r->member[0].clock_step_ms = -3;
  judged(r, "clock-step", "set by 3.0 ms");
  r = healthy();
  r->member[1].clock_step_ms = 3;
  judged(r, "clock-step", "set by 3.0 ms");
}

static void test_local_shortage_trips(void **state)
{
  struct run *r = healthy();
  (void)state;
  snapshot_cause(r->out.total, "refused", NULL);
  snapshot_cause(r->out.total, "local-limit", NULL);
  snapshot_cause(r->out.total, "local-limit", NULL);
  judged(r, "ports", "2 attempts failed because this machine");
}

static void test_a_ledger_out_of_room_trips(void **state)
{
  struct run *r = healthy();
  (void)state;
  r->out.total->ledger_overflowed = true;
  judged(r, "ledger", "more places than the ledger remembers");
}

static void test_more_reasons_than_room_are_kept_within_it(void **state)
{
  struct run *r = healthy();
  uint32_t i;
  (void)state;
  for(i = 0; i < 20; i++)
    health_judge(&r->c);
  assert_int_equal(r->out.invalid_count, 0);
  r->member[0].cpu_share = 1;
  for(i = 0; i < 20; i++)
    health_judge(&r->c);
  assert_int_equal(r->out.invalid_count, 8);
  run_free(r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_healthy_run_trips_nothing),
      cmocka_unit_test(test_a_dead_worker_trips),
      cmocka_unit_test(test_a_full_core_trips),
      cmocka_unit_test(test_loop_lag_trips_sooner_with_a_user_space_clock),
      cmocka_unit_test(test_events_that_wait_for_a_late_reader_trip),
      cmocka_unit_test(test_a_late_schedule_trips),
      cmocka_unit_test(test_a_set_clock_trips_in_either_direction),
      cmocka_unit_test(test_local_shortage_trips),
      cmocka_unit_test(test_a_ledger_out_of_room_trips),
      cmocka_unit_test(test_more_reasons_than_room_are_kept_within_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
