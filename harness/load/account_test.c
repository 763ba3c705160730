/* SPDX-License-Identifier: MIT
 * Events against ledger and clock: a worker made by hand is told what arrived,
 * and must count exactly that. */
#include "load/account_testing.h"

static void test_in_order_leaves_all_counts_at_zero(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  arrive_run(w, st, 5, 20);
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EVENTS, 16);
  counts(w, C_EXPECTED, 0); /* nobody knows what was sent */
  counts(w, C_UNNUMBERED, 0);
  assert_int_equal(w->snap->offender_count, 0);
  worker_drop(w);
}

static void test_gaps_repeats_and_late_comers_are_told_apart(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 3);
  (void)state;
  arrive_run(w, st, 1, 3);
  arrive(w, st, 7); /* 4 5 6 missing */
  arrive(w, st, 5); /* late */
  arrive(w, st, 7); /* again */
  arrive(w, st, 5); /* again */
  event_at(w, st, "{\"hello\":1}", due(7));
  finish(w, st);
  ledger_is(w, 2, 2, 1, 0);
  counts(w, C_UNNUMBERED, 1);
  assert_int_equal(w->snap->offender_count, 4);
  assert_string_equal(w->snap->offender[0].kind, "lost");
  assert_int_equal(w->snap->offender[0].stream, 3);
  assert_int_equal(w->snap->offender[0].number, 4);
  assert_int_equal(w->snap->offender[0].count, 2);
  worker_drop(w);
}

static void test_a_gap_that_fills_leaves_no_loss_and_no_offender(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  arrive(w, st, 1);
  arrive(w, st, 3);
  arrive(w, st, 2);
  finish(w, st);
  ledger_is(w, 0, 0, 1, 0);
  assert_int_equal(w->snap->offender_count, 1);
  assert_string_equal(w->snap->offender[0].kind, "reordered");
  worker_drop(w);
}

static void test_damaged_events_are_counted_by_their_checksum(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  buf_adds(&b, "{\"seq\":1,\"pad\":\"x\"}");
  assert_int_equal(payload_seal(&b), 0);
  event_at(w, st, buf_text(&b), due(0));
  counts(w, C_CORRUPT, 0);
  b.p[16] = 'y';
  event_at(w, st, buf_text(&b), due(1));
  counts(w, C_CORRUPT, 1);
  finish(w, st);
  counts(w, C_DUPLICATED, 1); /* its number is as good as it gets */
  buf_free(&b);
  worker_drop(w);
}

static void test_a_resumed_reconnection_goes_on_with_the_account(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  arrive_run(w, st, 1, 4);
  arrive(w, st, 6); /* 5: lost while connected */
  broke(w, st, true);
  arrive(w, st, 9); /* 7 and 8: lost between two connections */
  arrive(w, st, 11);
  arrive(w, st, 8); /* came after all */
  finish(w, st);
  ledger_is(w, 3, 0, 1, 1);
  worker_drop(w);
}

static void test_a_reconnection_without_position_begins_a_new_account(void **s)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)s;
  arrive_run(w, st, 1, 4);
  arrive(w, st, 6);
  broke(w, st, false);
  arrive_run(w, st, 1, 3); /* no duplicates: another sequence */
  arrive(w, st, 5);
  finish(w, st);
  ledger_is(w, 2, 0, 0, 0);
  worker_drop(w);
}

static void test_latency_is_taken_in_the_measured_span_alone(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  const struct hist *h = &w->snap->hist[H_LATENCY];
  (void)state;
  arrive_late(w, st, 1, M0 - 1, 7 * NS_PER_MS); /* sent before */
  assert_int_equal(h->total, 0);
  arrive_late(w, st, 2, M0, 2 * NS_PER_MS);
  arrive_late(w, st, 3, M1 - 1, 3 * NS_PER_SEC); /* came long after the end */
  assert_int_equal(h->total, 2);
  assert_int_equal(h->min_ns, 2 * NS_PER_MS);
  assert_int_equal(h->max_ns, 3 * NS_PER_SEC);
  assert_int_equal(w->snap->hist[H_LATENCY_RAW].max_ns, 3 * NS_PER_SEC - 1000);
  assert_false(st->late_seen);
  arrive_late(w, st, 4, M1, NS_PER_MS);
  assert_int_equal(h->total, 2);
  assert_true(st->late_seen);
  assert_int_equal(w->now.latency->total, 4); /* the timeline has all */
  counts(w, C_CLOCK_KERNEL, 2);
  finish(w, st);
  worker_drop(w);
}

