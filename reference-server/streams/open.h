/* SPDX-License-Identifier: MIT
 * Opening a subscriber. */
#ifndef WEIR_SERVER_STREAMS_OPEN_H
#define WEIR_SERVER_STREAMS_OPEN_H
#include "streams/stream.h"

/* stream_open answers a GET or HEAD of /stream[/TOPIC]; topic is decoded and
 * empty without one. */
void stream_open(struct conn *c, struct slice topic, struct slice query);
/* stream_open_direct is the same behind a redirect: /direct[/TOPIC]. */
void stream_open_direct(struct conn *c, struct slice topic,
                        struct slice query);
/* stream_of is the stream that owns c, or NULL. */
struct stream *stream_of(struct conn *c);

#endif
