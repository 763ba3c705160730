/* SPDX-License-Identifier: MIT
 * Reading weir.load/1 documents back, with a clear word about files that are
 * something else. */
#ifndef WEIR_LOAD_LOAD_READ_H
#define WEIR_LOAD_LOAD_READ_H
#include "base/err.h"
#include "base/json.h"

/* Larger files are refused unread. */
#define LOAD_READ_MAX_BYTES (512u * 1024 * 1024)

/* load_read_any reads a JSON file of any kind, with a clear word about one
 * that is empty or truncated.  New reference, or NULL: E_NOT_FOUND, E_IO,
 * E_TOO_LONG, E_SYNTAX. */
json_t *load_read_any(const char *path, struct err *e);
/* load_read reads a file ("-" = stdin).  New reference, or NULL: E_NOT_FOUND,
 * E_IO, E_TOO_LONG, E_SYNTAX (not JSON, truncated), E_MISMATCH (another kind
 * or version of document, or a damaged one). */
json_t *load_read(const char *path, struct err *e);
/* load_read_verify checks a document that is parsed already; name stands for
 * the file.  0 or E_MISMATCH. */
int load_read_verify(json_t *doc, const char *name, struct err *e);
/* load_read_text does the same for text; name stands for the file. */
json_t *load_read_text(struct slice text, const char *name, struct err *e);

#endif
