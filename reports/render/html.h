/* SPDX-License-Identifier: MIT
 * Pieces of the HTML page; private to reports/render. */
#ifndef WEIR_REPORTS_HTML_H
#define WEIR_REPORTS_HTML_H
#include "reports/render/report.h"
#include "result/html.h"

/* report_base64 appends bytes in Base64. */
void report_base64(struct html *h, struct slice s);
/* report_result appends everything about one result; note as in report_html.
 */
void report_result(struct html *h, const struct report_input *in, size_t at,
                   const struct report_options *o, char *note);
/* report_head: verdict, sentence and the three numbers. */
void report_head(struct html *h, const struct report_input *in, size_t at);
/* report_tables: what a kind of document has in rows. */
void report_tables(struct html *h, json_t *doc);
/* report_facts: method, validity, environment. */
void report_facts(struct html *h, json_t *doc);
/* "A" for the first result, and so on. */
char report_letter(size_t i);

#endif
