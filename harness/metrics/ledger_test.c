/* SPDX-License-Identifier: MIT
 * The delivery ledger: each kind of arrival, its bounds, and a comparison with
 * a bitmap over more than a million disturbed arrivals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "metrics/ledger.h"

struct seen_range {
  uint64_t first[8];
  uint64_t count[8];
  size_t n;
};

static void note_range(uint64_t first, uint64_t count, void *ctx)
{
  struct seen_range *seen = ctx;
  assert_true(seen->n < 8);
  seen->first[seen->n] = first;
  seen->count[seen->n++] = count;
}

static void assert_arrives(struct ledger_stream *s, uint64_t n,
                           enum ledger_arrival as)
{
  assert_int_equal(ledger_arrive(s, n).arrival, as);
}

static void test_numbers_in_order_take_no_memory(void **state)
{
  struct ledger_stream s = {0};
  uint64_t n;
  (void)state;
  for(n = 500; n < 10500; n++)
    assert_arrives(&s, n, LEDGER_IN_ORDER);
  assert_null(s.missing);
  assert_int_equal(s.missing_count, 0);
  assert_int_equal(s.next, 10500);
  assert_int_equal(ledger_close(&s, 10499), 0);
  ledger_fini(&s);
}

static void test_a_jump_names_its_gap_and_late_numbers_fill_it(void **state)
{
  struct ledger_stream s = {0};
  struct ledger_result res;
  struct seen_range seen = {0};
  (void)state;
  assert_arrives(&s, 1, LEDGER_IN_ORDER);
  res = ledger_arrive(&s, 7);
  assert_int_equal(res.arrival, LEDGER_AHEAD);
  assert_int_equal(res.gap_first, 2);
  assert_int_equal(res.gap_count, 5);
  assert_int_equal(s.missing_count, 5);
  assert_arrives(&s, 4, LEDGER_LATE); /* from the middle */
  assert_arrives(&s, 4, LEDGER_DUPLICATE);
  assert_arrives(&s, 2, LEDGER_LATE); /* from an end */
  assert_arrives(&s, 6, LEDGER_LATE);
  assert_arrives(&s, 7, LEDGER_DUPLICATE);
  ledger_missing(&s, note_range, &seen);
  assert_int_equal(seen.n, 2);
  assert_int_equal(seen.first[0], 3);
  assert_int_equal(seen.count[0], 1);
  assert_int_equal(seen.first[1], 5);
  assert_int_equal(seen.count[1], 1);
  assert_arrives(&s, 5, LEDGER_LATE);
  assert_arrives(&s, 3, LEDGER_LATE);
  assert_int_equal(s.missing_count, 0);
  assert_arrives(&s, 8, LEDGER_IN_ORDER);
  ledger_fini(&s);
  assert_null(s.missing);
}

static void test_expected_numbers_are_owed_from_the_first(void **state)
{
  struct ledger_stream s = {0};
  struct ledger_result res;
  (void)state;
  ledger_expect(&s, 10);
  ledger_expect(&s, 3); /* too late to matter */
  res = ledger_arrive(&s, 12);
  assert_int_equal(res.arrival, LEDGER_AHEAD);
  assert_int_equal(res.gap_first, 10);
  assert_int_equal(res.gap_count, 2);
  assert_arrives(&s, 9, LEDGER_BEFORE);
  assert_arrives(&s, 10, LEDGER_LATE);
  assert_int_equal(s.missing_count, 1);
  ledger_fini(&s);
}

static void test_numbers_before_the_account_are_left_out(void **state)
{
  struct ledger_stream s = {0};
  (void)state;
  assert_arrives(&s, 100, LEDGER_IN_ORDER);
  ledger_seal(&s);
  assert_arrives(&s, 99, LEDGER_BEFORE);
  assert_arrives(&s, 99, LEDGER_BEFORE);
  assert_arrives(&s, 0, LEDGER_BEFORE);
  assert_arrives(&s, 100, LEDGER_DUPLICATE);
  assert_arrives(&s, 101, LEDGER_IN_ORDER);
  assert_int_equal(s.missing_count, 0);
  ledger_fini(&s);
}

static void test_a_reversed_stream_is_reordered_but_for_its_first(void **state)
{
  struct ledger_stream s = {0};
  uint64_t n;
  (void)state;
  assert_arrives(&s, 1000, LEDGER_IN_ORDER);
  for(n = 999; n; n--)
    assert_arrives(&s, n, LEDGER_EARLIER);
  assert_int_equal(s.missing_count, 0);
  assert_null(s.missing);
  assert_arrives(&s, 1, LEDGER_DUPLICATE);
  assert_arrives(&s, 1001, LEDGER_IN_ORDER);
  ledger_fini(&s);
}

static void test_swapped_pairs_are_reordered_once_each(void **state)
{
  static const uint64_t order[] = {2, 1, 4, 3, 6, 5};
  static const enum ledger_arrival as[] = {LEDGER_IN_ORDER, LEDGER_EARLIER,
                                           LEDGER_AHEAD,    LEDGER_LATE,
                                           LEDGER_AHEAD,    LEDGER_LATE};
  struct ledger_stream s = {0};
  size_t i;
  (void)state;
  for(i = 0; i < 6; i++)
    assert_arrives(&s, order[i], as[i]);
  assert_int_equal(s.missing_count, 0);
  ledger_fini(&s);
}

