/* SPDX-License-Identifier: MIT
 * Growth of the parser's buffers; see parser_store.h. */
#include "sse/parser_store.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"

/* With the two counters in front this makes 64 bytes. */
#define STORE_FIRST (64 - sizeof(struct parser_store))

int parser_store_grow(struct parser_store **s, size_t more)
{
  size_t n = parser_store_size(*s);
  size_t cap = *s ? (*s)->cap : STORE_FIRST;
  struct parser_store *bigger;
  if(more > SIZE_MAX / 4 - n)
    return E_NOMEM;
  while(cap < n + more)
    cap = cap * 2 + sizeof(*bigger);
  bigger = realloc(*s, sizeof(*bigger) + cap);
  if(!bigger)
    return E_NOMEM;
  bigger->n = n;
  bigger->cap = cap;
  *s = bigger;
  return 0;
}

void parser_store_drop(struct parser_store **s)
{
  free(*s);
  *s = NULL;
}
