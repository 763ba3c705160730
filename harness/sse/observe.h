/* SPDX-License-Identifier: MIT
 * What a parser accepts in silence: the judgement of single lines.  Private to
 * the sse room; runs only where somebody listens. */
#ifndef WEIR_SSE_OBSERVE_H
#define WEIR_SSE_OBSERVE_H
#include "sse/parser.h"

#define OBSERVE_LINE_MAX 256 /* bytes of a line shown to the listener */

/* observe_line reports all that is odd about one complete line, which began at
 * stream offset at: first its encoding, then its field. */
void observe_line(const struct parser *p, struct slice line, uint64_t at);
/* observe_eol reports a kind of line end the first time it is seen. */
void observe_eol(struct parser *p, enum sse_observation_kind kind,
                 uint64_t at);
/* observe_report calls the listener; line is cut to OBSERVE_LINE_MAX. */
void observe_report(const struct parser *p, enum sse_observation_kind kind,
                    uint64_t at, struct slice line);

#endif
