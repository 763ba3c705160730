/* SPDX-License-Identifier: MIT
 * One histogram as JSON: the HdrHistogram text, with beside it what that
 * rounds or leaves out.
 *   {"count", "min_ns", "max_ns", "sum_ns", "clamped", "hdr"} */
#ifndef WEIR_METRICS_HIST_JSON_H
#define WEIR_METRICS_HIST_JSON_H
#include "base/json.h"
#include "metrics/hist.h"

/* hist_to_json: a new reference, or NULL without memory.  An empty histogram
 * has a min_ns of null. */
json_t *hist_to_json(const struct hist *h);
/* hist_from_json fills *h, which must be empty.  "count" and "hdr" must be
 * there; the others, if they are, must fit them.  Returns 0, E_SYNTAX,
 * E_MISMATCH or E_NOMEM; *h is then to be thrown away. */
int hist_from_json(struct hist *h, json_t *j, struct err *e);

#endif
