/* SPDX-License-Identifier: MIT
 * What a subscriber is sent next, and when. */
#ifndef WEIR_SERVER_STREAMS_FEED_H
#define WEIR_SERVER_STREAMS_FEED_H
#include "streams/stream.h"

/* stream_feed sends what is due and may be sent, and sets the timer for the
 * rest.  May close the connection. */
void stream_feed(struct stream *s, uint64_t now_ns);
/* stream_drained is called when the queue has room again. */
void stream_drained(struct conn *c);
void stream_on_timer(struct timer *t, uint64_t now_ns);

#endif
