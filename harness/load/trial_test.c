/* SPDX-License-Identifier: MIT
 * Which first numbers are a sequence, and whose. */
#include "load/load_testing.h"

static int streams[4];

/* One number of a row: stream, number, event type, topic. */
struct seen {
  int stream;
  uint64_t n;
  const char *type, *topic;
};

static void add(struct trial *t, const struct seen *s)
{
  t->entry[t->count++] =
      (struct trial_entry){.stream = &streams[s->stream],
                           .n = s->n,
                           .type = trial_key(slice_of(s->type)),
                           .topic = trial_key(slice_of(s->topic))};
}

static void found(const struct trial *t, enum trial_by want)
{
  enum trial_by by;
  assert_true(trial_find(t, &by));
  assert_int_equal(by, want);
}

static void test_a_few_losses_do_not_hide_a_sequence(void **state)
{
  struct trial t = {0};
  uint64_t n;
  (void)state;
  for(n = 1; t.count < TRIAL_NUMBERS; n++) {
    struct seen s = {0, n, "message", ""};
    if(n % 12)
      add(&t, &s);
  }
  assert_int_equal(trial_steps(&t, TRIAL_BY_STREAM).all, TRIAL_NUMBERS - 1);
  found(&t, TRIAL_BY_STREAM);
}

static void test_numbers_that_only_grow_are_no_sequence(void **state)
{
  struct trial t = {0};
  enum trial_by by;
  uint64_t n, from, to;
  (void)state;
  for(n = 0; n < TRIAL_NUMBERS; n++) {
    struct seen s = {0, 1u << 22 | n * n * 4096 | (n & 3), "message", ""};
    add(&t, &s);
  }
  assert_false(trial_find(&t, &by));
  assert_true(trial_jump(&t, &from, &to));
  assert_int_equal(from, 1u << 22);
}

static void test_types_and_topics_are_sequences_of_their_own(void **state)
{
  static const char *const name[] = {"a", "b"};
  int k;
  (void)state;
  for(k = 0; k < 2; k++) {
    struct trial t = {0};
    uint64_t n[2] = {1, 500};
    uint32_t i;
    for(i = 0; i < TRIAL_NUMBERS; i++) {
      int which = i % 3 == 0;
      struct seen s = {0, n[which]++, k ? "message" : name[which],
                       k ? name[which] : ""};
      add(&t, &s);
    }
    found(&t, k ? TRIAL_BY_TOPIC : TRIAL_BY_TYPE);
  }
}

static void test_streams_are_not_compared_with_each_other(void **state)
{
  struct trial t = {0};
  uint32_t i;
  (void)state;
  for(i = 0; i < TRIAL_NUMBERS; i++) {
    struct seen s = {(int)(i % 4), 100 * (i % 4) + i / 4, "message", ""};
    add(&t, &s);
  }
  assert_int_equal(trial_steps(&t, TRIAL_BY_STREAM).all, TRIAL_NUMBERS - 4);
  found(&t, TRIAL_BY_STREAM);
  t.entry[20].broke = true;
  t.entry[20].n = 7; /* begins anew: no step */
  assert_int_equal(trial_steps(&t, TRIAL_BY_STREAM).all, TRIAL_NUMBERS - 5);
}

static void test_a_topic_for_each_number_proves_nothing(void **state)
{
  struct trial t = {0};
  enum trial_by by;
  uint32_t i;
  char name[8];
  (void)state;
  for(i = 0; i < TRIAL_NUMBERS; i++) {
    struct seen s = {0, i * 977, "message", name};
    snprintf(name, sizeof(name), "%u", i);
    add(&t, &s);
  }
  assert_false(trial_find(&t, &by));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_few_losses_do_not_hide_a_sequence),
      cmocka_unit_test(test_numbers_that_only_grow_are_no_sequence),
      cmocka_unit_test(test_types_and_topics_are_sequences_of_their_own),
      cmocka_unit_test(test_streams_are_not_compared_with_each_other),
      cmocka_unit_test(test_a_topic_for_each_number_proves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
