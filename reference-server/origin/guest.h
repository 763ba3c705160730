/* SPDX-License-Identifier: MIT
 * Private to the origin: one connection of it. */
#ifndef WEIR_SERVER_ORIGIN_GUEST_H
#define WEIR_SERVER_ORIGIN_GUEST_H
#include "http/conn.h"
#include "origin/cgi.h"
#include "origin/play_log.h"
#include "origin/play_text.h"

struct origin;

struct play {
  struct buf raw; /* of the request at hand, as it came */
  uint64_t accepted_ns, began_ns;
  uint64_t requests;
  struct play_text text;
  struct play_entry *entry; /* borrowed; NULL where the log is full */
  struct buf head;          /* owned; until it is sent */
  uint32_t at, done;        /* step, and what of it was done */
  size_t vector, cut;       /* place in the vectors */
  uint64_t seq;             /* of the last event */
};

/* It owns its connection from the first byte on. */
struct guest {
  struct origin_logs *logs; /* borrowed */
  struct origin_cgi *cgi;   /* owned; NULL = HTTP is spoken */
  struct origin *answer;    /* owned; NULL = none goes on */
  struct play play;
};

static inline struct guest *guest_of(const struct conn *c)
{
  return c->self;
}

#endif
