/* SPDX-License-Identifier: MIT
 * A folder that only this user can enter, for one live run. */
#ifndef WEIR_DOCTOR_PRIVATE_DIR_H
#define WEIR_DOCTOR_PRIVATE_DIR_H
#include "base/err.h"

struct private_dir {
  char path[240]; /* "" none */
};

/* private_dir_make makes a new one below $TMPDIR or /tmp, mode 0700. */
int private_dir_make(struct private_dir *d, struct err *e);
/* private_dir_folder makes a folder in it. */
int private_dir_folder(const struct private_dir *d, const char *name,
                       struct err *e);
/* private_dir_remove takes it away with all that is in it; follows no links.
 */
void private_dir_remove(struct private_dir *d);

#endif
