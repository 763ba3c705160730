/* SPDX-License-Identifier: MIT
 * Text made safe for the notations that writers write, whoever it comes from.
 * All append to out and return its rc.
 *
 * In every notation, what nobody sees stands as \u{...}: control characters
 * (C0 but tabs and line ends, DEL, C1), what turns the direction of writing or
 * is of no width, line and paragraph separators, tags.  Bytes that are no
 * UTF-8 become U+FFFD. */
#ifndef WEIR_PAGE_ESCAPE_H
#define WEIR_PAGE_ESCAPE_H
#include <stdbool.h>

#include "base/buf.h"

/* escape_visible does that and nothing else: for a terminal. */
int escape_visible(struct slice text, struct buf *out);
/* escape_line is the same for one line: line ends and tabs become spaces. */
int escape_line(const char *text, struct buf *out);
/* escape_xml is for text and for attributes in double quotes, XML and HTML. */
int escape_xml(const char *text, struct buf *out);
int escape_xml_part(struct slice text, struct buf *out);
/* escape_attribute appends ` name="value"`. */
int escape_attribute(const char *name, const char *value, struct buf *out);
/* escape_github is for a workflow command: its data, or a property of it. */
int escape_github(const char *text, bool property, struct buf *out);
/* escape_annotation is a whole workflow command, "::error title=...::text",
 * and its line end; level is error, warning or notice. */
int escape_annotation(const char *level, const char *title, const char *text,
                      struct buf *out);
/* escape_verdict is the one for a whole document: "weir check: FAIL" and its
 * sentence. */
int escape_verdict(bool pass, const char *command, const char *verdict,
                   const char *sentence, struct buf *out);
/* escape_csv is one cell of RFC 4180, in quotes where it needs them. */
int escape_csv(const char *text, struct buf *out);
/* escape_markdown is for running text and cells of tables: one line, its signs
 * shown as they are. */
int escape_markdown(const char *text, struct buf *out);
/* escape_code is a span of code in Markdown, cells of tables as well. */
int escape_code(const char *text, struct buf *out);
/* escape_fence is a block of code that nothing in it can close. */
int escape_fence(const char *language, const char *text, struct buf *out);

#endif
