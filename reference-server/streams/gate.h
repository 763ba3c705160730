/* SPDX-License-Identifier: MIT
 * What a request for a stream meets before there is one: credentials, and
 * what faults answer in its place (behaviours/gate.h). */
#ifndef WEIR_SERVER_STREAMS_GATE_H
#define WEIR_SERVER_STREAMS_GATE_H
#include "base/buf.h"
#include "behaviours/gate.h"
#include "streams/place.h"

struct conn;

/* All answer in the stream's place; false = go on. */
bool gate_answers_method(struct conn *c);
bool gate_answers(struct conn *c, struct slice query);
bool gate_answers_id(struct conn *c, struct slice id, enum id_known known);
/* gate_last_id (last_id.c) is the id that counts; p NULL = none.  text lends
 * room for one out of the query. */
struct slice gate_last_id(struct conn *c, struct slice query,
                          struct buf *text);

#endif
