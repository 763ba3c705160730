/* SPDX-License-Identifier: MIT
 * Private to the origin: one connection of it. */
#ifndef WEIR_SERVER_ORIGIN_GUEST_H
#define WEIR_SERVER_ORIGIN_GUEST_H
#include "http/conn.h"
#include "origin/cgi.h"
#include "streams/player.h"

struct origin;

/* It owns its connection from the first byte on. */
struct guest {
  struct play play;         /* first: of the request at hand */
  struct origin_logs *logs; /* borrowed */
  struct origin_cgi *cgi;   /* owned; NULL = HTTP is spoken */
  struct origin *answer;    /* owned; NULL = none goes on */
  struct buf raw;           /* the request at hand, as it came */
  uint64_t accepted_ns, began_ns;
  uint64_t requests; /* that were plays */
};

static inline struct guest *guest_of(const struct conn *c)
{
  return c->self;
}

#endif
