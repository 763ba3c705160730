/* SPDX-License-Identifier: MIT
 * Fault family "order": which event stands at which place on the wire.
 *
 * swap-every=N is a permutation of the numbers: places kN and kN+1 hold each
 * other's event.  Because it is one, a Last-Event-ID names one place on the
 * wire, and a resumed stream goes on there: no event is lost or repeated that
 * the fault did not mean to.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_WIRE_ORDER_H
#define WEIR_SERVER_BEHAVIOURS_WIRE_ORDER_H
#include <stdbool.h>
#include <stdint.h>

/* wire_event_at is the event at a place (both from 1).  every = 0: no fault.
 * last = the last number of the stream, 0 = endless: its event has no partner
 * behind it. */
uint64_t wire_event_at(uint64_t every, uint64_t last, uint64_t place);
/* wire_place_after is the place behind event id: where a resume goes on. */
uint64_t wire_place_after(uint64_t every, uint64_t last, uint64_t id);
/* wire_fresh_place moves a start at "now" off the middle of an exchange. */
uint64_t wire_fresh_place(uint64_t every, uint64_t place);
/* wire_hits tells whether event id is one of every Nth; every 0: never. */
bool wire_hits(uint64_t every, uint64_t id);

#endif
