/* SPDX-License-Identifier: MIT
 * The chunked transfer coding (RFC 9112 section 7.1), strictly and bit by bit:
 * where the first fault stands is kept.  Faults that clients live with (a bare
 * LF behind a size, spaces around it) do not stop the decoding, others do.
 * Private to recording/. */
#ifndef WEIR_RECORDING_CHUNKED_H
#define WEIR_RECORDING_CHUNKED_H
#include "recording/recording.h"

#define CHUNKED_MAX_LINE  ((size_t)16 << 10) /* size line with extensions */
#define CHUNKED_MAX_TRAIL ((size_t)64 << 10)

enum chunked_state {
  CHUNKED_SIZE,      /* hex digits */
  CHUNKED_EXTENSION, /* to the end of the size line */
  CHUNKED_SIZE_LF,
  CHUNKED_DATA,
  CHUNKED_DATA_CR,
  CHUNKED_DATA_LF,
  CHUNKED_TRAILER,
  CHUNKED_DONE,
  CHUNKED_BROKEN
};

struct chunked {
  enum chunked_state state;
  bool error;
  size_t error_at;     /* wire offset of the first fault */
  size_t at;           /* wire bytes taken */
  size_t line_at;      /* wire offset of the size line */
  size_t line_n;       /* its bytes so far */
  unsigned digits;     /* of the size */
  uint64_t size, left; /* of the chunk at hand */
  bool extension, padded;
  struct buf trailer; /* behind the zero chunk, as received */
};

/* What a step found. */
struct chunked_step {
  struct slice data; /* decoded bytes, a view into the input; may be empty */
  bool began;        /* a chunk began: line_at, size, extension tell */
};

void chunked_init(struct chunked *c);
void chunked_free(struct chunked *c);
/* chunked_next takes a part of *in and says what it was.  Call until *in is
 * empty or state is DONE (the rest is surplus) or BROKEN.  0 or E_NOMEM. */
int chunked_next(struct chunked *c, struct slice *in,
                 struct chunked_step *out);

#endif
