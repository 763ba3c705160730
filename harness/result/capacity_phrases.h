/* SPDX-License-Identifier: MIT
 * Pieces of text of capacity documents.  All append to out and return its
 * rc. */
#ifndef WEIR_RESULT_CAPACITY_PHRASES_H
#define WEIR_RESULT_CAPACITY_PHRASES_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/* For progress: one step as a line of at most 80 columns, and the heading of
 * such lines. */
#define CAPACITY_STEP_HEADING                                                 \
  "step           phase        load  failed    lost events/s       p99"
int capacity_step_line(json_t *step, struct buf *out);
/* "12.3 KiB a stream (R2 0.998), 1.20 us CPU an event (R2 0.98)"; nothing
 * where no slope is known. */
int capacity_costs_text(json_t *slopes, struct buf *out);
/* The objectives, joined by "; ". */
int capacity_slo_text(json_t *doc, struct buf *out);

#endif
