/* SPDX-License-Identifier: MIT
 * Whole files in and out. */
#ifndef WEIR_BASE_FILE_H
#define WEIR_BASE_FILE_H
#include "base/buf.h"
#include "base/err.h"

/* file_read appends the file (or stdin for "-") to out, at most max bytes
 * (0 = no limit).  Returns 0, E_NOT_FOUND, E_IO, E_TOO_LONG or E_NOMEM. */
int file_read(const char *path, size_t max, struct buf *out, struct err *e);
/* file_write replaces path in one step (temporary file, fsync, rename): on any
 * failure what stood there before is untouched.  "-" writes to stdout. */
int file_write(const char *path, struct slice content, struct err *e);
/* file_write_private: the same, for nobody but the owner to read. */
int file_write_private(const char *path, struct slice content, struct err *e);
/* file_ready makes sure that file_write will be able to: makes the folder
 * where it is missing, leaves the file alone.  E_IO with a sentence. */
int file_ready(const char *path, struct err *e);
/* file_path_join writes "dir/name", or name alone when it is absolute. */
int file_path_join(struct buf *out, const char *dir, const char *name);
/* file_dir_of returns the length of the folder part of path ("a/b" gives 1,
 * "b" gives 0). */
size_t file_dir_of(const char *path);
/* file_self is the path of the running program: 0, or E_NOT_FOUND when the
 * kernel does not tell; out is "" then. */
int file_self(char *out, size_t size);

#endif
