/* SPDX-License-Identifier: MIT
 * The instrumented origin behind a proxy under test (weir-server --origin):
 * any path is answered as its query says, and every request is logged: what
 * arrived, when each event was written, when the peer was gone and how.
 *
 * GET /origin/log gives the log, GET /origin/page what the query may ask.
 * Times are CLOCK_MONOTONIC, so that a client on the same machine can subtract
 * them from its own. */
#ifndef WEIR_SERVER_ORIGIN_ORIGIN_H
#define WEIR_SERVER_ORIGIN_ORIGIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "origin/log.h"
#include "streams/play_log.h"

struct conn;

/* What an origin remembers; zeroed is empty. */
struct origin_logs {
  struct origin_log answers;
  struct play_log plays;
};

void origin_logs_fini(struct origin_logs *logs);

/* origin_accepted makes c one of the origin's.  0 or E_NOMEM. */
int origin_accepted(struct conn *c, struct origin_logs *logs);
/* origin_answers tells whether this path is the origin's; origin_request then
 * answers c->request. */
bool origin_answers(struct slice path);
void origin_request(struct conn *c, struct slice path, struct slice query);

#endif
