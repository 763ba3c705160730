/* SPDX-License-Identifier: MIT
 * What weir watch has of its own on the command line; the rest is weir load's.
 */
#ifndef WEIR_CLI_WATCH_ARGS_H
#define WEIR_CLI_WATCH_ARGS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Zero-initialised. */
struct watch_args {
  char *until;        /* owned; an expression, or NULL */
  uint64_t within_ns; /* after the stream opened; 0: no limit */
  uint64_t most;      /* events; 0: no limit */
  bool json;
  bool timed;      /* a duration was given */
  bool reconnects; /* --reconnect was given */
};

/* watch_args_take takes watch's own options out of argv, which keeps the rest
 * and their order.  0, or E_* with a sentence. */
int watch_args_take(struct watch_args *a, int *argc, char **argv,
                    struct err *e);
void watch_args_free(struct watch_args *a);

#endif
