/* SPDX-License-Identifier: MIT
 * What becomes of one event on its way to one stream: when and at which place
 * it goes, whether it is left out, doubled or spoilt, and where a resume goes
 * on.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_DELIVERY_H
#define WEIR_SERVER_BEHAVIOURS_DELIVERY_H
#include "behaviours/hold.h"
#include "behaviours/memory.h"

/* The faults of a stream: its request's (own, may be NULL) go before those for
 * everybody. */
struct delivery {
  const struct fault_set *common, *own;
  uint64_t last; /* number of the stream's last event; 0 = endless */
};

struct fate {
  bool dropped, doubled, corrupt;
};

/* delivery_event_at is the event at a place of the wire. */
uint64_t delivery_event_at(const struct delivery *d, uint64_t place);
/* delivery_after is the place behind event id: where a resume goes on. */
uint64_t delivery_after(const struct delivery *d, uint64_t id);
/* delivery_fresh moves a start at "now" off the middle of an exchange, which
 * delivery_is_midst tells of. */
uint64_t delivery_fresh(const struct delivery *d, uint64_t place);
bool delivery_is_midst(const struct delivery *d, uint64_t place);
/* delivery_fate is what becomes of this event. */
struct fate delivery_fate(const struct delivery *d, uint64_t event);
/* delivery_leaks: another user's event is sent. */
bool delivery_leaks(const struct delivery *d, bool live);
/* delivery_hold is when events are held back, given when all are. */
struct hold delivery_hold(const struct delivery *d, const struct hold *all);
/* hold_read takes the periodic holds for everybody. */
void hold_read(struct hold *h, const struct fault_set *f);

bool delivery_ignores_id(const struct delivery *d);
/* delivery_replays_all: every stream begins with the oldest event. */
bool delivery_replays_all(const struct delivery *d);
/* delivery_forgets_newest: the newest id is taken for one from long ago. */
bool delivery_forgets_newest(const struct delivery *d);
/* delivery_resume is where a resume goes on that should at place. */
uint64_t delivery_resume(const struct delivery *d, struct memory *m,
                         uint64_t place);
/* delivery_consumes: what was replayed up to *consumed is not replayed again;
 * moves place, and *consumed to head. */
uint64_t delivery_consumes(const struct delivery *d, uint64_t place,
                           uint64_t head, uint64_t *consumed);
/* delivery_waits: nothing is sent after an id that is to come. */
bool delivery_waits(const struct delivery *d);
/* Of a stream's life, which these change while it goes on. */
bool delivery_is_silent(const struct delivery *d); /* no heartbeats */
bool delivery_leaks_slot(const struct delivery *d);

/* The order of swap-every=N: which event stands at which place on the wire, a
 * permutation of the numbers in which kN and kN+1 hold each other's event.
 * Because it is one, a Last-Event-ID names one place on the wire, and a
 * resumed stream goes on there: no event is lost or repeated that the fault
 * did not mean to. */

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