static void test_what_lies_below_the_first_can_be_missing_and_come(void **st)
{
  struct ledger_stream s = {0};
  struct ledger_result res;
  uint64_t n;
  (void)st;
  assert_arrives(&s, 10, LEDGER_IN_ORDER);
  assert_arrives(&s, 12, LEDGER_AHEAD);
  res = ledger_arrive(&s, 5);
  assert_int_equal(res.arrival, LEDGER_EARLIER);
  assert_int_equal(res.gap_first, 6);
  assert_int_equal(res.gap_count, 4);
  assert_int_equal(s.missing_count, 5);
  assert_arrives(&s, 7, LEDGER_LATE);
  assert_arrives(&s, 11, LEDGER_LATE);
  assert_int_equal(s.missing_count, 3);
  ledger_fini(&s);
  assert_arrives(&s, 10 * LEDGER_MAX_RANGES, LEDGER_IN_ORDER);
  for(n = 10 * LEDGER_MAX_RANGES - 2; s.missing_count < LEDGER_MAX_RANGES + 5;
      n -= 2)
    assert_arrives(&s, n, LEDGER_EARLIER);
  assert_true(s.overflowed);
  assert_int_equal(ledger_forgotten(&s), 5);
  ledger_fini(&s);
}

static void test_close_adds_the_missing_tail(void **state)
{
  struct ledger_stream s = {0};
  struct ledger_stream silent = {0};
  struct ledger_stream owed = {0};
  struct seen_range seen = {0};
  (void)state;
  assert_arrives(&s, 1, LEDGER_IN_ORDER);
  assert_int_equal(ledger_close(&s, 4), 3);
  assert_int_equal(ledger_close(&s, 4), 0);
  assert_int_equal(s.missing_count, 3);
  assert_arrives(&s, 3, LEDGER_LATE);
  ledger_missing(&s, note_range, &seen);
  assert_int_equal(seen.n, 2);
  ledger_fini(&s);
  assert_int_equal(ledger_close(&silent, 4), 0);
  ledger_expect(&owed, 0);
  assert_int_equal(ledger_close(&owed, 4), 5);
  ledger_fini(&owed);
}

static void test_absurd_numbers_do_not_break_the_account(void **state)
{
  struct ledger_stream s = {0};
  (void)state;
  assert_arrives(&s, UINT64_MAX, LEDGER_BEFORE);
  assert_false(s.started);
  assert_arrives(&s, 0, LEDGER_IN_ORDER);
  assert_arrives(&s, UINT64_MAX, LEDGER_BEFORE);
  assert_arrives(&s, 1, LEDGER_IN_ORDER);
  assert_arrives(&s, LEDGER_NUMBER_MAX, LEDGER_AHEAD);
  assert_int_equal(s.missing_count, (uint64_t)LEDGER_NUMBER_MAX - 2);
  assert_arrives(&s, 1ull << 62, LEDGER_LATE);
  assert_int_equal(ledger_close(&s, UINT64_MAX), 0);
  ledger_fini(&s);
}

static void test_too_many_ranges_forget_the_oldest_but_count_them(void **st)
{
  struct ledger_stream s = {0};
  uint64_t n;
  (void)st;
  for(n = 0; n <= 2 * LEDGER_MAX_RANGES; n += 2)
    ledger_arrive(&s, n);
  assert_int_equal(s.missing_count, LEDGER_MAX_RANGES);
  assert_false(s.overflowed);
  assert_int_equal(ledger_forgotten(&s), 0);
  assert_arrives(&s, n, LEDGER_AHEAD);
  assert_true(s.overflowed);
  assert_int_equal(s.missing_count, LEDGER_MAX_RANGES + 1);
  assert_int_equal(ledger_forgotten(&s), 1);
  assert_arrives(&s, 1, LEDGER_DUPLICATE);
  assert_arrives(&s, 3, LEDGER_LATE);
  assert_int_equal(s.missing_count, LEDGER_MAX_RANGES);
  ledger_fini(&s);
}

static void test_a_split_of_the_oldest_range_without_room_forgets_it(void **st)
{
  struct ledger_stream s = {0};
  uint64_t n;
  uint64_t all;
  (void)st;
  assert_arrives(&s, 0, LEDGER_IN_ORDER);
  assert_arrives(&s, 10, LEDGER_AHEAD);
  for(n = 12; ledger_forgotten(&s) == 0 && !s.overflowed; n += 2) {
    if(s.missing_count == 9 + LEDGER_MAX_RANGES - 1)
      break;
    ledger_arrive(&s, n);
  }
  all = s.missing_count;
  assert_arrives(&s, 5, LEDGER_LATE);
  assert_true(s.overflowed);
  assert_int_equal(s.missing_count, all - 1);
  assert_int_equal(ledger_forgotten(&s), 8);
  ledger_fini(&s);
}

