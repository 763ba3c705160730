/* SPDX-License-Identifier: MIT
 * Where a resumed stream goes on, and the faults in that. */
#ifndef WEIR_SERVER_STREAMS_PLACE_H
#define WEIR_SERVER_STREAMS_PLACE_H
#include "base/slice.h"
#include "behaviours/gate.h"
#include "streams/audience.h"

/* place_number reads an id that is a plain number. */
bool place_number(struct slice text, uint64_t *id);
/* place_find is where the topic's stream goes on behind the id. */
uint64_t place_find(const struct stream *s, struct slice last_id,
                    enum id_known *known);
/* place_known tells of an id before there is a stream; index of the topic, -1
 * = a generator of its own, which knows all numbers. */
enum id_known place_known(struct conn *c, int32_t index, struct slice id);
/* place_resume sets where s goes on. */
void place_resume(struct stream *s, uint64_t place);
/* place_is_finished: the client has the last event of a stream that ends. */
bool place_is_finished(const struct stream *s, struct slice last_id);

#endif
