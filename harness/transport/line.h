/* SPDX-License-Identifier: MIT
 * Private to transport/: one connection to an origin, plain or TLS, as weir's
 * own carriers have it: a socket under watch, bytes that wait to be written,
 * and what came with the kernel's time of it.  line.c drives the socket,
 * line_socket.c makes it, trust.c knows what TLS connections share. */
#ifndef WEIR_TRANSPORT_LINE_H
#define WEIR_TRANSPORT_LINE_H
#include "net/tls.h"
#include "transport/exchange.h"

#define LINE_READS 4 /* at a wake-up; then others get their turn */

enum line_phase { LINE_CONNECTING, LINE_SHAKING, LINE_OPEN };

struct line {
  uv_poll_t poll; /* data is the owner's */
  uv_poll_cb on_io;
  struct transport *t;
  int fd; /* -1: closed */
  uint8_t phase;
  bool polled;         /* poll is initialised */
  bool writing;        /* the socket took only a part of out */
  struct tls *tls;     /* owned; NULL: plain */
  struct buf out;      /* not yet written */
  struct arrival when; /* of the bytes taken last */
};

/* What is asked for: the way and the peer's name are borrowed. */
struct line_way {
  const struct origin *origin;
  const struct request *request;
  struct tls_context *trust; /* NULL: plain */
  struct slice protocols;    /* see tls_new */
};

/* line_prepare makes l ready for line_connect or line_close.  0 or E_NOMEM. */
int line_prepare(struct line *l, struct transport *t,
                 const struct line_way *way);
/* line_connect begins.  on_io is called with data as the poll's, never from
 * here.  END_CLEAN, or why it could not begin. */
enum end_kind line_connect(struct line *l, const struct line_way *way,
                           uv_poll_cb on_io, void *data);
/* line_connected goes on when the socket says that it is connected, or why
 * not: plain lines are open then, TLS begins. */
enum end_kind line_connected(struct line *l);
/* line_recv reads up to room bytes into the transport's buffer: what recv(2)
 * returns. */
ssize_t line_recv(struct line *l, size_t room);
/* line_take makes bytes for the carrier of n that were read, 0 at the end of
 * input; *last: nothing follows them.  They stand until the next read.  A kind
 * other than END_CLEAN ends the line. */
enum end_kind line_take(struct line *l, size_t n, struct slice *bytes,
                        bool *last);
/* line_put appends bytes to what waits to be written.  0 or E_*. */
int line_put(struct line *l, struct slice bytes);
/* line_send writes what waits, and the rest when the socket takes more.  0 or
 * an errno. */
int line_send(struct line *l);
void line_listen(struct line *l); /* for input, and for room where needed */
void line_rest(struct line *l);   /* until line_listen */
/* line_reason is why TLS failed, "" where it did not. */
void line_reason(const struct line *l, char out[TLS_REASON_MAX]);
/* line_close closes the socket: with a word to the peer, or by RST. */
void line_close(struct line *l, bool abrupt);
/* line_dispose lets freed free what holds l, through the poll's data, from the
 * loop or at once. */
void line_dispose(struct line *l, void (*freed)(uv_handle_t *));

/* line_socket makes a non-blocking socket and starts connecting; it may be
 * connected already.  Returns the fd, or a negative errno. */
int line_socket(const struct origin *o, const struct request *r);

/* line_peer is the name that the peer's certificate must have. */
const char *line_peer(const struct request *r, const struct origin *o);
/* trust_of is what connections of such requests to o share, made when it is
 * first asked for; NULL where it cannot be made, or too many are known. */
struct tls_context *trust_of(struct transport *t, const struct request *r,
                             const struct origin *o);
void trust_free(struct transport *t);

#endif
