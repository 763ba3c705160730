/* SPDX-License-Identifier: MIT
 * Reading weir.check/1 documents back, with a clear word about files that are
 * something else. */
#ifndef WEIR_CONFORMANCE_CHECK_READ_H
#define WEIR_CONFORMANCE_CHECK_READ_H
#include "base/err.h"
#include "base/json.h"

#define CHECK_READ_MAX_BYTES (64u * 1024 * 1024)

/* check_read reads a file ("-" = stdin).  New reference, or NULL: E_NOT_FOUND,
 * E_IO, E_TOO_LONG, E_SYNTAX, or E_MISMATCH (another kind or version of
 * document, or a damaged one). */
json_t *check_read(const char *path, struct err *e);
/* check_read_verify checks a document that is parsed already; name stands for
 * the file.  0 or E_MISMATCH. */
int check_read_verify(json_t *doc, const char *name, struct err *e);

#endif
