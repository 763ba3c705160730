/* SPDX-License-Identifier: MIT
 * What a request for a stream meets before there is one: credentials,
 * conditions, redirects and the faults among them. */
#ifndef WEIR_SERVER_GATE_H
#define WEIR_SERVER_GATE_H
#include "base/slice.h"

struct conn;

/* gate_answers answers in the stream's place; false = open the stream. */
bool gate_answers(struct conn *c, struct slice topic, struct slice query);
/* gate_method answers a method in the routes' place. */
bool gate_method(struct conn *c);
/* gate_last_id is the Last-Event-ID that counts; p NULL = none. */
struct slice gate_last_id(const struct conn *c);
/* gate_refuses_id answers an id the faults make the server choke on; known =
 * it belongs to the stream. */
bool gate_refuses_id(struct conn *c, struct slice id, bool known);

#endif
