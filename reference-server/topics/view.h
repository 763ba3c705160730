/* SPDX-License-Identifier: MIT
 * A topic's events as bytes.  Each event is formatted once per worker and
 * written to all subscribers from the same block. */
#ifndef WEIR_SERVER_TOPICS_VIEW_H
#define WEIR_SERVER_TOPICS_VIEW_H
#include "behaviours/encoder.h"
#include "topics/block.h"
#include "topics/hub.h"

#define VIEW_SLOTS      32u
#define VIEW_SLOT_BYTES 65536u /* larger events share one slot */

/* A formatted event; the block's bytes stand as one chunk. */
struct view_event {
  uint64_t id;         /* 0 = unused */
  uint64_t t_ns;       /* due or published */
  struct block *block; /* owned reference */
};

struct view {
  struct hub *hub;         /* borrowed */
  struct hub_topic *topic; /* shared */
  struct encoder *encoder; /* borrowed */
  struct view_event cache[VIEW_SLOTS + 1];
};

/* Zeroed but for what is borrowed, a view is ready. */
void view_fini(struct view *v);
/* view_fetch returns an event that exists, valid until the next call, or NULL:
 * older than the history (or no memory). */
const struct view_event *view_fetch(struct view *v, uint64_t id);
/* view_run writes the generated events [from, head) into one block, as long as
 * they are small and many.  Returns how many; 0 = take the ordinary way, else
 * *out is the caller's reference. */
uint32_t view_run(struct view *v, uint64_t from, uint64_t head,
                  struct block **out);
uint64_t view_oldest(struct view *v);

#endif
