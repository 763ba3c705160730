/* SPDX-License-Identifier: MIT
 * A list of chunks, cut up from the front; see arena.h. */
#include "nginxconf/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#define CHUNK_BYTES 32768u
#define ALIGN_BYTES 16u

struct chunk {
  struct chunk *next;
  size_t used, size;
};

struct conf_arena {
  struct chunk *first;
};

#define HEAD_BYTES                                                            \
  ((sizeof(struct chunk) + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES)

struct conf_arena *conf_arena_new(void)
{
  return calloc(1, sizeof(struct conf_arena));
}

void conf_arena_free(struct conf_arena *a)
{
  struct chunk *c = a ? a->first : NULL;
  while(c) {
    struct chunk *next = c->next;
    free(c);
    c = next;
  }
  free(a);
}

static struct chunk *add_chunk(struct conf_arena *a, size_t bytes)
{
  size_t size = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES;
  struct chunk *c = calloc(1, HEAD_BYTES + size);
  if(!c)
    return NULL;
  c->size = size;
  /* A big one goes behind the chunk that still has room. */
  if(size == bytes && a->first) {
    c->next = a->first->next;
    a->first->next = c;
  } else {
    c->next = a->first;
    a->first = c;
  }
  return c;
}

void *conf_arena_get(struct conf_arena *a, size_t bytes)
{
  struct chunk *c = a->first;
  char *p;
  if(bytes > SIZE_MAX / 2)
    return NULL;
  bytes = (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
  if(bytes == 0)
    bytes = ALIGN_BYTES;
  if(!c || c->size - c->used < bytes)
    c = add_chunk(a, bytes);
  if(!c)
    return NULL;
  weir_assert(c->used <= c->size && c->size - c->used >= bytes);
  p = (char *)c + HEAD_BYTES + c->used;
  c->used += bytes;
  return p;
}

char *conf_arena_text(struct conf_arena *a, struct slice text)
{
  char *p = conf_arena_get(a, text.n + 1);
  if(p && text.n > 0)
    memcpy(p, text.p, text.n);
  return p;
}
