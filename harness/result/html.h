/* SPDX-License-Identifier: MIT
 * Pieces of a page of HTML, added one after the other: conformance results,
 * the doctor's findings, reports. */
#ifndef WEIR_RESULT_HTML_H
#define WEIR_RESULT_HTML_H
#include "base/buf.h"

struct html {
  struct buf *out; /* borrowed */
  int rc;          /* the first failure; adding goes on doing nothing */
};

/* html_add appends markup as it is. */
void html_add(struct html *h, const char *markup);
/* html_text escapes; also for attributes in double quotes. */
void html_text(struct html *h, const char *text);
/* html_wrap appends escaped text between two pieces of markup. */
void html_wrap(struct html *h, const char *before, const char *text,
               const char *after);
/* html_number appends markup and a number behind it. */
void html_number(struct html *h, const char *before, size_t n);

#endif
