/* SPDX-License-Identifier: MIT
 * Test help: all that a parser tells, written down as one text, so that two
 * runs over the same bytes can be compared.  Used by the tests and the fuzz
 * target, never by weir itself. */
#ifndef WEIR_SSE_TRANSCRIPT_H
#define WEIR_SSE_TRANSCRIPT_H
#include "base/buf.h"
#include "sse/parser.h"

struct transcript {
  struct buf text; /* owned */
  size_t events;
  size_t data_bytes;     /* of all events */
  uint64_t event_offset; /* of the last event */
};

/* transcript_callbacks fills in callbacks whose ctx is a struct transcript.
 * With events_only it writes just events, their UTF-8 repaired, in the words
 * of transcript_add_event. */
void transcript_callbacks(struct parser_callbacks *on, bool events_only);
/* transcript_add_event writes one event the way events_only does. */
void transcript_add_event(struct buf *text, struct slice type,
                          struct slice data, struct slice id);
void transcript_clear(struct transcript *t);
void transcript_free(struct transcript *t);

#endif
