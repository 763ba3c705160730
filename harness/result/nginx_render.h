/* SPDX-License-Identifier: MIT
 * Renderers of weir.nginx/1 documents.  They read the document only; all
 * append to out and return 0 or a negative E_* code. */
#ifndef WEIR_RESULT_NGINX_RENDER_H
#define WEIR_RESULT_NGINX_RENDER_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/* nginx_render_text: the verdict, then findings worst first with the line of
 * the configuration, then the diff; explain: the long text of each. */
int nginx_render_text(json_t *doc, bool colour, bool explain, struct buf *out);
/* nginx_render_junit: one test case per finding, or one that passed. */
int nginx_render_junit(json_t *doc, struct buf *out);
/* nginx_render_github: annotations at file and line of the configuration. */
int nginx_render_github(json_t *doc, struct buf *out);
int nginx_render_markdown(json_t *doc, struct buf *out);
/* nginx_render_csv: one row per finding, with a header line. */
int nginx_render_csv(json_t *doc, struct buf *out);
/* nginx_render_html: one page without any request. */
int nginx_render_html(json_t *doc, struct buf *out);

/* For the renderers: "PASS" "FAIL" "INTERRUPTED". */
const char *nginx_render_verdict(json_t *doc);
/* "nginx.conf:21:9"; "" where a finding has no place. */
int nginx_render_place(json_t *finding, struct buf *out);
/* Rules of later findings that the first edit of this one mends too,
 * "nginx.a, nginx.b"; "" for none. */
int nginx_render_also(json_t *doc, json_t *finding, struct buf *out);

#endif
