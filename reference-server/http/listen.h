/* SPDX-License-Identifier: MIT
 * Sockets on the shared port. */
#ifndef WEIR_SERVER_HTTP_LISTEN_H
#define WEIR_SERVER_HTTP_LISTEN_H
#include <stdint.h>

#include "base/err.h"
#include "options.h"

/* listen_bind binds a socket to the address with SO_REUSEPORT; what accepted
 * sockets inherit (TCP_NODELAY, little unsent data in the kernel) is set.
 * Returns the descriptor, or a negative E_* with a sentence. */
int listen_bind(const struct server_options *o, uint16_t port, struct err *e);
/* listen_reserve binds the wanted port and keeps it for the workers; *port is
 * the one chosen.  Refuses a port on which another process listens. */
int listen_reserve(const struct server_options *o, uint16_t *port,
                   struct err *e);

#endif
