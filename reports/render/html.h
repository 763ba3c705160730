/* SPDX-License-Identifier: MIT
 * Pieces of the HTML page; private to reports/render. */
#ifndef WEIR_REPORTS_HTML_H
#define WEIR_REPORTS_HTML_H
#include "reports/render/report.h"
#include "result/html.h"

/* html_base64 appends bytes in Base64. */
void html_base64(struct html *h, struct slice s);
/* html_result appends everything about one result; note as in report_html. */
void html_result(struct html *h, const struct report_input *in, size_t at,
                 const struct report_options *o, char *note);
/* html_head: verdict, sentence and the three numbers. */
void html_head(struct html *h, const struct report_input *in, size_t at);
/* html_tables: what a kind of document has in rows. */
void html_tables(struct html *h, json_t *doc);
/* html_facts: method, validity, environment. */
void html_facts(struct html *h, json_t *doc);
/* "A" for the first result, and so on. */
char report_letter(size_t i);

#endif
