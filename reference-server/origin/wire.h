/* SPDX-License-Identifier: MIT
 * The origin's bytes on a connection, in whatever protocol it speaks. */
#ifndef WEIR_SERVER_ORIGIN_WIRE_H
#define WEIR_SERVER_ORIGIN_WIRE_H
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct conn;
struct reply;

/* origin_takes tells that the bytes were another protocol's (cgi.h): they are
 * used, and a whole request is answered. */
bool origin_takes(struct conn *c, const char *p, size_t n);
/* All as conn_send: 0, E_LIMIT (bodies only; nothing was taken), E_CLOSED. */
int origin_send_head(struct conn *c, struct slice head);
int origin_send_body(struct conn *c, struct slice bytes, bool chunk);
/* What ends a response properly; chunked where HTTP/1.1 is spoken. */
int origin_send_end(struct conn *c, bool chunked);
/* A whole answer in FastCGI, SCGI or uwsgi; ends the connection. */
void origin_reply_cgi(struct conn *c, const struct reply *r);
/* "HTTP/1.1", "FastCGI", ... */
const char *origin_version(const struct conn *c);

#endif
