/* SPDX-License-Identifier: MIT
 * Who the programs of a live run run as: never root.  What stands in a
 * configuration may make nginx read, write and load whatever its user may. */
#ifndef WEIR_NGINXBOX_LAB_USER_H
#define WEIR_NGINXBOX_LAB_USER_H
#include "loop/process.h"

/* lab_user is this user itself (uid 0: no change), or, for root, a number that
 * no user and no group of this machine has, so that no other program runs as
 * it and no file is its own.  Without a jail. */
struct process_user lab_user(void);

#endif
