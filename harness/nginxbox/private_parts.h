/* SPDX-License-Identifier: MIT
 * The parts of private_dir.h; only its own files include this. */
#ifndef WEIR_NGINXBOX_PRIVATE_PARTS_H
#define WEIR_NGINXBOX_PRIVATE_PARTS_H
#include "nginxbox/private_dir.h"

#define PRIVATE_NAME  "weir-nginx-" /* and as many letters as in */
#define PRIVATE_DRAWN "XXXXXX"
#define PRIVATE_OWNER "owner"

/* private_tree_open opens the folder itself, no link; -1 where it is none. */
int private_tree_open(int base, const char *name);
/* private_tree_remove removes all below dir, the file "owner" last, and then
 * dir itself, where it still is the folder `name` of base.  One try: 0, or
 * E_IO where something is left, as it may be while others still write. */
int private_tree_remove(int base, const char *name, int dir);

/* private_owner_take makes the file "owner" and locks it: the descriptor, or
 * -1 where that does not work there. */
int private_owner_take(const struct private_dir *d);
/* private_stale_remove removes the private folders below base that are this
 * user's and whose owner is dead. */
void private_stale_remove(const char *base);

/* private_guard_start forks the guard of a folder whose path and owner are
 * set; without one (no process to be had) alive is -1. */
void private_guard_start(struct private_dir *d);
/* private_guard_end ends it without a removal, and waits for it. */
void private_guard_end(struct private_dir *d);

#endif
