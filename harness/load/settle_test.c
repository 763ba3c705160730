/* SPDX-License-Identifier: MIT
 * What streams are owed when weir publishes, and the settling of their
 * accounts, to the number. */
#include "load/account_testing.h"

#include <unistd.h>

/* Exact: weir publishes number i + 1 at P0 + i * 100 ms. */
static struct worker *publishing(const char *yaml)
{
  struct worker *w = worker_of_yaml(yaml);
  w->plan.known = true;
  w->plan.p0_ns = P0;
  w->plan.rate = w->scenario->publish.rate;
  return w;
}

static void drain(struct worker *w, uint64_t published)
{
  w->published = w->known = published;
  w->draining = true;
}

static void test_all_that_was_published_is_expected_and_settled(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  account_expect(w, st);
  arrive_run(w, st, 1, 99);
  drain(w, 100);
  assert_false(account_satisfied(w, st));
  arrive(w, st, 100);
  assert_true(account_satisfied(w, st));
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EXPECTED, 100);
  worker_drop(w);
}

static void test_a_late_opener_is_owed_from_its_opening_on(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  st->open_ns = due(40) - 1;
  account_expect(w, st);
  arrive_run(w, st, 39, 50); /* 39 and 40: history, neither owed nor odd */
  drain(w, 50);
  assert_true(account_satisfied(w, st));
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EXPECTED, 10);
  worker_drop(w);
}

static void test_head_and_tail_of_a_silent_stream_are_lost(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  struct stream *silent = stream_of_worker(w, 1);
  (void)state;
  account_expect(w, st);
  account_expect(w, silent);
  arrive_run(w, st, 4, 8);
  drain(w, 10);
  assert_false(account_satisfied(w, st));
  assert_false(account_satisfied(w, silent));
  account_close(w, silent);
  stream_drop(silent);
  finish(w, st);
  ledger_is(w, 3 + 2 + 10, 0, 0, 0);
  counts(w, C_EXPECTED, 20);
  worker_drop(w);
}

static void test_what_failed_to_be_published_is_not_owed(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  account_expect(w, st);
  arrive_run(w, st, 1, 3);
  arrive_run(w, st, 6, 7);     /* 4 and 5 missing */
  arrive_run(w, st, 9, 9);     /* 8 missing */
  spans_add(&w->failed, 4, 1); /* publish 4 is number 5 */
  spans_add(&w->failed, 7, 1); /* publish 7 is number 8 */
  spans_add(&w->failed, 9, 1); /* number 10: the tail */
  drain(w, 10);
  assert_false(account_satisfied(w, st)); /* 4 may still come */
  finish(w, st);
  ledger_is(w, 1, 0, 0, 0);
  counts(w, C_EXPECTED, 7);
  assert_int_equal(w->snap->offender_count, 1);
  assert_int_equal(w->snap->offender[0].number, 4);
  assert_int_equal(w->snap->offender[0].count, 1);
  worker_drop(w);
}

static void test_a_publish_that_failed_and_yet_arrived_is_no_offence(void **s)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)s;
  account_expect(w, st);
  arrive_run(w, st, 1, 5);
  spans_add(&w->failed, 2, 1);
  drain(w, 5);
  assert_true(account_satisfied(w, st));
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EXPECTED, 4);
  worker_drop(w);
}

static void test_streams_closed_early_owe_no_tail(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  account_expect(w, st);
  arrive_run(w, st, 1, 5);
  arrive(w, st, 7);
  st->sub.state = SUBSCRIBER_STOPPED;
  drain(w, 50);
  assert_true(account_satisfied(w, st));
  finish(w, st);
  ledger_is(w, 1, 0, 0, 0);
  counts(w, C_EXPECTED, 7);
  assert_int_equal(w->absent, 0);
  worker_drop(w);
}

static void test_a_stream_between_connections_is_absent_not_robbed(void **s)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)s;
  account_expect(w, st);
  arrive_run(w, st, 1, 5);
  st->sub.state = SUBSCRIBER_WAITING;
  drain(w, 50);
  assert_false(account_satisfied(w, st)); /* it may be back in time */
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EXPECTED, 5);
  assert_int_equal(w->absent, 1);
  worker_drop(w);
}

static void test_an_interrupted_run_owes_no_tail(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  account_expect(w, st);
  arrive_run(w, st, 1, 5);
  w->known = 20; /* never drained */
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EXPECTED, 5);
  worker_drop(w);
}

static void test_an_account_waits_for_the_outcome_of_its_publishes(void **st_)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)st_;
  account_expect(w, st);
  assert_true(account_closable(w, st)); /* nothing in it yet */
  arrive_run(w, st, 1, 5);
  w->known = 4;
  assert_false(account_closable(w, st)); /* publish 4 is number 5 */
  w->known = 5;
  assert_true(account_closable(w, st));
  finish(w, st);
  worker_drop(w);
}

