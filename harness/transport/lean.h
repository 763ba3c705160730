/* SPDX-License-Identifier: MIT
 * Private to transport/: the lean carrier's parts.  lean.c drives the socket,
 * lean_http.c reads the response, lean_socket.c makes the connection,
 * lean_tls.c knows whom to trust. */
#ifndef WEIR_TRANSPORT_LEAN_H
#define WEIR_TRANSPORT_LEAN_H
#include <http_parser.h>

#include "net/tls.h"
#include "transport/exchange.h"

/* What is kept of the response head until it is complete. */
struct lean_head {
  char name[32]; /* of the field being read, cut */
  size_t name_n;
  bool in_value;
  struct kept_fields kept;
  struct buf *into; /* NULL: nobody asks for this field */
};

enum lean_phase { LEAN_CONNECTING, LEAN_SHAKING, LEAN_OPEN };

struct lean {
  struct exchange base; /* first */
  uv_poll_t poll;
  int fd;
  uint8_t phase; /* enum lean_phase */
  bool polled;   /* poll is initialised */
  bool complete; /* the whole response came */
  bool no_body;  /* answer to HEAD */
  bool writing;  /* the socket took only a part of out */
  http_parser parser;
  struct tls *tls;        /* owned; NULL: plain */
  struct buf request;     /* until the connection is open */
  struct buf out;         /* not yet written */
  struct lean_head *head; /* owned, until the head is complete */
  struct arrival when;    /* of the bytes being parsed */
};

/* lean_http_begin prepares for the response. */
int lean_http_begin(struct lean *l);
/* lean_http_feed parses n bytes (0 = end of input).  Returns END_CLEAN to go
 * on (or when complete), another kind when it is over. */
enum end_kind lean_http_feed(struct lean *l, const char *bytes, size_t n);
void lean_http_end(struct lean *l);

/* lean_socket_open makes a non-blocking socket and starts connecting; it may
 * be connected already.  Returns the fd, or a negative errno. */
int lean_socket_open(const struct origin *o, const struct request *r);

/* lean_trust is what connections of such requests to o share, made when it is
 * first asked for; NULL where it cannot be made, or too many are known. */
struct tls_context *lean_trust(struct transport *t, const struct request *r,
                               const struct origin *o);
void lean_trust_free(struct transport *t);

/* lean_start: trust is NULL for plain connections.  NULL with e set without
 * memory. */
struct exchange *lean_start(struct transport *t, const struct request *r,
                            const struct origin *o, struct tls_context *trust,
                            struct err *e);

#endif