static void test_negative_latencies_are_counted_and_not_recorded(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  arrive_late(w, st, 1, M0 + NS_PER_SEC, -1);
  arrive_late(w, st, 2, M0 + NS_PER_SEC, 0);
  counts(w, C_LATENCY_NEGATIVE, 1);
  assert_int_equal(w->snap->hist[H_LATENCY].total, 1);
  finish(w, st);
  worker_drop(w);
}

static void test_a_clock_offset_is_added_to_stamps(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ "clock-offset: -250ms\n");
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  arrive_late(w, st, 1, M0 + NS_PER_SEC, -(int64_t)(240 * NS_PER_MS));
  assert_int_equal(w->snap->hist[H_LATENCY].max_ns, 10 * NS_PER_MS);
  counts(w, C_LATENCY_NEGATIVE, 0);
  finish(w, st);
  worker_drop(w);
}

static void test_gaps_and_batches_are_told_by_arrival(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  const struct hist *h = &w->snap->hist[H_GAP];
  (void)state;
  event_at(w, st, "{\"seq\":1}", M0 - 5);
  event_at(w, st, "{\"seq\":2}", M0 + 10 * NS_PER_MS);
  event_at(w, st, "{\"seq\":3}", M0 + 40 * NS_PER_MS);
  event_at(w, st, "{\"seq\":4}", M0 + 40 * NS_PER_MS);
  event_at(w, st, "{\"seq\":5}", M1);
  assert_int_equal(h->total, 3);
  assert_int_equal(h->min_ns, 0);
  assert_int_equal(h->max_ns, 30 * NS_PER_MS);
  counts(w, C_BATCHED, 1);
  finish(w, st);
  worker_drop(w);
}

static void test_the_first_event_is_timed_by_its_arrival(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0), *other = stream_of_worker(w, 1);
  const struct hist *h = &w->snap->hist[H_FIRST_EVENT];
  (void)state;
  st->attempt_ns = M0;
  st->open_ns = M0 + 2 * NS_PER_MS;
  arrive_late(w, st, 1, M0, 20 * NS_PER_MS);
  arrive_late(w, st, 2, M0, 90 * NS_PER_MS);
  assert_int_equal(h->total, 1);
  assert_int_equal(h->max_ns, 20 * NS_PER_MS);
  /* In one packet with the head, which is timed when it is looked at. */
  other->attempt_ns = M0;
  other->open_ns = M0 + 5 * NS_PER_MS;
  arrive_late(w, other, 1, M0, 3 * NS_PER_MS);
  assert_int_equal(h->min_ns, 5 * NS_PER_MS);
  numbers_decide(w); /* as before any stream goes */
  stream_drop(other);
  finish(w, st);
  worker_drop(w);
}

static void test_slow_readers_are_left_out_of_times_and_not_of_losses(void **s)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)s;
  st->slow = true;
  arrive_late(w, st, 1, M0, 5 * NS_PER_SEC);
  arrive_late(w, st, 3, M0, 6 * NS_PER_SEC);
  assert_int_equal(w->snap->hist[H_LATENCY].total, 0);
  assert_int_equal(w->snap->hist[H_GAP].total, 0);
  assert_int_equal(w->snap->hist[H_FIRST_EVENT].total, 0);
  finish(w, st);
  ledger_is(w, 1, 0, 0, 0);
  worker_drop(w);
}

/* One event with a number of a topic, which is its type, too. */
static void arrive_of(struct worker *w, struct stream *st, const char *topic,
                      uint64_t n)
{
  struct arrival when = {real_of(due(n)), true};
  struct sse_event e;
  char data[80];
  memset(&e, 0, sizeof(e));
  snprintf(data, sizeof(data), "{\"seq\":%llu,\"topic\":\"%s\"}",
           (unsigned long long)n, topic);
  e.data = slice_of(data);
  e.type = slice_of(topic);
  account_event(w, st, &e, &when);
}

/* Two topics with numbers of their own; b lacks number 43. */
static void arrive_by_turns(struct worker *w, struct stream *st)
{
  uint64_t n;
  for(n = 1; n <= 60; n++) {
    arrive_of(w, st, "a", n);
    if(n != 43)
      arrive_of(w, st, "b", n);
  }
}

static void test_two_topics_are_two_sequences(void **state)
{
  static const char *const given[] = {
      URL, BY_SEQ, BY_SEQ "sequence.key: /topic\n",
      BY_SEQ "sequence.key: event\n", URL "sequence.key: /topic\n"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
    struct worker *w = worker_of_yaml(given[i]);
    struct stream *st = stream_of_worker(w, 0);
    char from[64];
    arrive_by_turns(w, st);
    finish(w, st);
    ledger_is(w, 1, 0, 0, 0);
    assert_int_equal(w->snap->offender[0].number, 43);
    sense_sequence_text(&w->sense, from, sizeof(from));
    assert_non_null(strstr(from, "data /seq by "));
    worker_drop(w);
  }
}

