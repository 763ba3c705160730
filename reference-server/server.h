/* SPDX-License-Identifier: MIT
 * One worker process: a loop, a listener on the shared port, its connections
 * and its views of the topics.  One thread. */
#ifndef WEIR_SERVER_SERVER_H
#define WEIR_SERVER_SERVER_H
#include <uv.h>

#include "http/asked.h"
#include "http/conn.h"
#include "http/response.h"
#include "http/ticker.h"
#include "options.h"
#include "streams/remember.h"
#include "topics/encoder.h"
#include "topics/hub.h"
#include "topics/view.h"

#define SERVER_READ_BYTES 65536u
#define SERVER_POOL       64u /* spare requests */
#define SERVER_WAITERS    64u

struct server {
  uv_loop_t loop;
  uv_tcp_t listener;
  uv_poll_t wake;
  struct ticker ticker;
  struct timer watch;         /* once in a while: is the parent stopped? */
  struct timer force;         /* ends a graceful stop */
  struct hub *hub;            /* borrowed */
  struct hub_slot *slot;      /* this worker's place in it */
  struct hub_counters *count; /* in the slot */
  uint32_t index;
  const struct server_options *options; /* borrowed */
  struct conn *conns;                   /* all, newest first */
  struct view *views[HUB_MAX_TOPICS];   /* owned */
  char *read_buf;                       /* owned, for all connections */
  struct buf scratch;                   /* responses and batches of events */
  struct encoder encoder;
  struct request *spare; /* pool */
  uint32_t spare_count;
  struct conn *waiters[SERVER_WAITERS]; /* CONN_WAITING */
  struct remember remember;
  struct fault_set faults; /* for everybody */
  bool any_fault;
  struct asked asked;      /* by the request being answered */
  uint64_t leaked;         /* places that a fault never gives back */
  struct hold hold;        /* the time faults among them */
  uint64_t grace_until_ns; /* this worker was late: be lenient */
  uint64_t date_second;
  char date[RESPONSE_DATE_MAX];
  struct origin_log *origin_log; /* owned; NULL = not an origin */
  struct play_log *play_log;     /* owned; NULL = nothing was played */
  bool stopping;
  bool closing; /* the loop's own handles are closing */
};

/* server_run serves until the hub says stop.  Returns an exit code. */
int server_run(struct hub *hub, const struct server_options *o, uint32_t index,
               uint16_t port);
/* server_connection_closed is called once for each closed connection. */
void server_connection_closed(struct server *sv);
/* server_is_full tells whether a further connection is to be refused. */
bool server_is_full(struct server *sv);
/* server_await keeps c in CONN_WAITING until the command is done everywhere;
 * false when too many wait already. */
bool server_await(struct server *sv, struct conn *c, uint64_t command);
void server_forget_waiter(struct server *sv, struct conn *c);
const char *server_date(struct server *sv);
struct request *server_request(struct server *sv);
void server_recycle(struct server *sv, struct request *r);

#endif
