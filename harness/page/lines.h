/* SPDX-License-Identifier: MIT
 * Lines of at most 80 columns with a label in front, for screens of text.
 * What nobody sees is made visible (escape.h).  Failures are the buffer's. */
#ifndef WEIR_PAGE_LINES_H
#define WEIR_PAGE_LINES_H
#include "page/page.h"

#define LINES_COLUMNS 80
#define LINES_LABEL   14

struct lines {
  struct buf *out; /* borrowed */
  bool colour;     /* escape sequences are wanted */
};

/* lines_row writes "label         text", wrapping text at spaces.  Labels
 * longer than their column push the text; "" continues the row above. */
void lines_row(struct lines *p, const char *label, const char *text);
/* lines_mark is lines_row with its label coloured. */
void lines_mark(struct lines *p, enum page_grade grade, const char *label,
                const char *text);
void lines_blank(struct lines *p);
/* lines_width counts characters (not bytes) of UTF-8 text. */
size_t lines_width(const char *text, size_t bytes);
/* lines_on and lines_off give the escape sequences around text of that grade;
 * "" where no colour is wanted. */
const char *lines_on(const struct lines *p, enum page_grade grade);
const char *lines_off(const struct lines *p, enum page_grade grade);

#endif
