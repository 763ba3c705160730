/* SPDX-License-Identifier: MIT
 * Renderers of weir.check/1 documents.  They read the document only; all
 * append to out and return 0 or a negative E_* code. */
#ifndef WEIR_RESULT_CHECK_RENDER_H
#define WEIR_RESULT_CHECK_RENDER_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/* check_render_text: the summary line, then what is not PASS, worst first,
 * with its proof and its fix; verbose: every check. */
int check_render_text(json_t *doc, bool colour, bool verbose, struct buf *out);
/* check_render_junit: one test case per check.  What fails is a <failure>,
 * ERROR an <error>, SKIP and UNTESTABLE are <skipped> with the word in front
 * of the reason. */
int check_render_junit(json_t *doc, struct buf *out);
int check_render_github(json_t *doc, struct buf *out);
int check_render_markdown(json_t *doc, struct buf *out);
/* check_render_csv: one row per check, with a header line. */
int check_render_csv(json_t *doc, struct buf *out);
/* check_render_html: one page without any request, a column per document: the
 * matrix, and below it each check with its evidence and wire log. */
int check_render_html(json_t *const *docs, size_t count, struct buf *out);

#define CHECK_RENDER_MAX_DOCS 64

/* For the renderers themselves: how bad a verdict is, 0 the worst (FAIL,
 * ERROR, WARN, UNTESTABLE, INFO, SKIP, PASS). */
int check_render_rank(const char *verdict);
#define CHECK_RENDER_RANKS 7
/* "PASS", "FAIL", "ERROR", "UNREACHABLE" or "INTERRUPTED"; never NULL. */
const char *check_render_verdict(json_t *doc);

#endif
