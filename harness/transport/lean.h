/* SPDX-License-Identifier: MIT
 * Private to transport/: the lean carrier's parts: lean.c asks, lean_http.c
 * reads the response. */
#ifndef WEIR_TRANSPORT_LEAN_H
#define WEIR_TRANSPORT_LEAN_H
#include <http_parser.h>

#include "transport/line.h"

/* What is kept of the response head until it is complete. */
struct lean_head {
  char name[32]; /* of the field being read, cut */
  size_t name_n;
  bool in_value;
  struct kept_fields kept;
  struct buf *into; /* NULL: nobody asks for this field */
};

struct lean {
  struct exchange base; /* first */
  struct line line;
  bool complete; /* the whole response came */
  bool no_body;  /* answer to HEAD */
  http_parser parser;
  struct buf request;     /* until the connection is open */
  struct lean_head *head; /* owned, until the head is complete */
};

/* lean_http_begin prepares for the response. */
int lean_http_begin(struct lean *l);
/* lean_http_feed parses n bytes (0 = end of input).  Returns END_CLEAN to go
 * on (or when complete), another kind when it is over. */
enum end_kind lean_http_feed(struct lean *l, const char *bytes, size_t n);
void lean_http_end(struct lean *l);

/* lean_start: NULL with e set without memory. */
struct exchange *lean_start(struct transport *t, const struct line_way *way,
                            struct err *e);

#endif
