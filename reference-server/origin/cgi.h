/* SPDX-License-Identifier: MIT
 * FastCGI, SCGI and uwsgi for the origin: a request in one of them becomes an
 * HTTP/1.0 request as text, a response gets the framing that belongs to it.
 * Only what a GET needs.  Pure. */
#ifndef WEIR_SERVER_ORIGIN_CGI_H
#define WEIR_SERVER_ORIGIN_CGI_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

#define ORIGIN_CGI_MAX 65536u /* bytes of a request */

enum origin_protocol {
  ORIGIN_HTTP,
  ORIGIN_FASTCGI,
  ORIGIN_SCGI,
  ORIGIN_UWSGI
};

struct origin_cgi {
  enum origin_protocol protocol;
  struct buf in;     /* bytes not yet used */
  struct buf params; /* FastCGI: collected from its records */
  bool params_done;  /* FastCGI */
  unsigned id;       /* FastCGI: of the request */
};

/* origin_cgi_of tells the protocol by the first byte of a connection. */
enum origin_protocol origin_cgi_of(unsigned char first);
const char *origin_cgi_name(enum origin_protocol p);
void origin_cgi_init(struct origin_cgi *c, enum origin_protocol p);
void origin_cgi_fini(struct origin_cgi *c);
/* origin_cgi_feed takes bytes; when the request is whole, it is appended to
 * http and *whole is set.  0, E_SYNTAX, E_TOO_LONG, E_NOMEM. */
int origin_cgi_feed(struct origin_cgi *c, struct slice bytes, struct buf *http,
                    bool *whole);
/* origin_cgi_frame appends bytes of a response in their framing; the head is
 * that of HTTP, its status line becomes what CGI has. */
int origin_cgi_frame(const struct origin_cgi *c, struct slice bytes,
                     struct buf *out);
int origin_cgi_head(const struct origin_cgi *c, struct slice head,
                    struct buf *out);
/* origin_cgi_end appends what ends a response properly; may be nothing. */
int origin_cgi_end(const struct origin_cgi *c, struct buf *out);

#endif
