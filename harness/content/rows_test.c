/* SPDX-License-Identifier: MIT
 * Rows of data that "*" reaches: which, in which order, and what each sees. */
#include "content/content_testing.h"

#include "content/rows.h"

static struct pointer_set set;
static struct rows rows;
static struct buf told;

static int plan(void **state)
{
  static const char *const pointers[] = {"/id", "/c/*/i", "/c/*/t/*/n",
                                         "/other/*"};
  struct err e;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
    assert_int_equal(pointer_set_add(&set, slice_of(pointers[i]), &e), i);
  assert_int_equal(rows_plan(&rows, &set, ROWS_ALL, &e), 0);
  buf_init(&told, 0);
  return 0;
}

static int drop(void **state)
{
  (void)state;
  rows_fini(&rows);
  pointer_set_fini(&set);
  buf_free(&told);
  return 0;
}

/* "(id i n other)" for each row, "-" for what is not there. */
static void tell(struct look *l, uint8_t scope, void *ctx)
{
  uint8_t i;
  (void)scope;
  (*(int *)ctx)++;
  buf_addc(&told, '(');
  for(i = 0; i < set.count; i++) {
    const struct value *v = look_value(l, i);
    bool there = v && v->kind != KIND_ABSENT;
    buf_addf(&told, "%s%.*s", i ? " " : "", there ? (int)v->text.n : 1,
             there ? v->text.p : "-");
  }
  buf_addc(&told, ')');
}

static bool read_rows(const char *data, int *count)
{
  struct stream_item item = {.kind = ITEM_EVENT, .data = slice_of(data)};
  struct look l;
  bool all;
  *count = 0;
  buf_clear(&told);
  look_init(&l, &set);
  look_at(&l, &item);
  all = rows_read(&rows, &l, tell, count);
  look_fini(&l);
  return all;
}

static void assert_rows(const char *data, const char *want)
{
  int count;
  assert_true(read_rows(data, &count));
  assert_string_equal(buf_text(&told), want);
}

static void each_element_is_a_row_with_what_it_stands_in(void **state)
{
  (void)state;
  assert_rows("{\"id\":7}", "(7 - - -)");
  assert_rows("{\"id\":7,\"c\":[{\"i\":0},{\"i\":1,\"t\":[{\"n\":\"a\"},"
              "{\"n\":\"b\"}]}]}",
              "(7 - - -)(7 0 - -)(7 1 - -)(7 1 a -)(7 1 b -)");
  assert_rows("{\"c\":[{}],\"other\":[1,\"x\",{\"y\":2}]}",
              "(- - - -)(- - - -)(- - - 1)(- - - x)(- - - {\"y\":2})");
}

static void what_is_no_array_has_no_rows(void **state)
{
  (void)state;
  assert_rows("{\"c\":{\"i\":1},\"other\":3}", "(- - - -)");
  assert_rows("[DONE]", "(- - - -)");
  assert_rows("", "(- - - -)");
  assert_rows("{\"c\":[{\"i\":1},]}", "(- - - -)");
}

static void rows_are_bounded(void **state)
{
  struct buf data;
  int i, count;
  (void)state;
  buf_init(&data, 0);
  buf_adds(&data, "{\"c\":[{\"i\":0}");
  for(i = 0; i < 2 * ROWS_TOLD_MAX; i++)
    buf_adds(&data, ",{\"i\":0}");
  buf_adds(&data, "]}");
  assert_false(read_rows(buf_text(&data), &count));
  assert_int_equal(count, ROWS_TOLD_MAX + 1);
  buf_free(&data);
}

static void too_many_arrays_are_refused(void **state)
{
  static const char *const pointers[] = {"/a/*", "/b/*", "/c/*", "/d/*",
                                         "/e/*", "/f/*", "/g/*", "/h/*"};
  struct pointer_set many = {.count = 0};
  static struct rows planned;
  struct err e;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
    assert_int_equal(pointer_set_add(&many, slice_of(pointers[i]), &e), i);
  assert_int_equal(rows_plan(&planned, &many, ROWS_ALL, &e), E_LIMIT);
  rows_fini(&planned);
  pointer_set_fini(&many);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_element_is_a_row_with_what_it_stands_in),
      cmocka_unit_test(what_is_no_array_has_no_rows),
      cmocka_unit_test(rows_are_bounded),
      cmocka_unit_test(too_many_arrays_are_refused),
  };
  return cmocka_run_group_tests_name("rows", tests, plan, drop);
}
