/* SPDX-License-Identifier: MIT
 * What nginx did, as pieces of the doctor's page; see nginx_render_html.c.
 * They read the document only. */
#ifndef WEIR_RESULT_NGINX_HTML_H
#define WEIR_RESULT_NGINX_HTML_H
#include "base/json.h"
#include "result/html.h"

/* nginx_html_find gives the one of a target's measurements or timelines over
 * that transport, of that probe if not NULL; NULL when there is none. */
json_t *nginx_html_find(json_t *list, const char *transport,
                        const char *probe);
/* nginx_html_timelines: when each event was written and when it came, as it is
 * and with the fix, on one scale; nothing where nginx was not run. */
void nginx_html_timelines(struct html *h, json_t *doc);
/* nginx_html_measured: every probe, as it is and with the fix, in a closed
 * section; nothing where nginx was not run. */
void nginx_html_measured(struct html *h, json_t *doc);
/* nginx_html_diff: what to change, what comes and what goes in colours. */
void nginx_html_diff(struct html *h, const char *diff);

#endif
