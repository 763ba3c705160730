/* SPDX-License-Identifier: MIT
 * Where a resumed stream goes on, and the faults in that. */
#ifndef WEIR_SERVER_STREAMS_PLACE_H
#define WEIR_SERVER_STREAMS_PLACE_H
#include "base/slice.h"
#include "streams/audience.h"

/* What an id means to a stream. */
enum id_known {
  ID_UNKNOWN, /* it was never given */
  ID_FUTURE,  /* a number that is to come */
  ID_EXPIRED, /* older than the history */
  ID_KEPT
};

/* place_find is where a stream goes on behind the id; index of the topic, -1 =
 * a generator of its own, which knows all numbers. */
enum id_known place_find(const struct stream *s, int32_t index,
                         struct slice id, uint64_t *place);
/* place_oldest is the first that a topic keeps. */
uint64_t place_oldest(const struct stream *s, uint32_t index);
/* place_resume sets where s goes on. */
void place_resume(struct stream *s, uint64_t place);
/* place_is_finished: the client has the last event of a stream that ends. */
bool place_is_finished(const struct stream *s, struct slice last_id);

#endif
