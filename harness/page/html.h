/* SPDX-License-Identifier: MIT
 * Pieces of HTML, private to page/.  Markup is written as it is, text is
 * escaped; failures are the buffer's. */
#ifndef WEIR_PAGE_HTML_H
#define WEIR_PAGE_HTML_H
#include "page/page.h"

/* html_wrap appends escaped text between two pieces of markup. */
void html_wrap(struct buf *out, const char *before, const char *text,
               const char *after);
/* The class of a grade in the style sheet. */
const char *html_class(enum page_grade grade);
/* "A" for the first of several results, and so on. */
void html_letter(struct buf *out, size_t at);

/* The findings of page number `at`, those of the worst grades open.  Their
 * anchors are "cAT-ID", those of the logs "rAT-NAME". */
void html_findings(const struct page_block *b, size_t at, struct buf *out);
/* All findings side by side, a column a page, folded by group. */
void html_matrix(const struct page *const *p, size_t count, struct buf *out);
/* What is no finding. */
void html_facts(const struct page_block *b, struct buf *out);
void html_table(const struct page_block *b, struct buf *out);
void html_diff(const struct page_block *b, struct buf *out);
void html_log(const struct page_block *b, size_t at, struct buf *out);
void html_picture(const struct page_block *b, struct buf *out);

#endif
