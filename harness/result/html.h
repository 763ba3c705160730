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

/* hx_add appends markup as it is. */
void hx_add(struct html *h, const char *markup);
/* hx_text escapes; also for attributes in double quotes. */
void hx_text(struct html *h, const char *text);
/* hx_wrap appends escaped text between two pieces of markup. */
void hx_wrap(struct html *h, const char *before, const char *text,
             const char *after);
/* hx_number appends markup and a number behind it. */
void hx_number(struct html *h, const char *before, size_t n);

#endif
