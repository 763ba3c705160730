/* SPDX-License-Identifier: MIT
 * A topic's new events to all its subscribers at one worker. */
#ifndef WEIR_SERVER_STREAMS_FANOUT_H
#define WEIR_SERVER_STREAMS_FANOUT_H
#include "streams/audience.h"

/* fanout_pump offers all new events to the subscribers and sets the timer. */
void fanout_pump(struct audience *a, uint64_t now_ns);
/* fanout_due is the audience's timer's. */
void fanout_due(struct timer *t, uint64_t now_ns);

#endif
