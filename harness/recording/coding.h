/* SPDX-License-Identifier: MIT
 * Content codings undone bit by bit, so that each decoded byte can be dated by
 * the read that made it decodable.  Knows gzip and deflate (with and without
 * the zlib wrapper, as servers send both).  Private to recording/. */
#ifndef WEIR_RECORDING_CODING_H
#define WEIR_RECORDING_CODING_H
#include <zlib.h>

#include "base/buf.h"
#include "base/err.h"

enum coding_kind { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_UNKNOWN };

struct coding {
  enum coding_kind kind;
  z_stream z;
  bool open;           /* z is initialised */
  bool failed;         /* not what its name says; nothing more comes out */
  bool ended;          /* a member is complete */
  unsigned char first; /* of deflate, until the second byte decides */
  bool has_first;
};

/* coding_of names the kind of a Content-Encoding value; "identity" and none at
 * all are CODING_NONE. */
enum coding_kind coding_of(struct slice value);
void coding_init(struct coding *c, enum coding_kind kind);
void coding_free(struct coding *c);
/* coding_feed appends all that the bytes make decodable.  0, E_NOMEM, or
 * E_TOO_LONG when out is full; bytes that are no such coding set failed. */
int coding_feed(struct coding *c, struct slice bytes, struct buf *out);

#endif
