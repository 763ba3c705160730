/* SPDX-License-Identifier: MIT
 * Whole responses: head and body in one write, then the next request or the
 * end of the connection. */
#ifndef WEIR_SERVER_HTTP_REPLY_H
#define WEIR_SERVER_HTTP_REPLY_H
#include <jansson.h>

#include "base/slice.h"

struct conn;

struct reply {
  int status;
  const char *type;  /* Content-Type, or NULL */
  const char *extra; /* header lines with CRLF; NULL = the usual ones */
  const char *more;  /* lines beside the usual ones, or NULL */
  struct slice body;
};

/* reply_send answers; HEAD gets the head alone. */
void reply_send(struct conn *c, const struct reply *r);
/* reply_error answers with a plain text body and closes. */
void reply_error(struct conn *c, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* reply_not_allowed answers 405; allow is the list of methods. */
void reply_not_allowed(struct conn *c, const char *allow);
/* reply_json takes over the reference. */
void reply_json(struct conn *c, int status, json_t *body);

#endif
