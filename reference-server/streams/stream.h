/* SPDX-License-Identifier: MIT
 * One subscriber: which event it gets next, and when.
 *
 * Its position is a place on the wire (see behaviours/wire_order.h), so a
 * stream may fall behind and catch up without losing or repeating anything.
 * With a view it follows a topic, without one its own generator. */
#ifndef WEIR_SERVER_STREAMS_STREAM_H
#define WEIR_SERVER_STREAMS_STREAM_H
#include <stdbool.h>
#include <stdint.h>

#include "behaviours/faults.h"
#include "topics/generator.h"
#include "topics/hub.h"

struct conn;
struct shape;
struct timer;
struct view;

struct stream {
  struct view *view; /* borrowed; NULL = own generator */
  uint64_t place;    /* of the next event, from 1 */
  uint64_t last_write_ns;
  uint64_t hb_ns;           /* silence before a comment; 0 = never */
  uint64_t last;            /* the stream ends behind this event; 0 = never */
  char *user;               /* owned; NULL = anonymous */
  struct fault_set *faults; /* owned; of this request; NULL = none */
  struct shape *shape;      /* owned; NULL = bytes go as they are */
  uint32_t slot;            /* place in the view's list */
  uint32_t pending_drops;   /* left out, not yet followed by an event */
  bool live;                /* has everything that exists */
  bool sent_any;            /* an event went out on this connection */
  bool swap_led;            /* the later event of an exchange has gone out */
  bool chunked;
  bool opened;          /* counted as an open stream */
  bool gap_unknown;     /* the id it came with means nothing here */
  bool ending;          /* being cut: no more events */
  uint64_t stuck_ns;    /* queue full since; 0 = no */
  struct generator gen; /* own generator */
  uint32_t size;
  char *type; /* owned; own generator; NULL = none */
};

/* stream_open answers a GET or HEAD of /stream[/TOPIC]; topic is decoded and
 * empty without one. */
void stream_open(struct conn *c, struct slice topic, struct slice query);
/* stream_open_direct is the same behind a redirect: /direct[/TOPIC]. */
void stream_open_direct(struct conn *c, struct slice topic,
                        struct slice query);
/* stream_fini detaches it from its topic and frees what it owns. */
void stream_fini(struct stream *s);
/* stream_end ends the response properly. */
void stream_end(struct stream *s);
/* stream_cut ends it in one of the bad ways of /control/drop. */
void stream_cut(struct stream *s, enum hub_cut_how how);

/* stream_feed (feed.c) sends what is due and may be sent, and sets the
 * timer for the rest.  May close the connection. */
void stream_feed(struct stream *s, uint64_t now_ns);
/* stream_drained is called when the queue has room again. */
void stream_drained(struct stream *s);
/* stream_refused handles a failed conn_send: full or broken. */
void stream_refused(struct stream *s, int rc, uint64_t now_ns);
bool stream_is_for(const struct stream *s, const char *user);
uint64_t stream_fault(const struct stream *s, enum fault f);
void stream_on_timer(struct timer *t, uint64_t now_ns);

#endif
