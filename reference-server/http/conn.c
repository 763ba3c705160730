/* SPDX-License-Identifier: MIT
 * Connections: accept, read, close; see conn.h.  Writing is in
 * conn_send.c. */
#include "http/conn.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/reply.h"
#include "origin/origin.h"
#include "origin/play.h"
#include "routes.h"
#include "server.h"
#include "streams/script.h"

#define IDLE_LIMIT_NS  (75 * NS_PER_SEC)
#define STOP_LINGER_NS (300 * NS_PER_MS)
#define LINGER_NS      (2 * NS_PER_SEC)
#define DRAIN_NS       (10 * NS_PER_SEC)
#define MUTE_NS        (60 * NS_PER_SEC)

struct conn *conn_of_timer(struct timer *t)
{
  return (struct conn *)(void *)((char *)t - offsetof(struct conn, timer));
}

struct conn *conn_of_stream(struct stream *s)
{
  return (struct conn *)(void *)((char *)s - offsetof(struct conn, stream));
}

void conn_set_timer(struct conn *c, timer_fn fn, uint64_t due_ns)
{
  c->timer.fn = fn;
  schedule_set(&c->server->ticker.schedule, &c->timer, due_ns);
}

void conn_release(struct conn *c)
{
  if(c->request)
    server_recycle(c->server, c->request);
  c->request = NULL;
}

static void on_closed(uv_handle_t *handle)
{
  struct conn *c = (struct conn *)(void *)handle;
  struct server *sv = c->server;
  free(c);
  server_connection_closed(sv);
}

/* Takes it out of everything but libuv; false when that was done before. */
static bool detach(struct conn *c)
{
  struct server *sv = c->server;
  if(c->phase == CONN_CLOSED)
    return false;
  remember_gone(c, true);
  if(c->phase == CONN_WAITING)
    server_forget_waiter(sv, c);
  c->phase = CONN_CLOSED;
  if(c->prev)
    c->prev->next = c->next;
  else
    sv->conns = c->next;
  if(c->next)
    c->next->prev = c->prev;
  schedule_clear(&sv->ticker.schedule, &c->timer);
  stream_fini(&c->stream);
  script_free(c->script);
  c->script = NULL;
  origin_free(c->origin);
  c->origin = NULL;
  origin_cgi_free(c);
  play_free(c);
  conn_release(c);
  HUB_ADD(sv->count->connections, (uint64_t)-1);
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
                       (c->server->stopping ? STOP_LINGER_NS : LINGER_NS));
}

void conn_finish(struct conn *c)
{
  uv_shutdown_t *req;
  if(c->phase == CONN_CLOSED || c->phase == CONN_ENDING)
    return;
  stream_fini(&c->stream);
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
  stream_fini(&c->stream);
  conn_release(c);
  c->phase = CONN_MUTE;
  conn_set_timer(c, on_linger_over, clock_mono_ns() + MUTE_NS);
}

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
                 clock_mono_ns() + c->server->options->head_ns);
}

/* Waits for a request, the first or the next one. */
static int await_request(struct conn *c, bool first)
{
  if(!c->request)
    c->request = server_request(c->server);
  if(!c->request)
    return E_NOMEM;
  request_reset(c->request, (size_t)c->server->options->max_body);
  c->phase = CONN_READING;
  c->continued = false;
  if(first)
    limit_head(c);
  else
    conn_set_timer(c, on_head_limit, clock_mono_ns() + IDLE_LIMIT_NS);
  return 0;
}

void conn_answered(struct conn *c)
{
  if(c->phase == CONN_CLOSED)
    return;
  if(!c->keep_alive || c->server->stopping)
    conn_finish(c);
  else if(await_request(c, false))
    conn_close(c);
}

static void send_continue(struct conn *c)
{
  static const char LINE[] = "HTTP/1.1 100 Continue\r\n\r\n";
  struct outgoing out = {.p = LINE, .n = sizeof(LINE) - 1, .always = true};
  c->continued = true;
  conn_send(c, &out);
}

/* Reads requests off the bytes as long as the connection is in that phase. */
static void take_input(struct conn *c, const char *p, size_t n)
{
  if(origin_takes(c, p, n))
    return;
  while(n && c->phase == CONN_READING) {
    struct request *r = c->request;
    size_t used = 0;
    if(!r->started)
      limit_head(c);
    play_input(c, p, n);
    if(request_feed(r, p, n, &used)) {
      c->http11 = request_is_http11(r);
      reply_error(c, r->status, "%s", r->reason);
      return;
    }
    p += used;
    n -= used;
    if(!r->complete) {
      if(r->expect_continue && !c->continued)
        send_continue(c);
      return;
    }
    HUB_ADD(c->server->count->requests, 1);
    c->http11 = request_is_http11(r);
    c->keep_alive = request_keep_alive(r);
    routes_dispatch(c);
  }
}

static void on_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf)
{
  struct conn *c = (struct conn *)(void *)tcp;
  if(n < 0) {
    origin_gone(c->origin, (int)n);
    play_gone(c, (int)n);
    remember_gone(c, n != UV_EOF);
    conn_close(c);
  } else if(c->phase == CONN_READING) {
    take_input(c, buf->base, (size_t)n);
  }
}

static void on_alloc(uv_handle_t *handle, size_t want, uv_buf_t *buf)
{
  struct conn *c = (struct conn *)(void *)handle;
  (void)want;
  *buf = uv_buf_init(c->server->read_buf, SERVER_READ_BYTES);
}

/* The list is newest first: the last stream in it is the oldest. */
static bool evict_oldest(struct server *sv)
{
  struct conn *oldest = NULL;
  for(struct conn *c = sv->conns; c; c = c->next) {
    if(c->phase == CONN_STREAM)
      oldest = c;
  }
  if(oldest)
    conn_reset(oldest);
  return oldest != NULL;
}

void conn_accept(struct server *sv, uv_stream_t *listener)
{
  struct conn *c = calloc(1, sizeof(*c));
  if(!c || uv_tcp_init(&sv->loop, &c->tcp)) {
    free(c);
    return;
  }
  c->server = sv;
  c->next = sv->conns;
  if(c->next)
    c->next->prev = c;
  sv->conns = c;
  HUB_ADD(sv->count->connections, 1);
  if(uv_accept(listener, (uv_stream_t *)&c->tcp) ||
     uv_fileno((uv_handle_t *)&c->tcp, &c->fd)) {
    conn_close(c);
    return;
  }
  HUB_ADD(sv->count->opened, 1);
  play_accepted(c);
  c->refused = server_is_full(sv);
  if(c->refused && sv->faults.v[FAULT_EVICT_AT_CAP] && evict_oldest(sv))
    c->refused = false;
  if(c->refused && sv->faults.v[FAULT_OVERLOAD_ACCEPT_DROP]) {
    conn_close(c);
    return;
  }
  if(await_request(c, true) ||
     uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read))
    conn_close(c);
}
