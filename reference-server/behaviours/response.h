/* SPDX-License-Identifier: MIT
 * Response heads as bytes: the server writes its own, since it must be able to
 * write wrong ones.  Pure but for the date, which is a parameter. */
#ifndef WEIR_SERVER_BEHAVIOURS_RESPONSE_H
#define WEIR_SERVER_BEHAVIOURS_RESPONSE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define RESPONSE_DATE_MAX 40

/* What goes into one head. */
struct response {
  int status;
  bool http11;         /* the request's version: decides chunked */
  bool close;          /* Connection: close */
  bool chunked;        /* body of unknown length: chunked, or until close */
  bool no_body;        /* 1xx, 204, 304: neither length nor coding */
  size_t length;       /* Content-Length when not chunked */
  const char *type;    /* Content-Type, NULL for none */
  const char *extra;   /* further lines, each with CRLF, or NULL */
  const char *date;    /* see response_date; NULL leaves the line out */
  const char *framing; /* lines instead of those that would be right */
  bool version10;      /* call it HTTP/1.0 */
};

/* response_reason is the standard phrase of a status, "" for unknown ones. */
const char *response_reason(int status);
/* response_date writes an IMF-fixdate (RFC 9110 section 5.6.7). */
void response_date(uint64_t real_ns, char out[RESPONSE_DATE_MAX]);
/* response_head appends the head with its blank line. */
int response_head(struct buf *out, const struct response *r);

#endif
