/* SPDX-License-Identifier: MIT
 * The order of events on the wire; see wire_order.h. */
#include "behaviours/wire_order.h"

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
