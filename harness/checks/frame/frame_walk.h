/* SPDX-License-Identifier: MIT
 * Walking the lines and blocks of a recorded stream, for the frame.* and
 * heartbeat.* checks.  Borrows from the recording, allocates nothing.  A block
 * here is what stands between two blank lines, dispatched or not; the
 * recording's events are only those that a client would see. */
#ifndef WEIR_CHECKS_FRAME_FRAME_WALK_H
#define WEIR_CHECKS_FRAME_FRAME_WALK_H
#include "checks/core/check.h"
#include "sse/heard.h"

enum frame_field {
  FRAME_BLANK,
  FRAME_COMMENT,
  FRAME_DATA,
  FRAME_EVENT,
  FRAME_ID,
  FRAME_RETRY,
  FRAME_OTHER, /* a name that clients ignore */
  FRAME_FIELDS /* how many there are */
};

struct frame_line {
  const struct recorded_line *at; /* offset, time, kind of end */
  enum frame_field field;
  bool finished;            /* its end came */
  struct slice text;        /* without its end; a leading BOM is left out */
  struct slice name, value; /* of a field, as a client splits them; of a
                               comment, value is what follows the colon */
};

/* Lines [first, last), none of them blank. */
struct frame_block {
  size_t first, last;
  size_t field_offset; /* body offset of its first line that is no comment */
  size_t end; /* body offset behind its blank line, or its last byte */
  size_t count[FRAME_FIELDS];
  size_t fields; /* lines that are neither blank nor comment */
  bool complete; /* its blank line came */
};

/* How much must have come before a check can say anything. */
enum frame_need {
  FRAME_NEED_BYTES,  /* of the body */
  FRAME_NEED_LINES,  /* a finished line that is not blank */
  FRAME_NEED_FIELDS, /* a finished line that is no comment either */
  FRAME_NEED_EVENTS  /* an event that a client would see */
};

/* frame_stream is input_stream, and sets UNTESTABLE where less came than
 * needed, or where the bytes are UTF-16 (all but FRAME_NEED_BYTES).  In place
 * of a "plain" that saw too little it gives another ordinary reader of the
 * same stream, if one was made and saw more. */
const struct recording *frame_stream(const struct check_input *in,
                                     enum exchange_id id, enum frame_need need,
                                     struct finding *f);

/* frame_set_idle sets UNTESTABLE: r watched a stream that had nothing to say,
 * or nothing of what the check needs. */
void frame_set_idle(struct finding *f, const struct recording *r);
/* frame_hear counts what the lines of a recorded stream are to a client. */
void frame_hear(const struct recording *r, struct sse_heard *h);
/* frame_ended: the server ended it, so that watching for longer is no use. */
bool frame_ended(const struct recording *r);

/* i < r->lines. */
void frame_line_at(const struct recording *r, size_t i, struct frame_line *l);
/* frame_block_next gives the block at or behind line *line and moves *line
 * behind it.  False when there is none.  Start with *line = 0. */
bool frame_block_next(const struct recording *r, size_t *line,
                      struct frame_block *b);

/* Offset of the first sign of UTF-16 or UTF-32, or -1. */
long frame_wide_text(const struct recording *r);

/* The longest wait between two reads inside body bytes [from, to); *at is the
 * offset of the byte that was waited for.  0 when all came in one read. */
int64_t frame_gap_ns(const struct recording *r, size_t from, size_t to,
                     size_t *at);

/* A duration for a sentence: "12.0 s", "1.25 s", "300 ms", "0.4 ms". */
#define FRAME_NS_TEXT 32
const char *frame_ns_text(int64_t ns, char out[FRAME_NS_TEXT]);

/* Shows block b's bytes, at most 256. */
void frame_show_block(struct finding *f, const struct recording *r,
                      const struct frame_block *b);
/* Shows line l's bytes. */
void frame_show_line(struct finding *f, const struct recording *r,
                     const struct frame_line *l);

/* frame_is_coded: its bytes waited for a compressor, which http.coding.* is
 * about. */
bool frame_is_coded(const struct recording *r);
/* frame_is_one_late: nearly each block was finished only by the first bytes of
 * the next one.  *late of *pairs blocks were. */
bool frame_is_one_late(const struct recording *r, size_t *late, size_t *pairs);

/* How long the recording watched the stream, from the end of the head. */
int64_t frame_watched_ns(const struct recording *r);

/* How to see the first bytes of the stream by hand. */
#define FRAME_DUMP_256 "curl -sN -m 3 {url} | head -c 256 | xxd"

#endif
