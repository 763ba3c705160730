/* SPDX-License-Identifier: MIT
 * CONNECT: a way through an HTTP proxy (RFC 9110 section 9.3.6), as bytes.
 * Private to probe/. */
#ifndef WEIR_PROBE_TUNNEL_H
#define WEIR_PROBE_TUNNEL_H
#include <stdint.h>

#include "base/buf.h"

#define TUNNEL_HEAD_MAX ((size_t)16 << 10)

/* tunnel_ask appends the request; authorization NULL or "": none. */
int tunnel_ask(struct buf *out, const char *host, uint16_t port,
               const char *authorization);
/* tunnel_answer looks at all that came: the length of the proxy's head, and
 * its status in *status; 0 while more must come, E_SYNTAX when it is no answer
 * of HTTP. */
long tunnel_answer(struct slice bytes, int *status);

#endif
