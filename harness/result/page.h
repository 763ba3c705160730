/* SPDX-License-Identifier: MIT
 * Lines of at most 80 columns with a label in front, for render_text. */
#ifndef WEIR_RESULT_PAGE_H
#define WEIR_RESULT_PAGE_H
#include <stdbool.h>

#include "base/buf.h"

#define PAGE_COLUMNS 80
#define PAGE_LABEL   14

enum page_colour { PAGE_PLAIN, PAGE_GOOD, PAGE_BAD, PAGE_WARN, PAGE_DIM };

struct page {
  struct buf *out; /* borrowed */
  bool colour;     /* escape sequences are wanted */
  int rc;          /* the first failure; adding goes on doing nothing */
};

/* page_row writes "label         text", wrapping text at spaces.  Labels
 * longer than their column push the text; "" continues the row above. */
void page_row(struct page *p, const char *label, const char *text);
/* page_rowf is page_row with a format. */
void page_rowf(struct page *p, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* page_mark is page_row with its label coloured. */
void page_mark(struct page *p, enum page_colour c, const char *label,
               const char *text);
/* page_verdict is page_mark for "PASS", "FAIL" and what is neither. */
void page_verdict(struct page *p, const char *verdict, const char *sentence);
void page_blank(struct page *p);
/* page_width counts characters (not bytes) of UTF-8 text. */
size_t page_width(const char *text, size_t bytes);

#endif
