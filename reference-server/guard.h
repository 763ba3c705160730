/* SPDX-License-Identifier: MIT
 * Who may change what the server does: /publish and /control do not take what
 * a page of somebody else's makes a browser send. */
#ifndef WEIR_SERVER_GUARD_H
#define WEIR_SERVER_GUARD_H
#include "http/conn.h"

/* guard_admits: the request names this server as people on its own network do
 * (an address, localhost, a name without a dot), and where a page made it, a
 * page of the server itself or of this machine. */
bool guard_admits(const struct conn *c);

#endif
