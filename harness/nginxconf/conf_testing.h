/* SPDX-License-Identifier: MIT
 * For the tests of nginxconf/: a configuration from one text, and the way of
 * a request through it. */
#ifndef WEIR_NGINXCONF_CONF_TESTING_H
#define WEIR_NGINXCONF_CONF_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nginxconf/locate.h"
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

/* The way of a request for uri; the caller frees it. */
static inline struct conf_route *route_to(const struct conf *c,
                                          const char *uri, const char *host)
{
  struct conf_request q;
  struct conf_route *r = NULL;
  struct err e = {0, ""};
  memset(&q, 0, sizeof(q));
  q.uri = uri;
  q.host = host;
  if(conf_locate(c, &q, &r, &e))
    fail_msg("%s: %s", uri, e.text);
  return r;
}

/* "location ^~ /a" of a block; nothing of NULL. */
static inline void title_of(const struct conf_directive *d, char *out,
                            size_t size)
{
  struct buf b;
  buf_init(&b, 0);
  if(d)
    conf_title(d, &b);
  snprintf(out, size, "%s", buf_text(&b));
  buf_free(&b);
}

/* uri ends in the block whose title is expected; "301 x" is a redirect. */
static inline void ends_in(const struct conf *c, const char *uri,
                           const char *expected)
{
  struct conf_route *r = route_to(c, uri, NULL);
  char title[200];
  if(r->status >= 300 && r->status < 400)
    snprintf(title, sizeof(title), "%d %s", r->status, r->target);
  else
    title_of(r->block, title, sizeof(title));
  if(strcmp(title, expected) != 0)
    fail_msg("%s ends in %s, not in %s", uri, title, expected);
  conf_route_free(r);
}

#endif
