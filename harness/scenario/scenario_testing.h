/* SPDX-License-Identifier: MIT
 * What the tests of this room share: cmocka and a few short calls. */
#ifndef WEIR_SCENARIO_TESTING_H
#define WEIR_SCENARIO_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"

/* Parses text as the file "t.yaml"; fails the test when it is refused. */
static inline struct scenario *parse_good(const char *text)
{
  struct err e = {0, ""};
  struct scenario *s = scenario_parse(slice_of(text), "t.yaml", &e);
  if(!s)
    fail_msg("refused: %s", e.text);
  return s;
}

/* The same, and through scenario_finish. */
static inline struct scenario *finish_good(const char *text)
{
  struct err e = {0, ""};
  struct scenario *s = parse_good(text);
  if(scenario_finish(s, &e))
    fail_msg("not finished: %s", e.text);
  return s;
}

/* Expects scenario_parse, or else scenario_finish, to refuse text with this
 * sentence. */
static inline void refuses(const char *text, const char *sentence)
{
  struct err e = {0, ""};
  struct scenario *s = scenario_parse(slice_of(text), "t.yaml", &e);
  if(s && scenario_finish(s, &e) == 0)
    fail_msg("accepted: %s", text);
  scenario_free(s);
  assert_string_equal(e.text, sentence);
  assert_int_not_equal(e.code, 0);
}

static inline void set_good(struct scenario *s, const char *key,
                            const char *value)
{
  struct err e = {0, ""};
  if(scenario_set(s, key, value, "--test", &e))
    fail_msg("%s: %s", key, e.text);
}

/* The scenario as YAML; free() it. */
static inline char *printed(const struct scenario *s)
{
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(scenario_print(s, &out), 0);
  return out.p;
}

#endif
