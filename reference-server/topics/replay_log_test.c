/* SPDX-License-Identifier: MIT
 * Tests of the bounded history of a topic. */
#include "topics/replay_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "base/err.h"

#define HISTORY 50u
#define BYTES   1000u

struct fixture {
  struct replay_log log;
  void *memory;
};

static int setup(void **state)
{
  struct fixture *f = calloc(1, sizeof(*f));
  if(!f)
    return -1;
  f->memory = malloc(replay_log_bytes(HISTORY, BYTES));
  replay_log_init(&f->log, f->memory, HISTORY, BYTES);
  *state = f;
  return 0;
}

static int teardown(void **state)
{
  struct fixture *f = *state;
  free(f->memory);
  free(f);
  return 0;
}

static void publish(struct replay_log *log, const char *name, const char *body)
{
  struct replay_publish p = {
      .t_ns = 9, .name = slice_of(name), .body = slice_of(body)};
  assert_int_equal(replay_log_publish(log, &p), 0);
}

static void assert_body(struct replay_log *log, uint64_t id, const char *body)
{
  struct replay_entry entry;
  assert_int_equal(replay_log_get(log, id, &entry), 0);
  assert_false(entry.generated);
  assert_int_equal(entry.id, id);
  assert_true(slice_eq_cstr(entry.body, body));
}

static const struct generator EVERY_MS = {
    .t0_ns = 1000, .first_seq = 1, .interval_ns = 1e6};

static void test_empty_log_has_nothing_old_or_new(void **state)
{
  struct fixture *f = *state;
  struct replay_entry entry;
  assert_int_equal(replay_log_oldest(&f->log), 1);
  assert_int_equal(replay_log_get(&f->log, 1, &entry), E_RANGE);
  assert_int_equal(replay_log_find(&f->log, SLICE_LIT("x")), 0);
}

static void test_generated_run_costs_one_segment(void **state)
{
  struct fixture *f = *state;
  struct replay_entry entry;
  for(uint64_t seq = 1; seq <= 1000000; seq += 1000)
    replay_log_generate(&f->log, &EVERY_MS, 64, seq, 1000);
  assert_int_equal(f->log.segment_head, 1);
  assert_int_equal(f->log.head_id, 1000001);
  assert_int_equal(replay_log_oldest(&f->log), 1000001 - HISTORY);
  assert_int_equal(replay_log_get(&f->log, 1000000, &entry), 0);
  assert_true(entry.generated);
  assert_int_equal(entry.seq, 1000000);
  assert_int_equal(entry.t_ns, 1000 + 999999ull * 1000000);
  assert_int_equal(entry.size, 64);
  assert_int_equal(replay_log_get(&f->log, 1000000 - HISTORY, &entry),
                   E_NOT_FOUND);
}

static void test_published_events_stand_between_generated_ones(void **state)
{
  struct fixture *f = *state;
  struct replay_entry entry;
  replay_log_generate(&f->log, &EVERY_MS, 0, 1, 3);
  publish(&f->log, "", "one");
  replay_log_generate(&f->log, &EVERY_MS, 0, 4, 2);
  assert_body(&f->log, 4, "one");
  assert_int_equal(replay_log_get(&f->log, 3, &entry), 0);
  assert_int_equal(entry.seq, 3);
  assert_int_equal(replay_log_get(&f->log, 5, &entry), 0);
  assert_int_equal(entry.seq, 4);
  assert_int_equal(replay_log_get(&f->log, 6, &entry), 0);
  assert_int_equal(entry.seq, 5);
  assert_int_equal(replay_log_get(&f->log, 7, &entry), E_RANGE);
}

