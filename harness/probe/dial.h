/* SPDX-License-Identifier: MIT
 * Making a connection: a name to addresses, one after the other until one
 * answers; or a socket of this machine.  Private to probe/. */
#ifndef WEIR_PROBE_DIAL_H
#define WEIR_PROBE_DIAL_H
#include <stdint.h>
#include <uv.h>

struct dial;

struct dial_options { /* copied */
  const char *host;
  uint16_t port;
  const char *source_ip;   /* NULL: the system chooses */
  const char *unix_socket; /* its path, in place of host and port; NULL */
};

/* The last call, from the loop.  fd: connected, non-blocking, from now on the
 * callee's; or -1 with the errno of what was tried last, 0 when the name does
 * not resolve, and a sentence. */
typedef void (*dial_done_fn)(int fd, int error, const char *detail, void *ctx);

/* dial_open never calls back itself.  NULL without memory. */
struct dial *dial_open(uv_loop_t *loop, const struct dial_options *o,
                       dial_done_fn done, void *ctx);
/* dial_close gives it up, without a further call; not inside done. */
void dial_close(struct dial *d);

#endif
