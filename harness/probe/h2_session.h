/* SPDX-License-Identifier: MIT
 * One HTTP/2 connection to the target, with as many streams as a script asks
 * for, each recorded like any other exchange.  nghttp2 does frames and header
 * compression, over a connection of our own; what the peer sends is recorded,
 * not corrected: capital letters, forbidden fields and wrong lengths reach the
 * recording, where nghttp2 by itself would end the stream.
 *
 * A stream's recording has a head that is put together again ("HTTP/2.0 200",
 * fields as they came) and DATA as its wire.  What it has no place for stands
 * in its label: stream, pseudo, fields, rst.
 *
 * Part of a recorder, on its loop and its thread.  No callback comes before
 * the call that causes it has returned. */
#ifndef WEIR_PROBE_H2_SESSION_H
#define WEIR_PROBE_H2_SESSION_H
#include "probe/recorder.h"

#define H2_STREAMS_MAX 256 /* at a time */
#define H2_UNLIMITED   UINT32_MAX
#define H2_WINDOW      65535u /* a stream's, unless told otherwise */

struct h2_session;
struct h2_stream; /* one that is not over yet */

/* What the peer said about the connection so far. */
struct h2_facts {
  char protocol[32]; /* chosen by ALPN; "" nothing */
  bool settings;     /* its SETTINGS came */
  uint32_t max_streams;
  unsigned pings;
  bool goaway;
  uint32_t goaway_code;
};

struct h2_handler {
  /* Settings are exchanged; requests may be made. */
  void (*on_ready)(struct h2_session *c, void *ctx);
  /* After the head and after DATA; may be NULL. */
  void (*on_progress)(struct h2_stream *st, const struct recording *r,
                      void *ctx);
  /* A stream's last call: the recording is the callee's. */
  void (*on_done)(struct recording *r, void *ctx);
  /* The connection is over, all streams were told before, or never was one
   * (then without on_ready).  What is left is to take its recording and to
   * close it. */
  void (*on_down)(struct h2_session *c, void *ctx);
};

/* h2_open connects to the target and offers h2 and http/1.1.  Streams may send
 * up to window bytes (H2_WINDOW) before we read.  handler and ctx are borrowed
 * until h2_close or recorder_close.  NULL only without memory. */
struct h2_session *h2_open(struct recorder *rec, uint32_t window,
                           const struct h2_handler *h, void *ctx);
/* h2_close says GOAWAY and ends the connection without any further call; what
 * is open is dropped. */
void h2_close(struct h2_session *c);
const struct h2_facts *h2_facts(const struct h2_session *c);
/* h2_take_connection gives a recording of the connection itself, without head
 * or body: times, addresses, how it ended.  In its label: part, alpn ("none"
 * where nothing was chosen), settings, max_streams, pings, goaway.  The
 * caller's; NULL without memory or the second time. */
struct recording *h2_take_connection(struct h2_session *c, enum h2_part part);

/* h2_request opens a stream.  Of the request method, path, headers, last_id
 * and body are used, of its stop rule limit_ns, head_ns and max_bytes.  The
 * label says what it is for and is copied.  NULL only without memory or beyond
 * H2_STREAMS_MAX; where the connection takes no more requests, the stream ends
 * at once. */
struct h2_stream *h2_request(struct h2_session *c,
                             const struct probe_request *q,
                             const struct label *label);
/* h2_cancel resets the stream with CANCEL; on_done follows (REC_END_OURS). */
void h2_cancel(struct h2_stream *st);
/* h2_widen lets it send so many bytes from the beginning; right after
 * h2_request. */
void h2_widen(struct h2_stream *st, size_t bytes);
/* h2_leave_unread: no window is given back to this stream any more; others
 * and the connection go on. */
void h2_leave_unread(struct h2_stream *st);

#endif
