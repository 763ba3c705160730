/* SPDX-License-Identifier: MIT
 * A server that is started for one run and stopped after it, for --interleave.
 */
#ifndef WEIR_CLI_TURN_H
#define WEIR_CLI_TURN_H
#include "loop/process.h"
#include "scenario/scenario.h"

struct turn {
  struct process server;
  char host[256];
  char port[8];
};

/* turn_start runs the shell command and waits until the scenario's target
 * accepts connections, 30 s at most.  0, or E_* with a sentence: something
 * listens there already, the command ended, nothing came up.  turn_end in any
 * case. */
int turn_start(struct turn *t, const char *command, const struct scenario *s,
               struct err *e);
/* turn_end stops it and waits until the address is free again. */
void turn_end(struct turn *t);

#endif
