/* SPDX-License-Identifier: MIT
 * Payloads that are not what their publisher meant, on hand-made streams. */
#include "checks/frame/frame_sample.h"

static void test_marks_of_broken_text_are_seen(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.data.fffd", PASS, "data: gr\xC3\xBC\xC3\x9F\n\n"),
      CASE("frame.data.fffd", WARN, "data: gr\xEF\xBF\xBD\n\n"),
      CASE("frame.data.fffd", UNTESTABLE, ": \xEF\xBF\xBD\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

static void test_what_programs_print_for_nothing_is_no_payload(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.data.placeholder", PASS, "data: {\"a\":null}\n\n"),
      CASE("frame.data.placeholder", PASS, "data: undefined behaviour\n\n"),
      CASE("frame.data.placeholder", PASS, "data:\n\n"),
      CASE("frame.data.placeholder", WARN, "data: undefined\n\n"),
      CASE("frame.data.placeholder", WARN, "data: [object Object]\n\n"),
      CASE("frame.data.placeholder", WARN, "id: undefined\ndata: a\n\n"),
      /* Not in this block: the id of the one before is still in force. */
      CASE("frame.data.placeholder", PASS, "id: 1\ndata: a\n\ndata: b\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

static void test_a_prefix_written_twice_is_seen(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.data.prefix", PASS, "data: a data: b\n\n"),
      CASE("frame.data.prefix", WARN, "data: data: {}\n\n"),
      CASE("frame.data.prefix", WARN, "data:data:x\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

static void test_a_blank_is_lost_only_by_those_who_add_none(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.data.no-space", PASS, "data: a\n\ndata: b\n\n"),
      CASE("frame.data.no-space", PASS, "data:a\n\ndata:b\n\n"),
      CASE("frame.data.no-space", PASS, "data:{}\n\ndata: {}\n\n"),
      CASE("frame.data.no-space", PASS, "data:a\n\ndata:\n\n"),
      CASE("frame.data.no-space", PASS, "data: a\n\ndata:  b\n\n"),
      CASE("frame.data.no-space", WARN, "data:The\n\ndata: cat\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

static void test_text_among_documents_is_seen_per_type(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.data.mixed", SKIP, "data: a\n\ndata: b\n\n"),
      CASE("frame.data.mixed", PASS, "data: {}\n\ndata: [DONE]\n\n"),
      CASE("frame.data.mixed", PASS, "data: {}\n\ndata: 1\n\n"),
      CASE("frame.data.mixed", PASS, "data: {}\n\nevent: ping\ndata: a\n\n"),
      CASE("frame.data.mixed", PASS, "data: {}\n\ndata:\n\n"),
      /* As many texts: no promise of JSON. */
      CASE("frame.data.mixed", PASS, "data: {}\n\ndata: a\n\n"),
      CASE("frame.data.mixed", WARN, "data: {}\n\ndata: a\n\ndata: []\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

static void test_two_values_in_an_event_are_seen(void **state)
{
  static const struct frame_case t[] = {
      CASE("frame.data.two-values", PASS, "data: {\"a\":\ndata: 1}\n\n"),
      CASE("frame.data.two-values", PASS, "data: [1] is a note\n\n"),
      CASE("frame.data.two-values", PASS, "data: {\"a\":\n\n"),
      CASE("frame.data.two-values", WARN, "data: {}\ndata: {\"b\":1}\n\n"),
      CASE("frame.data.two-values", WARN, "data: {\"a\":1}{\"b\":1}\n\n"),
      /* No other notation: each fourth event goes on behind its document. */
      CASE("frame.data.json", WARN,
           "data: {}\n\ndata: {}\n\ndata: {}\n\ndata: {}\ndata: {}\n\n"),
  };
  (void)state;
  EXPECT_TABLE(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_marks_of_broken_text_are_seen),
      cmocka_unit_test(test_what_programs_print_for_nothing_is_no_payload),
      cmocka_unit_test(test_a_prefix_written_twice_is_seen),
      cmocka_unit_test(test_a_blank_is_lost_only_by_those_who_add_none),
      cmocka_unit_test(test_text_among_documents_is_seen_per_type),
      cmocka_unit_test(test_two_values_in_an_event_are_seen),
  };
  return cmocka_run_group_tests_name("frame_payload", tests, NULL, NULL);
}
