/* SPDX-License-Identifier: MIT
 * For the tests of nginxconf/: a configuration from one text. */
#ifndef WEIR_NGINXCONF_CONF_TESTING_H
#define WEIR_NGINXCONF_CONF_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "nginxconf/tree.h"

static inline struct conf *conf_of(const char *text)
{
  struct conf *c = NULL;
  struct conf_fault fault;
  int rc = conf_parse_text(&c, slice_of(text), "t.conf", &fault);
  if(rc)
    fail_msg("%s", fault.e.text);
  return c;
}

/* The text is refused with exactly this sentence and place. */
static inline void conf_refused(const char *text, const char *message)
{
  struct conf *c = NULL;
  struct conf_fault fault;
  assert_int_equal(conf_parse_text(&c, slice_of(text), "t.conf", &fault),
                   E_SYNTAX);
  assert_null(c);
  assert_string_equal(fault.e.text, message);
}

/* The n-th block or directive called name, in reading order from 0. */
static inline const struct conf_directive *conf_nth(const struct conf *c,
                                                    const char *name, size_t n)
{
  const struct conf_directive *d = c->root;
  while(d && !(conf_is(d, name) && n-- == 0))
    d = conf_walk(c->root, d);
  assert_non_null(d);
  return d;
}

#endif
