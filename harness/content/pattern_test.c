/* SPDX-License-Identifier: MIT
 * Patterns: what meets them, and how near the rest comes. */
#include "content/content_testing.h"

#include <stdio.h>

#include "content/pattern.h"

static struct pointer_set set;
static struct pattern p;
static struct look l;
static struct stream_item item;

static void begin(void)
{
  pattern_fini(&p);
  pointer_set_fini(&set);
  look_fini(&l);
  look_init(&l, &set);
  pattern_init(&p, &set);
}

static void member(const char *pointer, enum value_kind kind, char *text,
                   bool taken)
{
  struct literal value = {kind, text, strlen(text)};
  struct err e;
  if(pattern_member(&p, slice_of(pointer), &value, taken, &e))
    fail_msg("%s", e.text);
}

static void named(const char *name)
{
  struct slice names = slice_of(name);
  struct err e;
  assert_int_equal(pattern_event(&p, &names, 1, &e), 0);
}

static void see(const char *name, const char *data)
{
  item = (struct stream_item){.kind = ITEM_EVENT,
                              .event = slice_of(name),
                              .id = SLICE_LIT("7"),
                              .data = slice_of(data),
                              .gap_ns = GAP_NONE};
  look_at(&l, &item);
}

static enum holding judge(const char *name, const char *data)
{
  see(name, data);
  return pattern_judge(&p, &l);
}

static void assert_miss(uint8_t met, const char *want)
{
  struct pattern_miss miss;
  struct buf why;
  buf_init(&why, 0);
  pattern_measure(&p, &l, &miss);
  assert_int_equal(miss.met, met);
  pattern_explain(&p, &l, &miss, &why);
  assert_string_equal(buf_text(&why), want);
  buf_free(&why);
}

static void test_all_conditions_must_hold(void **state)
{
  (void)state;
  begin();
  named("order.created");
  member("/id", KIND_NUMBER, "42", true);
  member("/state", KIND_STRING, "new", false);
  assert_int_equal(judge("order.created", "{\"id\":42.0,\"state\":\"new\"}"),
                   HOLDS_YES);
  assert_int_equal(judge("order.created", "{\"id\":42,\"state\":\"pending\"}"),
                   HOLDS_NO);
  assert_miss(2, "/state is \"pending\", wanted \"new\"");
  assert_int_equal(judge("order.created", "{\"id\":\"42\"}"), HOLDS_NO);
  assert_miss(1, "/id is \"42\", wanted 42 (a string, not a number)");
  assert_int_equal(judge("order.created", "[DONE]"), HOLDS_UNKNOWN);
  assert_miss(1, "the data is no JSON (wrong at byte 2): \"[DONE]\"");
  assert_int_equal(judge("ping", "[DONE]"), HOLDS_NO);
}

static void test_each_key(void **state)
{
  struct slice names[] = {SLICE_LIT("a"), SLICE_LIT("b")};
  struct stream_item comment = {.kind = ITEM_COMMENT,
                                .comment = SLICE_LIT(" hb 1")};
  struct stream_item retry = {.kind = ITEM_RETRY, .retry_ms = 3000};
  struct err e;
  (void)state;
  begin();
  assert_int_equal(judge("x", ""), HOLDS_YES); /* any event */
  look_at(&l, &comment);
  assert_int_equal(pattern_judge(&p, &l), HOLDS_UNKNOWN);
  assert_int_equal(pattern_event(&p, names, 2, &e), 0);
  assert_int_equal(pattern_text(&p, OPERAND_ID, SLICE_LIT("7"), &e), 0);
  assert_int_equal(pattern_part_of_data(&p, SLICE_LIT("b c"), &e), 0);
  assert_int_equal(pattern_where(&p, SLICE_LIT("length(data) < 6"), &e), 0);
  assert_int_equal(judge("b", "ab cd"), HOLDS_YES);
  assert_int_equal(judge("c", "ab cd"), HOLDS_NO);
  assert_int_equal(judge("a", "ab cde"), HOLDS_NO);
  assert_miss(3, "length(data) is 6, wanted < 6");
  begin();
  assert_int_equal(pattern_text(&p, OPERAND_DATA, SLICE_LIT("1"), &e), 0);
  assert_int_equal(judge("x", "1.0"), HOLDS_NO); /* is: the very text */
  begin();
  assert_int_equal(pattern_comment(&p, SLICE_LIT("h."), &e), 0);
  look_at(&l, &comment);
  assert_int_equal(pattern_judge(&p, &l), HOLDS_YES);
  begin();
  assert_int_equal(pattern_retry(&p, 3000, &e), 0);
  look_at(&l, &retry);
  assert_int_equal(pattern_judge(&p, &l), HOLDS_YES);
}

static struct pattern_miss measure(const char *name, const char *data)
{
  struct pattern_miss miss;
  see(name, data);
  pattern_measure(&p, &l, &miss);
  return miss;
}

static void test_the_nearest_miss_goes_by_weight_then_distance(void **state)
{
  struct pattern_miss name, id, near, far;
  (void)state;
  begin();
  named("order.created");
  member("/id", KIND_NUMBER, "42", true);
  member("/state", KIND_STRING, "new", false);
  name = measure("order.created", "{\"id\":1,\"state\":\"old\"}");
  id = measure("tick", "{\"id\":42,\"state\":\"old\"}");
  assert_int_equal(name.weight, PATTERN_WEIGHT_EVENT);
  assert_int_equal(id.weight, PATTERN_WEIGHT_TAKEN);
  assert_true(pattern_nearer(&name, &id) && !pattern_nearer(&id, &name));
  near = measure("order.created", "{\"id\":43,\"state\":\"x\"}");
  far = measure("order.created", "{\"id\":99,\"state\":\"x\"}");
  assert_true(pattern_nearer(&near, &far) && !pattern_nearer(&far, &near));
  near = measure("order.created", "{\"id\":42,\"state\":\"newt\"}");
  far = measure("order.created", "{\"id\":42,\"state\":\"pending\"}");
  assert_true(pattern_nearer(&near, &far));
  far = measure("order.created", "{\"id\":42,\"state\":3}");
  assert_true(pattern_nearer(&near, &far));
}

static void test_wrong_parts_leave_the_pattern_as_it_was(void **state)
{
  struct literal value = {KIND_NUMBER, "1", 1};
  struct err e;
  int i;
  (void)state;
  begin();
  assert_int_equal(pattern_where(&p, SLICE_LIT("id = 1"), &e), E_SYNTAX);
  assert_int_equal(pattern_comment(&p, SLICE_LIT("("), &e), E_SYNTAX);
  assert_int_equal(pattern_member(&p, SLICE_LIT("x"), &value, false, &e),
                   E_SYNTAX);
  assert_int_equal(p.parts, 0);
  for(i = 0; i < PATTERN_PARTS_MAX; i++)
    assert_int_equal(pattern_retry(&p, 1, &e), 0);
  assert_int_equal(pattern_retry(&p, 1, &e), E_LIMIT);
  begin();
  look_fini(&l);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_conditions_must_hold),
      cmocka_unit_test(test_each_key),
      cmocka_unit_test(test_the_nearest_miss_goes_by_weight_then_distance),
      cmocka_unit_test(test_wrong_parts_leave_the_pattern_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
