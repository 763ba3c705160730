/* SPDX-License-Identifier: MIT
 * One client connection of a worker: reads requests, writes bytes through a
 * bounded queue, ends in an orderly way or at once.
 *
 * What a request made of it, a stream or something else that goes on, is its
 * owner: a table of functions and what they belong to.  Nothing here knows
 * who owns.  An idle connection keeps only this struct: the read buffer
 * belongs to the worker, the request is given back once it is answered. */
#ifndef WEIR_SERVER_HTTP_CONN_H
#define WEIR_SERVER_HTTP_CONN_H
#include <uv.h>

#include "http/http.h"
#include "topics/block.h"

enum conn_phase {
  CONN_READING,  /* a request head or body is expected */
  CONN_BUSY,     /* its owner has it */
  CONN_ANSWERED, /* the next request may be read */
  CONN_MUTE,     /* will never be answered, by a fault */
  CONN_ENDING,   /* all is written; waits for the client to close */
  CONN_CLOSED    /* only libuv still knows it */
};

/* What an owner does with its connection; each may be NULL. */
struct conn_owner {
  /* Sees bytes before they are a request; true = they were its own. */
  bool (*input)(struct conn *c, const char *p, size_t n);
  /* The queue is half empty again (CONN_BUSY only). */
  void (*room)(struct conn *c);
  /* The peer went; libuv's code (UV_EOF, UV_ECONNRESET).  c closes next. */
  void (*gone)(struct conn *c, int code);
  /* The server stops: end what goes on. */
  void (*stop)(struct conn *c);
  /* c is closed or has another owner: frees what c->self is. */
  void (*free)(struct conn *c);
};

/* Bytes to send. */
struct outgoing {
  const char *p;
  size_t n;
  struct block *block; /* holds the bytes; NULL = copy what must wait */
  struct tally tally;
  bool always; /* even beyond the queue limit (endings) */
};

struct conn {
  uv_tcp_t tcp;             /* first: libuv's pointer is ours */
  uv_os_fd_t fd;            /* of tcp, for writing past libuv */
  uint32_t queued;          /* writes libuv holds */
  uint8_t phase;            /* enum conn_phase */
  bool http11;              /* as the request */
  bool keep_alive;          /* another request may follow */
  bool refused;             /* over a connection limit: answer 503 */
  bool continued;           /* "100 Continue" was sent */
  struct http *http;        /* borrowed */
  struct timer timer;       /* by phase: head limit, the owner's, linger */
  struct conn *prev, *next; /* the list of all */
  struct request *request;  /* owned while one is read */
  const struct conn_owner *owner; /* NULL = only requests are read */
  void *self;                     /* the owner's */
};

/* conn_accept (conn_read.c) takes a pending connection off the listener. */
void conn_accept(struct http *h, uv_stream_t *listener);
/* conn_next (conn_read.c) reads on where a response is over; without one it
 * does nothing.  Whoever answers later than at once calls it. */
void conn_next(struct conn *c);
/* conn_stop_all (conn_read.c) ends what goes on and closes what is idle. */
void conn_stop_all(struct http *h);

/* conn_send (conn_send.c) writes now or queues.  0; E_LIMIT when the queue is
 * full (nothing was taken); E_CLOSED when the connection is broken: close
 * it. */
int conn_send(struct conn *c, const struct outgoing *o);
/* conn_put sends bytes that the queue limit does not hold up. */
int conn_put(struct conn *c, struct slice bytes);
/* conn_queue_bytes is what waits, bookkeeping included. */
size_t conn_queue_bytes(const struct conn *c);

/* conn_own gives it to an owner, or to nobody; the one before is freed. */
void conn_own(struct conn *c, const struct conn_owner *owner, void *self);
/* conn_finish sends what is queued, then FIN, and waits a bounded time for the
 * client to close. */
void conn_finish(struct conn *c);
/* conn_answered: a response is over; next request, or conn_finish. */
void conn_answered(struct conn *c);
/* conn_mute leaves the request without an answer for a bounded time. */
void conn_mute(struct conn *c);
/* conn_release gives the request back to the pool. */
void conn_release(struct conn *c);
/* conn_close drops it; conn_reset drops it with a RST.  Both may be called
 * from anywhere but twice do nothing; the memory goes with libuv's close. */
void conn_close(struct conn *c);
void conn_reset(struct conn *c);
void conn_set_timer(struct conn *c, timer_fn fn, uint64_t due_ns);
struct conn *conn_of_timer(struct timer *t);

#endif
