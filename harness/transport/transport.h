/* SPDX-License-Identifier: MIT
 * HTTP exchanges on a libuv loop: the only door to the network for everything
 * above.  Three carriers behind it: libcurl (proxies, compression, kept
 * connections, and TLS where the server may choose the version), a lean one of
 * HTTP/1.1 and one of HTTP/2, plain or over TLS, which cost a tenth to a third
 * of the memory and take the kernel's receive time with the read itself.
 *
 * One transport per loop, used on that loop's thread only. */
#ifndef WEIR_TRANSPORT_TRANSPORT_H
#define WEIR_TRANSPORT_TRANSPORT_H
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "base/slice.h"
#include "transport/end.h"

enum carrier { CARRIER_AUTO, CARRIER_LEAN, CARRIER_CURL };
enum request_http { REQUEST_HTTP_AUTO, REQUEST_HTTP_1_1, REQUEST_HTTP_2 };

struct transport;
struct exchange;
struct jar;

struct transport_config {
  uv_loop_t *loop;
  enum carrier carrier;            /* AUTO: lean wherever it can serve */
  uint32_t streams_per_connection; /* HTTP/2; 0 = 100 */
  uint32_t max_connections;        /* libcurl's pool; 0 = 1000 */
  /* To one origin; further HTTP/2 streams wait for a place. 0 = no limit */
  uint32_t max_host_connections;
};

struct header {
  const char *name, *value;
};

/* header_value is the value of the first header of that name, NULL where the
 * list has none.  Borrowed. */
const char *header_value(const struct header *list, uint32_t count,
                         const char *name);

/* Everything is borrowed during exchange_start only. */
struct request {
  const char *method; /* "GET" */
  const char *url;
  const struct header *header;
  uint32_t header_count;
  struct slice body; /* p NULL: none */
  enum request_http http;
  bool insecure;
  const char *ca_file, *client_cert, *client_key;
  const char *server_name; /* SNI and certificate; NULL: the URL's host */
  const char *proxy;
  /* A socket of this machine that is asked in place of the URL's host, which
   * is localhost then; NULL: TCP. */
  const char *unix_socket;
  const char *source_ip; /* NULL: the system chooses */
  const char *const *resolve;
  uint32_t resolve_count;
  bool compression;
  bool keep_alive; /* use the same connection again: publishing */
  uint64_t connect_timeout_ns, head_timeout_ns;
  uint32_t receive_buffer; /* SO_RCVBUF, 0 = the system's */
  struct jar *jar;         /* cookies sent and kept; NULL: none */
};

struct response_head { /* borrowed during on_head */
  int status;
  int http_major, http_minor;
  struct slice content_type, location, retry_after;
};

/* When bytes reached this machine. */
struct arrival {
  uint64_t real_ns; /* CLOCK_REALTIME */
  bool kernel;      /* the kernel's receive time; else read in user space */
};

/* The last call of every exchange. */
struct exchange_end {
  enum end_kind kind;
  const char *sentence; /* what happened, for people; borrowed */
  bool head_seen;       /* on_head had been called */
};

/* Callbacks.  They must not cancel or free the exchange; on_head and on_data
 * return false to have it aborted (on_end follows with END_ABORTED).  on_end
 * runs outside every library callback: it may start new exchanges, and the
 * exchange is gone when it returns. */
struct exchange_handler {
  /* TCP, and TLS where used; the request's first byte goes out next, on a
   * connection used again, too.  May be NULL. */
  void (*on_connected)(void *ctx);
  bool (*on_head)(const struct response_head *head, void *ctx);
  bool (*on_data)(struct slice bytes, const struct arrival *when, void *ctx);
  void (*on_end)(const struct exchange_end *end, void *ctx);
  /* Each field of the final head, before on_head.  May be NULL, and only
   * libcurl's carrier calls it: give the request a jar. */
  void (*on_field)(struct slice name, struct slice value, void *ctx);
};

/* The cookies of one user, kept by libcurl's own rules.  All exchanges that
 * use it must have ended before it is freed. */
struct jar *jar_new(void);
void jar_free(struct jar *j);

/* transport_global_init must run once per process, before any thread. */
int transport_global_init(struct err *e);
struct transport *transport_new(const struct transport_config *config,
                                struct err *e);
/* transport_prepare resolves the origin of url once, so that no exchange waits
 * for DNS; unix: URLs have nothing to resolve.  Blocks.  E_NOT_FOUND when the
 * name does not resolve, E_SYNTAX when the URL is none. */
int transport_prepare(struct transport *t, const char *url, struct err *e);
/* transport_close cancels what is open and frees t when the loop has run its
 * closing callbacks. */
void transport_close(struct transport *t);
uint64_t transport_sockets(const struct transport *t);      /* open now */
uint64_t transport_sockets_peak(const struct transport *t); /* at most */

/* exchange_start begins one.  Returns NULL with e set only when it could not
 * even be started (no memory, nonsense URL); all later trouble comes to
 * on_end, never before exchange_start has returned. */
struct exchange *exchange_start(struct transport *t, const struct request *r,
                                const struct exchange_handler *h, void *ctx,
                                struct err *e);
/* exchange_cancel ends it from our side: FIN, or RST when abrupt (HTTP/2:
 * RST_STREAM either way).  No callback follows.  Not inside a callback. */
void exchange_cancel(struct exchange *x, bool abrupt);
/* exchange_budget limits reading to about so many more bytes, then reading
 * rests until the next call (a slow reader); UINT64_MAX reads freely. */
void exchange_budget(struct exchange *x, uint64_t bytes);

#endif
