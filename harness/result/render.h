/* SPDX-License-Identifier: MIT
 * Renderers: from a weir.load/1 document to what people and CI systems read.
 * They read the document only; all append to out and return 0 or a negative
 * E_* code. */
#ifndef WEIR_RESULT_RENDER_H
#define WEIR_RESULT_RENDER_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/* render_text: one screen, the verdict first, at most 80 columns. */
int render_text(json_t *doc, bool colour, struct buf *out);
/* render_csv: the timeline, one row per slice, with a header line. */
int render_csv(json_t *doc, struct buf *out);
/* render_junit: XML with one test case per threshold, one for validity and
 * one for "streams opened". */
int render_junit(json_t *doc, struct buf *out);
/* render_github: workflow commands (::error, ::notice), one per line. */
int render_github(json_t *doc, struct buf *out);
/* render_markdown: for job summaries and pull requests. */
int render_markdown(json_t *doc, struct buf *out);

#endif
