/* SPDX-License-Identifier: MIT
 * What is assumed about a stream from its first events, and what is said about
 * it. */
#include "load/load_testing.h"

#include "load/sense.h"

#define URL "url: http://127.0.0.1:1/\n"
#define NOW 1700000000500000000u

static struct sense *sense_of(const char *yaml)
{
  static struct sense s;
  struct scenario *sc = scenario_of(yaml);
  sense_init(&s, sc);
  scenario_free(sc);
  return &s;
}

static void feed(struct sense *s, const char *id, const char *data)
{
  struct sse_event e;
  memset(&e, 0, sizeof(e));
  e.data = slice_of(data);
  e.id = slice_of(id);
  e.id_in_block = id != NULL;
  sense_event(s, &e, NOW);
}

/* The first numbers of one stream, one apart from the next by `step`. */
static void decide(struct sense *s, uint32_t numbers, uint64_t step)
{
  struct trial t = {0};
  for(; t.count < numbers; t.count++)
    t.entry[t.count] = (struct trial_entry){
        .stream = s, .n = 41 + t.count * step, .type = 1, .topic = 1};
  assert_true(s->on_trial);
  sense_decide(s, &t);
  assert_false(s->on_trial);
}

static void says(const struct sense *s, const char *sequence,
                 const char *stamp)
{
  char text[80];
  sense_sequence_text(s, text, sizeof(text));
  assert_string_equal(text, sequence);
  sense_stamp_text(s, text, sizeof(text));
  assert_string_equal(text, stamp);
}

static void test_seq_and_t_in_the_data_are_found_and_told(void **state)
{
  struct sense *s = sense_of(URL);
  (void)state;
  says(s, "", "");
  feed(s, "9", "{\"seq\":1,\"t\":1700000000123}");
  assert_int_equal(s->numbers, SENSE_DATA);
  assert_false(s->stamps_open);
  says(s, "data /seq", "data /t");
  decide(s, 1, 1);
  assert_non_null(strstr(s->note[0], "data /seq"));
  assert_non_null(strstr(s->note[1], "taken as ms since 1970 by its magni"));
}

static void test_each_unit_of_t_is_named(void **state)
{
  static const char *const t[][2] = {{"1700000000", "as s since"},
                                     {"1700000000123", "as ms since"},
                                     {"1700000000123456", "as us since"},
                                     {"1700000000123456789", "as ns since"}};
  size_t i;
  (void)state;
  for(i = 0; i < 4; i++) {
    struct sense *s = sense_of(URL);
    char text[60];
    snprintf(text, sizeof(text), "{\"t\":%s}", t[i][0]);
    feed(s, NULL, text);
    assert_non_null(strstr(s->note[1], t[i][1]));
  }
}

static void test_a_t_that_is_far_from_now_is_no_stamp_and_said_so(void **state)
{
  struct sense *s = sense_of(URL);
  (void)state;
  feed(s, NULL, "{\"t\":1600000000}");
  assert_false(s->stamps_open);
  says(s, "", "");
  assert_non_null(strstr(s->note[1], "no time within a day of now"));
}

static void test_ids_that_grow_by_one_are_numbers(void **state)
{
  struct sense *s = sense_of(URL);
  (void)state;
  feed(s, "41", "x");
  assert_int_equal(s->numbers, SENSE_ID);
  decide(s, 32, 1);
  says(s, "id", "");
  assert_non_null(strstr(s->note[0], "which grow by one"));
}

static void test_ids_that_jump_say_nothing_about_losses(void **state)
{
  struct sense *s = sense_of(URL);
  (void)state;
  feed(s, "41", "x");
  decide(s, 3, 4);
  assert_int_equal(s->numbers, SENSE_NONE);
  assert_false(s->doubtful);
  assert_non_null(strstr(s->note[0], "(41, then 45)"));
  says(s, "", "");
}

