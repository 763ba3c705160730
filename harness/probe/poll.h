/* SPDX-License-Identifier: MIT
 * Watching a socket that is not the loop's.  Private to probe/. */
#ifndef WEIR_PROBE_POLL_H
#define WEIR_PROBE_POLL_H
#include <uv.h>

/* poll_new watches for nothing yet; data is given to the callbacks by it.
 * NULL: no memory, or no such socket. */
uv_poll_t *poll_new(uv_loop_t *loop, int fd, void *data);
/* poll_drop stops watching and sets *p and its data to NULL; the socket stays
 * open.  The memory goes with the closing callback.  *p may be NULL. */
void poll_drop(uv_poll_t **p);

#endif
