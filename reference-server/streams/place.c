/* SPDX-License-Identifier: MIT
 * Where a resumed stream goes on; see place.h. */
#include "streams/place.h"

#include "base/clock.h"
#include "streams/streams.h"

static bool place_number(struct slice text, uint64_t *id)
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
static enum id_known look_up(const struct replay_log *log, struct slice id,
                             uint64_t *number)
{
  *number = replay_log_find(log, id);
  if(!*number && !place_number(id, number))
    return ID_UNKNOWN;
  if(*number >= log->head_id)
    return ID_FUTURE;
  return *number + 1 < replay_log_oldest(log) ? ID_EXPIRED : ID_KEPT;
}

enum id_known place_find(const struct stream *s, int32_t index,
                         struct slice id, uint64_t *place)
{
  struct delivery d = stream_delivery(s);
  struct hub_topic *t;
  enum id_known known;
  uint64_t number = 0;
  if(index < 0) {
    known = place_number(id, &number) ? ID_KEPT : ID_UNKNOWN;
    *place = known == ID_KEPT ? delivery_after(&d, number) : 1;
    return known;
  }
  t = hub_topic_at(streams_of(s->conn)->hub, (uint32_t)index);
  hub_lock(&t->lock);
  hub_topic_advance(t, clock_mono_ns());
  known = look_up(&t->log, id, &number);
  if(known == ID_KEPT && number + 1 == t->log.head_id &&
     delivery_forgets_newest(&d))
    number = replay_log_oldest(&t->log) - 1;
  *place = known == ID_UNKNOWN || known == ID_FUTURE
               ? replay_log_oldest(&t->log)
               : delivery_after(&d, number);
  hub_unlock(&t->lock);
  return known;
}

uint64_t place_oldest(const struct stream *s, uint32_t index)
{
  struct hub_topic *t = hub_topic_at(streams_of(s->conn)->hub, index);
  uint64_t place;
  hub_lock(&t->lock);
  hub_topic_advance(t, clock_mono_ns());
  place = replay_log_oldest(&t->log);
  hub_unlock(&t->lock);
  return place;
}

/* A place in the middle of an exchange: the client has its first half. */
void place_resume(struct stream *s, uint64_t place)
{
  struct delivery d = stream_delivery(s);
  s->at.place = delivery_resume(&d, &streams_of(s->conn)->memory, place);
  s->at.swap_led = delivery_is_midst(&d, s->at.place);
}

bool place_is_finished(const struct stream *s, struct slice last_id)
{
  struct delivery d = stream_delivery(s);
  uint64_t id;
  return s->last && last_id.p && place_number(last_id, &id) &&
         delivery_after(&d, id) > s->last;
}
