/* SPDX-License-Identifier: MIT
 * Private to load/: the head of one HTTP request to the live view.  A body is
 * never read. */
#ifndef WEIR_LOAD_LIVE_REQUEST_H
#define WEIR_LOAD_LIVE_REQUEST_H
#include <http_parser.h>
#include <stdbool.h>

#include "base/slice.h"

#define LIVE_HEAD_MAX  8192
#define LIVE_VALUE_MAX 512

struct live_field {
  char text[LIVE_VALUE_MAX]; /* always NUL-terminated */
  size_t n;
  bool overflowed; /* what did not fit is dropped */
};

struct live_request {
  http_parser parser;
  size_t bytes;           /* of the head so far */
  struct live_field *now; /* the value being read; NULL = one of no interest */
  char name[16];          /* of the header field being read, in lower case */
  size_t name_n;
  bool in_value;
  struct live_field url, accept, last_event_id;
  bool complete;
};

enum live_read {
  LIVE_READ_MORE,
  LIVE_READ_DONE,
  LIVE_READ_BAD,
  LIVE_READ_LONG
};

void live_request_init(struct live_request *r);
/* live_request_feed reads on; not to be called again once it is not
 * LIVE_READ_MORE. */
enum live_read live_request_feed(struct live_request *r, const char *bytes,
                                 size_t n);
/* live_request_path: the URL without query, "" when it is none; borrowed. */
struct slice live_request_path(const struct live_request *r);
/* live_request_accepts: whether Accept allows that type, "text/html" say; no
 * Accept allows everything. */
bool live_request_accepts(const struct live_request *r, const char *type);
/* live_request_names: whether Accept names that type itself. */
bool live_request_names(const struct live_request *r, const char *type);

#endif
