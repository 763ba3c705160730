/* SPDX-License-Identifier: MIT
 * The process that was started: reserves the port, forks the workers, tells
 * when all accept, reports a worker that dies, stops all on a signal.  It
 * serves nothing itself and restarts nothing silently. */
#ifndef WEIR_SERVER_SUPERVISOR_H
#define WEIR_SERVER_SUPERVISOR_H
#include "options.h"

/* Called once, in the parent, when every worker accepts. */
typedef void (*supervisor_ready_fn)(const struct server_options *o,
                                    uint16_t port);

/* supervisor_run returns the exit code: 0 after a graceful stop, 1 when all
 * workers died, 3 with a sentence when it could not start.  Returns in the
 * workers too. */
int supervisor_run(const struct server_options *o,
                   supervisor_ready_fn on_ready, struct err *e);

#endif
