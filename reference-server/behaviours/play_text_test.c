/* SPDX-License-Identifier: MIT
 * Plays are read as written, nonsense is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "behaviours/play_text.h"

static int read_play(struct play_text *t, const char *text)
{
  return play_text_read(t, slice_of(text));
}

static void test_steps_are_read_in_their_order(void **state)
{
  struct play_text t;
  (void)state;
  assert_int_equal(read_play(&t, "h_d250_e60.30.50_v.5_x"), 0);
  assert_int_equal(t.steps, 5);
  assert_int_equal(t.step[0].kind, 'h');
  assert_int_equal(t.step[1].ms, 250);
  assert_int_equal(t.step[2].n, 60);
  assert_int_equal(t.step[2].count, 30);
  assert_int_equal(t.step[2].ms, 50);
  assert_int_equal(t.step[3].ms, 5);
  assert_int_equal(t.step[3].count, 1);
  assert_int_equal(t.step[4].kind, 'x');
}

static void test_what_is_not_said_is_an_ordinary_stream(void **state)
{
  struct play_text t;
  (void)state;
  assert_int_equal(read_play(&t, "e20"), 0);
  assert_int_equal(t.status, 200);
  assert_int_equal(t.type, 1);
  assert_int_equal(t.cache, 2);
  assert_int_equal(t.accel, 0);
  assert_false(t.close_delimited);
  assert_false(t.hop);
}

static void test_traits_of_the_head_are_read_wherever_they_stand(void **state)
{
  struct play_text t;
  (void)state;
  assert_int_equal(read_play(&t, "s503_t2_a0_o1_k_b_e20"), 0);
  assert_int_equal(t.status, 503);
  assert_int_equal(t.type, 2);
  assert_int_equal(t.accel, 'n');
  assert_int_equal(t.cache, 1);
  assert_true(t.close_delimited);
  assert_true(t.hop);
  assert_int_equal(t.steps, 1);
}

static void test_nonsense_is_refused(void **state)
{
  static const char *const bad[] = {
      "",   "q",         "e20__x",  "e-1", "e2x",  "e1.2.3.4",  "s99", "s600",
      "t3", "e99999999", "d700000", "h_",  "e1.0", "e1.999999", "a1.2"};
  struct play_text t;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_int_equal(read_play(&t, bad[i]), E_SYNTAX);
}

static void test_more_steps_than_there_is_room_for_are_refused(void **state)
{
  struct play_text t;
  char text[2 * PLAY_MAX_STEPS + 3];
  size_t i;
  (void)state;
  for(i = 0; i <= PLAY_MAX_STEPS; i++) {
    text[2 * i] = 'h';
    text[2 * i + 1] = '_';
  }
  text[2 * PLAY_MAX_STEPS - 1] = '\0';
  assert_int_equal(read_play(&t, text), 0);
  text[2 * PLAY_MAX_STEPS - 1] = '_';
  text[2 * PLAY_MAX_STEPS + 1] = '\0';
  assert_int_equal(read_play(&t, text), E_SYNTAX);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_steps_are_read_in_their_order),
      cmocka_unit_test(test_what_is_not_said_is_an_ordinary_stream),
      cmocka_unit_test(test_traits_of_the_head_are_read_wherever_they_stand),
      cmocka_unit_test(test_nonsense_is_refused),
      cmocka_unit_test(test_more_steps_than_there_is_room_for_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
