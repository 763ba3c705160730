/* SPDX-License-Identifier: MIT
 * The head of a stream's response, with and without a body behind it. */
#ifndef WEIR_SERVER_STREAMS_HEAD_H
#define WEIR_SERVER_STREAMS_HEAD_H
#include "streams/stream.h"

/* stream_send_head sends the head and, in the same write, first (whole
 * lines), so that a client and every proxy sees the stream open at once. */
int stream_send_head(struct stream *s, const char *first);
/* stream_answer_head answers HEAD. */
void stream_answer_head(struct stream *s);
/* stream_wants_coding tells whether the body is to be compressed. */
bool stream_wants_coding(struct conn *c, bool asked);

#endif
