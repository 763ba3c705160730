/* SPDX-License-Identifier: MIT
 * Secrets of a flow: what came from the environment is masked by value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/hide.h"

#define VALUE "hunter2hunter2"

/* Whether the variable's value is masked by its name. */
static void masks(size_t length)
{
  static struct vars vars;
  char name[YAML_ENV_NAME_MAX + 1];
  struct buf file, wanted;
  struct err e = {0};
  struct hide h;
  struct flow *f;
  json_t *j;
  memset(name, 'N', length);
  name[length] = '\0';
  assert_int_equal(setenv(name, VALUE, 1), 0);
  buf_init(&file, 0);
  buf_addf(&file,
           "weir: flow/1\nflow: f\ntarget: http://a\nsteps:\n"
           "- request: {GET: /x, headers: {X-Key: \"${%s}\"}}\n",
           name);
  f = flow_read(buf_slice(&file), "t.yaml", &e);
  if(!f)
    fail_msg("%s", e.text);
  hide_init(&h, f, &vars);
  j = hide_text(&h, "it says " VALUE ".");
  buf_init(&wanted, 0);
  buf_addf(&wanted, "it says $%s.", name);
  assert_string_equal(json_string_value(j), buf_text(&wanted));
  json_decref(j);
  hide_fini(&h);
  flow_free(f);
  buf_free(&file);
  buf_free(&wanted);
  unsetenv(name);
}

static void test_a_value_is_masked_however_long_its_name_is(void **state)
{
  (void)state;
  masks(3);
  masks(39);
  masks(40);
  masks(YAML_ENV_NAME_MAX);
}

/* What is no variable hides nothing: "$${" and comments. */
static void test_what_only_looks_like_a_variable_hides_nothing(void **state)
{
  static struct vars vars;
  struct err e = {0};
  struct hide h;
  struct flow *f;
  json_t *j;
  (void)state;
  assert_int_equal(setenv("WEIR_T_KEY", VALUE, 1), 0);
  f = flow_read(SLICE_LIT("weir: flow/1\nflow: f\ntarget: http://a\nsteps:\n"
                          "# ${WEIR_T_KEY}\n"
                          "- request: {POST: /x, text: \"$${WEIR_T_KEY}\"}"
                          " # ${WEIR_T_KEY}\n"),
                "t.yaml", &e);
  if(!f)
    fail_msg("%s", e.text);
  hide_init(&h, f, &vars);
  j = hide_text(&h, "it says " VALUE ".");
  assert_string_equal(json_string_value(j), "it says " VALUE ".");
  json_decref(j);
  hide_fini(&h);
  flow_free(f);
  unsetenv("WEIR_T_KEY");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_value_is_masked_however_long_its_name_is),
      cmocka_unit_test(test_what_only_looks_like_a_variable_hides_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
