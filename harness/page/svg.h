/* SPDX-License-Identifier: MIT
 * A picture of gnuplot's as a part of a page; private to page/. */
#ifndef WEIR_PAGE_SVG_H
#define WEIR_PAGE_SVG_H
#include "base/buf.h"

/* svg_inline appends the <svg> element of a file: its ids are prefixed, so
 * that several stand on one page, and the colours that reports/plots/style.gp
 * names become the page's own, for dark mode and print.  alt is read to those
 * who do not see it. */
int svg_inline(struct slice svg, const char *alt, struct buf *out);

#endif
