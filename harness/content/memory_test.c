/* SPDX-License-Identifier: MIT
 * Memory: what happens when it runs out, and that judging an event takes none.
 */
#include "content/content_testing.h"

#include "base/memory_testing.h"
#include "content/expr.h"

static const char text[] =
    "event in [a, 'order\\.created'] && (/id == 42 || !exists(/a~1b/0)) && "
    "length(/tags) < 3 && /name ~ '^J.*n$' && data contains 'x' && "
    "/esc == 'a/b' && at < 2s && id > 3";

static const char data[] =
    "{\"id\":42,\"tags\":[1,2],\"name\":\"Jo\\u0061n\",\"esc\":\"a\\/b\","
    "\"x\":{\"y\":[]}}";

static bool make_expression(void *ctx)
{
  struct pointer_set set = {0};
  struct err e = {0};
  struct expr *x = expr_new(SLICE_LIT(text), &set, &e);
  (void)ctx;
  if(!x)
    assert_int_equal(e.code, E_NOMEM);
  expr_free(x);
  pointer_set_fini(&set);
  return x != NULL;
}

static void test_expressions_survive_without_memory(void **state)
{
  (void)state;
  assert_true(memory_sweep(make_expression, NULL) > 10);
}

static void test_judging_an_event_allocates_nothing(void **state)
{
  struct pointer_set set = {0};
  struct err e;
  struct expr *x = expr_new(SLICE_LIT(text), &set, &e);
  struct stream_item item = {.kind = ITEM_EVENT,
                             .event = SLICE_LIT("a"),
                             .id = SLICE_LIT("7"),
                             .data = SLICE_LIT(data),
                             .gap_ns = GAP_NONE};
  struct look l;
  size_t asked = 0;
  int i;
  (void)state;
  look_init(&l, &set);
  for(i = 0; i < 1000; i++) {
    look_at(&l, &item);
    assert_int_equal(expr_judge(x, &l), HOLDS_YES);
    if(i == 0) /* room for the string with escapes */
      asked = memory_asked();
  }
  assert_int_equal(memory_asked(), asked);
  look_fini(&l);
  expr_free(x);
  pointer_set_fini(&set);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_expressions_survive_without_memory),
      cmocka_unit_test(test_judging_an_event_allocates_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
