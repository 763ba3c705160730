/* SPDX-License-Identifier: MIT
 * Private to transport/: HTTP/2, many exchanges a connection (a mux), with
 * nghttp2 for frames and header compression.  mux.c has the connections and
 * gives each exchange a place on one, mux_stream.c is an exchange,
 * mux_session.c hears what nghttp2 makes of the bytes.
 *
 * An exchange waits in its connection's list until the peer has said how many
 * streams it takes; what is too much finds another connection.  nghttp2 is
 * left before a handler is told of an end. */
#ifndef WEIR_TRANSPORT_MUX_H
#define WEIR_TRANSPORT_MUX_H
#include <nghttp2/nghttp2.h>

#include "transport/line.h"

/* As browsers have it (Chrome: 6 and 15 MiB). */
#define MUX_STREAM_WINDOW     (6 << 20)
#define MUX_CONNECTION_WINDOW (15 << 20)
#define MUX_STREAMS           100 /* a connection, unless told otherwise */
#define MUX_RETRIES           5 /* of what servers did not process; as curl */
#define MUX_PROTOCOLS         SLICE_LIT("\x02h2") /* see tls_new */

/* Where a stream stands: not yet asked for, asked for, over and not yet told.
 */
enum mux_place { MUX_WAITING, MUX_ASKED, MUX_OVER, MUX_PLACES };

struct mux_stream {
  struct exchange base; /* first */
  struct mux *on;
  struct mux_stream *before, *after; /* in on->list[place] */
  uint8_t place;                     /* enum mux_place */
  bool late;       /* others were on the connection before, or had been */
  bool remote_end; /* END_STREAM came */
  int32_t id;      /* 0: not yet asked for */
  int status;
  uint32_t code;             /* why it was closed */
  uint8_t retries;           /* after connections that answered nobody */
  struct mux_request *asked; /* owned, until it is sent and answered */
  struct kept_fields *kept;  /* owned, until the head is complete */
};

struct mux_list {
  struct mux_stream *first, *last;
};

struct mux {
  struct line line;
  struct mux *prev, *next; /* in t->mux_first, those with room first */
  const struct origin *origin;
  struct tls_context *trust;
  char *source_ip, *server_name; /* owned; NULL: none */
  nghttp2_session *session;
  struct mux_list list[MUX_PLACES];
  uint32_t streams, limit; /* on it; at most */
  uint8_t failed;          /* enum end_kind: it could not begin */
  bool ready;              /* the peer's SETTINGS came */
  bool answered;           /* a request, at least */
  bool leaving;            /* it takes no new streams */
  bool dirty;              /* there is something to ask for, or to send */
};

/* --- mux_stream.c --- */

/* mux_stream_new keeps what the request says.  NULL without memory. */
struct mux_stream *mux_stream_new(struct transport *t,
                                  const struct line_way *w);
void mux_stream_join(struct mux_stream *s, struct mux *c);
void mux_stream_move(struct mux_stream *s, enum mux_place place);
/* mux_stream_ask hands it to the session.  0, or negative when the session
 * takes no more. */
int mux_stream_ask(struct mux_stream *s);
/* mux_stream_refused: the server says that it processed nothing of it, and it
 * may be asked again. */
bool mux_stream_refused(const struct mux_stream *s);
/* mux_stream_missed: its connection, not a new one, ended before a head, and
 * it may be asked again. */
bool mux_stream_missed(const struct mux_stream *s);
/* mux_stream_retry takes such a one off its connection, as new. */
void mux_stream_retry(struct mux_stream *s);
/* mux_stream_forget frees what was asked once it is sent and answered. */
void mux_stream_forget(struct mux_stream *s);
/* mux_stream_leave takes it off its connection, which resets it where it still
 * runs. */
void mux_stream_leave(struct mux_stream *s);
void mux_stream_free(struct mux_stream *s);
/* mux_stream_finish has it leave, tells its end and frees it.  why is NULL, or
 * stands behind the sentence of the kind. */
void mux_stream_finish(struct mux_stream *s, enum end_kind kind,
                       const char *why);
/* mux_stream_over does so with one that the session closed. */
void mux_stream_over(struct mux_stream *s);

/* --- mux_session.c --- */

/* mux_session_new begins with our SETTINGS.  NULL without memory. */
nghttp2_session *mux_session_new(struct mux *c);

/* --- mux.c --- */

/* mux_start: way->protocols must offer h2 alone.  NULL with e set without
 * memory. */
struct exchange *mux_start(struct transport *t, const struct line_way *way,
                           struct err *e);
/* mux_close_all closes what is left; no exchange is on it any more. */
void mux_close_all(struct transport *t);

#endif
