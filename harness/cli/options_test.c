/* SPDX-License-Identifier: MIT
 * Walking through command lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/common.h"
#include "cli/options.h"

#define MOST 12

struct line {
  char *argv[MOST];
  struct options o;
  struct option_found f;
  struct err e;
};

/* The arguments behind the command's name, NULL-ended. */
static struct line *line_of(const char *const *args)
{
  static char name[] = "load";
  static struct line l;
  int n = 1;
  memset(&l, 0, sizeof(l));
  l.argv[0] = name;
  while(n < MOST && args[n - 1]) {
    l.argv[n] = (char *)(uintptr_t)args[n - 1];
    n++;
  }
  options_init(&l.o, n, l.argv);
  return &l;
}

#define LINE(...) line_of((const char *const[]){__VA_ARGS__, NULL})

static void found(struct line *l, const char *name, const char *value)
{
  assert_true(options_next(&l->o, &l->f));
  assert_false(l->f.positional);
  assert_true(slice_eq_cstr(l->f.name, name));
  if(value)
    assert_string_equal(l->f.value, value);
  else
    assert_null(l->f.value);
}

static void positional(struct line *l, const char *text)
{
  assert_true(options_next(&l->o, &l->f));
  assert_true(l->f.positional);
  assert_string_equal(l->f.text, text);
}

static void over(struct line *l)
{
  assert_false(options_next(&l->o, &l->f));
  assert_false(options_next(&l->o, &l->f));
}

static void test_long_options_carry_their_value_behind_or_beside(void **state)
{
  struct line *l = LINE("--out=a=b", "--out", "c", "--out=", "--");
  (void)state;
  found(l, "out", "a=b");
  assert_string_equal(options_value(&l->o, &l->f, &l->e), "a=b");
  found(l, "out", NULL);
  assert_string_equal(options_value(&l->o, &l->f, &l->e), "c");
  found(l, "out", "");
  over(l);
}

static void test_short_options_carry_their_value_attached_or_beside(void **st)
{
  struct line *l = LINE("-c10", "-c", "20", "-H", "-d");
  (void)st;
  found(l, "c", "10");
  assert_int_equal(l->f.letter, 'c');
  assert_string_equal(options_value(&l->o, &l->f, &l->e), "10");
  found(l, "c", NULL);
  assert_string_equal(options_value(&l->o, &l->f, &l->e), "20");
  found(l, "H", NULL); /* what stands behind belongs to it, dash or not */
  assert_string_equal(options_value(&l->o, &l->f, &l->e), "-d");
  over(l);
}

static void test_a_missing_value_is_told(void **state)
{
  struct line *l = LINE("-c");
  (void)state;
  found(l, "c", NULL);
  assert_null(options_value(&l->o, &l->f, &l->e));
  assert_string_equal(l->e.text, "-c needs a value");
  assert_int_equal(l->e.code, E_SYNTAX);
}

static void test_a_dash_and_what_follows_two_are_positional(void **state)
{
  struct line *l = LINE("-", "x", "--", "--out", "--", "-c");
  (void)state;
  positional(l, "-");
  positional(l, "x");
  positional(l, "--out");
  positional(l, "--");
  positional(l, "-c");
  over(l);
}

static void test_letters_without_a_value_come_in_clusters(void **state)
{
  struct line *l = LINE("-qvo", "f.json", "-qof.csv", "x");
  struct common c;
  (void)state;
  common_init(&c);
  while(options_next(&l->o, &l->f) && !l->f.positional)
    assert_int_equal(common_take(&c, &l->o, &l->f, &l->e), 1);
  assert_string_equal(l->f.text, "x");
  assert_true(c.quiet && c.verbose && !c.help);
  assert_int_equal(c.out_count, 2);
  assert_string_equal(c.out[0], "f.json");
  assert_string_equal(c.out[1], "f.csv");
}

static void test_a_flag_takes_no_value(void **state)
{
  struct line *l = LINE("--quiet=yes");
  struct common c;
  (void)state;
  common_init(&c);
  found(l, "quiet", "yes");
  assert_int_equal(common_take(&c, &l->o, &l->f, &l->e), E_SYNTAX);
  assert_string_equal(l->e.text, "--quiet takes no value");
}

static int take_one(struct common *c, struct line *l)
{
  assert_true(options_next(&l->o, &l->f));
  return common_take(c, &l->o, &l->f, &l->e);
}

static void test_wrong_outputs_are_told_before_the_run(void **state)
{
  struct common c;
  int i;
  (void)state;
  common_init(&c);
  assert_true(take_one(&c, LINE("-o", "result.docx")) < 0);
  assert_true(take_one(&c, LINE("-f", "yaml")) < 0);
  assert_true(take_one(&c, LINE("-f", "html")) < 0);
  assert_int_equal(take_one(&c, LINE("--format", "junit")), 1);
  assert_int_equal(c.format, OUTPUT_JUNIT);
  for(i = 0; i < COMMON_MAX_OUT; i++)
    assert_int_equal(take_one(&c, LINE("-oa.json")), 1);
  assert_int_equal(take_one(&c, LINE("-oa.json")), E_TOO_LONG);
  assert_int_equal(take_one(&c, LINE("--connections=5")), 0);
  assert_int_equal(take_one(&c, LINE("-x")), 0);
}

static void test_near_names_are_suggested(void **state)
{
  (void)state;
  assert_string_equal(common_suggest(slice_of("fromat")), "format");
  assert_string_equal(common_suggest(slice_of("verbos")), "verbose");
  assert_string_equal(common_suggest(slice_of("no-colr")), "no-color");
  assert_null(common_suggest(slice_of("connections")));
  assert_null(common_suggest(slice_of("x")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_long_options_carry_their_value_behind_or_beside),
      cmocka_unit_test(
          test_short_options_carry_their_value_attached_or_beside),
      cmocka_unit_test(test_a_missing_value_is_told),
      cmocka_unit_test(test_a_dash_and_what_follows_two_are_positional),
      cmocka_unit_test(test_letters_without_a_value_come_in_clusters),
      cmocka_unit_test(test_a_flag_takes_no_value),
      cmocka_unit_test(test_wrong_outputs_are_told_before_the_run),
      cmocka_unit_test(test_near_names_are_suggested),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
