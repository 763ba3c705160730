/* SPDX-License-Identifier: MIT
 * The surroundings of a live run: a network of its own, loopback alone, which
 * nothing outside reaches and from which nothing outside is reached; and for
 * each program that it starts a jail (loop/jail.h), in which no file and no
 * socket of this machine is seen. */
#ifndef WEIR_NGINXBOX_ISOLATION_H
#define WEIR_NGINXBOX_ISOLATION_H
#include <stdbool.h>
#include <stddef.h>

/* isolation_enter moves this process, and all that it starts from now on, into
 * a network namespace of its own for good (for an ordinary user within a user
 * namespace where it stays who it is).  Only while the process has one thread.
 * false, with why in words, where the system does not let it, or will not let
 * a program into a jail: nothing has changed then. */
bool isolation_enter(char *why, size_t size);

#endif
