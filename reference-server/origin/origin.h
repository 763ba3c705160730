/* SPDX-License-Identifier: MIT
 * The instrumented origin behind a proxy under test (weir-server --origin):
 * any path is answered as its query says, and every request is logged: what
 * arrived, when each event was written, when the peer was gone and how.
 *
 * GET /origin/log gives the log, GET /origin/page what the query may ask.
 * Times are CLOCK_MONOTONIC, so that a client on the same machine can subtract
 * them from its own. */
#ifndef WEIR_SERVER_ORIGIN_ORIGIN_H
#define WEIR_SERVER_ORIGIN_ORIGIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct conn;
struct origin;
struct origin_log;

/* origin_answers tells whether this path is the origin's; origin_request then
 * answers c->request. */
bool origin_answers(const struct conn *c, struct slice path);
void origin_request(struct conn *c, struct slice path, struct slice query);

/* origin_gone notes how a connection ended: 0 we closed it, negative a libuv
 * code (UV_EOF, UV_ECONNRESET, UV_EPIPE).  o may be NULL. */
void origin_gone(struct origin *o, int code);
/* origin_free ends one answer's life; its log entry stays. */
void origin_free(struct origin *o);
void origin_log_free(struct origin_log *log);

/* origin_takes tells that the bytes were another protocol's (cgi.h):
 * they are used, and a whole request is answered. */
bool origin_takes(struct conn *c, const char *p, size_t n);
void origin_cgi_free(struct conn *c);

#endif