/* The same account, kept the plain way. */
#define MODEL_MAX 20000
struct model {
  bool seen[MODEL_MAX];
  bool started;
  bool sealed;
  uint64_t first;
  uint64_t next;
};

static struct ledger_result model_arrive(struct model *m, uint64_t n)
{
  struct ledger_result res = {LEDGER_DUPLICATE, 0, 0};
  if(!m->started) {
    m->started = true;
    m->first = n;
    m->next = n;
  }
  if(n < m->first && !m->sealed) {
    res = (struct ledger_result){LEDGER_EARLIER, n + 1, m->first - n - 1};
    m->first = n;
    m->seen[n] = true;
    return res;
  }
  if(n < m->first) {
    res.arrival = LEDGER_BEFORE;
    return res;
  }
  if(n == m->next)
    res.arrival = LEDGER_IN_ORDER;
  else if(n > m->next)
    res = (struct ledger_result){LEDGER_AHEAD, m->next, n - m->next};
  else if(!m->seen[n])
    res.arrival = LEDGER_LATE;
  m->seen[n] = true;
  if(n >= m->next)
    m->next = n + 1;
  return res;
}

static void uncheck(uint64_t first, uint64_t count, void *ctx)
{
  struct model *m = ctx;
  while(count--) {
    assert_false(m->seen[first]);
    m->seen[first++] = true; /* each missing number is named once */
  }
}

static void assert_ends_like_the_model(struct ledger_stream *s,
                                       struct model *m, uint64_t last)
{
  uint64_t missing = 0;
  uint64_t n;
  uint64_t tail = last < m->next ? 0 : last - m->next + 1;
  assert_int_equal(ledger_close(s, last), tail);
  for(n = m->first; n <= last; n++)
    missing += !m->seen[n];
  assert_int_equal(s->missing_count, missing);
  ledger_missing(s, uncheck, m);
  for(n = m->first; n <= last; n++)
    assert_true(m->seen[n]);
}

/* The number that arrives at this place of the sequence, *at being the next
 * one; UINT64_MAX when it was dropped. */
static uint64_t disturbed(struct rng *r, uint64_t *at)
{
  uint64_t n = (*at)++;
  switch(rng_below(r, 4)) {
  case 0:
    return UINT64_MAX;
  case 1:
    return (*at)--; /* the next one first, this one later */
  case 2:
    return rng_below(r, (*at)--); /* any older one: late or again */
  default:
    *at += rng_below(r, 40); /* a gap behind it */
    return n;
  }
}

static void compare_one_arrival(struct ledger_stream *s, struct model *m,
                                uint64_t n)
{
  struct ledger_result want = model_arrive(m, n);
  struct ledger_result got = ledger_arrive(s, n);
  assert_int_equal(got.arrival, want.arrival);
  assert_int_equal(got.gap_first, want.gap_first);
  assert_int_equal(got.gap_count, want.gap_count);
}

static uint64_t compare_one_stream(struct rng *r, uint64_t length)
{
  struct model *m = calloc(1, sizeof(*m));
  struct ledger_stream s = {0};
  uint64_t trouble = 1 + rng_below(r, 200); /* one arrival in so many */
  uint64_t at = 50 + rng_below(r, 50);
  uint64_t arrivals = 0;
  assert_non_null(m);
  if(rng_below(r, 2)) {
    ledger_expect(&s, at);
    *m = (struct model){
        .started = true, .sealed = true, .first = at, .next = at};
  }
  while(at < length) {
    uint64_t n = rng_below(r, trouble) ? at++ : disturbed(r, &at);
    if(n == UINT64_MAX)
      continue;
    compare_one_arrival(&s, m, n);
    arrivals++;
  }
  assert_false(s.overflowed);
  assert_ends_like_the_model(&s, m, length + rng_below(r, 9));
  ledger_fini(&s);
  free(m);
  return arrivals;
}

static void test_a_million_disturbed_arrivals_equal_the_bitmap(void **state)
{
  uint64_t arrivals = 0;
  struct rng r;
  (void)state;
  rng_seed(&r, 20260131);
  while(arrivals < 1200000)
    arrivals += compare_one_stream(&r, 200 + rng_below(&r, 3000));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_in_order_take_no_memory),
      cmocka_unit_test(test_a_jump_names_its_gap_and_late_numbers_fill_it),
      cmocka_unit_test(test_expected_numbers_are_owed_from_the_first),
      cmocka_unit_test(test_numbers_before_the_account_are_left_out),
      cmocka_unit_test(test_a_reversed_stream_is_reordered_but_for_its_first),
      cmocka_unit_test(test_swapped_pairs_are_reordered_once_each),
      cmocka_unit_test(test_what_lies_below_the_first_can_be_missing_and_come),
      cmocka_unit_test(test_close_adds_the_missing_tail),
      cmocka_unit_test(test_absurd_numbers_do_not_break_the_account),
      cmocka_unit_test(test_too_many_ranges_forget_the_oldest_but_count_them),
      cmocka_unit_test(
          test_a_split_of_the_oldest_range_without_room_forgets_it),
      cmocka_unit_test(test_a_million_disturbed_arrivals_equal_the_bitmap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
