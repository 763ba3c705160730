/* SPDX-License-Identifier: MIT
 * Access to the generated table; see vectors.h. */
#include "sse/vectors/vectors.h"

#include <string.h>

#include "sse/vectors/table.inc"

const struct sse_vector *sse_vectors(size_t *count)
{
  *count = sizeof(table) / sizeof(table[0]);
  return table;
}

const struct sse_vector *sse_vector_find(const char *id)
{
  size_t i;
  for(i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    if(strcmp(table[i].id, id) == 0)
      return &table[i];
  }
  return NULL;
}
