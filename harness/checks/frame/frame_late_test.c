/* SPDX-License-Identifier: MIT
 * Events that wait for their successors, on hand-made streams. */
#include "checks/frame/frame_sample.h"

#define LATE "frame.event.one-late"

/* Four writes, 500 ms apart. */
static struct recording *four(struct sample *s, const char *first,
                              const char *other)
{
  struct recording *r = sample_stream(s, "plain");
  int i;
  for(i = 0; i < 4; i++)
    sample_chunk(r, 100 + 500 * i, i ? other : first);
  return r;
}

static void test_a_blank_line_in_front_makes_each_event_late(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  four(&s, "data: a\n", "\ndata: a\n");
  sample_expect(&s, LATE, FAIL);
  sample_says(&s, "3 of 3 blocks");
  sample_end(&s);
  sample_begin(&s);
  four(&s, "data: a\n", "\ndata: a\n");
  sample_expect(&s, "frame.event.atomic", SKIP);
  sample_says(&s, LATE);
  sample_end(&s);
}

static void test_whole_events_are_not_late(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  four(&s, "data: a\n\n", "data: a\n\n");
  sample_expect(&s, LATE, PASS);
  sample_end(&s);
}

/* A comment behind an event, and two events of one read, are no lateness. */
static void test_what_comes_together_is_not_late(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  four(&s, "data: a\n\ndata: b\n\n", ": hi\ndata: a\n\ndata: b\n\n");
  sample_expect(&s, LATE, PASS);
  sample_end(&s);
}

static void test_few_blocks_say_nothing(void **state)
{
  struct frame_case c = CASE(LATE, UNTESTABLE, "data: a\n\ndata: b\n\n");
  (void)state;
  frame_expect(&c);
}

static void test_a_payload_s_second_line_is_lost(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.line.known", FAIL, "data: a\nsecond\n\n"),
      CASE("frame.line.known", FAIL, "data: a\nsecond\nthird\n\n"),
      CASE("frame.line.known", WARN, "trace: 1\ndata: a\n\n"),
      CASE("frame.line.known", WARN, "data: a\n\ntrace: 1\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_blank_line_in_front_makes_each_event_late),
      cmocka_unit_test(test_whole_events_are_not_late),
      cmocka_unit_test(test_what_comes_together_is_not_late),
      cmocka_unit_test(test_few_blocks_say_nothing),
      cmocka_unit_test(test_a_payload_s_second_line_is_lost),
  };
  return cmocka_run_group_tests_name("frame_late", tests, NULL, NULL);
}
