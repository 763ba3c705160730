/* SPDX-License-Identifier: MIT
 * What becomes of one event; see delivery.h. */
#include "behaviours/delivery.h"

#include "base/clock.h"

/* --- order ----------------------------------------------------------------
 */

uint64_t wire_event_at(uint64_t every, uint64_t last, uint64_t place)
{
  if(!every || place < every)
    return place;
  if(place % every == 0)
    return last && place + 1 > last ? place : place + 1;
  if(place % every == 1)
    return place - 1;
  return place;
}

uint64_t wire_place_after(uint64_t every, uint64_t last, uint64_t id)
{
  /* An exchange of neighbours is its own inverse. */
  return wire_event_at(every, last, id) + 1;
}

uint64_t wire_fresh_place(uint64_t every, uint64_t place)
{
  if(!every || place < every)
    return place;
  if(place % every == 0)
    return place + 2;
  if(place % every == 1)
    return place + 1;
  return place;
}

bool wire_hits(uint64_t every, uint64_t id)
{
  return every && id % every == 0;
}

/* --- what is on ---------------------------------------------------------- */

static uint64_t on(const struct delivery *d, enum fault f)
{
  return fault_effective(d->common, d->own, f);
}

uint64_t delivery_event_at(const struct delivery *d, uint64_t place)
{
  return wire_event_at(on(d, FAULT_SWAP_EVERY), d->last, place);
}

uint64_t delivery_after(const struct delivery *d, uint64_t id)
{
  return wire_place_after(on(d, FAULT_SWAP_EVERY), d->last, id);
}

uint64_t delivery_fresh(const struct delivery *d, uint64_t place)
{
  return wire_fresh_place(on(d, FAULT_SWAP_EVERY), place);
}

bool delivery_is_midst(const struct delivery *d, uint64_t place)
{
  uint64_t swap = on(d, FAULT_SWAP_EVERY);
  return swap && place > swap && place % swap == 1;
}

struct fate delivery_fate(const struct delivery *d, uint64_t event)
{
  return (struct fate){wire_hits(on(d, FAULT_DROP_EVERY), event),
                       wire_hits(on(d, FAULT_DUP_EVERY), event),
                       wire_hits(on(d, FAULT_CORRUPT_EVERY), event)};
}

bool delivery_leaks(const struct delivery *d, bool live)
{
  return on(d, FAULT_LEAK_USER) || (!live && on(d, FAULT_CROSS_USER));
}

static void read_hold(struct hold *h, uint64_t burst_ms, uint64_t stall_ms)
{
  if(burst_ms)
    h->burst_ns = burst_ms * NS_PER_MS;
  if(stall_ms > FAULT_STALL_MAX)
    stall_ms = FAULT_STALL_MAX;
  if(stall_ms)
    h->stall_ns = stall_ms * NS_PER_MS;
}

struct hold delivery_hold(const struct delivery *d, const struct hold *all)
{
  struct hold h = *all;
  if(d->own)
    read_hold(&h, d->own->v[FAULT_BURST], d->own->v[FAULT_STALL]);
  return h;
}

void hold_read(struct hold *h, const struct fault_set *f)
{
  h->burst_ns = h->stall_ns = 0;
  read_hold(h, f->v[FAULT_BURST], f->v[FAULT_STALL]);
}

bool delivery_ignores_id(const struct delivery *d)
{
  return on(d, FAULT_IGNORE_LAST_ID) != 0;
}

bool delivery_replays_all(const struct delivery *d)
{
  return on(d, FAULT_REPLAY_ALL) != 0;
}

bool delivery_forgets_newest(const struct delivery *d)
{
  return on(d, FAULT_RESUME_NEWEST_ALL) != 0;
}

uint64_t delivery_resume(const struct delivery *d, struct memory *m,
                         uint64_t place)
{
  if(on(d, FAULT_RESUME_INCLUSIVE) && place > 1)
    place--;
  if(on(d, FAULT_RESUME_SKIP_ONE))
    place++;
  return on(d, FAULT_RESUME_AFTER_RST_LATE) ? memory_place(m, place) : place;
}

uint64_t delivery_consumes(const struct delivery *d, uint64_t place,
                           uint64_t head, uint64_t *consumed)
{
  if(on(d, FAULT_CONSUME_QUEUE) && place < *consumed)
    place = *consumed;
  *consumed = head;
  return place;
}

bool delivery_waits(const struct delivery *d)
{
  return on(d, FAULT_FUTURE_STALL) != 0;
}

bool delivery_is_silent(const struct delivery *d)
{
  return on(d, FAULT_NO_HEARTBEAT) != 0;
}

bool delivery_leaks_slot(const struct delivery *d)
{
  return on(d, FAULT_SLOT_LEAK) != 0;
}
