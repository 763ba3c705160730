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

/* --- play.c */

/* The exact origin behind a proxy under test (weir-server --origin): a request
 * on any path with weir-run=ID and weir-play=STEPS in its query (or X-Weir-Run
 * and X-Weir-Play among its headers, where the query may not differ) is
 * answered step by step, and all of it is logged byte by byte.
 *
 * GET /origin/plays?run=PREFIX gives the log of runs that begin so, at least
 * PLAY_RUN_MIN bytes of them: an id that cannot be guessed is what keeps
 * others from reading it through the proxy.  The response says X-Weir-Serial,
 * the number of the request that it answers.
 *
 * play_answers begins the play that the request asks for, if it does. */
bool play_answers(struct conn *c, struct slice query);
/* play_log_get answers /origin/plays. */
void play_log_get(struct conn *c, struct slice query);

#endif
