/* SPDX-License-Identifier: MIT
 * What a request for a stream meets before there is one: credentials,
 * conditions, redirects and the faults among them. */
#ifndef WEIR_SERVER_STREAMS_GATE_H
#define WEIR_SERVER_STREAMS_GATE_H
#include "base/buf.h"
#include "streams/place.h"

struct conn;

/* gate_answers answers in the stream's place; false = open the stream. */
bool gate_answers(struct conn *c, struct slice topic, struct slice query);
/* gate_method answers a method in the routes' place. */
bool gate_method(struct conn *c);
/* gate_id.c: gate_last_id is the id that counts; p NULL = none.  text lends
 * room for one out of the query. */
struct slice gate_last_id(struct conn *c, struct slice query,
                          struct buf *text);
/* gate_refuses_id answers an id the faults make the server choke on. */
bool gate_refuses_id(struct conn *c, struct slice id, enum place_known known);

#endif
