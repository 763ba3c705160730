/* SPDX-License-Identifier: MIT
 * Private to transport/: what both carriers share. */
#ifndef WEIR_TRANSPORT_EXCHANGE_H
#define WEIR_TRANSPORT_EXCHANGE_H
#include <sys/socket.h>

#include "base/buf.h"
#include "transport/driver.h"
#include "transport/transport.h"
#include "transport/url.h"

#define LEAN_READ_BUFFER 65536
#define ORIGINS_MAX      8
#define TRUSTS_MAX       16

struct tls_context;
struct mux;

struct carrier_ops {
  void (*cancel)(struct exchange *x, bool abrupt);
  void (*budget)(struct exchange *x, uint64_t bytes);
  /* Ends it from a deadline or a deferred start failure. */
  void (*fail)(struct exchange *x, enum end_kind kind);
};

/* What an exchange waits for.  Each list is in the order of its deadlines, so
 * that a sweep looks at those alone whose time has come. */
enum wait { WAIT_NONE, WAIT_CONNECT, WAIT_HEAD, WAIT_FAILED, WAIT_COUNT };

struct wait_list {
  struct exchange *first, *last;
};

/* The first member of each carrier's own struct. */
struct exchange {
  const struct carrier_ops *ops;
  struct transport *t;
  const struct exchange_handler *h; /* borrowed */
  void *ctx;                        /* borrowed */
  struct exchange *prev, *next;     /* in t->waiting[wait] */
  uint64_t deadline_ns;             /* CLOCK_MONOTONIC */
  uint64_t head_timeout_ns;
  uint64_t budget;      /* bytes that may still be read */
  uint8_t start_failed; /* enum end_kind + 1, told from the loop */
  uint8_t wait;         /* enum wait */
  bool connected, head_seen, aborted;
};

struct origin {   /* resolved once, for the lean carrier */
  char text[300]; /* "http://host:port", as in the URL */
  size_t n;
  bool tls;
  char host[256]; /* for its certificate */
  char host_header[300];
  struct sockaddr_storage addr;
  socklen_t addr_len;
};

struct trust { /* of the lean carrier's TLS connections */
  char *key;   /* owned; what a request says of it */
  struct tls_context *context;
};

struct transport {
  struct transport_config config;
  struct driver *driver; /* NULL until libcurl is first needed */
  struct wait_list waiting[WAIT_COUNT];
  uv_timer_t sweep;   /* deadlines of the waiting */
  uv_idle_t kick;     /* starts that failed at once */
  uv_idle_t mux_kick; /* connections that have something to send */
  struct mux *mux_first, *mux_last;
  struct origin origin[ORIGINS_MAX];
  uint32_t origins;
  struct trust trust[TRUSTS_MAX];
  uint32_t trusts;
  int *fd_of_port; /* owned; by local port, libcurl's connections */
  uint64_t sockets, sockets_peak;
  uint32_t live; /* exchanges not yet ended */
  int open_handles;
  bool closing;
  char read_buffer[LEAN_READ_BUFFER];
  struct buf plain;  /* what TLS made of it */
  struct buf frames; /* of HTTP/2, to be sent */
};

/* The fields of a response head that a handler is told; longer values than
 * 8 KiB are cut. */
struct kept_fields {
  struct buf content_type, location, retry_after;
};
void kept_init(struct kept_fields *k);
void kept_clear(struct kept_fields *k); /* the next head begins */
void kept_free(struct kept_fields *k);
/* kept_line begins a line of that field and returns what its value is added
 * to; NULL: nobody asks for it. */
struct buf *kept_line(struct kept_fields *k, struct slice name);
/* kept_head borrows from k. */
struct response_head kept_head(const struct kept_fields *k, int status,
                               int http_major, int http_minor);

/* exchange_sweep fails those whose time has come; timer->data is the
 * transport. */
void exchange_sweep(uv_timer_t *timer);
/* exchange_wait has it fail when nothing comes for so long; 0 waits for ever.
 */
void exchange_wait(struct exchange *x, uint64_t timeout_ns);
void exchange_unwait(struct exchange *x);
/* exchange_defer_failure has x fail from the loop instead of inside start. */
void exchange_defer_failure(struct exchange *x, enum end_kind kind);
void exchange_tell_connected(struct exchange *x);
/* Both return false when the handler wants it aborted. */
bool exchange_tell_head(struct exchange *x, const struct response_head *head);
bool exchange_tell_data(struct exchange *x, struct slice bytes,
                        const struct arrival *when);
/* exchange_tell_end is the last word; x may not be used after it except to be
 * freed by its carrier.  why stands behind the sentence of the kind; NULL or
 * "" where nothing more is known. */
void exchange_tell_end(struct exchange *x, enum end_kind kind,
                       const char *why);
void transport_socket_opened(struct transport *t);
void transport_socket_closed(struct transport *t);

#endif
