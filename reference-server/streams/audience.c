/* SPDX-License-Identifier: MIT
 * A topic's subscribers; see audience.h. */
#include "streams/audience.h"

#include <stdlib.h>

#include "streams/streams.h"

struct audience *audience_open(struct streams *sv, uint32_t index,
                               timer_fn on_due)
{
  struct audience *a = sv->audiences[index];
  if(a)
    return a;
  a = calloc(1, sizeof(*a));
  if(!a)
    return NULL;
  a->streams = sv;
  a->index = index;
  a->view.hub = sv->hub;
  a->view.topic = hub_topic_at(sv->hub, index);
  a->view.encoder = &sv->encoder;
  a->timer.fn = on_due;
  sv->audiences[index] = a;
  return a;
}

void audience_free(struct audience *a)
{
  if(!a)
    return;
  schedule_clear(a->streams->http.schedule, &a->timer);
  view_fini(&a->view);
  free(a->subs);
  free(a);
}

static int grow(struct audience *a)
{
  uint32_t cap = a->cap ? 2 * a->cap : 16;
  struct stream **subs;
  if(a->count < a->cap)
    return 0;
  subs = realloc(a->subs, cap * sizeof(struct stream *));
  if(!subs)
    return E_NOMEM;
  a->subs = subs;
  a->cap = cap;
  return 0;
}

int audience_join(struct audience *a, struct stream *s,
                  const struct topic_request *r, uint64_t now_ns)
{
  struct streams *sv = a->streams;
  struct hub_topic *t = a->view.topic;
  uint64_t due;
  if(grow(a))
    return E_NOMEM;
  hub_lock(&t->lock);
  hub_topic_advance(t, now_ns);
  s->at.place = t->log.head_id;
  if(!a->count)
    a->head = s->at.place;
  hub_topic_configure(sv->hub, t, r, now_ns, false);
  atomic_fetch_add(&t->subscribers[sv->http.index], 1);
  due = hub_topic_due_ns(t);
  hub_unlock(&t->lock);
  schedule_set(sv->http.schedule, &a->timer, due);
  s->audience = a;
  s->slot = a->count;
  a->subs[a->count++] = s;
  return 0;
}

void audience_leave(struct audience *a, struct stream *s)
{
  struct stream *last = a->subs[--a->count];
  a->subs[s->slot] = last;
  last->slot = s->slot;
  atomic_fetch_sub(&a->view.topic->subscribers[a->streams->http.index], 1);
  s->audience = NULL;
  if(!a->count)
    schedule_clear(a->streams->http.schedule, &a->timer);
}
