/* SPDX-License-Identifier: MIT
 * One feed of a parser, from inside: what its three files share.
 *
 *   parser.c        life of a parser, begin and end of a feed
 *   parser_lines.c  lines and blocks: the path that has to be fast
 *   parser_carry.c  lines that go over chunk borders
 *
 * While bytes are being fed, the open block is held as views into them.  Only
 * what is still open when they run out is copied into the parser: the block's
 * fields, and the start of the last line.  So an event that lies whole in one
 * chunk is never copied, and an idle parser holds no block.
 *
 * Lines are split on bytes; UTF-8 is decoded, where at all, behind the parser.
 * That is equivalent, since CR and LF never occur inside a sequence. */
#ifndef WEIR_SSE_PARSER_RUN_H
#define WEIR_SSE_PARSER_RUN_H
#include "sse/parser.h"

/* Of parser.flags. */
enum {
  HAS_CR = 1,      /* the last byte was CR: one LF is to be skipped */
  HAS_CARRY = 2,   /* line (or skipped) holds the start of a line */
  HAS_SKIPPED = 4, /* that line is only counted */
  HAS_DATA = 8,    /* the open block has data in the data store */
  HAS_TYPE = 16,   /* the open block has a type in the type store */
  HAS_ID = 32,     /* the ID buffer is the id store, not last_id */
  OPEN_BLOCK = HAS_DATA | HAS_TYPE | HAS_ID
};

/* One parser_feed.  Views with p NULL are absent; a field may also be in its
 * store (HAS_*), and then the view, being younger, wins. */
struct parser_run {
  struct parser *p;
  const struct parser_callbacks *on;
  const char *chunk; /* borrowed */
  const char *end;
  size_t max_line; /* no limit is SIZE_MAX */
  size_t max_event;
  struct slice data;
  struct slice type;
  struct slice id;
  bool data_in_line; /* the data view lies in the line store */
};

/* The stream offset of a place in the chunk. */
static inline uint64_t run_offset(const struct parser_run *r, const char *at)
{
  return r->p->offset + (uint64_t)(at - r->chunk);
}

static inline bool run_has_data(const struct parser_run *r)
{
  return r->data.p || (r->p->flags & HAS_DATA);
}

/* All that return int: 0, E_TOO_LONG or E_NOMEM. */

/* run_lines takes all lines that end in [at, end); *rest becomes the start of
 * the one that does not, or end. */
int run_lines(struct parser_run *r, const char *at, const char **rest);
/* run_line takes one line that is not blank and began at stream offset at. */
int run_line(struct parser_run *r, struct slice line, uint64_t at);
/* run_step returns where the line behind the line end at eol begins.  A CR
 * ends the line at once, so its LF may be for the next feed to skip. */
const char *run_step(struct parser_run *r, const char *eol);
/* run_observe_cr reports the CR before next as CR or CRLF. */
void run_observe_cr(struct parser_run *r, const char *next);
/* run_exceeds_event: one more data line of n bytes would be too much. */
bool run_exceeds_event(const struct parser_run *r, size_t n);
/* run_keep_block copies what is open into the parser: the chunk goes away. */
int run_keep_block(struct parser_run *r);

/* run_carry adds text, which is not empty, to the line that goes on. */
int run_carry(struct parser_run *r, struct slice text);
/* run_finish_carried goes on, at at, with the line an earlier chunk began;
 * *rest becomes the start of the next line, or end. */
int run_finish_carried(struct parser_run *r, const char *at,
                       const char **rest);

#endif
