/* SPDX-License-Identifier: MIT
 * Fuzzing the lean carrier's reader of responses: in one piece or in many, the
 * same head, the same body, and one end. */
#include <string.h>

#include "base/fuzzing.h"
#include "transport/lean.h"

struct heard {
  int heads, status;
  struct buf type, body;
  enum end_kind kind;
};

static bool on_head(const struct response_head *head, void *ctx)
{
  struct heard *h = ctx;
  h->heads++;
  h->status = head->status;
  buf_add(&h->type, head->content_type.p, head->content_type.n);
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct heard *h = ctx;
  (void)when;
  demand(h->heads == 1);
  buf_add(&h->body, bytes.p, bytes.n);
  return true;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  (void)end;
  (void)ctx;
}

static const struct exchange_handler handler = {NULL, on_head, on_data, on_end,
                                                NULL};

static void feed(struct transport *t, const char *p, size_t n, size_t piece,
                 struct heard *h)
{
  struct lean l;
  memset(&l, 0, sizeof(l));
  memset(h, 0, sizeof(*h));
  buf_init(&h->type, 0);
  buf_init(&h->body, 0);
  l.base.t = t;
  l.base.h = &handler;
  l.base.ctx = h;
  l.base.budget = UINT64_MAX;
  demand(lean_http_begin(&l) == 0);
  h->kind = END_CLEAN;
  while(n && h->kind == END_CLEAN && !l.complete) {
    size_t k = n < piece ? n : piece;
    h->kind = lean_http_feed(&l, p, k);
    p += k;
    n -= k;
  }
  if(h->kind == END_CLEAN && !l.complete)
    h->kind = lean_http_feed(&l, p, 0);
  demand(h->heads <= 1);
  demand(!l.complete || h->heads == 1);
  lean_http_end(&l);
}

static void forget(struct heard *h)
{
  buf_free(&h->type);
  buf_free(&h->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct transport t;
  struct heard whole, cut;
  size_t piece = size ? 1 + data[0] % 16 : 1;
  const char *p = (const char *)data + (size ? 1 : 0);
  size_t n = size ? size - 1 : 0;
  feed(&t, p, n, n ? n : 1, &whole);
  feed(&t, p, n, piece, &cut);
  demand(whole.kind == cut.kind);
  demand(whole.heads == cut.heads && whole.status == cut.status);
  demand(slice_eq(buf_slice(&whole.type), buf_slice(&cut.type)));
  demand(slice_eq(buf_slice(&whole.body), buf_slice(&cut.body)));
  forget(&whole);
  forget(&cut);
  return 0;
}
