/* SPDX-License-Identifier: MIT
 * A topic's subscribers at one worker. */
#ifndef WEIR_SERVER_STREAMS_AUDIENCE_H
#define WEIR_SERVER_STREAMS_AUDIENCE_H
#include "streams/stream.h"
#include "topics/view.h"

struct audience {
  struct streams *streams; /* borrowed */
  uint32_t index;          /* of the topic */
  uint32_t count, cap;
  struct stream **subs; /* owned list of borrowed streams */
  uint64_t head;        /* events below it were offered to them */
  uint64_t consumed;    /* by a resume, where a fault says so */
  struct timer timer;   /* the generator's next event */
  struct view view;
};

/* audience_open finds or makes it; on_due is its timer's.  NULL without
 * memory. */
struct audience *audience_open(struct streams *sv, uint32_t index,
                               timer_fn on_due);
void audience_free(struct audience *a);
/* audience_join: s follows from "now" on (its place becomes the topic's head).
 * The generator of the topic is set up from r.  0 or E_NOMEM. */
int audience_join(struct audience *a, struct stream *s,
                  const struct topic_request *r, uint64_t now_ns);
void audience_leave(struct audience *a, struct stream *s);

/* --- fanout.c */

/* fanout_pump offers all new events to the subscribers and sets the timer. */
void fanout_pump(struct audience *a, uint64_t now_ns);
/* fanout_due is the audience's timer's. */
void fanout_due(struct timer *t, uint64_t now_ns);

#endif