static void test_one_sequence_over_two_topics_stays_one(void **state)
{
  struct worker *w = worker_of_yaml(URL);
  struct stream *st = stream_of_worker(w, 0);
  uint64_t n;
  (void)state;
  for(n = 1; n <= 60; n++) {
    if(n != 50)
      arrive_of(w, st, n % 3 ? "a" : "b", n);
  }
  finish(w, st);
  ledger_is(w, 1, 0, 0, 0);
  worker_drop(w);
}

static void test_more_topics_than_there_is_room_for_are_not_counted(void **s)
{
  struct worker *w = worker_of_yaml(BY_SEQ "sequence.key: /topic\n");
  struct stream *st = stream_of_worker(w, 0);
  char topic[8];
  int i;
  (void)s;
  for(i = 0; i < ACCOUNTS_MAX + 7; i++) {
    snprintf(topic, sizeof(topic), "t%d", i);
    arrive_of(w, st, topic, 1);
    arrive_of(w, st, topic, 3);
  }
  finish(w, st);
  ledger_is(w, ACCOUNTS_MAX, 0, 0, 0);
  counts(w, C_UNNUMBERED, 2 * 7);
  worker_drop(w);
}

static void test_losses_beyond_counting_stay_beyond_counting(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  int i;
  (void)state;
  for(i = 0; i < 5; i++) {
    struct stream *st = stream_of_worker(w, (uint64_t)i);
    arrive(w, st, 1);
    event_at(w, st, "{\"seq\":4611686018427387905}", due(2));
    numbers_decide(w);
    account_close(w, st);
    stream_drop(st);
  }
  counts(w, C_LOST, UINT64_MAX);
  assert_int_equal(w->now.counter[S_LOST], INT64_MAX);
  assert_int_equal(ledger_tally_total(w->snap->missing), UINT64_MAX);
  worker_drop(w);
}

static void test_a_reversed_stream_is_reordered(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  uint64_t n;
  (void)state;
  for(n = 100; n; n--)
    arrive(w, st, n);
  finish(w, st);
  ledger_is(w, 0, 0, 99, 0);
  worker_drop(w);
}

static void test_pairs_that_are_swapped_are_reordered_once_each(void **state)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  uint64_t n;
  (void)state;
  for(n = 1; n < 100; n += 2) {
    arrive(w, st, n + 1);
    arrive(w, st, n);
  }
  finish(w, st);
  ledger_is(w, 0, 0, 50, 0);
  worker_drop(w);
}

static void test_numbers_that_are_no_sequence_lose_nothing(void **state)
{
  struct worker *w = worker_of_yaml(URL);
  struct stream *st = stream_of_worker(w, 0);
  uint64_t n;
  (void)state;
  for(n = 1; n < 100; n++)
    arrive(w, st, n * n << 12);
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_UNNUMBERED, 0);
  assert_int_equal(w->sense.numbers, SENSE_NONE);
  worker_drop(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_in_order_leaves_all_counts_at_zero),
      cmocka_unit_test(test_gaps_repeats_and_late_comers_are_told_apart),
      cmocka_unit_test(test_a_gap_that_fills_leaves_no_loss_and_no_offender),
      cmocka_unit_test(test_damaged_events_are_counted_by_their_checksum),
      cmocka_unit_test(test_a_resumed_reconnection_goes_on_with_the_account),
      cmocka_unit_test(
          test_a_reconnection_without_position_begins_a_new_account),
      cmocka_unit_test(test_latency_is_taken_in_the_measured_span_alone),
      cmocka_unit_test(test_negative_latencies_are_counted_and_not_recorded),
      cmocka_unit_test(test_a_clock_offset_is_added_to_stamps),
      cmocka_unit_test(test_gaps_and_batches_are_told_by_arrival),
      cmocka_unit_test(test_the_first_event_is_timed_by_its_arrival),
      cmocka_unit_test(
          test_slow_readers_are_left_out_of_times_and_not_of_losses),
      cmocka_unit_test(test_two_topics_are_two_sequences),
      cmocka_unit_test(test_one_sequence_over_two_topics_stays_one),
      cmocka_unit_test(
          test_more_topics_than_there_is_room_for_are_not_counted),
      cmocka_unit_test(test_losses_beyond_counting_stay_beyond_counting),
      cmocka_unit_test(test_a_reversed_stream_is_reordered),
      cmocka_unit_test(test_pairs_that_are_swapped_are_reordered_once_each),
      cmocka_unit_test(test_numbers_that_are_no_sequence_lose_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
