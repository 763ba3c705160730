/* SPDX-License-Identifier: MIT
 * Tests of what faults remember, of a stream's life and of one event's way. */
#include "behaviours/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "behaviours/delivery.h"
#include "behaviours/life.h"

#define MS 1000000ull

static const struct id_offer OFFER = {.first = {"one", 3},
                                      .second = {"two", 3},
                                      .query = {"asked", 5},
                                      .peer = "127.0.0.1"};

static void assert_heeds(struct memory *m, enum fault f, const char *want)
{
  struct fault_set set = {{0}};
  struct slice id;
  set.v[f] = 1;
  id = memory_heeds(&set, m, &OFFER);
  assert_int_equal(id.n, strlen(want));
  assert_memory_equal(id.n ? id.p : "", want, id.n);
}

static void test_each_fault_heeds_another_id(void **state)
{
  struct memory m = {.home = "127.0.0.2"};
  (void)state;
  assert_heeds(&m, FAULT_DROP_EVERY, "one");
  assert_heeds(&m, FAULT_QUERY_WINS, "asked");
  assert_heeds(&m, FAULT_DUP_HEADER_RANDOM, "one");
  assert_heeds(&m, FAULT_DUP_HEADER_RANDOM, "two");
  assert_heeds(&m, FAULT_RESUME_CASE_SENSITIVE, "");
  assert_heeds(&m, FAULT_IP_BOUND, "");
}

static void test_an_id_is_used_up_where_its_stream_broke_early(void **state)
{
  struct memory m = {.used_n = 0};
  struct memory_loss l = {.now_ns = 50 * MS,
                          .resumed_from = memory_hash(OFFER.first)};
  (void)state;
  assert_heeds(&m, FAULT_RESUME_ONCE, "one");
  memory_lost(&m, &l);
  assert_heeds(&m, FAULT_RESUME_ONCE, "");
}

static void test_as_many_are_refused_as_were_lost_at_once(void **state)
{
  struct fault_set f = {.v = {[FAULT_STORM_REFUSE] = 1}};
  struct memory m = {.used_n = 0};
  struct memory_loss l = {.now_ns = 2000 * MS};
  int refused = 0;
  (void)state;
  for(int i = 0; i < 12; i++)
    memory_lost(&m, &l);
  for(int i = 0; i < 20; i++)
    refused += memory_judges(&m, &f, 2100 * MS) == MEMORY_REFUSE;
  assert_int_equal(refused, 12);
}

static void test_what_was_written_before_a_reset_counts_once(void **state)
{
  struct memory m = {.used_n = 0};
  struct memory_loss l = {.events = 3, .place = 8, .reset = true};
  (void)state;
  memory_lost(&m, &l);
  assert_int_equal(memory_place(&m, 7), 8);
  assert_int_equal(memory_place(&m, 7), 7);
}

static void test_a_life_without_faults_never_ends(void **state)
{
  struct fault_set f = {{0}};
  struct life l = life_of(&f, 7, 15);
  (void)state;
  assert_true(l.hello && l.ends_ns == UINT64_MAX && l.silence_ns == 15);
  f.v[FAULT_SYNC_CLOSE] = 1;
  assert_int_equal(life_of(&f, 7001 * MS, 0).ends_ns, 10000 * MS);
  f.v[FAULT_TIGHT_CLOSE] = 1;
  assert_int_equal(life_of(&f, 7, 0).ends_ns, 7);
}

static void test_a_request_holds_longer_than_all_others(void **state)
{
  struct fault_set common = {{0}};
  struct fault_set own = {.v = {[FAULT_STALL] = 5000}};
  struct delivery d = {.common = &common, .own = &own};
  struct hold all = {.burst_ns = 3}, h = delivery_hold(&d, &all);
  (void)state;
  assert_int_equal(h.burst_ns, 3);
  assert_int_equal(h.stall_ns, FAULT_STALL_MAX * MS);
}

static void test_a_queue_is_consumed_by_who_resumes(void **state)
{
  struct fault_set f = {.v = {[FAULT_CONSUME_QUEUE] = 1}};
  struct delivery d = {.common = &f};
  uint64_t consumed = 0;
  (void)state;
  assert_int_equal(delivery_consumes(&d, 3, 10, &consumed), 3);
  assert_int_equal(delivery_consumes(&d, 3, 12, &consumed), 10);
  f.v[FAULT_CONSUME_QUEUE] = 0;
  assert_int_equal(delivery_consumes(&d, 3, 12, &consumed), 3);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_fault_heeds_another_id),
      cmocka_unit_test(test_an_id_is_used_up_where_its_stream_broke_early),
      cmocka_unit_test(test_as_many_are_refused_as_were_lost_at_once),
      cmocka_unit_test(test_what_was_written_before_a_reset_counts_once),
      cmocka_unit_test(test_a_life_without_faults_never_ends),
      cmocka_unit_test(test_a_request_holds_longer_than_all_others),
      cmocka_unit_test(test_a_queue_is_consumed_by_who_resumes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
