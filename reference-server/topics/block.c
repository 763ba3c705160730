/* SPDX-License-Identifier: MIT
 * Shared immutable bytes; see block.h. */
#include "topics/block.h"

#include <stdlib.h>
#include <string.h>

#include "behaviours/encoder.h"

struct block *block_new(size_t max)
{
  struct block *b =
      malloc(sizeof(*b) + ENCODE_CHUNK_HEAD + max + ENCODE_CHUNK_TAIL);
  if(!b)
    return NULL;
  *b = (struct block){.refs = 1, .body = ENCODE_CHUNK_HEAD};
  return b;
}

char *block_body(struct block *b)
{
  return b->bytes + ENCODE_CHUNK_HEAD;
}

void block_seal(struct block *b, size_t n)
{
  size_t head = encode_chunk(block_body(b), n);
  b->body_n = (uint32_t)n;
  b->start = (uint32_t)(ENCODE_CHUNK_HEAD - head);
  b->framed_n = (uint32_t)(head + n + ENCODE_CHUNK_TAIL);
}

struct block *block_copy_raw(const char *p, size_t n)
{
  struct block *b = block_new(n);
  if(!b)
    return NULL;
  memcpy(block_body(b), p, n);
  b->start = b->body;
  b->framed_n = b->body_n = (uint32_t)n;
  return b;
}

void block_ref(struct block *b)
{
  b->refs++;
}

void block_unref(struct block *b)
{
  if(!b || --b->refs)
    return;
  free(b->user);
  free(b);
}
