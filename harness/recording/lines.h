/* SPDX-License-Identifier: MIT
 * The lines and events of a body while it grows.  Private to recording/. */
#ifndef WEIR_RECORDING_LINES_H
#define WEIR_RECORDING_LINES_H
#include "recording/recording.h"
#include "sse/parser.h"

struct line_reader {
  struct recording *r; /* borrowed */
  struct parser_config config;
  struct parser parser;
  size_t line_at;  /* body offset of the line at hand */
  size_t scan_at;  /* no line end before it */
  size_t fed;      /* body bytes the parser has seen */
  size_t block_at; /* body offset of the block at hand */
  bool has_cr;     /* the last byte was CR: an LF may belong to it */
  bool ends_event; /* the last line completed an event */
  bool full;       /* RECORDING_MAX_ITEMS lines or events */
  int64_t now_ns;
  int rc; /* of the callbacks */
};

void lines_init(struct line_reader *l, struct recording *r);
void lines_free(struct line_reader *l);
/* lines_advance takes what the body gained; it all came at t_ns.  0 or
 * E_NOMEM. */
int lines_advance(struct line_reader *l, int64_t t_ns);
/* lines_end: no more will come. */
int lines_end(struct line_reader *l);
/* items_grow makes room for one more item behind n of them; arrays that grow
 * by it alone have room up to the next power of two.  NULL without memory,
 * then p is as before. */
void *items_grow(void *p, size_t n, size_t each);

#endif
