/* SPDX-License-Identifier: MIT
 * The event stream parser: bytes in, events out (HTML, "Interpreting an event
 * stream", https://html.spec.whatwg.org/#event-stream-interpretation).
 *
 * A push parser: pure, no I/O, no clock, no allocation per event in steady
 * state.  Any split of the input gives the same events.  One parser lives as
 * long as its EventSource; parser_reset starts the next connection and keeps
 * the last event ID.  Not thread-safe; one owner. */
#ifndef WEIR_SSE_PARSER_H
#define WEIR_SSE_PARSER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "sse/heard.h"

#define PARSER_MAX_LINE_DEFAULT  ((size_t)1 << 20)            /* 1 MiB */
#define PARSER_MAX_EVENT_DEFAULT ((size_t)16 << 20)           /* 16 MiB */
#define PARSER_RETRY_MAX_MS      ((uint64_t)9007199254740991) /* 2^53 - 1 */

/* An event as dispatched.  Raw bytes: may hold NUL and invalid UTF-8.  All
 * three are borrowed until the callback returns. */
struct sse_event {
  struct slice type; /* "message" when the stream named none */
  struct slice data; /* lines joined by LF */
  struct slice id;   /* last event ID after this block; may be empty */
  bool id_in_block;  /* this block had an (accepted) id field */
  uint64_t offset;   /* stream offset behind the byte that completed the
                        block's blank line (behind CR, where CRLF ends it) */
};

/* What a parser accepts in silence but a server should not send. */
#define SSE_OBSERVATION_LIST(X)                                               \
  X(SSE_OBS_INVALID_UTF8, "invalid-utf8")                                     \
  X(SSE_OBS_UNKNOWN_FIELD, "unknown-field")                                   \
  X(SSE_OBS_WRONG_CASE, "wrong-case")                                         \
  X(SSE_OBS_NUL_IN_ID, "nul-in-id")                                           \
  X(SSE_OBS_BAD_RETRY, "bad-retry")                                           \
  X(SSE_OBS_UNTERMINATED, "unterminated-block")                               \
  X(SSE_OBS_INNER_BOM, "inner-bom")                                           \
  X(SSE_OBS_EOL_LF, "eol-lf")                                                 \
  X(SSE_OBS_EOL_CR, "eol-cr")                                                 \
  X(SSE_OBS_EOL_CRLF, "eol-crlf")

enum sse_observation_kind {
#define X(name, text) name,
  SSE_OBSERVATION_LIST(X)
#undef X
      SSE_OBS_COUNT
};

struct sse_observation {
  enum sse_observation_kind kind;
  uint64_t offset;   /* stream offset of the line; of the first bad byte
                        (UTF-8); of the line end itself (EOL kinds) */
  struct slice line; /* the line concerned, borrowed, cut at 256 bytes; empty
                        for EOL kinds */
};

struct parser;

/* Callbacks may be NULL.  They must not call the parser that calls them,
 * except parser_last_event_id and parser_retry_ms. */
struct parser_callbacks {
  void (*on_event)(const struct sse_event *event, void *ctx);
  void (*on_comment)(struct slice text, void *ctx); /* behind the colon */
  void (*on_retry)(uint64_t ms, void *ctx);
  /* Costs nothing when NULL.  EOL kinds are reported once each, when first
   * seen; a CR when it is known that no LF follows. */
  void (*on_observation)(const struct sse_observation *o, void *ctx);
};

/* Shared by all streams of a worker; borrowed by each parser. */
struct parser_config {
  struct parser_callbacks on;
  size_t max_line;  /* bytes without line end and BOM, 0 = no limit */
  size_t max_event; /* bytes of data in one event, 0 = no limit */
  /* Where lines are counted, or NULL; borrowed.  Needs on_comment: without it,
   * comments over chunk borders are not looked at. */
  struct sse_heard *heard;
};

/* A parser is a value so that thousands can sit inside their streams: at most
 * PARSER_SIZE_MAX bytes, and no heap while blocks lie whole in their chunks
 * and carry no id.  The fields are private to parser.c. */
#define PARSER_SIZE_MAX 128

struct parser_store;

struct parser {
  const struct parser_config *config; /* borrowed */
  void *ctx;                          /* for the callbacks, borrowed */
  struct parser_store
      *line; /* start of a line that goes on in a later chunk */
  struct parser_store *data; /* data lines of the open block, joined by LF */
  struct parser_store *type; /* type of the open block */
  struct parser_store *id;   /* ID buffer while it differs from last_id */
  struct parser_store *last_id; /* the committed last event ID string */
  uint64_t offset;              /* bytes taken from this connection */
  uint64_t retry_ms;            /* UINT64_MAX = never set */
  size_t skipped; /* length so far of a line that nobody will look at */
  int failed;     /* the error that stopped the parser, or 0 */
  uint8_t flags;  /* see parser.c */
  uint8_t bom;    /* BOM bytes matched so far, or "no longer looking" */
  uint16_t eols;  /* line ends already observed, one bit per kind */
};

/* parser_init prepares a parser for its first connection.  config must outlive
 * it.  Allocates nothing. */
void parser_init(struct parser *p, const struct parser_config *config,
                 void *ctx);
/* parser_fini releases what the parser holds. */
void parser_fini(struct parser *p);
/* parser_feed interprets n bytes.  Events are dispatched on the very byte that
 * completes their blank line.  Returns 0; E_TOO_LONG when a limit is exceeded
 * or E_NOMEM.  An error is final until parser_reset: the connection is to be
 * dropped and counted.  A line that is not finished is stored, at most
 * max_line bytes of it; comments and unknown fields are not even stored unless
 * a callback wants them. */
int parser_feed(struct parser *p, const char *bytes, size_t n);
/* parser_end tells that the body ended; reports SSE_OBS_UNTERMINATED when that
 * cost something: data, a type or an id without its blank line, or part of a
 * line that is not a comment.  The block is discarded, as the standard
 * demands. */
void parser_end(struct parser *p);
/* parser_reset prepares for the next connection: BOM, CR, partial line, block
 * and offset start anew; the committed last event ID and the retry value stay.
 * The ID buffer is seeded with the committed ID, as browsers do.  Memory of
 * large buffers is given back. */
void parser_reset(struct parser *p);
/* parser_last_event_id is the committed last event ID string; borrowed until
 * the next feed. */
struct slice parser_last_event_id(const struct parser *p);
/* parser_retry_ms is the last valid retry, or UINT64_MAX when none came. */
uint64_t parser_retry_ms(const struct parser *p);
/* parser_is_cut: what came last is a part of a line that is no comment.
 * parser_end and parser_reset count that as cut. */
bool parser_is_cut(const struct parser *p);
/* parser_is_amid: cut, or inside a block that has data, a type or an id. */
bool parser_is_amid(const struct parser *p);
const char *sse_observation_name(enum sse_observation_kind kind);

#endif
