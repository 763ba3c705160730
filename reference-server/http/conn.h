/* SPDX-License-Identifier: MIT
 * One client connection of a worker: reads requests, writes bytes through a
 * bounded queue, ends in an orderly way or at once.
 *
 * An idle stream keeps only this struct: the read buffer belongs to the
 * worker, the request is given back once it is answered. */
#ifndef WEIR_SERVER_HTTP_CONN_H
#define WEIR_SERVER_HTTP_CONN_H
#include <uv.h>

#include "http/request.h"
#include "http/timer_heap.h"
#include "streams/stream.h"
#include "topics/block.h"

struct server;
struct origin;
struct origin_cgi;
struct play;
struct script;

enum conn_phase {
  CONN_READING, /* a request head or body is expected */
  CONN_WAITING, /* a request waits for the other workers */
  CONN_STREAM,  /* an event stream */
  CONN_SCRIPT,  /* exact bytes at exact times */
  CONN_MUTE,    /* will never be answered, by a fault */
  CONN_ENDING,  /* all is written; waits for the client to close */
  CONN_CLOSED   /* only libuv still knows it */
};

/* What a run of bytes means once the kernel has taken all of it. */
struct tally {
  uint32_t events, comments, gaps;
  uint32_t drop, dup, swap, corrupt, leak;
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
  struct server *server;    /* borrowed */
  struct conn *prev, *next; /* the server's list */
  struct timer timer;       /* by phase: head limit, events, script, linger */
  struct request *request;  /* owned while one is read */
  struct script *script;    /* owned in CONN_SCRIPT */
  struct origin *origin;    /* owned in CONN_SCRIPT; NULL = none */
  struct origin_cgi *cgi;   /* owned; NULL = HTTP is spoken */
  struct play *play;        /* owned, in an origin; else NULL */
  uint64_t wait_command;    /* CONN_WAITING: number of the command */
  uint32_t queued;          /* writes libuv holds */
  enum conn_phase phase;
  bool http11;
  bool keep_alive;
  bool refused;         /* over a connection limit: answer 503 */
  bool continued;       /* "100 Continue" was sent */
  struct stream stream; /* valid in CONN_STREAM */
};

/* conn_accept takes a pending connection off the listener. */
void conn_accept(struct server *sv, uv_stream_t *listener);
/* conn_send writes now or queues.  0; E_LIMIT when the queue is full (nothing
 * was taken); E_CLOSED when the connection is broken: close it. */
int conn_send(struct conn *c, const struct outgoing *o);
/* conn_queue_bytes is what waits, bookkeeping included. */
size_t conn_queue_bytes(const struct conn *c);
/* conn_finish sends what is queued, then FIN, and waits a bounded time for the
 * client to close. */
void conn_finish(struct conn *c);
/* conn_answered goes on after a response: next request, or conn_finish. */
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
struct conn *conn_of_stream(struct stream *s);

#endif
