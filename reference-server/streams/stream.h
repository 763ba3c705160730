/* SPDX-License-Identifier: MIT
 * One subscriber: which event it gets next, and when.
 *
 * Its position is a place on the wire (see behaviours/delivery.h), so a
 * stream may fall behind and catch up without losing or repeating anything.
 * With an audience it follows a topic, without one its own generator. */
#ifndef WEIR_SERVER_STREAMS_STREAM_H
#define WEIR_SERVER_STREAMS_STREAM_H
#include <stdbool.h>
#include <stdint.h>

#include "behaviours/delivery.h"
#include "http/conn.h"
#include "topics/generator.h"

struct audience;
struct shape;

/* How far it is; taken back where something could not be sent. */
struct position {
  uint64_t place;         /* of the next event, from 1 */
  uint32_t pending_drops; /* left out, not yet followed by an event */
  bool sent_any;          /* an event went out on this connection */
  bool swap_led;          /* the later event of an exchange has gone out */
};

struct stream {
  struct conn *conn;         /* borrowed: it owns us */
  struct audience *audience; /* borrowed; NULL = own generator */
  struct position at;
  uint64_t last_write_ns;
  uint64_t last;            /* the stream ends behind this event; 0 = never */
  uint64_t hb_ns;           /* silence before a comment; 0 = never */
  char *user;               /* owned; NULL = anonymous */
  struct fault_set *faults; /* owned; of this request; NULL = none */
  struct shape *shape;      /* owned; NULL = bytes go as they are */
  uint32_t slot;            /* place in the audience's list */
  bool live;                /* has everything that exists */
  bool shares;              /* is sent the same bytes as its neighbours */
  bool chunked;
  bool opened;          /* counted as an open stream */
  bool gap_unknown;     /* the id it came with means nothing here */
  bool ending;          /* being cut: no more events */
  uint64_t stuck_ns;    /* queue full since; 0 = no */
  struct generator gen; /* own generator */
  uint32_t size;
  char *type; /* owned; own generator; NULL = none */
};

/* stream_free detaches it from its topic and frees it. */
void stream_free(struct stream *s);
/* stream_end ends the response properly; s is gone. */
void stream_end(struct stream *s);
/* stream_cut ends it as /control/drop wants it. */
void stream_cut(struct stream *s, enum ending how);
bool stream_is_for(const struct stream *s, const char *user);
/* stream_delivery is what faults do to it here and now. */
struct delivery stream_delivery(const struct stream *s);

/* --- head.c */

/* stream_send_head sends the head and, in the same write, first (whole
 * lines), so that a client and every proxy sees the stream open at once. */
int stream_send_head(struct stream *s, const char *first);
/* stream_answer_head answers HEAD. */
void stream_answer_head(struct stream *s);
/* stream_wants_coding tells whether the body is to be compressed. */
bool stream_wants_coding(struct conn *c, bool asked);

/* --- feed.c */

/* stream_feed sends what is due and may be sent, and sets the timer for the
 * rest.  May close the connection. */
void stream_feed(struct stream *s, uint64_t now_ns);
/* stream_drained is called when the queue has room again. */
void stream_drained(struct conn *c);
void stream_on_timer(struct timer *t, uint64_t now_ns);

/* --- open.c */

/* stream_open answers a GET or HEAD of /stream[/TOPIC]; topic is decoded and
 * empty without one. */
void stream_open(struct conn *c, struct slice topic, struct slice query);
/* stream_open_direct is the same behind a redirect: /direct[/TOPIC]. */
void stream_open_direct(struct conn *c, struct slice topic,
                        struct slice query);
/* stream_of is the stream that owns c, or NULL. */
struct stream *stream_of(struct conn *c);

#endif