static void test_losses_across_a_cut_are_marked_as_such(void **state)
{
  struct worker *w = publishing(PUBLISH);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  account_expect(w, st);
  arrive_run(w, st, 1, 5);
  broke(w, st, false); /* exact: the account goes on all the same */
  arrive_run(w, st, 9, 10);
  arrive(w, st, 12);
  spans_add(&w->failed, 6, 1); /* of 6 7 8, number 7 never was */
  drain(w, 12);
  finish(w, st);
  ledger_is(w, 3, 0, 0, 2);
  counts(w, C_EXPECTED, 11);
  worker_drop(w);
}

static void test_a_worker_without_numbers_owes_nothing(void **state)
{
  struct worker *w =
      publishing(URL "publish:\n  url: http://127.0.0.1:1/p\n  body: x\n"
                     "  match:\n    sequence: none\n");
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  account_expect(w, st);
  event_at(w, st, "x", due(0));
  drain(w, 100);
  assert_true(account_satisfied(w, st));
  finish(w, st);
  ledger_is(w, 0, 0, 0, 0);
  counts(w, C_EXPECTED, 0);
  counts(w, C_UNNUMBERED, 0);
  worker_drop(w);
}

static struct worker *with_users(char path[64])
{
  char yaml[300];
  FILE *f;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  f = fdopen(fd, "w");
  fputs("id\nann\nbob\ncho\n", f);
  fclose(f);
  snprintf(yaml, sizeof(yaml), "%susers: %s\n", PUBLISH, path);
  return publishing(yaml);
}

static void user_event(struct worker *w, struct stream *st, const char *user,
                       uint64_t n)
{
  char data[120];
  snprintf(data, sizeof(data), "{\"seq\":%llu,\"t\":%llu,\"user\":\"%s\"}",
           (unsigned long long)n, (unsigned long long)real_of(due(n)), user);
  event_at(w, st, data, due(n) + 1);
}

static void test_users_have_their_own_numbers_and_only_theirs(void **state)
{
  char path[64] = "/tmp/weir-users-XXXXXX";
  struct worker *w = with_users(path);
  struct stream *st = stream_of_worker(w, 4); /* bob */
  (void)state;
  unlink(path);
  account_expect(w, st);
  user_event(w, st, "bob", 1);
  user_event(w, st, "ann", 2); /* not for him: must not fill his gap */
  user_event(w, st, "bob", 4);
  spans_add(&w->failed, 7, 1); /* publish 7: bob's number 3 */
  spans_add(&w->failed, 8, 1); /* cho's */
  drain(w, 14);                /* publishes 1 4 7 10 13 are bob's: 5 numbers */
  finish(w, st);
  counts(w, C_FOREIGN, 1);
  ledger_is(w, 2, 0, 0, 0); /* 2 and 5 */
  counts(w, C_EXPECTED, 4);
  assert_string_equal(w->snap->offender[0].kind, "foreign");
  assert_string_equal(w->snap->offender[0].detail, "user bob");
  worker_drop(w);
}

static void test_by_sequence_a_run_is_over_when_each_stream_saw_its_end(
    void **s)
{
  struct worker *w = worker_of_yaml(BY_SEQ);
  struct stream *st = stream_of_worker(w, 0);
  (void)s;
  w->draining = true;
  assert_true(account_satisfied(w, st)); /* nothing ever came */
  arrive_late(w, st, 1, M1 - 1, 0);
  assert_false(account_satisfied(w, st));
  arrive_late(w, st, 2, M1, 0);
  assert_true(account_satisfied(w, st));
  finish(w, st);
  worker_drop(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_that_was_published_is_expected_and_settled),
      cmocka_unit_test(test_a_late_opener_is_owed_from_its_opening_on),
      cmocka_unit_test(test_head_and_tail_of_a_silent_stream_are_lost),
      cmocka_unit_test(test_what_failed_to_be_published_is_not_owed),
      cmocka_unit_test(
          test_a_publish_that_failed_and_yet_arrived_is_no_offence),
      cmocka_unit_test(test_streams_closed_early_owe_no_tail),
      cmocka_unit_test(test_a_stream_between_connections_is_absent_not_robbed),
      cmocka_unit_test(test_an_interrupted_run_owes_no_tail),
      cmocka_unit_test(test_an_account_waits_for_the_outcome_of_its_publishes),
      cmocka_unit_test(test_losses_across_a_cut_are_marked_as_such),
      cmocka_unit_test(test_a_worker_without_numbers_owes_nothing),
      cmocka_unit_test(test_users_have_their_own_numbers_and_only_theirs),
      cmocka_unit_test(
          test_by_sequence_a_run_is_over_when_each_stream_saw_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
