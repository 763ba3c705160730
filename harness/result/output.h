/* SPDX-License-Identifier: MIT
 * Which form a result document is written in, by name or by file suffix. */
#ifndef WEIR_RESULT_OUTPUT_H
#define WEIR_RESULT_OUTPUT_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"
#include "page/write.h"

/* output_render appends doc, of any schema that there are renderers for, in
 * that form; colour concerns text only.  E_UNSUPPORTED where that kind of
 * document has no such form. */
int output_render(json_t *doc, enum output_format f, bool colour,
                  struct buf *out);
/* output_text is its text with all that is known: every check, every finding
 * explained. */
int output_text(json_t *doc, bool colour, struct buf *out);
/* output_fill initialises p and fills it in from doc, which outlives it as the
 * drawings do.  Returns 0 or E_NOMEM; page_free in either case. */
int output_fill(json_t *doc, bool more, const struct page_drawing *drawing,
                size_t drawings, struct page *p);
/* output_write replaces the file at path ("-" = stdout, no colour) in one
 * step; on failure what stood there is untouched. */
int output_write(json_t *doc, enum output_format f, const char *path,
                 struct err *e);
/* output_write_all has doc written to each path in the form of its suffix.
 * Tries all; returns 0 or the first failure.  write is output_write, or what a
 * command has instead. */
typedef int output_write_fn(json_t *doc, enum output_format f,
                            const char *path, struct err *e);
int output_write_all(json_t *doc, const char *const *paths, size_t count,
                     output_write_fn *write, struct err *e);

#endif
