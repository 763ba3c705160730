/* SPDX-License-Identifier: MIT
 * Fuzzing what HTTP/2 of our own makes of a server's bytes: streams that were
 * asked for hear one head at most before data, and one end.  Cancelled ones
 * hear nothing more.
 *
 * Input: a byte that says which streams listen and which are cancelled, then
 * what the server sends. */
#include <string.h>

#include "base/fuzzing.h"
#include "transport/mux.h"

#define STREAMS 4

struct heard {
  unsigned heads, ends;
  bool deaf, cancelled;
};

static bool on_head(const struct response_head *head, void *ctx)
{
  struct heard *h = ctx;
  demand(head->http_major == 2 && !h->heads && !h->ends && !h->cancelled);
  h->heads++;
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct heard *h = ctx;
  (void)bytes;
  (void)when;
  demand(h->heads == 1 && !h->ends && !h->cancelled);
  return !h->deaf;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct heard *h = ctx;
  demand(end->sentence && !h->ends && !h->cancelled);
  h->ends++;
}

static const struct exchange_handler handler = {NULL, on_head, on_data, on_end,
                                                NULL};

static void ask(struct mux *c, struct transport *t, struct heard *h)
{
  static const struct origin origin = {.host_header = "h"};
  const struct request r = {.method = "GET", .url = "/s"};
  const struct line_way way = {&origin, &r, NULL, {NULL, 0}};
  struct mux_stream *s = mux_stream_new(t, &way);
  demand(s != NULL);
  s->base.h = &handler;
  s->base.ctx = h;
  mux_stream_join(s, c);
  demand(mux_stream_ask(s) == 0);
}

/* What is sent is thrown away; what is over is told. */
static void settle(struct mux *c)
{
  const uint8_t *bytes;
  while(nghttp2_session_mem_send(c->session, &bytes) > 0)
    ;
  while(c->list[MUX_OVER].first)
    mux_stream_over(c->list[MUX_OVER].first);
}

static void cancel_one(struct mux *c)
{
  struct mux_stream *s = c->list[MUX_ASKED].first;
  if(!s)
    return;
  ((struct heard *)s->base.ctx)->cancelled = true;
  exchange_unwait(&s->base);
  mux_stream_leave(s);
  mux_stream_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct transport t;
  struct heard heard[STREAMS] = {{0, 0, false, false}};
  struct mux c;
  size_t i;
  if(!size)
    return 0;
  memset(&c, 0, sizeof(c));
  c.line.t = &t;
  c.limit = STREAMS;
  c.session = mux_session_new(&c);
  demand(c.session != NULL);
  for(i = 0; i < STREAMS; i++) {
    heard[i].deaf = data[0] >> i & 1;
    ask(&c, &t, &heard[i]);
  }
  settle(&c);
  nghttp2_session_mem_recv(c.session, data + 1, (size - 1) / 2);
  settle(&c);
  if(data[0] & 0x80)
    cancel_one(&c);
  nghttp2_session_mem_recv(c.session, data + 1 + (size - 1) / 2,
                           size - 1 - (size - 1) / 2);
  settle(&c);
  while(c.list[MUX_ASKED].first)
    mux_stream_finish(c.list[MUX_ASKED].first, END_RESET, NULL);
  for(i = 0; i < STREAMS; i++)
    demand(heard[i].ends == !heard[i].cancelled);
  demand(!c.streams && !t.live);
  nghttp2_session_del(c.session);
  return 0;
}
