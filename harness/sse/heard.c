/* SPDX-License-Identifier: MIT
 * Silence, and speech that nobody hears; see heard.h. */
#include "sse/heard.h"

#include <stddef.h>

const char *sse_unheard(const struct sse_heard *h)
{
  if(h->line[SSE_LINE_DATA])
    return "data lines came, and no blank line that ends an event";
  if(h->line[SSE_LINE_UNKNOWN])
    return "lines came whose names no client knows";
  if(h->line[SSE_LINE_EVENT])
    return "event types came without a data line";
  if(h->cut)
    return "a line began that never ended";
  return NULL;
}
