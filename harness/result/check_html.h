/* SPDX-License-Identifier: MIT
 * Private to the page of conformance results (check_html*.c). */
#ifndef WEIR_RESULT_CHECK_HTML_H
#define WEIR_RESULT_CHECK_HTML_H
#include "base/json.h"
#include "result/html.h"

/* The class of a verdict in the style sheet. */
const char *check_html_class(const char *verdict);
/* The letter (or number) of a column, where there are several. */
void check_html_mark(struct html *h, size_t column);
/* All checks of a document, worst first, and its wire logs.  Anchors are
 * "cCOLUMN-ID" and "rCOLUMN-NAME". */
void check_html_details(struct html *h, json_t *doc, size_t column,
                        bool named);

#endif
