/* SPDX-License-Identifier: MIT
 * Private to h2_session.c (the connection), h2_stream.c (what becomes of one
 * stream), h2_request.c (asking), h2_wire.c (frames to and from the wire) and
 * recorder.c. */
#ifndef WEIR_PROBE_H2_PRIVATE_H
#define WEIR_PROBE_H2_PRIVATE_H
#include <nghttp2/nghttp2.h>

#include "probe/h2_session.h"
#include "probe/recorder_private.h"

struct h2_stream {
  struct h2_session *c;   /* borrowed */
  struct h2_stream *next; /* in c->first */
  struct recording *r;    /* owned until on_done */
  struct digest *d;       /* owned */
  struct buf body;        /* owned: of the request */
  size_t body_at;
  int32_t room; /* window that it gets when it is open; 0 = as announced */
  int32_t id;
  uint64_t started_ns, deadline_ns; /* CLOCK_MONOTONIC */
  uint64_t limit_ns;
  size_t max_bytes;
  struct buf fields; /* of the head that is coming in */
  size_t heads;      /* bytes of all of them */
  int64_t last_ns;   /* times never run backwards */
  int status;
  enum h2_pseudo pseudo;
  bool bad_field, head_done, unread;
  bool reset; /* by the peer, with code */
  uint32_t code;
  bool gone; /* nghttp2 has no such stream any more */
  bool changed, over;
};

struct h2_session {
  struct recorder *rec;           /* borrowed */
  struct h2_session *prev, *next; /* in rec->h2 */
  const struct h2_handler *h;     /* borrowed */
  void *ctx;
  struct wire *w;      /* owned; NULL before, after, and in tests */
  nghttp2_session *ng; /* owned; NULL before TLS and without h2 */
  struct recording *r; /* owned until taken: of the connection */
  struct h2_facts facts;
  struct h2_stream *first; /* owned */
  size_t streams;
  struct buf out; /* without a wire: what would be sent */
  uv_timer_t timer;
  uint32_t window;
  uint64_t started_ns, now_ns, deadline_ns;
  char trouble[160]; /* nghttp2's last words about what the peer sent */
  unsigned depth;    /* turns on the stack */
  bool asked, acked, ready, down, told_down, closed, timed;
};

/* h2_session.c */
/* h2_new makes one that is connected to nothing yet. */
struct h2_session *h2_new(struct recorder *rec, uint32_t window,
                          const struct h2_handler *h, void *ctx);
/* h2_begin: the peer speaks h2.  h2_take: it sent this. */
void h2_begin(struct h2_session *c);
void h2_take(struct h2_session *c, struct slice bytes, uint64_t mono_ns);
/* h2_fall ends all streams and the connection, once. */
void h2_fall(struct h2_session *c, enum recording_end end, const char *detail);
/* h2_cut: the run is over; the owner is told from the loop. */
void h2_cut(struct h2_session *c);
/* h2_wake has news told from the loop. */
void h2_wake(struct h2_session *c);

/* h2_stream.c */
struct h2_stream *h2_stream_new(struct h2_session *c,
                                const struct label *label);
void h2_stream_free(struct h2_stream *st);
/* h2_stream_finish ends the recording; a stream that still is one for nghttp2
 * is reset with CANCEL. */
void h2_stream_finish(struct h2_stream *st, enum recording_end end,
                      const char *detail);
/* h2_set_callbacks has nghttp2 tell h2_stream.c what happens to streams. */
void h2_set_callbacks(nghttp2_session_callbacks *cb);
/* h2_stream_of: NULL when it is over for us. */
struct h2_stream *h2_stream_of(struct h2_session *c, int32_t id);

#endif
