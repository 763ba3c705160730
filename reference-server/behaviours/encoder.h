/* SPDX-License-Identifier: MIT
 * Event to bytes: the server's own event-stream writer, which shares nothing
 * with weir's parser.  Pure; no allocation for generated events.
 *
 * A generated event is
 *   id: ID\n
 *   [event: TYPE\n]
 *   data: {"seq":N,"t":NS,"s":NS,"pad":"xx...","crc":"8hex"}\n\n
 * t = scheduled and s = actual time of sending, CLOCK_REALTIME in ns; crc =
 * CRC-32 (zlib) over the data from "{" up to, not including, ',"crc"'. */
#ifndef WEIR_SERVER_BEHAVIOURS_ENCODER_H
#define WEIR_SERVER_BEHAVIOURS_ENCODER_H
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

#define ENCODE_CHUNK_HEAD 10 /* most bytes of "ffffffff\r\n" */
#define ENCODE_CHUNK_TAIL 2
#define ENCODE_PAD_SLOTS  16

/* What the tail of a pad adds to a checksum, remembered per pad length. */
struct encoder_pad {
  size_t pad_n;     /* 0 = slot unused */
  uint32_t crc;     /* of the pad and its closing quote */
  unsigned long op; /* zlib's operator for that length */
};

struct encoder {
  struct encoder_pad pads[ENCODE_PAD_SLOTS];
};

struct generated_event {
  uint64_t id;
  uint64_t seq;
  uint64_t t_ns;     /* scheduled, real time */
  uint64_t s_ns;     /* now, real time */
  size_t size;       /* bytes of data wanted; more when the fields need it */
  struct slice type; /* empty = none */
};

void encoder_init(struct encoder *e);
/* encode_u64 writes v in decimal and returns the number of digits (<= 20). */
size_t encode_u64(char *out, uint64_t v);
/* encode_generated_max is the most encode_generated writes for this size and
 * type. */
size_t encode_generated_max(size_t size, size_t type_n);
/* encode_generated writes the event and returns its length. */
size_t encode_generated(struct encoder *e, const struct generated_event *ev,
                        char *out);
/* encode_id writes "id: N\n". */
#define ENCODE_ID_MAX 26
size_t encode_id(char *out, uint64_t id);
/* encode_fields appends "event:" when type is not empty, one "data:" line for
 * each line of data (CR, LF and CRLF all end one) and the blank line. */
int encode_fields(struct buf *out, struct slice type, struct slice data);
/* encode_chunk frames n body bytes in place: the size line goes directly in
 * front (ENCODE_CHUNK_HEAD bytes must be free there), CRLF behind.  Returns
 * the length of the size line. */
size_t encode_chunk(char *body, size_t n);
/* encode_corrupt changes one byte of the data of an encoded event, in the pad
 * when there is one, never its framing, "seq" or "crc".  Returns whether a
 * byte could be changed. */
bool encode_corrupt(char *event, size_t n);

#endif
