/* SPDX-License-Identifier: MIT
 * Renderers of weir.capacity/1 documents.  They read the document only; all
 * append to out and return 0 or a negative E_* code. */
#ifndef WEIR_RESULT_CAPACITY_RENDER_H
#define WEIR_RESULT_CAPACITY_RENDER_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/* capacity_render_text: the sentence, what ran out and what to do, the costs,
 * then one line per step. */
int capacity_render_text(json_t *doc, bool colour, struct buf *out);
/* capacity_render_junit: "a capacity was found", "what is required holds"
 * (with --require) and "the reference server was measured". */
int capacity_render_junit(json_t *doc, struct buf *out);
int capacity_render_github(json_t *doc, struct buf *out);
int capacity_render_markdown(json_t *doc, struct buf *out);
/* capacity_render_csv: one row per step, with a header line. */
int capacity_render_csv(json_t *doc, struct buf *out);

/* For the renderers and for progress: one step as a line of at most 80
 * columns, and the heading of such lines. */
#define CAPACITY_STEP_HEADING                                                 \
  "step           phase        load  failed    lost events/s       p99"
int capacity_step_line(json_t *step, struct buf *out);
/* "PASS", "FAIL", "INVALID", "INTERRUPTED"; never NULL. */
const char *capacity_render_verdict(json_t *doc);
/* "12.3 KiB a stream (R2 0.998), 1.20 us CPU an event (R2 0.98)"; nothing
 * where no slope is known. */
int capacity_costs_text(json_t *slopes, struct buf *out);
/* The objectives, joined by "; ". */
int capacity_slo_text(json_t *doc, struct buf *out);

#endif
