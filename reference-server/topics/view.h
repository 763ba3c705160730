/* SPDX-License-Identifier: MIT
 * One worker's view of a topic: its subscribers there, and the events it has
 * formatted.  Each event is formatted once per worker and written to all
 * subscribers from the same block. */
#ifndef WEIR_SERVER_TOPICS_VIEW_H
#define WEIR_SERVER_TOPICS_VIEW_H
#include "http/timer_heap.h"
#include "topics/block.h"
#include "topics/hub.h"

struct server;
struct stream;

#define VIEW_SLOTS      32u
#define VIEW_SLOT_BYTES 65536u /* larger events share one slot */

/* A formatted event; the block's bytes stand as one chunk. */
struct view_event {
  uint64_t id;         /* 0 = unused */
  uint64_t t_ns;       /* due or published */
  struct block *block; /* owned reference */
  char *user;          /* owned; NULL = for all */
};

struct view {
  struct server *server;
  struct hub_topic *topic; /* shared */
  uint32_t index;
  uint64_t head;        /* events below it were offered to subscribers */
  uint64_t consumed;    /* by a resume, where a fault says so */
  struct stream **subs; /* owned list of borrowed streams */
  uint32_t count, cap;
  struct timer timer; /* the generator's next event */
  struct view_event cache[VIEW_SLOTS + 1];
};

/* view_open finds or makes the worker's view.  NULL without memory. */
struct view *view_open(struct server *sv, uint32_t index);
void view_free(struct view *v);
/* view_add joins s at "now" (its place becomes the head).  The generator of
 * the topic is set up from r.  0 or E_NOMEM. */
int view_add(struct view *v, struct stream *s, const struct topic_request *r,
             uint64_t now_ns);
void view_remove(struct view *v, struct stream *s);
/* view_pump offers all new events to the subscribers and sets the timer. */
void view_pump(struct view *v, uint64_t now_ns);
/* view_fetch returns event id < head, valid until the next call, or NULL:
 * older than the history (or no memory). */
const struct view_event *view_fetch(struct view *v, uint64_t id);
uint64_t view_oldest(struct view *v);

#endif
