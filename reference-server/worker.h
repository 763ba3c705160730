/* SPDX-License-Identifier: MIT
 * One worker process: a loop, a listener on the shared port, its connections
 * and what they are answered with.  One thread. */
#ifndef WEIR_SERVER_WORKER_H
#define WEIR_SERVER_WORKER_H
#include "http/ticker.h"
#include "origin/origin.h"
#include "streams/streams.h"

#define WORKER_WAITERS 64u

/* A request that waits until all workers have done a command. */
struct waiter {
  struct conn *conn; /* borrowed; NULL = free */
  uint64_t command;  /* its number */
};

struct server {
  struct streams streams; /* first: with the connections */
  uv_loop_t loop;
  uv_tcp_t listener;
  uv_poll_t wake;
  struct ticker ticker;
  struct timer watch;    /* once in a while: is the parent stopped? */
  struct timer force;    /* ends a graceful stop */
  struct hub_slot *slot; /* this worker's place in the hub */
  struct waiter waiters[WORKER_WAITERS];
  struct origin_logs logs;
};

static inline struct server *server_of(const struct conn *c)
{
  return (struct server *)(void *)c->http;
}

#endif
