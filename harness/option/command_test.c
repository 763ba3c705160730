/* SPDX-License-Identifier: MIT
 * Walking through command lines, and reading them against tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "option/command.h"

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

struct settings {
  bool quiet, verbose, reconnect;
  uint64_t count;
  const char *file, *pair[2];
};

#define ARG(n, m) .name = n, OPTION_MEMBER(struct settings, m)

static const struct option_row general_rows[] = {
    {ARG("quiet", quiet), .letter = 'q', .type = OPTION_BOOL, .help = "Q"},
    {ARG("verbose", verbose), .letter = 'v', .type = OPTION_BOOL},
    {ARG("file", file), .letter = 'o', .type = OPTION_ARGUMENT},
};

static const struct option_row own_rows[] = {
    {ARG("reconnect", reconnect), .type = OPTION_BOOL, .fallback = "true",
     .help = "R"},
    {ARG("count", count), .letter = 'c', .type = OPTION_COUNT, .least = 1,
     .most = 10},
    {ARG("interleave", pair), .type = OPTION_ARGUMENT},
};

static const struct option_table general = {general_rows, 3};
static const struct option_table own = {own_rows, 3};

static int take_text(void *ctx, const char *text, struct err *e)
{
  (void)e;
  buf_addf(ctx, "%s,", text);
  return 0;
}

/* Reads a whole line; what is no option is collected in the buffer. */
static int read_line(struct line *l, struct settings *s, struct buf *rest)
{
  const struct command_part parts[] = {{&general, s, NULL}, {&own, s, NULL}};
  const struct command_line c = {parts, 2, rest ? take_text : NULL, rest,
                                 false};
  memset(s, 0, sizeof(*s));
  memset(&l->e, 0, sizeof(l->e));
  assert_int_equal(option_set_default(s, &own), 0);
  return command_read(&c, l->o.argc, l->o.argv, &l->e);
}

static void test_letters_without_a_value_come_in_clusters(void **state)
{
  struct settings s;
  struct buf rest;
  (void)state;
  buf_init(&rest, 0);
  assert_int_equal(read_line(LINE("-qvo", "f", "x", "-qog", "y"), &s, &rest),
                   0);
  assert_string_equal(buf_text(&rest), "x,y,");
  assert_true(s.quiet && s.verbose);
  assert_string_equal(s.file, "g");
  buf_free(&rest);
}

static void test_switches_are_negated_and_flags_are_not(void **state)
{
  struct settings s;
  (void)state;
  assert_int_equal(read_line(LINE("--no-reconnect"), &s, NULL), 0);
  assert_false(s.reconnect);
  assert_int_equal(read_line(LINE("--reconnect=no", "--quiet"), &s, NULL), 0);
  assert_true(!s.reconnect && s.quiet);
  assert_int_equal(read_line(LINE("-v"), &s, NULL), 0);
  assert_true(s.reconnect);
}

static void test_an_option_may_have_two_values(void **state)
{
  struct settings s;
  (void)state;
  assert_int_equal(
      read_line(LINE("--interleave", "./a -x", "--b", "-q"), &s, NULL), 0);
  assert_string_equal(s.pair[0], "./a -x");
  assert_string_equal(s.pair[1], "--b");
  assert_true(s.quiet);
  assert_int_equal(read_line(LINE("--interleave=a", "b"), &s, NULL), 0);
  assert_string_equal(s.pair[1], "b");
}

static void says(struct line *l, const char *sentence)
{
  struct settings s;
  assert_int_not_equal(read_line(l, &s, NULL), 0);
  assert_string_equal(l->e.text, sentence);
}

static void test_what_is_wrong_is_told(void **state)
{
  (void)state;
  says(LINE("--quiet=yes"), "--quiet takes no value");
  says(LINE("--no-reconnect=yes"), "--no-reconnect takes no value");
  says(LINE("--no-quiet"), "unknown option --no-quiet; see weir load --help");
  says(LINE("-c"), "-c needs a value");
  says(LINE("--interleave", "a"), "--interleave needs a value");
  says(LINE("--conut", "3"), "unknown option --conut (did you mean --count?)");
  says(LINE("--quite"), "unknown option --quite (did you mean --quiet?)");
  says(LINE("-x"), "unknown option -x; see weir load --help");
  says(LINE("-c", "11"),
       "--count: \"11\" is out of range: expected a whole number such as "
       "1000 or 10k between 1 and 10");
  says(LINE("--file="), "--file: has no value: expected text");
  says(LINE("more"), "\"more\" is one argument too many");
}

static void test_a_target_is_looked_for_before_values_are_read(void **state)
{
  struct line *l = LINE("--count", "no number", "target", "-q", "--file=f");
  struct settings s = {.quiet = false};
  const struct command_part parts[] = {{&general, &s, NULL}, {&own, &s, NULL}};
  struct command_word word = {"targets", NULL};
  struct command_line c = {parts, 2, command_one, &word, false};
  (void)state;
  assert_int_equal(command_look(&c, l->o.argc, l->o.argv, &l->e), 0);
  assert_string_equal(word.text, "target");
  assert_false(s.quiet);
  assert_int_equal(command_read(&c, l->o.argc, l->o.argv, &l->e), E_SYNTAX);
  l = LINE("a", "--file", "f", "b");
  word.text = NULL;
  c.looked = false;
  assert_int_equal(command_look(&c, l->o.argc, l->o.argv, &l->e), E_SYNTAX);
  assert_string_equal(l->e.text, "two targets, \"a\" and \"b\": give one");
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
      cmocka_unit_test(test_switches_are_negated_and_flags_are_not),
      cmocka_unit_test(test_an_option_may_have_two_values),
      cmocka_unit_test(test_what_is_wrong_is_told),
      cmocka_unit_test(test_a_target_is_looked_for_before_values_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
