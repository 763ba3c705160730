/* SPDX-License-Identifier: MIT
 * Text made safe for the notations that renderers write (for Markdown see
 * base/markdown.h).  All append to out and return 0 or a negative E_* code. */
#ifndef WEIR_RESULT_MARKUP_H
#define WEIR_RESULT_MARKUP_H
#include <stdbool.h>

#include "base/buf.h"

/* markup_xml is for text and for attributes in double quotes, XML and HTML.
 * Characters that XML 1.0 cannot carry become '?'. */
int markup_xml(const char *text, struct buf *out);
/* markup_attribute appends ` name="value"`. */
int markup_attribute(const char *name, const char *value, struct buf *out);
/* markup_github is for a workflow command: its data, or a property of it. */
int markup_github(const char *text, bool property, struct buf *out);
/* markup_annotation is a whole workflow command, "::error title=...::text",
 * and its line end; level is error, warning or notice. */
int markup_annotation(const char *level, const char *title, const char *text,
                      struct buf *out);
/* markup_verdict is the one for a whole document: "weir check: FAIL" and its
 * sentence. */
int markup_verdict(bool pass, const char *command, const char *verdict,
                   const char *sentence, struct buf *out);
/* markup_csv is one cell of RFC 4180, in quotes where it needs them. */
int markup_csv(const char *text, struct buf *out);
/* markup_visible makes control characters visible (\xNN), so that bytes of a
 * target cannot command a terminal.  Line ends and valid UTF-8 stay. */
int markup_visible(struct slice text, struct buf *out);

#endif
