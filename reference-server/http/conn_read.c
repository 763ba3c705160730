/* SPDX-License-Identifier: MIT
 * Accepting connections and reading their requests; see conn.h. */
#include <stdlib.h>

#include "base/clock.h"
#include "http/conn.h"
#include "http/reply.h"

#define IDLE_LIMIT_NS (75 * NS_PER_SEC)

static void on_head_limit(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  (void)now_ns;
  if(c->request && c->request->started)
    reply_error(c, 408, "no whole request came in time");
  else
    conn_close(c);
}

static void limit_head(struct conn *c)
{
  conn_set_timer(c, on_head_limit,
                 clock_mono_ns() + c->http->options->head_ns);
}

/* Waits for a request, the first or the next one. */
static int await_request(struct conn *c)
{
  if(!c->request)
    c->request = http_request(c->http);
  if(!c->request)
    return E_NOMEM;
  request_reset(c->request, (size_t)c->http->options->max_body);
  c->phase = CONN_READING;
  c->continued = false;
  return 0;
}

void conn_next(struct conn *c)
{
  if(c->phase != CONN_ANSWERED)
    return;
  if(await_request(c))
    conn_close(c);
  else
    conn_set_timer(c, on_head_limit, clock_mono_ns() + IDLE_LIMIT_NS);
}

/* Reads requests off the bytes as long as the connection is in that phase. */
static void take_input(struct conn *c, const char *p, size_t n)
{
  while(n && c->phase == CONN_READING) {
    struct request *r = c->request;
    size_t used = 0;
    if(c->owner && c->owner->input && c->owner->input(c, p, n))
      return;
    if(!r->started)
      limit_head(c);
    if(request_feed(r, p, n, &used)) {
      c->http11 = request_is_http11(r);
      reply_error(c, r->status, "%s", r->reason);
      return;
    }
    p += used;
    n -= used;
    if(!r->complete) {
      if(r->expect_continue && !c->continued)
        conn_put(c, SLICE_LIT("HTTP/1.1 100 Continue\r\n\r\n"));
      c->continued |= r->expect_continue;
      return;
    }
    HUB_ADD(c->http->count->requests, 1);
    c->http11 = request_is_http11(r);
    c->keep_alive = request_keep_alive(r);
    c->http->app->request(c);
    conn_next(c);
  }
}

static void on_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf)
{
  struct conn *c = (struct conn *)(void *)tcp;
  if(n < 0) {
    if(c->owner && c->owner->gone)
      c->owner->gone(c, (int)n);
    conn_close(c);
  } else {
    take_input(c, buf->base, (size_t)n);
  }
}

static void on_alloc(uv_handle_t *handle, size_t want, uv_buf_t *buf)
{
  struct conn *c = (struct conn *)(void *)handle;
  (void)want;
  *buf = uv_buf_init(c->http->read_buf, HTTP_READ_BYTES);
}

void conn_accept(struct http *h, uv_stream_t *listener)
{
  struct conn *c = calloc(1, sizeof(*c));
  if(!c || uv_tcp_init(h->loop, &c->tcp)) {
    free(c);
    return;
  }
  c->http = h;
  c->next = h->conns;
  if(c->next)
    c->next->prev = c;
  h->conns = c;
  HUB_ADD(h->count->connections, 1);
  if(uv_accept(listener, (uv_stream_t *)&c->tcp) ||
     uv_fileno((uv_handle_t *)&c->tcp, &c->fd)) {
    conn_close(c);
    return;
  }
  HUB_ADD(h->count->opened, 1);
  if(!h->app->accepted(c))
    return;
  limit_head(c);
  if(await_request(c) ||
     uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read))
    conn_close(c);
}

void conn_stop_all(struct http *h)
{
  struct conn *next;
  h->stopping = true;
  for(struct conn *c = h->conns; c; c = next) {
    next = c->next;
    c->keep_alive = false;
    if(c->owner && c->owner->stop)
      c->owner->stop(c);
    else if(c->phase == CONN_MUTE ||
            (c->phase == CONN_READING && !c->request->started))
      conn_close(c);
  }
}
