/* SPDX-License-Identifier: MIT
 * The recorder: performs HTTP/1.1 exchanges over sockets of its own, many at
 * once on one loop, and fills a recording of each: exact bytes out, exact
 * bytes in, each read with the kernel's receive time, and how it ended.
 *
 * It judges nothing and repeats nothing.  One recorder per loop, used on that
 * loop's thread only; no callback comes before the call that causes it has
 * returned. */
#ifndef WEIR_PROBE_RECORDER_H
#define WEIR_PROBE_RECORDER_H
#include <uv.h>

#include "recording/recording.h"
#include "recording/target.h"

#define RECORDER_HEAD_MAX ((size_t)256 << 10) /* then REC_END_LIMIT */
#define RECORDER_HEAD_PATIENCE                                                \
  5 /* times target.head_ns, without --head-timeout */
/* So long an answer that is over is watched for bytes behind its end. */
#define RECORDER_TAIL_NS (UINT64_C(100) * 1000000)

/* Recorded bytes of all exchanges together; beyond, those that hold more than
 * RECORDER_SHARE_BYTES each are ended with REC_END_LIMIT. */
#define RECORDER_TOTAL_BYTES ((uint64_t)64 << 20)
#define RECORDER_SHARE_BYTES ((size_t)256 << 10)

struct recorder;
struct recorder_exchange; /* one that is not over yet */

/* How we end it. */
enum cut_how {
  CUT_FIN,  /* close: FIN (RST where unread bytes are left, as close does) */
  CUT_RST,  /* reset: RST at once, whatever is on its way */
  CUT_HALF, /* FIN of our side only; reading goes on to the server's end, at
               most the stop rule's limit, then FIN */
  CUT_STALL /* stop reading for stall_ns (the window fills), then RST */
};

/* When we end it, if the server does not end it first.  The limit counts from
 * the response head and holds beside every rule. */
enum stop_when {
  STOP_AT_LIMIT,      /* read until the limit */
  STOP_AFTER_CONNECT, /* connected (TLS too), nothing sent */
  STOP_AFTER_REQUEST, /* request written, no answer awaited */
  STOP_AFTER_HEAD,    /* the final head is complete; what is not a stream
                         gets RECORDER_TAIL_NS to be whole */
  STOP_AFTER_EVENTS,  /* n events are complete */
  STOP_AT_OFFSET,     /* n bytes of the decoded body came, or more */
  STOP_AT_PATTERN     /* these bytes came in the decoded body */
};

struct stop_rule {
  enum stop_when when;
  enum cut_how how;
  uint64_t n;           /* events, or bytes */
  struct slice pattern; /* borrowed until on_done */
  uint64_t limit_ns;    /* after the head; 0 = target.window_ns */
  uint64_t head_ns;     /* wait for the head; 0 = RECORDER_HEAD_PATIENCE */
  uint64_t delay_ns;    /* from the rule being met to the cut */
  uint64_t stall_ns;    /* CUT_STALL */
  size_t max_bytes;     /* behind the head, then REC_END_LIMIT; 0 =
                           RECORDING_MAX_BYTES */
};

struct probe_header {
  struct slice name, value; /* any bytes, sent as they are */
};

/* What to do.  Zeroed = one plain GET of the target for its window.  All is
 * borrowed during recorder_start only, except where said otherwise. */
struct probe_request {
  const char *name;   /* of the recording; required */
  const char *method; /* NULL: the target's, else "GET" */
  const char *url;    /* another absolute URL; NULL: the target's */
  const char *path;   /* path and query in place of the URL's; NULL */
  bool abroad;        /* url came from another origin, whatever its own is */
  bool http10;
  /* Lines joined by '\n', as in the exchange plan: "Name: value" replaces the
   * default or user header of that name, "-Name" leaves it out. */
  const char *headers;
  /* Further lines, behind all others, replacing nothing: duplicates and odd
   * bytes are sent as they are. */
  const struct probe_header *extra;
  size_t extras;
  struct slice last_id; /* p not NULL: "Last-Event-ID: " and these bytes */
  struct slice body;    /* p NULL: the target's body for its own method, else
                           none; Content-Length is added */
  struct slice raw;     /* p not NULL: these bytes are the whole request */
  struct stop_rule stop;
  const char *source_ip; /* local address to connect from; NULL */
  /* 0 = a connection of its own, closed at the end.  Exchanges of one session
   * number share a connection one after the other: it is kept after an answer
   * that ended properly and allows it, and the next start with this number
   * uses it (a new one where it is gone: recording.reused tells). */
  unsigned session;
};

struct recorder_handler {
  /* After connecting, after the head and after each read; the recording is up
   * to date (head, body, lines, events so far).  May call recorder_cut
   * and recorder_start.  May be NULL. */
  void (*on_progress)(struct recorder_exchange *x, const struct recording *r,
                      void *ctx);
  /* The last call.  The recording is the callee's from now on; x is gone. */
  void (*on_done)(struct recording *r, void *ctx);
};

/* recorder_new: the target is borrowed and must outlive it.  NULL with a
 * sentence when its URL is none or its CA file cannot be read. */
struct recorder *recorder_new(uv_loop_t *loop, const struct target *target,
                              struct err *e);
/* recorder_close cuts what is open (no on_done any more) and frees the
 * recorder when the loop has run its closing callbacks. */
void recorder_close(struct recorder *rec);

/* recorder_start begins an exchange.  handler and ctx are borrowed until
 * on_done.  NULL only without memory; all other trouble (nonsense URL,
 * refused, ...) comes as a recording whose end says so. */
struct recorder_exchange *recorder_start(
    struct recorder *rec, const struct probe_request *request,
    const struct recorder_handler *handler, void *ctx);
/* recorder_cut ends it now (CUT_STALL: stall_ns of its stop rule from now);
 * on_done follows from the loop with REC_END_OURS.  A second cut is ignored,
 * except that one can follow CUT_HALF or CUT_STALL. */
void recorder_cut(struct recorder_exchange *x, enum cut_how how);
/* The recording while it grows; borrowed, valid until on_done. */
const struct recording *recorder_recording(const struct recorder_exchange *x);
/* recorder_cut_all cuts (FIN) all that is open, HTTP/2 connections too. */
void recorder_cut_all(struct recorder *rec);
/* recorder_release closes the connection kept for a session, if any. */
void recorder_release(struct recorder *rec, unsigned session);

#endif
