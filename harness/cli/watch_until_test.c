/* SPDX-License-Identifier: MIT
 * What weir watch waits for: met, missed, uncertain, and the nearest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/watch_until.h"

static struct watch_until w;

static void start(const char *text, uint64_t within_ns)
{
  struct err e;
  if(watch_until_init(&w, text, within_ns, &e))
    fail_msg("%s", e.text);
}

static bool event(const char *name, const char *data, int64_t at_ms)
{
  struct stream_item item = {.kind = ITEM_EVENT,
                             .event = slice_of(name),
                             .data = slice_of(data),
                             .at_ns = at_ms * 1000000,
                             .gap_ns = GAP_NONE};
  return watch_until_item(&w, &item);
}

static void assert_miss(const char *want)
{
  struct buf text;
  buf_init(&text, 0);
  watch_until_miss(&w, &text);
  if(!strstr(buf_text(&text), want))
    fail_msg("%s", buf_text(&text));
  buf_free(&text);
}

static void test_the_first_event_that_holds_meets_it(void **state)
{
  (void)state;
  start("event == a && /id == 42", 1000000000);
  assert_false(event("a", "{\"id\":41}", 1));
  assert_true(event("a", "{\"id\":42}", 1000));
  assert_true(w.met && !w.uncertain);
  assert_false(event("a", "{\"id\":42}", 1001));
  watch_until_fini(&w);
}

static void test_behind_the_limit_it_is_uncertain(void **state)
{
  (void)state;
  start("event == a", 1000000000);
  assert_false(event("a", "", 1001));
  assert_true(w.uncertain && !w.met);
  assert_miss("uncertain");
  watch_until_fini(&w);
}

static void test_the_nearest_is_the_one_with_most_that_holds(void **state)
{
  (void)state;
  start("event == a && /id == 42 && /state == new", 0);
  event("b", "{\"id\":42,\"state\":\"old\"}", 5);
  event("a", "{\"id\":42,\"state\":\"pending\"}", 412);
  event("c", "[DONE]", 500);
  assert_miss("the nearest was the event at +412 ms: /state is \"pending\", "
              "wanted \"new\" (2 of 3 conditions)");
  watch_until_fini(&w);
}

static void test_comments_are_near_only_to_what_asks_for_them(void **state)
{
  struct stream_item comment = {.kind = ITEM_COMMENT,
                                .comment = SLICE_LIT("hb")};
  (void)state;
  start("event == a", 0);
  assert_false(watch_until_item(&w, &comment));
  assert_int_equal(w.nearest.n, 0);
  watch_until_fini(&w);
  start("comment == hb", 0);
  assert_true(watch_until_item(&w, &comment));
  watch_until_fini(&w);
}

static void test_a_wrong_expression_is_told(void **state)
{
  struct err e;
  (void)state;
  assert_int_equal(watch_until_init(&w, "event = a", 0, &e), E_SYNTAX);
  assert_non_null(strstr(e.text, "--until \"event = a\": column 7"));
  watch_until_fini(&w);
  assert_int_equal(watch_until_init(&w, NULL, 0, &e), 0);
  assert_false(event("a", "", 1));
  watch_until_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_first_event_that_holds_meets_it),
      cmocka_unit_test(test_behind_the_limit_it_is_uncertain),
      cmocka_unit_test(test_the_nearest_is_the_one_with_most_that_holds),
      cmocka_unit_test(test_comments_are_near_only_to_what_asks_for_them),
      cmocka_unit_test(test_a_wrong_expression_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
