/* SPDX-License-Identifier: MIT
 * What a process gets to see of this machine: the system's programs and
 * libraries, which it cannot change, and the folders that it was given.  No
 * other file, and no socket that has a path. */
#ifndef WEIR_LOOP_JAIL_H
#define WEIR_LOOP_JAIL_H
#include <stdbool.h>
#include <sys/types.h>

#define JAIL_READ_MAX 2

/* Absolute paths, borrowed; NULL: none. */
struct jail {
  const char *own; /* a folder that it may change as far as its user may */
  const char *read[JAIL_READ_MAX]; /* such that it may read */
};

/* jail_enter puts this process, and all that it starts from now on, into
 * namespaces of users, mounts and System V IPC of its own, where it is who it
 * was, without any capability once it runs a program.  Only while it has one
 * thread.  false with errno where the system does not let it, and then this
 * process is for nothing else any more. */
bool jail_enter(const struct jail *j);

/* jail_unshare moves this process into new namespaces: kinds are those of
 * unshare(2), CLONE_NEWUSER among them, in which user and group [0] are [1] of
 * before, and there are no others.  false with errno. */
bool jail_unshare(int kinds, const uid_t uid[2], const gid_t gid[2]);

#endif
