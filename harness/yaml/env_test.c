/* SPDX-License-Identifier: MIT */
#include "yaml/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory_testing.h"
#include "yaml/yaml.h"

static void becomes(const char *text, const char *expected)
{
  struct err e = {0, ""};
  struct buf out;
  size_t at = 0;
  buf_init(&out, ENV_MAX_BYTES);
  assert_int_equal(env_expand(slice_of(text), &out, &at, &e), 0);
  assert_string_equal(buf_text(&out), expected);
  buf_free(&out);
}

static void refuses(const char *text, size_t where, const char *part)
{
  struct err e = {0, ""};
  struct buf out;
  size_t at = 0;
  buf_init(&out, ENV_MAX_BYTES);
  assert_int_equal(env_expand(slice_of(text), &out, &at, &e), E_SYNTAX);
  assert_int_equal(at, where);
  assert_non_null(strstr(e.text, part));
  buf_free(&out);
}

static int set_variables(void **state)
{
  (void)state;
  setenv("WEIR_ENV_HOST", "h.test", 1);
  setenv("WEIR_ENV_EMPTY", "", 1);
  setenv("WEIR_ENV_HOSTILE", "a: [${WEIR_ENV_HOST}] # \n-", 1);
  unsetenv("WEIR_ENV_NONE");
  return 0;
}

static void test_variables_become_their_text(void **state)
{
  (void)state;
  becomes("", "");
  becomes("a $HOST {{t}} $", "a $HOST {{t}} $");
  becomes("http://${WEIR_ENV_HOST}/x", "http://h.test/x");
  becomes("${WEIR_ENV_HOST}${WEIR_ENV_HOST}", "h.testh.test");
  becomes("[${WEIR_ENV_EMPTY}]", "[]");
}

static void test_a_fallback_serves_unset_and_empty_ones(void **state)
{
  (void)state;
  becomes("${WEIR_ENV_NONE:-http://127.0.0.1:8080}/",
          "http://127.0.0.1:8080/");
  becomes("${WEIR_ENV_EMPTY:-x}", "x");
  becomes("${WEIR_ENV_HOST:-x}", "h.test");
  becomes("${WEIR_ENV_NONE:-}", "");
}

static void test_a_doubled_dollar_keeps_the_braces(void **state)
{
  (void)state;
  becomes("$${WEIR_ENV_HOST}", "${WEIR_ENV_HOST}");
  becomes("a$${b} ${WEIR_ENV_HOST}", "a${b} h.test");
}

static void test_what_comes_in_is_not_looked_through_again(void **state)
{
  (void)state;
  becomes("${WEIR_ENV_HOSTILE}", "a: [${WEIR_ENV_HOST}] # \n-");
}

static void test_what_names_no_variable_is_refused(void **state)
{
  (void)state;
  refuses("a ${WEIR_ENV_NONE}", 2, "no variable WEIR_ENV_NONE");
  refuses("${", 0, "without \"}\"");
  refuses("x${}", 1, "names no variable");
  refuses("${1A}", 0, "names no variable");
  refuses("${a b}", 0, "names no variable");
}

static struct yaml_node *parse(const char *text, struct err *e)
{
  return yaml_parse(slice_of(text), "t.yaml", e);
}

static void test_values_are_filled_in_and_keys_are_not(void **state)
{
  struct err e = {0, ""};
  struct yaml_node *n = parse("a: \"${WEIR_ENV_HOSTILE}\"\n"
                              "b: ${WEIR_ENV_HOST}\n"
                              "${WEIR_ENV_HOST}: c\n",
                              &e);
  (void)state;
  assert_non_null(n);
  assert_true(slice_eq_cstr(n->child->text, "a: [${WEIR_ENV_HOST}] # \n-"));
  assert_true(slice_eq_cstr(n->child->next->text, "h.test"));
  assert_true(slice_eq_cstr(n->child->next->next->key, "${WEIR_ENV_HOST}"));
  yaml_free(n);
}

static void test_a_missing_variable_is_told_with_its_place(void **state)
{
  struct err e = {0, ""};
  (void)state;
  assert_null(parse("a: 1\nb: x ${WEIR_ENV_NONE}\n", &e));
  assert_int_equal(e.code, E_SYNTAX);
  assert_non_null(strstr(e.text, "t.yaml:2:6: the environment has no"));
}

static void test_quoted_text_is_read_back_as_it_was(void **state)
{
  static const char text[] = "${WEIR_ENV_NONE} $${x} \"q\"\\ \n end$";
  struct err e = {0, ""};
  struct buf out;
  struct yaml_node *n;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(buf_adds(&out, "a: "), 0);
  assert_int_equal(yaml_quote(slice_of(text), &out), 0);
  n = parse(buf_text(&out), &e);
  assert_non_null(n);
  assert_true(slice_eq_cstr(n->child->text, text));
  yaml_free(n);
  buf_free(&out);
}

static void test_every_failing_allocation_is_reported(void **state)
{
  bool failed = true;
  size_t n;
  (void)state;
  for(n = 0; failed && n < 1000; n++) {
    struct err e = {0, ""};
    struct yaml_node *root;
    memory_fail_once(n);
    root = parse("a: [\"x${WEIR_ENV_HOST}\", y]\n", &e);
    failed = memory_restore();
    if(!root)
      assert_int_equal(e.code, E_NOMEM);
    yaml_free(root);
  }
  assert_false(failed);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_variables_become_their_text),
      cmocka_unit_test(test_a_fallback_serves_unset_and_empty_ones),
      cmocka_unit_test(test_a_doubled_dollar_keeps_the_braces),
      cmocka_unit_test(test_what_comes_in_is_not_looked_through_again),
      cmocka_unit_test(test_what_names_no_variable_is_refused),
      cmocka_unit_test(test_values_are_filled_in_and_keys_are_not),
      cmocka_unit_test(test_a_missing_variable_is_told_with_its_place),
      cmocka_unit_test(test_quoted_text_is_read_back_as_it_was),
      cmocka_unit_test(test_every_failing_allocation_is_reported),
  };
  return cmocka_run_group_tests_name("yaml_env", tests, set_variables, NULL);
}
