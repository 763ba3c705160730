/* SPDX-License-Identifier: MIT
 * What a capacity document concludes from its steps, and how that is
 * said. */
#ifndef WEIR_CAPACITY_CAPACITY_CLOSE_H
#define WEIR_CAPACITY_CAPACITY_CLOSE_H
#include "base/buf.h"
#include "base/json.h"

/* capacity_slopes fits the server's memory and CPU over the steps of one side
 * ("target" or "reference"); {"memory": ..., "cpu_per_stream": ...,
 * "cpu_per_event": ...}, each {slope, base, r2, points} or null.  null where
 * no server process was known.  New reference, NULL without memory. */
json_t *capacity_slopes(json_t *steps, const char *side);
/* capacity_ratio compares two "knee" objects: {value, relation}; relation is
 * "equal", "at_most", "at_least" or "unknown" (value null). */
json_t *capacity_ratio(json_t *target, json_t *reference);
/* capacity_decide sets "verdict" and "sentence" of a document that has
 * everything else.  0 or E_NOMEM. */
int capacity_decide(json_t *doc);
/* capacity_load appends "5,000 streams" in the document's unit. */
int capacity_load(json_t *doc, uint64_t load, struct buf *out);
/* capacity_ratio_text appends "0.66 of weir-server here (7,600 streams)";
 * nothing without a reference. */
int capacity_ratio_text(json_t *doc, struct buf *out);

#endif
