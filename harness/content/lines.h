/* SPDX-License-Identifier: MIT
 * Private to content/: data whose lines each begin with a word that says what
 * follows, as Datastar's do: "mode append", "elements <li>".  Pure. */
#ifndef WEIR_CONTENT_LINES_H
#define WEIR_CONTENT_LINES_H
#include "base/buf.h"

/* lines_of replaces out by what stands behind the word in the lines that begin
 * with it, a line end between two; false where no line does, or without
 * memory. */
bool lines_of(struct slice data, struct slice word, struct buf *out);

#endif
