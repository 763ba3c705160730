/* SPDX-License-Identifier: MIT
 * Fuzzing the server's reader of requests: in one piece or in many, the same
 * request or the same refusal, and nothing beyond its limits. */
#include <string.h>

#include "base/fuzzing.h"
#include "http/request.h"

#define BODY_MAX 4096u

static struct request *feed(const char *p, size_t n, size_t piece)
{
  struct request *r = request_new();
  int rc = 0;
  demand(r != NULL);
  request_reset(r, BODY_MAX);
  while(n && !rc && !r->complete) {
    size_t k = n < piece ? n : piece, used = 0;
    rc = request_feed(r, p, k, &used);
    demand(used <= k && (used == k || rc || r->complete));
    p += k;
    n -= k;
  }
  demand(!rc == !r->status);
  demand(!r->status || (r->status >= 400 && r->status < 600 && r->reason));
  return r;
}

static void look(const struct request *r)
{
  struct slice path, query;
  demand(r->text.n <= REQUEST_HEAD_MAX && r->body.n <= BODY_MAX);
  demand(r->target_n <= REQUEST_TARGET_MAX && r->target_n <= r->text.n);
  demand(r->header_count <= REQUEST_HEADERS_MAX);
  for(uint32_t i = 0; i < r->header_count; i++) {
    demand(r->headers[i].value + r->headers[i].value_n <= r->text.n);
    (void)request_header_value(r, i);
  }
  if(r->complete && request_split(r, &path, &query) == 0)
    demand(path.n + query.n <= r->target_n || slice_eq_cstr(path, "/"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  size_t piece = size ? 1 + data[0] % 16 : 1;
  const char *p = (const char *)data + (size ? 1 : 0);
  size_t n = size ? size - 1 : 0;
  struct request *whole = feed(p, n, n ? n : 1), *cut = feed(p, n, piece);
  look(whole);
  look(cut);
  demand(whole->complete == cut->complete);
  if(whole->complete && !whole->status && !cut->status) {
    demand(slice_eq(request_target(whole), request_target(cut)));
    demand(slice_eq(buf_slice(&whole->body), buf_slice(&cut->body)));
    demand(whole->header_count == cut->header_count);
    demand(request_keep_alive(whole) == request_keep_alive(cut));
  }
  request_free(whole);
  request_free(cut);
  return 0;
}
