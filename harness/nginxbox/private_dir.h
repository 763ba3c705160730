/* SPDX-License-Identifier: MIT
 * A folder that only this user can enter, for one live run, and that goes with
 * the run however that ends.  Three see to it:
 *
 *   private_dir_remove, at the end of a run;
 *   a guard, where weir is killed: a process in a session of its own, which
 *     waits for the end of a pipe that weir holds and then removes the folder;
 *   the next run, where the guard was killed, too (the whole container, say).
 *     The folder has a file "owner" that weir and the guard hold locked; the
 *     kernel drops the lock with the last of them, whatever their numbers are
 *     and whoever has got those by now.
 *
 * Nothing is removed but what is in such a folder: no link is followed, no
 * other file system is entered. */
#ifndef WEIR_NGINXBOX_PRIVATE_DIR_H
#define WEIR_NGINXBOX_PRIVATE_DIR_H
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "loop/process.h"

struct private_dir {
  char path[240]; /* "" none; the rest is then unused */
  int owner;      /* the locked file; -1 none */
  int alive;      /* the guard waits for the end of it; -1 none */
  pid_t guard;    /* 0 none */
  struct process_user guest;
};

/* private_dir_make makes a new one below $TMPDIR or /tmp, mode 0700, and
 * removes those there whose owner is dead.  keep: it is to be left behind, so
 * it gets no owner and no guard.  guest: the user that programs in it run as
 * (uid 0: none but this one).  A guest finds its way through the folder (mode
 * 0710, its group), which then is below /tmp where the guest cannot get to
 * $TMPDIR.  0 or E_IO, E_TOO_LONG with a sentence. */
int private_dir_make(struct private_dir *d, bool keep,
                     struct process_user guest, struct err *e);
/* private_dir_folder makes a folder in it, which the guest can read. */
int private_dir_folder(const struct private_dir *d, const char *name,
                       struct err *e);
/* private_dir_give makes a folder in it that is the guest's, to write to. */
int private_dir_give(const struct private_dir *d, const char *name,
                     struct err *e);
/* private_dir_show lets the guest read a file in it. */
int private_dir_show(const struct private_dir *d, const char *path,
                     struct err *e);
/* private_dir_remove takes it away with all that is in it, and its guard. */
void private_dir_remove(struct private_dir *d);

#endif