static void test_a_seq_that_jumps_is_none_or_in_doubt(void **state)
{
  struct sense *s = sense_of(URL);
  (void)state;
  feed(s, NULL, "{\"seq\":41}");
  decide(s, 32, 4);
  assert_int_equal(s->numbers, SENSE_NONE);
  assert_false(s->doubtful);
  s = sense_of(URL);
  feed(s, NULL, "{\"seq\":41}");
  decide(s, 2, 1ull << 62);
  assert_int_equal(s->numbers, SENSE_NONE);
  assert_true(s->doubtful);
  assert_non_null(strstr(s->note[0], "say sequence: /seq or none"));
}

static void test_a_given_sequence_is_believed_whatever_it_does(void **state)
{
  struct sense *s = sense_of(URL "sequence: /n\n");
  (void)state;
  decide(s, 32, 4);
  says(s, "data /n", "");
  assert_false(s->doubtful);
  assert_string_equal(s->note[0], "");
}

static void test_whose_the_numbers_are_can_be_said(void **state)
{
  struct sense *s = sense_of(URL "sequence: /n\nsequence.key: /a/topic\n");
  (void)state;
  assert_false(s->on_trial);
  says(s, "data /n by /a/topic", "");
  s = sense_of(URL "sequence: id\nsequence.key: event\n");
  says(s, "id by event type", "");
  s = sense_of(URL "sequence: id\nsequence.key: none\n");
  assert_false(s->on_trial);
  says(s, "id", "");
}

static void test_a_greeting_does_not_hide_what_follows(void **state)
{
  struct sense *s = sense_of(URL);
  (void)state;
  feed(s, NULL, "hello");
  feed(s, NULL, "{\"hello\":true}");
  assert_int_equal(s->numbers, SENSE_OPEN);
  feed(s, NULL, "{\"seq\":1,\"t\":1700000000}");
  says(s, "data /seq", "data /t");
}

static void test_looking_ends_after_so_many_events(void **state)
{
  struct sense *s = sense_of(URL);
  int i;
  (void)state;
  for(i = 0; i < SENSE_TRIES; i++) {
    assert_int_equal(s->numbers, SENSE_OPEN);
    feed(s, "not-a-number", "hello");
  }
  assert_int_equal(s->numbers, SENSE_NONE);
  assert_false(s->stamps_open);
  says(s, "", "");
}

static void test_what_the_user_says_is_not_questioned(void **state)
{
  struct sense *s = sense_of(URL "sequence: none\nstamp: none\n");
  (void)state;
  assert_int_equal(s->numbers, SENSE_NONE);
  assert_false(s->stamps_open);
  s = sense_of(URL "sequence: id\nstamp: /a/b\nstamp.unit: ms\n");
  assert_int_equal(s->numbers, SENSE_ID);
  says(s, "id", "data /a/b");
  assert_true(s->spec.deep);
  assert_int_equal(s->spec.unit, UNIT_MS);
  s = sense_of(URL "sequence: /n\n");
  says(s, "data /n", "");
  assert_true(s->stamps_open);
  assert_false(s->spec.deep);
}

#define PUBLISH URL "publish: {url: \"http://127.0.0.1:1/p\"}\n"

static void test_what_weir_publishes_needs_no_guessing(void **state)
{
  struct sense *s = sense_of(PUBLISH);
  (void)state;
  assert_int_equal(s->numbers, SENSE_DATA);
  assert_false(s->stamps_open);
  says(s, "data /seq", "data /t");
  assert_string_equal(s->spec.sent, "/s");
  assert_string_equal(s->note[0], "");
}

static void test_a_wrapped_publication_has_all_members_in_the_wrapper(
    void **st)
{
  struct sense *s =
      sense_of(URL "publish:\n  url: http://127.0.0.1:1/p\n  match:\n"
                   "    sequence: /data/seq\n    stamp: /data/t\n");
  (void)st;
  assert_string_equal(s->spec.sent, "/data/s");
  assert_true(s->spec.deep);
}

