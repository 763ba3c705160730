/* SPDX-License-Identifier: MIT
 * The options of all commands that judge. */
#include "cli/common.h"

#include "cli/args_testing.h"

static int take(struct common *c, struct err *e, const char *const *words)
{
  static char *argv[ARGS_MAX + 2];
  const struct command_part part = {&common_options, c, NULL};
  const struct command_line line = {&part, 1, NULL, NULL, false};
  memset(e, 0, sizeof(*e));
  return command_read(&line, args_line("load", words, argv), argv, e);
}

static void test_what_goes_where_is_kept(void **state)
{
  struct common c;
  struct err e;
  (void)state;
  common_init(&c);
  assert_int_equal(
      take(&c, &e, WORDS("-qvo", "f.json", "-of.csv", "--no-colour")), 0);
  assert_true(c.quiet && c.verbose && c.no_color && !c.help);
  assert_int_equal(c.out_count, 2);
  assert_string_equal(c.out[0], "f.json");
  assert_string_equal(c.out[1], "f.csv");
  assert_int_equal(take(&c, &e, WORDS("--format", "junit")), 0);
  assert_int_equal(c.format, OUTPUT_JUNIT);
}

static void test_wrong_outputs_are_told_before_the_run(void **state)
{
  struct common c;
  struct err e;
  int i;
  (void)state;
  common_init(&c);
  assert_true(take(&c, &e, WORDS("-o", "result.docx")) < 0);
  assert_true(take(&c, &e, WORDS("-f", "yaml")) < 0);
  assert_true(take(&c, &e, WORDS("-f", "html")) < 0);
  for(i = 0; i < COMMON_MAX_OUT; i++)
    assert_int_equal(take(&c, &e, WORDS("-oa.json")), 0);
  assert_int_equal(take(&c, &e, WORDS("-oa.json")), E_TOO_LONG);
}

static void test_near_names_are_suggested(void **state)
{
  struct common c;
  struct err e;
  (void)state;
  common_init(&c);
  assert_true(take(&c, &e, WORDS("--verbos")) < 0);
  assert_string_equal(e.text,
                      "unknown option --verbos (did you mean --verbose?)");
  assert_true(take(&c, &e, WORDS("--connections", "5")) < 0);
  assert_string_equal(e.text,
                      "unknown option --connections; see weir load --help");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_goes_where_is_kept),
      cmocka_unit_test(test_wrong_outputs_are_told_before_the_run),
      cmocka_unit_test(test_near_names_are_suggested),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
