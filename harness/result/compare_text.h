/* SPDX-License-Identifier: MIT
 * Phrases of a comparison; private to result/. */
#ifndef WEIR_RESULT_COMPARE_TEXT_H
#define WEIR_RESULT_COMPARE_TEXT_H
#include "base/buf.h"
#include "base/json.h"

/* All append and return 0 or a negative E_* code; m is a metric's row. */

/* "latency.p99 12.3 ms -> 15.1 ms (+22.8 %, 95 %: +15.0 to +30.2 %)" */
int compare_text_change(json_t *m, struct buf *out);
/* The value of one side: "12.3 ms", "5 of 4 runs", "-". */
int compare_text_value(json_t *m, const char *side, struct buf *out);
/* "+22.8 %", "+3" for counts, "-" where there is none. */
int compare_text_percent(json_t *m, struct buf *out);

#endif
