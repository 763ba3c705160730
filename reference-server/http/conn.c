/* SPDX-License-Identifier: MIT
 * The life of connections; see conn.h. */
#include "http/conn.h"

#include <stdlib.h>

#include "base/clock.h"

#define STOP_LINGER_NS (300 * NS_PER_MS)
#define LINGER_NS      (2 * NS_PER_SEC)
#define DRAIN_NS       (10 * NS_PER_SEC)
#define MUTE_NS        (60 * NS_PER_SEC)

struct conn *conn_of_timer(struct timer *t)
{
  return (struct conn *)(void *)((char *)t - offsetof(struct conn, timer));
}

void conn_set_timer(struct conn *c, timer_fn fn, uint64_t due_ns)
{
  c->timer.fn = fn;
  schedule_set(c->http->schedule, &c->timer, due_ns);
}

void conn_release(struct conn *c)
{
  if(c->request)
    http_recycle(c->http, c->request);
  c->request = NULL;
}

void conn_own(struct conn *c, const struct conn_owner *owner, void *self)
{
  if(c->owner && c->owner->free)
    c->owner->free(c);
  c->owner = owner;
  c->self = self;
}

static void on_closed(uv_handle_t *handle)
{
  free(handle);
}

/* Takes it out of everything but libuv; false when that was done before. */
static bool detach(struct conn *c)
{
  struct http *h = c->http;
  if(c->phase == CONN_CLOSED)
    return false;
  c->phase = CONN_CLOSED;
  if(c->prev)
    c->prev->next = c->next;
  else
    h->conns = c->next;
  if(c->next)
    c->next->prev = c->prev;
  schedule_clear(h->schedule, &c->timer);
  conn_own(c, NULL, NULL);
  conn_release(c);
  HUB_ADD(h->count->connections, (uint64_t)-1);
  return true;
}

void conn_close(struct conn *c)
{
  if(detach(c))
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void conn_reset(struct conn *c)
{
  if(!detach(c))
    return;
  if(uv_tcp_close_reset(&c->tcp, on_closed))
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

static void on_linger_over(struct timer *t, uint64_t now_ns)
{
  (void)now_ns;
  conn_close(conn_of_timer(t));
}

static void on_shutdown(uv_shutdown_t *req, int status)
{
  struct conn *c = (struct conn *)(void *)req->handle;
  free(req);
  if(c->phase == CONN_CLOSED)
    return;
  if(status)
    conn_close(c);
  else
    conn_set_timer(c, on_linger_over,
                   clock_mono_ns() +
                       (c->http->stopping ? STOP_LINGER_NS : LINGER_NS));
}

void conn_finish(struct conn *c)
{
  uv_shutdown_t *req;
  if(c->phase == CONN_CLOSED || c->phase == CONN_ENDING)
    return;
  conn_release(c);
  c->phase = CONN_ENDING;
  conn_set_timer(c, on_linger_over, clock_mono_ns() + DRAIN_NS);
  req = malloc(sizeof(*req));
  if(req && !uv_shutdown(req, (uv_stream_t *)&c->tcp, on_shutdown))
    return;
  free(req);
  conn_close(c);
}

void conn_mute(struct conn *c)
{
  conn_release(c);
  c->phase = CONN_MUTE;
  conn_set_timer(c, on_linger_over, clock_mono_ns() + MUTE_NS);
}

void conn_answered(struct conn *c)
{
  if(c->phase == CONN_CLOSED)
    return;
  if(!c->keep_alive || c->http->stopping)
    conn_finish(c);
  else
    c->phase = CONN_ANSWERED;
}
