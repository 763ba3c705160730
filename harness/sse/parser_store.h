/* SPDX-License-Identifier: MIT
 * The parser's growing byte buffer.  Unlike struct buf it costs its owner one
 * pointer while it is empty: a parser has five of them and there are as many
 * parsers as streams. */
#ifndef WEIR_SSE_PARSER_STORE_H
#define WEIR_SSE_PARSER_STORE_H
#include <stddef.h>
#include <string.h>

#include "base/slice.h"

struct parser_store {
  size_t n;   /* bytes in use */
  size_t cap; /* bytes allocated for them */
  char bytes[];
};

/* parser_store_grow makes room for more bytes behind those in use; *s may be
 * NULL.  Returns 0 or E_NOMEM, then *s is as before. */
int parser_store_grow(struct parser_store **s, size_t more);
/* parser_store_drop frees *s and sets it to NULL. */
void parser_store_drop(struct parser_store **s);

static inline int parser_store_reserve(struct parser_store **s, size_t more)
{
  if(*s && (*s)->cap - (*s)->n >= more)
    return 0;
  return parser_store_grow(s, more);
}

static inline int parser_store_add(struct parser_store **s, struct slice text)
{
  int rc = parser_store_reserve(s, text.n);
  if(rc)
    return rc;
  memcpy((*s)->bytes + (*s)->n, text.p, text.n);
  (*s)->n += text.n;
  return 0;
}

/* parser_store_set replaces the content; text must not lie inside it. */
static inline int parser_store_set(struct parser_store **s, struct slice text)
{
  if(*s)
    (*s)->n = 0;
  return parser_store_add(s, text);
}

static inline size_t parser_store_size(const struct parser_store *s)
{
  return s ? s->n : 0;
}

static inline struct slice parser_store_slice(const struct parser_store *s)
{
  return s ? (struct slice){s->bytes, s->n} : SLICE_LIT("");
}

#endif
