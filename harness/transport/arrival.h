/* SPDX-License-Identifier: MIT
 * The kernel's receive time of socket data (SO_TIMESTAMPNS). */
#ifndef WEIR_TRANSPORT_ARRIVAL_H
#define WEIR_TRANSPORT_ARRIVAL_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "transport/transport.h"

/* arrival_enable asks the kernel for receive times on fd. */
void arrival_enable(int fd);
/* arrival_recv reads like recv(2) and gives the time at which the newest byte
 * read came in; user-space time where the kernel tells none. */
ssize_t arrival_recv(int fd, void *buf, size_t size, int flags,
                     struct arrival *when);

/* arrival_peek tells the same of all that waits in fd and takes none of it;
 * false where nothing waits, or a megabyte and more. */
bool arrival_peek(int fd, struct arrival *when);

/* arrival_warm_up holds a socket for which stamps are on, for as long as the
 * process lives: the kernel begins to stamp packets a moment after the first
 * such socket appears, and the first stream should not fall into that gap. */
void arrival_warm_up(void);

#endif
