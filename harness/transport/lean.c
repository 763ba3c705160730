/* SPDX-License-Identifier: MIT
 * The lean carrier: plain HTTP/1.1, one connection an exchange, no copy of
 * what it reads, one recvmsg per wake-up that also brings the receive time. */
#include "transport/lean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "transport/arrival.h"

#define READS_PER_WAKEUP 4 /* then others get their turn */

static void freed(uv_handle_t *h)
{
  free(h->data);
}

/* Releases all but the struct, which the loop frees. */
static void release(struct lean *l)
{
  exchange_unwait(&l->base);
  buf_free(&l->out);
  lean_http_end(l);
  if(l->fd >= 0) {
    transport_socket_closed(l->base.t);
    if(l->polled)
      uv_poll_stop(&l->poll); /* before the fd can be used anew */
    close(l->fd);
    l->fd = -1;
  }
  weir_assert(l->base.t->live);
  l->base.t->live--;
}

static void dispose(struct lean *l)
{
  if(l->polled)
    uv_close((uv_handle_t *)&l->poll, freed);
  else
    free(l);
}

static void finish(struct lean *l, enum end_kind kind)
{
  release(l);
  exchange_tell_end(&l->base, kind, NULL);
  dispose(l);
}

static void lean_fail(struct exchange *x, enum end_kind kind)
{
  finish((struct lean *)x, kind);
}

static void lean_cancel(struct exchange *x, bool abrupt)
{
  struct lean *l = (struct lean *)x;
  if(abrupt && l->fd >= 0) {
    struct linger now = {1, 0};
    (void)setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  release(l);
  dispose(l);
}

static void on_io(uv_poll_t *p, int status, int events);

static int listen_for(struct lean *l, int events)
{
  return uv_poll_start(&l->poll, events, on_io);
}

/* dying: the socket reported an error and libuv stopped watching it; what it
 * still holds must be read now, up to the error itself. */
static void read_response(struct lean *l, bool dying)
{
  struct transport *t = l->base.t;
  int i;
  weir_assert(l->fd >= 0 && l->phase != LEAN_CONNECTING);
  for(i = 0; dying || i < READS_PER_WAKEUP; i++) {
    size_t room = sizeof(t->read_buffer);
    enum end_kind kind;
    ssize_t n;
    if(l->base.budget == 0 && !dying) {
      uv_poll_stop(&l->poll);
      return;
    }
    if(l->base.budget < room && !dying)
      room = (size_t)l->base.budget;
    n = arrival_recv(l->fd, t->read_buffer, room, 0, &l->when);
    if(n < 0 && !dying && (errno == EAGAIN || errno == EINTR))
      return;
    if(n < 0) {
      finish(l, l->base.head_seen ? END_RESET : END_NO_RESPONSE);
      return;
    }
    kind = lean_http_feed(l, t->read_buffer, (size_t)n);
    if(l->complete || kind != END_CLEAN) {
      finish(l, kind);
      return;
    }
    if((size_t)n < room && !dying)
      return; /* the socket is drained: spare the EAGAIN */
  }
}

static void send_request(struct lean *l)
{
  while(l->out.n) {
    ssize_t n = send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
    if(n < 0 && errno == EINTR)
      continue;
    if(n < 0 && errno == EAGAIN) {
      l->phase = LEAN_SENDING;
      listen_for(l, UV_WRITABLE | UV_READABLE);
      return;
    }
    if(n < 0) {
      exchange_defer_failure(&l->base, end_of_errno(errno, true));
      return;
    }
    buf_consume(&l->out, (size_t)n);
  }
  buf_free(&l->out);
  l->phase = LEAN_READING;
  listen_for(l, UV_READABLE);
}

static void finish_connect(struct lean *l)
{
  int error = 0;
  socklen_t n = sizeof(error);
  getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n);
  if(error) {
    finish(l, end_of_errno(error, true));
    return;
  }
  exchange_tell_connected(&l->base);
  send_request(l);
}

static void on_io(uv_poll_t *p, int status, int events)
{
  struct lean *l = p->data;
  if(l->phase == LEAN_CONNECTING) {
    finish_connect(l); /* SO_ERROR tells what a bad status means */
    return;
  }
  if(l->phase == LEAN_SENDING && (events & UV_WRITABLE) && status == 0)
    send_request(l);
  else if(status < 0 || (events & UV_READABLE))
    read_response(l, status < 0);
}

static int write_head(struct lean *l, const struct request *r,
                      const struct origin *o)
{
  const char *target = r->url + o->n;
  size_t target_n = strcspn(target, "#");
  uint32_t i;
  int rc = buf_addf(&l->out, "%s %s%.*s HTTP/1.1\r\n", r->method,
                    target[0] == '/' ? "" : "/", (int)target_n, target);
  if(!rc && !request_has_header(r, "host"))
    rc = buf_addf(&l->out, "Host: %s\r\n", o->host_header);
  for(i = 0; !rc && i < r->header_count; i++)
    rc =
        buf_addf(&l->out, "%s: %s\r\n", r->header[i].name, r->header[i].value);
  if(!rc && r->body.p && !request_has_header(r, "content-length"))
    rc = buf_addf(&l->out, "Content-Length: %zu\r\n", r->body.n);
  if(!rc)
    rc = buf_adds(&l->out, "\r\n");
  if(!rc && r->body.p)
    rc = buf_add(&l->out, r->body.p, r->body.n);
  return rc;
}

static void lean_budget(struct exchange *x, uint64_t bytes)
{
  struct lean *l = (struct lean *)x;
  bool rested = x->budget == 0;
  x->budget = bytes;
  if(rested && bytes && l->phase == LEAN_READING && l->fd >= 0)
    listen_for(l, UV_READABLE);
}

static const struct carrier_ops lean_ops = {lean_cancel, lean_budget,
                                            lean_fail};

static void begin_connect(struct lean *l, const struct request *r,
                          const struct origin *o)
{
  int fd = lean_socket_open(o, r);
  if(fd < 0) {
    exchange_defer_failure(&l->base, end_of_errno(-fd, true));
    return;
  }
  l->fd = fd;
  transport_socket_opened(l->base.t);
  if(uv_poll_init(l->base.t->config.loop, &l->poll, fd)) {
    exchange_defer_failure(&l->base, END_LOCAL_LIMIT);
    return;
  }
  l->polled = true;
  l->poll.data = l;
  exchange_wait(&l->base, r->connect_timeout_ns);
  /* Even a connection that is up at once is finished from the loop: the
   * handler may not be called before exchange_start has returned. */
  listen_for(l, UV_WRITABLE);
}

static struct lean *prepare(const struct request *r, const struct origin *o)
{
  struct lean *l = calloc(1, sizeof(*l));
  if(!l)
    return NULL;
  l->fd = -1;
  buf_init(&l->out, 0);
  if(lean_http_begin(l) || write_head(l, r, o)) {
    buf_free(&l->out);
    lean_http_end(l);
    free(l);
    return NULL;
  }
  return l;
}

struct exchange *lean_start(struct transport *t, const struct request *r,
                            const struct origin *o, struct err *e)
{
  struct lean *l = prepare(r, o);
  if(!l) {
    err_set(e, E_NOMEM, "out of memory");
    return NULL;
  }
  l->base.ops = &lean_ops;
  l->base.t = t;
  l->base.budget = UINT64_MAX;
  l->base.head_timeout_ns = r->head_timeout_ns;
  l->no_body = strcmp(r->method, "HEAD") == 0;
  t->live++;
  begin_connect(l, r, o);
  return &l->base;
}
