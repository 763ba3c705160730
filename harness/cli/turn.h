/* SPDX-License-Identifier: MIT
 * A server that is started for one run and stopped after it, for --interleave.
 */
#ifndef WEIR_CLI_TURN_H
#define WEIR_CLI_TURN_H
#include "ci/server.h"
#include "scenario/scenario.h"

struct turn {
  struct buf url; /* of the scenario's first stream */
  struct server_plan plan;
  struct server server;
};

/* turn_start runs the shell command and waits until it listens at the
 * scenario's target, 30 s at most.  0, or E_* with a sentence: something
 * listens there already, the command ended, nothing came up.  turn_end in any
 * case. */
int turn_start(struct turn *t, const char *command, const struct scenario *s,
               struct err *e);
/* turn_end stops it and all that it started. */
void turn_end(struct turn *t);

#endif
