/* SPDX-License-Identifier: MIT
 * The server under test: started for a run, awaited, and ended with all that
 * it started.
 *
 * What answers must be what was started: an address that is taken before is
 * refused, and each socket that listens there must belong to a descendant of
 * the command.  A server that others start is only awaited. */
#ifndef WEIR_CI_SERVER_H
#define WEIR_CI_SERVER_H
#include <netdb.h>

#include "base/clock.h"
#include "ci/keeper.h"
#include "loop/process.h"
#include "transport/url.h"

/* Where none are said. */
#define SERVER_READY_NS (30 * NS_PER_SEC)
#define SERVER_GRACE_NS (5 * NS_PER_SEC)

/* All borrowed. */
struct server_plan {
  const char *command;   /* run by /bin/sh; NULL: others start it */
  const char *url;       /* what it serves */
  const char *ready_url; /* answers 2xx once it is ready; NULL: the url answers
                            anything but 502, 503 and 504 */
  const char *log;       /* file for what it prints */
  bool listens;          /* a socket that listens is ready; ask nothing */
  uint64_t ready_ns, grace_ns;
  struct process_stop stop;
};

struct server {
  const struct server_plan *plan;
  struct url_parts at;
  struct addrinfo *address; /* owned */
  struct keeper keeper;
  struct keeper_state state;
};

/* server_start returns when it serves.  Otherwise, with a sentence,
 * E_UNREACHABLE: the address is taken, the command ended, another listens, or
 * nothing answers in time; E_CLOSED: stop was asked; E_SYNTAX, E_MISMATCH: the
 * plan makes no sense; E_IO.  server_end in any case. */
int server_start(struct server *s, const struct server_plan *plan,
                 struct err *e);
/* server_lives is quick: false, with a sentence, when the command ended and
 * left no process behind, or failed.  Always true for one that others start.
 */
bool server_lives(struct server *s, struct err *e);
/* server_serves looks also who listens: not in a measurement. */
bool server_serves(struct server *s, struct err *e);
/* server_end ends it and waits until nothing of it is left; E_INTERNAL with a
 * sentence where that cannot be. */
int server_end(struct server *s, struct err *e);

#endif