static void test_publishing_without_numbers_counts_nothing(void **state)
{
  struct sense *s =
      sense_of(URL "publish:\n  url: http://127.0.0.1:1/p\n  body: \"x\"\n"
                   "  match:\n    sequence: none\n");
  (void)state;
  assert_int_equal(s->numbers, SENSE_NONE);
  says(s, "", "");
}

static void test_only_short_decimal_ids_are_numbers(void **state)
{
  uint64_t n;
  (void)state;
  assert_true(sense_id_number(slice_of("0"), &n));
  assert_true(sense_id_number(slice_of("999999999999999999"), &n));
  assert_int_equal(n, 999999999999999999);
  assert_false(sense_id_number(slice_of("1000000000000000000"), &n));
  assert_false(sense_id_number(slice_of(""), &n));
  assert_false(sense_id_number(slice_of("1-0"), &n));
  assert_false(sense_id_number(slice_of("+1"), &n));
  assert_false(sense_id_number(slice_of(" 1"), &n));
}

static void test_a_stamp_that_never_comes_is_told_with_what_may_be_meant(
    void **state)
{
  struct sense *s = sense_of(URL "stamp: /tss\n");
  struct err e;
  int i;
  (void)state;
  assert_int_equal(sense_check(s, 1, &e), 0); /* no event, no mistake */
  for(i = 0; i < SENSE_STAMP_TRIES; i++)
    sense_stamped(s, false, slice_of("{\"n\":5,\"ts\":1700000000123}"), NOW);
  assert_int_equal(sense_check(s, SENSE_STAMP_TRIES, &e), E_MISMATCH);
  assert_string_equal(e.text,
                      "--stamp /tss: none of the first 64 events has a time "
                      "there; /ts looks like ms since 1970: --stamp /ts");
  s = sense_of(URL "stamp: /tss\n");
  sense_stamped(s, false, slice_of("{\"n\":5,\"m\":7}"), NOW);
  assert_int_equal(sense_check(s, 1, &e), E_MISMATCH);
  assert_non_null(strstr(e.text, "; its numbers are at /n /m"));
  sense_stamped(s, true, slice_of("{\"tss\":1}"), NOW);
  assert_int_equal(sense_check(s, 1, &e), 0);
  s = sense_of(URL);
  feed(s, NULL, "{\"ts\":1700000000.5}");
  assert_string_equal(s->note[1], "send times: none; data /ts looks like s "
                                  "since 1970: --stamp /ts");
  feed(s, NULL, "{\"t\":1700000000}");
  says(s, "", "data /t");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_seq_and_t_in_the_data_are_found_and_told),
      cmocka_unit_test(test_each_unit_of_t_is_named),
      cmocka_unit_test(test_a_t_that_is_far_from_now_is_no_stamp_and_said_so),
      cmocka_unit_test(test_ids_that_grow_by_one_are_numbers),
      cmocka_unit_test(test_ids_that_jump_say_nothing_about_losses),
      cmocka_unit_test(test_a_seq_that_jumps_is_none_or_in_doubt),
      cmocka_unit_test(test_a_given_sequence_is_believed_whatever_it_does),
      cmocka_unit_test(test_whose_the_numbers_are_can_be_said),
      cmocka_unit_test(test_a_greeting_does_not_hide_what_follows),
      cmocka_unit_test(test_looking_ends_after_so_many_events),
      cmocka_unit_test(test_what_the_user_says_is_not_questioned),
      cmocka_unit_test(test_what_weir_publishes_needs_no_guessing),
      cmocka_unit_test(
          test_a_wrapped_publication_has_all_members_in_the_wrapper),
      cmocka_unit_test(test_publishing_without_numbers_counts_nothing),
      cmocka_unit_test(
          test_a_stamp_that_never_comes_is_told_with_what_may_be_meant),
      cmocka_unit_test(test_only_short_decimal_ids_are_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
