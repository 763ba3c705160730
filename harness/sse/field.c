/* SPDX-License-Identifier: MIT
 * The rarer questions about a field; see field.h. */
#include "sse/field.h"

#include "sse/parser.h"

bool field_may_be_known(struct slice head)
{
  static const char *const names[] = {"data:", "id:", "event:", "retry:"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    size_t n = strlen(names[i]);
    if(memcmp(head.p, names[i], head.n < n ? head.n : n) == 0)
      return true;
  }
  return false;
}

bool field_retry_ms(struct slice value, uint64_t *ms)
{
  uint64_t v = 0;
  size_t i;
  for(i = 0; i < value.n; i++) {
    char c = value.p[i];
    if(c < '0' || c > '9')
      return false;
    v = v * 10 + (uint64_t)(c - '0');
    if(v > PARSER_RETRY_MAX_MS)
      v = PARSER_RETRY_MAX_MS;
  }
  *ms = v;
  return value.n > 0;
}
