/* SPDX-License-Identifier: MIT
 * What the connections of one worker share, and what they are answered with.
 * One thread. */
#ifndef WEIR_SERVER_HTTP_HTTP_H
#define WEIR_SERVER_HTTP_HTTP_H
#include <uv.h>

#include "behaviours/response.h"
#include "http/asked.h"
#include "http/request.h"
#include "http/timer_heap.h"
#include "options.h"
#include "topics/hub.h"

#define HTTP_READ_BYTES 65536u

struct conn;

/* The application behind the connections. */
struct http_app {
  /* A connection came, nothing is read yet.  false = it was closed. */
  bool (*accepted)(struct conn *c);
  /* Answers c->request, at once or later. */
  void (*request)(struct conn *c);
};

struct http {
  const struct http_app *app;
  uv_loop_t *loop;                      /* borrowed */
  struct schedule *schedule;            /* borrowed: the worker's timers */
  const struct server_options *options; /* borrowed */
  struct hub_counters *count;           /* borrowed: the worker's */
  uint32_t index;                       /* of the worker */
  struct conn *conns;                   /* all, newest first */
  char *read_buf;                       /* owned, for all connections */
  struct buf scratch;                   /* responses and batches of events */
  struct request *spare;                /* pool */
  uint32_t spare_count;
  struct asked asked; /* by the request being answered */
  uint64_t date_second;
  char date[RESPONSE_DATE_MAX];
  bool stopping;
};

/* http_init: 0 or E_NOMEM; what is borrowed is set by the caller. */
int http_init(struct http *h);
void http_fini(struct http *h);
/* http_date is the Date of a response sent now. */
const char *http_date(struct http *h);
/* http_request takes one out of the pool, http_recycle puts it back. */
struct request *http_request(struct http *h);
void http_recycle(struct http *h, struct request *r);

#endif
