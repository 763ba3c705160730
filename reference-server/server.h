/* SPDX-License-Identifier: MIT
 * One worker process. */
#ifndef WEIR_SERVER_SERVER_H
#define WEIR_SERVER_SERVER_H
#include "options.h"

struct hub;

/* server_run serves until the hub says stop.  Returns an exit code. */
int server_run(struct hub *hub, const struct server_options *o, uint32_t index,
               uint16_t port);

#endif
