/* SPDX-License-Identifier: MIT
 * Thresholds against a summary, and the verdict of a document.  Works on JSON,
 * so that a merged or re-read document is judged by the same code. */
#ifndef WEIR_LOAD_GATE_H
#define WEIR_LOAD_GATE_H
#include "base/json.h"
#include "document/exit_code.h"
#include "scenario/scenario.h"

/* gate_from_scenario lists the thresholds, not yet observed; where the
 * scenario has none, the default ones, marked "default", unless it declines
 * them.  New reference, NULL without memory. */
json_t *gate_from_scenario(const struct scenario *s);
/* gate_add appends a threshold of weir's own, marked "default".  0 or E_*. */
int gate_add(json_t *list, const char *expression);
#define GATE_PRESENT "connections.present >= 99%"
/* gate_apply observes each threshold in the summary and sets its "observed",
 * "pass" and "why" (null, or why there is nothing to compare: that is not
 * passed, unless by a default one).  Returns 0 or E_NOMEM. */
int gate_apply(json_t *thresholds, json_t *summary);
/* gate_decide sets the document's "verdict" and "sentence" from everything
 * else in it.  Returns 0 or E_NOMEM. */
int gate_decide(json_t *doc);
/* gate_exit_code is what a command that judged doc exits with. */
enum exit_code gate_exit_code(json_t *doc);
/* gate_nothing_opened: not one stream, so nothing about the target. */
bool gate_nothing_opened(json_t *doc);
/* gate_observed appends the observed value of one threshold as people read
 * it ("0.45 ms", "12", "0.03%", "no data"). */
int gate_observed(json_t *threshold, struct buf *out);

#endif
