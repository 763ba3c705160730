/* SPDX-License-Identifier: MIT
 * Line channel; see channel.h. */
#include "loop/channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/err.h"

struct send {
  uv_write_t req;
  char bytes[];
};

int channel_init(struct channel *c, uv_loop_t *loop,
                 void (*on_line)(struct slice line, void *ctx),
                 void (*on_close)(void *ctx), void *ctx)
{
  memset(c, 0, sizeof(*c));
  c->on_line = on_line;
  c->on_close = on_close;
  c->ctx = ctx;
  buf_init(&c->in, CHANNEL_MAX_LINE);
  c->pipe.data = c;
  if(uv_pipe_init(loop, &c->pipe, 0))
    return E_IO;
  c->pipe.data = c;
  return 0;
}

static void alloc_chunk(uv_handle_t *h, size_t suggested, uv_buf_t *out)
{
  (void)h;
  out->base = malloc(suggested);
  out->len = out->base ? suggested : 0;
}

static void lost(struct channel *c)
{
  void (*fn)(void *ctx) = c->on_close;
  if(c->closed)
    return;
  c->on_close = NULL;
  uv_read_stop((uv_stream_t *)&c->pipe);
  if(fn)
    fn(c->ctx);
}

static void deliver_lines(struct channel *c)
{
  while(!c->closed) {
    char *end = c->in.n ? memchr(c->in.p, '\n', c->in.n) : NULL;
    size_t n;
    if(!end)
      return;
    n = (size_t)(end - c->in.p);
    *end = '\0';
    c->on_line((struct slice){c->in.p, n}, c->ctx);
    if(!c->closed)
      buf_consume(&c->in, n + 1);
  }
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *chunk)
{
  struct channel *c = s->data;
  weir_assert(c->in.n < CHANNEL_MAX_LINE);
  if(n > 0 && !c->closed) {
    if(buf_add(&c->in, chunk->base, (size_t)n))
      lost(c);
    else
      deliver_lines(c);
  } else if(n < 0)
    lost(c);
  free(chunk->base);
}

int channel_read(struct channel *c)
{
  return uv_read_start((uv_stream_t *)&c->pipe, alloc_chunk, on_read) ? E_IO
                                                                      : 0;
}

static void sent(uv_write_t *req, int status)
{
  (void)status; /* a broken pipe shows on the reading side as well */
  free(req->data);
}

int channel_send(struct channel *c, struct slice line)
{
  struct send *w;
  uv_buf_t b;
  if(c->closed)
    return E_CLOSED;
  weir_assert(!line.n || !memchr(line.p, '\n', line.n));
  w = malloc(sizeof(*w) + line.n + 1);
  if(!w)
    return E_NOMEM;
  memcpy(w->bytes, line.p, line.n);
  w->bytes[line.n] = '\n';
  w->req.data = w;
  b = uv_buf_init(w->bytes, (unsigned)(line.n + 1));
  if(uv_write(&w->req, (uv_stream_t *)&c->pipe, &b, 1, sent)) {
    free(w);
    return E_IO;
  }
  return 0;
}

static void freed(uv_handle_t *h)
{
  struct channel *c = h->data;
  buf_free(&c->in);
}

void channel_close(struct channel *c)
{
  if(c->closed)
    return;
  c->closed = true;
  uv_close((uv_handle_t *)&c->pipe, freed);
}
