/* SPDX-License-Identifier: MIT
 * Head sections as received: where one ends, its status line, its field lines.
 * Private to recording/ and the recorder.  Reads what servers really send:
 * odd lines are kept as they are, for checks to complain about. */
#ifndef WEIR_RECORDING_HEAD_H
#define WEIR_RECORDING_HEAD_H
#include "recording/recording.h"

#define HEAD_MAX_LINES 8192 /* more are left out of line[], not of bytes */

/* head_end returns the length of the head section at the start of text, its
 * blank line included, or 0 while that has not come.  Lines may end in LF
 * alone.  from: where an earlier search of the same text stopped. */
size_t head_end(struct slice text, size_t from);
/* head_parse fills status, version and line from bytes; lines of an earlier
 * parse are dropped.  0 or E_NOMEM. */
int head_parse(struct message_head *h);
/* head_parse_fields does so where there is no status line (trailers). */
int head_parse_fields(struct message_head *h);
void head_init(struct message_head *h);
void head_free(struct message_head *h);

#endif
