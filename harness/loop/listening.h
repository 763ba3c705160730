/* SPDX-License-Identifier: MIT
 * Who listens: the sockets of this machine (of this network namespace) that
 * accept connections for an address, and the processes that hold them. */
#ifndef WEIR_LOOP_LISTENING_H
#define WEIR_LOOP_LISTENING_H
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#define LISTENING_MAX 64 /* sockets of one address; several may share it */

/* Sockets by the numbers that the kernel gives them. */
struct listening {
  uint64_t inode[LISTENING_MAX];
  size_t count;
};

/* listening_on adds the TCP sockets that listen at the address, port included,
 * or at all addresses with that port.  Others than IPv4 and IPv6 have none. */
void listening_on(const struct sockaddr *to, struct listening *l);
/* listening_line is for tests: whether a line of /proc/net/tcp or tcp6 is such
 * a socket, and its number. */
bool listening_line(const char *line, const struct sockaddr *to,
                    uint64_t *inode);
/* listening_drop takes what the process holds away from l.  False where its
 * files may not be seen; it may hold any of them then. */
bool listening_drop(struct listening *l, pid_t pid);
/* listening_holder is a process that holds one of l; 0 where none is seen. */
pid_t listening_holder(const struct listening *l);

#endif
