/* SPDX-License-Identifier: MIT
 * One HTTP/1 request as it is read: http-parser feeds it, limits are enforced
 * here.  Lives only until the request is answered; a stream does not keep
 * it. */
#ifndef WEIR_SERVER_HTTP_REQUEST_H
#define WEIR_SERVER_HTTP_REQUEST_H
#include <http_parser.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define REQUEST_HEAD_MAX    16384u /* bytes of request line and headers */
#define REQUEST_TARGET_MAX  8192u
#define REQUEST_HEADERS_MAX 100u

struct request_header {
  uint32_t name, name_n, value, value_n; /* places in text */
};

struct request {
  http_parser parser;
  struct request *next_free; /* server's pool */
  struct buf text;           /* target, then names and values */
  struct buf body;
  uint32_t target_n;
  uint32_t header_count;
  struct request_header headers[REQUEST_HEADERS_MAX];
  bool in_value;
  bool started; /* at least one byte was read */
  bool complete;
  bool expect_continue; /* the client waits for "100 Continue" */
  size_t body_max;
  int status;         /* what to answer when it is not acceptable; 0 */
  const char *reason; /* sentence for that answer */
};

struct request *request_new(void);
void request_free(struct request *r);
/* request_reset makes it ready for the next request of a connection. */
void request_reset(struct request *r, size_t body_max);
/* request_feed reads up to n bytes, sets *used, and stops at the end of one
 * request (complete).  0, or E_SYNTAX with status and reason set. */
int request_feed(struct request *r, const char *p, size_t n, size_t *used);
enum http_method request_method(const struct request *r);
bool request_keep_alive(const struct request *r);
bool request_is_http11(const struct request *r);
struct slice request_target(const struct request *r);
/* request_header finds a field by name; p is NULL when there is none. */
struct slice request_header(const struct request *r, const char *name);
/* request_bearer is the token of "Authorization: Bearer TOKEN"; p is NULL when
 * there is none. */
struct slice request_bearer(const struct request *r);
struct slice request_header_name(const struct request *r, uint32_t i);
struct slice request_header_value(const struct request *r, uint32_t i);
/* request_split gives the raw path and query of the target, which may be in
 * absolute form.  E_SYNTAX when it is neither. */
int request_split(const struct request *r, struct slice *path,
                  struct slice *query);

#endif
