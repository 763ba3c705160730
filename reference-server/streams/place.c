/* SPDX-License-Identifier: MIT
 * Where a resumed stream goes on; see place.h. */
#include "streams/place.h"

#include "behaviours/wire_order.h"
#include "streams/streams.h"

bool place_number(struct slice text, uint64_t *id)
{
  uint64_t v = 0;
  if(!text.n || text.n > 18)
    return false;
  for(size_t i = 0; i < text.n; i++) {
    if(text.p[i] < '0' || text.p[i] > '9')
      return false;
    v = v * 10 + (uint64_t)(text.p[i] - '0');
  }
  *id = v;
  return true;
}

/* The topic's lock is held.  *number is set unless the id is unknown. */
static enum place_known look_up(const struct replay_log *log, struct slice id,
                                uint64_t *number)
{
  *number = replay_log_find(log, id);
  if(!*number && !place_number(id, number))
    return PLACE_UNKNOWN;
  if(*number >= log->head_id)
    return PLACE_FUTURE;
  return *number + 1 < replay_log_oldest(log) ? PLACE_EXPIRED : PLACE_KEPT;
}

uint64_t place_find(const struct stream *s, struct slice last_id,
                    enum place_known *known)
{
  struct hub_topic *t = s->audience->view.topic;
  uint64_t swap = stream_fault(s, FAULT_SWAP_EVERY);
  uint64_t id, place;
  hub_lock(&t->lock);
  *known = look_up(&t->log, last_id, &id);
  place = *known == PLACE_UNKNOWN || *known == PLACE_FUTURE
              ? replay_log_oldest(&t->log)
              : wire_place_after(swap, s->last, id);
  hub_unlock(&t->lock);
  return place;
}

enum place_known place_known(struct conn *c, int32_t index, struct slice id)
{
  struct hub_topic *t;
  uint64_t number;
  enum place_known known;
  if(index < 0)
    return place_number(id, &number) ? PLACE_KEPT : PLACE_UNKNOWN;
  t = hub_topic_at(streams_of(c)->hub, (uint32_t)index);
  hub_lock(&t->lock);
  known = look_up(&t->log, id, &number);
  hub_unlock(&t->lock);
  return known;
}

/* A place in the middle of an exchange: the client has its first half. */
void place_resume(struct stream *s, uint64_t place)
{
  uint64_t swap = stream_fault(s, FAULT_SWAP_EVERY);
  if(stream_fault(s, FAULT_RESUME_INCLUSIVE) && place > 1)
    place--;
  if(stream_fault(s, FAULT_RESUME_SKIP_ONE))
    place++;
  if(stream_fault(s, FAULT_RESUME_AFTER_RST_LATE))
    place = remember_place(s->conn, place);
  s->at.place = place;
  s->at.swap_led = swap && place > swap && place % swap == 1;
}

bool place_is_finished(const struct stream *s, struct slice last_id)
{
  uint64_t id;
  return s->last && last_id.p && place_number(last_id, &id) &&
         wire_place_after(stream_fault(s, FAULT_SWAP_EVERY), s->last, id) >
             s->last;
}
