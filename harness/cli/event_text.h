/* SPDX-License-Identifier: MIT
 * One event as weir watch shows it.  Pure. */
#ifndef WEIR_CLI_EVENT_TEXT_H
#define WEIR_CLI_EVENT_TEXT_H
#include "base/buf.h"
#include "sse/parser.h"

#define EVENT_TEXT_SHOWN 160 /* bytes of an event's data on a line */

/* event_text_readable appends bytes as one line that is harmless to a
 * terminal: control characters escaped, invalid UTF-8 replaced. */
void event_text_readable(struct buf *out, struct slice bytes);
/* event_text_line: gap, type, id, the beginning of the data; not yet made
 * readable. */
void event_text_line(struct buf *out, const struct sse_event *ev,
                     double gap_ms);
/* event_text_json: one JSON object with the whole data. */
void event_text_json(struct buf *out, const struct sse_event *ev,
                     double gap_ms);

#endif
