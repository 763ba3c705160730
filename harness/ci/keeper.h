/* SPDX-License-Identifier: MIT
 * A server under lock and key: a shell command in a session of its own, below
 * a process that keeps it.  What the command starts stays below the keeper,
 * daemons that left their parents too, and all of it ends when this process
 * lets go of the keeper or dies, however it dies. */
#ifndef WEIR_CI_KEEPER_H
#define WEIR_CI_KEEPER_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct keeper {
  pid_t pid; /* of the keeping process, 0: none; the server is below it */
  int line;  /* held open as long as the server may live */
  int news;  /* what became of the command */
};

/* What is left of it. */
struct keeper_state {
  bool command_over; /* the command itself ended */
  bool all_over;     /* and nothing that it left behind runs */
  int status;        /* of the command: its exit code, or 128 and a signal */
};

/* keeper_start runs command by /bin/sh, its output in the file log, which is
 * made anew.  0, or E_IO with a sentence. */
int keeper_start(struct keeper *k, const char *command, const char *log,
                 struct err *e);
/* keeper_look never blocks. */
struct keeper_state keeper_look(struct keeper *k, struct keeper_state before);
/* keeper_end asks all of it to end, kills what has not ended after grace_ns,
 * and waits until nothing is left: true.  False where something cannot be
 * killed, or not within ten seconds. */
bool keeper_end(struct keeper *k, uint64_t grace_ns);
/* keeper_leave closes what a forked process must not hold: with it open the
 * server would outlive this one. */
void keeper_leave(struct keeper *k);

#endif
