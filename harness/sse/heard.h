/* SPDX-License-Identifier: MIT
 * Whether a stream on which not one event was dispatched was silent, or said
 * something that no client can hear.  Pure. */
#ifndef WEIR_SSE_HEARD_H
#define WEIR_SSE_HEARD_H
#include <stdint.h>

/* What a line that is not blank is to a client. */
enum sse_line {
  SSE_LINE_UNKNOWN, /* a name that clients ignore */
  SSE_LINE_COMMENT,
  SSE_LINE_DATA,
  SSE_LINE_EVENT,
  SSE_LINE_ID,
  SSE_LINE_RETRY,
  SSE_LINE_KINDS /* how many there are */
};

struct sse_heard {
  uint64_t line[SSE_LINE_KINDS]; /* those whose end came */
  uint64_t cut; /* streams left inside a line that is no comment */
};

/* sse_unheard says, of a stream without an event, why what it said reached
 * nobody: the rest of a sentence that begins with what came.  NULL where it
 * said nothing: comments, ids, retries, or not a byte. */
const char *sse_unheard(const struct sse_heard *h);

#endif
