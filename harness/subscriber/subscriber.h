/* SPDX-License-Identifier: MIT
 * One EventSource: connects, opens, parses, reconnects after the retry time
 * with Last-Event-ID, stops on 204 and on every final answer (HTML, "Server-
 * sent events", processing model).  Decides nothing beyond the standard and
 * counts nothing: the listener does both.
 *
 * Lives on its transport's loop.  A value, so that thousands can be members of
 * their owner's streams. */
#ifndef WEIR_SUBSCRIBER_SUBSCRIBER_H
#define WEIR_SUBSCRIBER_SUBSCRIBER_H
#include <uv.h>

#include "base/rng.h"
#include "sse/parser.h"
#include "transport/transport.h"

#define SUBSCRIBER_MAX_REDIRECTS 20 /* Fetch, "HTTP-redirect fetch" */

struct subscriber;

enum subscriber_state {
  SUBSCRIBER_IDLE,       /* not started */
  SUBSCRIBER_CONNECTING, /* an attempt is under way */
  SUBSCRIBER_OPEN,       /* the stream is up */
  SUBSCRIBER_WAITING,    /* for the reconnection time */
  SUBSCRIBER_STOPPED     /* for good */
};

/* Why an attempt failed, a stream ended, or a subscriber stopped. */
struct subscriber_cause {
  const char *name;     /* "refused" "status-503" "content-type" ... */
  const char *sentence; /* one sentence for people */
  bool final;           /* no reconnection follows */
  bool clean;           /* ended: the response ended properly */
  bool local;           /* this machine's fault, not the target's */
  bool amid;            /* ended: in the middle of an event */
  int status;           /* of the answer, 0 when there was none */
};

/* All required but on_retry.  They may not start, cut or stop the subscriber
 * they are called for, except inside on_ended, on_failed and on_stopped. */
struct subscriber_listener {
  /* Fill in the request for the next attempt (all borrowed until the callback
   * of the next subscriber).  Accept, Cache-Control and Last-Event-ID are
   * added by the subscriber.  false: no attempt is made, the subscriber stops.
   */
  bool (*on_request)(struct subscriber *s, struct request *out);
  void (*on_attempt)(struct subscriber *s, bool reconnection);
  void (*on_connected)(struct subscriber *s);
  void (*on_redirect)(struct subscriber *s);
  void (*on_open)(struct subscriber *s, bool sent_last_event_id);
  void (*on_bytes)(struct subscriber *s, size_t n);
  void (*on_event)(struct subscriber *s, const struct sse_event *event,
                   const struct arrival *when);
  void (*on_comment)(struct subscriber *s, struct slice text,
                     const struct arrival *when);
  void (*on_failed)(struct subscriber *s, const struct subscriber_cause *c);
  void (*on_ended)(struct subscriber *s, const struct subscriber_cause *c);
  /* No further attempt follows; not called after subscriber_stop. */
  void (*on_stopped)(struct subscriber *s, const struct subscriber_cause *c);
  void (*on_retry)(struct subscriber *s, uint64_t ms,
                   const struct arrival *when);
};

/* Shared by all subscribers of a worker; borrowed. */
struct subscriber_config {
  struct transport *transport;
  uv_loop_t *loop;
  const struct subscriber_listener *listener;
  size_t max_line, max_event; /* bytes, 0 = no limit */
  bool reconnect;             /* false: one connection only */
  double jitter;              /* adds up to this share of the delay */
  uint64_t retry_ns;          /* until the server says otherwise */
  uint64_t retry_max_ns;      /* cap on the back-off after failures */
  bool retry_on_error;        /* reconnect on 5xx and 429 as libraries do */
  bool location_trusted;      /* all headers follow a redirect anywhere */
  struct rng *rng;
  struct parser_config parser; /* filled by subscriber_config_finish */
  struct sse_heard heard;      /* the lines of all its subscribers */
};

struct subscriber {
  const struct subscriber_config *config; /* borrowed */
  struct exchange *exchange;              /* NULL between attempts */
  uv_timer_t *timer;                      /* owned; made when first needed */
  char *redirect;                         /* owned; only while redirected */
  const struct arrival *when;             /* of the bytes being parsed */
  struct parser parser;
  uint16_t failures; /* attempts in a row that did not open */
  uint8_t state;     /* enum subscriber_state */
  uint8_t redirects; /* in this attempt */
  bool sent_id;      /* this attempt carried Last-Event-ID */
  bool once_opened;
  bool redirect_foreign;  /* a hop left the origin: see origin_lets_go */
  bool redirect_get;      /* the hop changed the method to GET */
  uint8_t withheld;       /* headers that another origin did not get */
  int16_t refused_status; /* head refused: its status */
  char refused_type[48];  /* and Content-Type, cut */
};

/* subscriber_config_finish wires the parser callbacks; call once. */
void subscriber_config_finish(struct subscriber_config *c);
/* subscriber_init prepares; nothing is sent before subscriber_start. */
void subscriber_init(struct subscriber *s, const struct subscriber_config *c);
void subscriber_start(struct subscriber *s);
/* subscriber_stop ends it for good from our side, without a callback. */
void subscriber_stop(struct subscriber *s, bool abrupt);
/* subscriber_cut breaks the open stream as a network would (FIN or RST) and
 * reconnects after the retry time; false when it was not open.  No on_ended.
 */
bool subscriber_cut(struct subscriber *s, bool abrupt);
/* subscriber_read limits reading, see exchange_budget. */
void subscriber_read(struct subscriber *s, uint64_t bytes);
/* subscriber_fini stops it and releases what it holds; the timer's memory goes
 * when the loop has run its closing callbacks. */
void subscriber_fini(struct subscriber *s);

#endif
