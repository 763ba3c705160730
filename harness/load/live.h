/* SPDX-License-Identifier: MIT
 * The live view: what `weir load --metrics PORT` listens on while it runs.
 *
 * The socket outlives a run, so that the runs of a series are all seen at one
 * address; who connects between two of them waits for the next. */
#ifndef WEIR_LOAD_LIVE_H
#define WEIR_LOAD_LIVE_H
#include <stdint.h>

#include "base/err.h"

struct live_socket {
  int fd; /* owned; bound to 127.0.0.1, not inherited by children */
  uint16_t port;
};

/* live_open binds and listens; port 0 takes a free one.  0, or E_IO with a
 * sentence: the port is taken, or not for everybody. */
int live_open(uint16_t port, struct live_socket *out, struct err *e);
void live_close(struct live_socket *s);
/* live_port reads what was given as --metrics.  0 or E_RANGE. */
int live_port(const char *text, uint16_t *out, struct err *e);

#endif