static void test_changed_generator_begins_a_new_run(void **state)
{
  struct fixture *f = *state;
  struct generator faster = EVERY_MS;
  struct replay_entry entry;
  faster.interval_ns = 1e3;
  faster.first_seq = 3;
  replay_log_generate(&f->log, &EVERY_MS, 0, 1, 2);
  replay_log_generate(&f->log, &faster, 0, 3, 2);
  assert_int_equal(replay_log_get(&f->log, 2, &entry), 0);
  assert_int_equal(entry.t_ns, 1001000);
  assert_int_equal(replay_log_get(&f->log, 4, &entry), 0);
  assert_int_equal(entry.t_ns, 2000);
}

static void test_bytes_bound_gives_up_the_oldest(void **state)
{
  struct fixture *f = *state;
  char body[201];
  memset(body, 'b', 200);
  body[200] = '\0';
  for(int i = 1; i <= 12; i++) {
    body[0] = (char)('a' + i);
    publish(&f->log, "", body);
    /* Whatever is kept must be whole. */
    for(uint64_t id = replay_log_oldest(&f->log); id < f->log.head_id; id++) {
      body[0] = (char)('a' + (int)id);
      assert_body(&f->log, id, body);
    }
  }
  assert_int_equal(f->log.head_id - replay_log_oldest(&f->log), BYTES / 200);
}

static void test_mixed_log_stays_readable_while_it_wraps(void **state)
{
  struct fixture *f = *state;
  uint64_t seq = 1, published = 0;
  char want[400][80];
  for(int i = 0; i < 300; i++) {
    char body[64];
    replay_log_generate(&f->log, &EVERY_MS, 0, seq, (uint64_t)(i % 3));
    seq += (uint64_t)(i % 3);
    snprintf(body, sizeof(body), "%0*d", 1 + i % 50, i);
    snprintf(want[published++], sizeof(want[0]), "%s", body);
    publish(&f->log, "", body);
  }
  uint64_t next = published, expected_seq = seq;
  for(uint64_t id = f->log.head_id; id-- > replay_log_oldest(&f->log);) {
    struct replay_entry entry;
    assert_int_equal(replay_log_get(&f->log, id, &entry), 0);
    if(entry.generated)
      assert_int_equal(entry.seq, --expected_seq);
    else
      assert_true(slice_eq_cstr(entry.body, want[--next]));
  }
  assert_true(f->log.head_id - replay_log_oldest(&f->log) >= 20);
}

static void test_own_ids_are_found_while_kept(void **state)
{
  struct fixture *f = *state;
  publish(&f->log, "alpha", "1");
  publish(&f->log, "", "2");
  publish(&f->log, "beta", "3");
  publish(&f->log, "alpha", "4");
  assert_int_equal(replay_log_find(&f->log, SLICE_LIT("beta")), 3);
  assert_int_equal(replay_log_find(&f->log, SLICE_LIT("alpha")), 4);
  assert_int_equal(replay_log_find(&f->log, SLICE_LIT("gamma")), 0);
  for(unsigned i = 0; i < HISTORY; i++)
    publish(&f->log, "", "x");
  assert_int_equal(replay_log_find(&f->log, SLICE_LIT("beta")), 0);
}

static void test_event_beyond_all_bytes_is_refused(void **state)
{
  struct fixture *f = *state;
  char body[BYTES + 2];
  struct replay_publish p = {.body = {body, BYTES + 1}};
  memset(body, 'x', sizeof(body));
  publish(&f->log, "", "kept");
  assert_int_equal(replay_log_publish(&f->log, &p), E_TOO_LONG);
  assert_body(&f->log, 1, "kept");
  p.body.n = BYTES;
  assert_int_equal(replay_log_publish(&f->log, &p), 0);
  assert_int_equal(replay_log_oldest(&f->log), 2);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
  const struct CMUnitTest tests[] = {
      T(test_empty_log_has_nothing_old_or_new),
      T(test_generated_run_costs_one_segment),
      T(test_published_events_stand_between_generated_ones),
      T(test_changed_generator_begins_a_new_run),
      T(test_bytes_bound_gives_up_the_oldest),
      T(test_mixed_log_stays_readable_while_it_wraps),
      T(test_own_ids_are_found_while_kept),
      T(test_event_beyond_all_bytes_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
