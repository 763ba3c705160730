/* SPDX-License-Identifier: MIT
 * Immutable run of bytes shared by all who send it: one formatted event is
 * written to every subscriber without a copy.  Reference counted, one thread.
 *
 * The bytes stand twice-usable: framed as one HTTP/1.1 chunk, and the body of
 * that chunk alone for HTTP/1.0. */
#ifndef WEIR_SERVER_TOPICS_BLOCK_H
#define WEIR_SERVER_TOPICS_BLOCK_H
#include <stddef.h>
#include <stdint.h>

struct block {
  uint32_t refs;
  uint32_t start;    /* offset of the framed bytes in bytes[] */
  uint32_t framed_n; /* their count */
  uint32_t body;     /* offset of the body inside bytes[] */
  uint32_t body_n;
  char *user; /* owned: only for this user; NULL = for all */
  char bytes[];
};

/* block_new has room for a body of max bytes and its framing; one reference,
 * no bytes yet.  NULL without memory. */
struct block *block_new(size_t max);
/* block_body is where the body is to be written. */
char *block_body(struct block *b);
/* block_seal frames the first n body bytes as one chunk. */
void block_seal(struct block *b, size_t n);
/* block_copy_raw holds a copy of bytes as they are, without framing. */
struct block *block_copy_raw(const char *p, size_t n);
void block_ref(struct block *b);
void block_unref(struct block *b);

#endif
