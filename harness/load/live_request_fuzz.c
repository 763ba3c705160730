/* SPDX-License-Identifier: MIT
 * Fuzzing the head of a request to the live view: it ends within its limit,
 * whatever the pieces it comes in, and what is kept is bounded. */
#include <string.h>

#include "base/fuzzing.h"
#include "load/live_request.h"

static enum live_read feed(struct live_request *r, const char *p, size_t n,
                           size_t piece)
{
  enum live_read got = LIVE_READ_MORE;
  live_request_init(r);
  while(n && got == LIVE_READ_MORE) {
    size_t k = n < piece ? n : piece;
    got = live_request_feed(r, p, k);
    p += k;
    n -= k;
  }
  return got;
}

static void look(const struct live_request *r)
{
  struct slice path = live_request_path(r);
  demand(path.n < sizeof(r->url.text));
  demand(path.p >= r->url.text);
  demand(path.p + path.n <= r->url.text + r->url.n);
  demand(!live_request_names(r, "text/html") ||
         live_request_accepts(r, "text/html"));
  demand(strlen(r->last_event_id.text) <= r->last_event_id.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct live_request whole, cut;
  size_t piece = size ? 1 + data[0] % 16 : 1;
  const char *p = (const char *)data + (size ? 1 : 0);
  size_t n = size ? size - 1 : 0;
  enum live_read a = feed(&whole, p, n, n ? n : 1);
  enum live_read b = feed(&cut, p, n, piece);
  look(&whole);
  look(&cut);
  if(a == LIVE_READ_DONE && b == LIVE_READ_DONE) {
    demand(strcmp(whole.url.text, cut.url.text) == 0);
    demand(strcmp(whole.accept.text, cut.accept.text) == 0);
    demand(strcmp(whole.last_event_id.text, cut.last_event_id.text) == 0);
  }
  demand(n <= LIVE_HEAD_MAX || b != LIVE_READ_MORE);
  return 0;
}
