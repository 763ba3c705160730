/* SPDX-License-Identifier: MIT
 * Response heads and the faults in them.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_HEAD_H
#define WEIR_SERVER_BEHAVIOURS_HEAD_H
#include "behaviours/faults.h"
#include "behaviours/response.h"

#define HEAD_ORIGIN_MAX 255u

/* What a head depends on besides its kind. */
struct head_ask {
  const struct fault_set *faults;
  struct slice origin; /* the request's; empty = none */
  const char *cors;    /* the one origin that may read; "" = all */
  uint64_t number;     /* of the request, for what must differ */
  bool coded;          /* the body is compressed */
  bool ranged;         /* the request wants a part of it */
  int status;          /* of a plain response */
  uint64_t refused;    /* requests answered 503 so far, this one, too */
};

/* head_stream_lines appends the lines that every event stream carries. */
int head_stream_lines(struct buf *out, const struct head_ask *a);
/* head_plain_lines appends those of any other response. */
int head_plain_lines(struct buf *out, const struct head_ask *a);
/* head_spoil_stream changes status, type and framing of a stream's head. */
void head_spoil_stream(struct response *r, const struct head_ask *a);
/* head_spoil_plain does so with any other response; a status of 400 and more
 * is an error. */
void head_spoil_plain(struct response *r, const struct fault_set *faults);

#endif
