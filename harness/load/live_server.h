/* SPDX-License-Identifier: MIT
 * Private to load/: the live view's server, on the coordinator's loop.
 *
 * It must not disturb what is measured: a bounded number of clients, of
 * requests a second, and of bytes waiting for a client; who reads too slowly
 * is dropped.  live_server.c has the clients, live_answer.c what they get. */
#ifndef WEIR_LOAD_LIVE_SERVER_H
#define WEIR_LOAD_LIVE_SERVER_H
#include <uv.h>

#include "load/live.h"
#include "load/live_request.h"
#include "load/live_text.h"

#define LIVE_CLIENTS 48
#define LIVE_STREAMS 32 /* of the clients; the others can still scrape */
#define LIVE_HISTORY                                                          \
  120 /* figures, one a second, kept for who comes later                      \
       */

struct live;

enum live_state {
  LIVE_FREE,
  LIVE_READING,   /* the request */
  LIVE_STREAMING, /* gets an event a second */
  LIVE_ANSWERED,  /* all is sent; waits for the other side to close */
  LIVE_CLOSING
};

struct live_client {
  uv_tcp_t tcp;
  uv_shutdown_t shutdown;
  struct live *live;
  enum live_state state;
  uint64_t since_ns; /* of the state */
  struct live_request request;
  bool chunked; /* the stream, on HTTP/1.1 */
};

/* live_look_fn fills *out with how things are now. */
typedef void live_look_fn(struct live_figures *out, void *ctx);

struct live {
  uv_tcp_t listener;
  uv_timer_t timer;
  const char *run; /* borrowed */
  live_look_fn *look;
  void *ctx;
  bool listening;
  struct hist *latency;                      /* owned; of the whole run */
  struct live_figures figures[LIVE_HISTORY]; /* number n at n % LIVE_HISTORY */
  uint64_t newest;                           /* its number; the first is 1 */
  uint32_t accepted;                         /* in this second */
  struct live_client client[LIVE_CLIENTS];
  char chunk[4096]; /* what was read last */
};

/* live_new: figures are got by calling look; run lasts as long as it does.
 * NULL without memory. */
struct live *live_new(const char *run, live_look_fn *look, void *ctx);
/* live_listen serves on a copy of the socket.  0, or E_IO with a sentence; in
 * both cases it has handles on the loop then. */
int live_listen(struct live *v, uv_loop_t *loop,
                const struct live_socket *socket, struct err *e);
/* The following ignore NULL. */
void live_add_latency(struct live *v, const struct hist *part);
/* live_finish tells all that the run is over and accepts no more. */
void live_finish(struct live *v);
/* live_free: only when the loop has closed all handles. */
void live_free(struct live *v);

/* live_answer.c: the request is complete, or `read` says what is wrong. */
void live_answer(struct live_client *c, enum live_read read);
/* live_tell sends a stream the newest figures. */
void live_tell(struct live_client *c);
/* live_tell_end sends it the last event and ends it. */
void live_tell_end(struct live_client *c);

/* live_server.c: live_send copies bytes; a client that has too many waiting is
 * dropped. */
void live_send(struct live_client *c, struct slice bytes);
/* live_send_last sends no more. */
void live_send_last(struct live_client *c, struct slice bytes);
/* live_keep makes it a stream, which has no end yet. */
void live_keep(struct live_client *c);
uint32_t live_streams(const struct live *v);

#endif
