/* SPDX-License-Identifier: MIT
 * Text of ours and of others between Markdown's own signs.  All append to out
 * and return 0 or a negative E_* code. */
#ifndef WEIR_BASE_MARKDOWN_H
#define WEIR_BASE_MARKDOWN_H
#include "base/buf.h"

/* markdown_text is for one line, tables included: line ends become spaces. */
int markdown_text(const char *text, struct buf *out);
/* markdown_code is the same where what stands in backquotes is code already.
 */
int markdown_code(const char *text, struct buf *out);
/* markdown_labelled is a paragraph that begins with a label in bold; no text,
 * no paragraph.  add is one of the above. */
int markdown_labelled(const char *label, const char *text,
                      int (*add)(const char *text, struct buf *out),
                      struct buf *out);

#endif
