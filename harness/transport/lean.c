/* SPDX-License-Identifier: MIT
 * The lean carrier: HTTP/1.1, one connection an exchange, no copy of what it
 * reads, one recvmsg per wake-up that also brings the receive time.  TLS takes
 * its bytes from there, so that they have the same time. */
#include "transport/lean.h"

#include <errno.h>
#include <stdio.h>
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

/* The peer is told that no more comes, if the socket takes it now. */
static void say_goodbye(struct lean *l)
{
  if(!l->tls || l->phase != LEAN_OPEN || l->writing)
    return;
  tls_goodbye(l->tls, &l->out);
  if(l->out.n)
    (void)send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
}

/* Releases all but the struct, which the loop frees. */
static void release(struct lean *l)
{
  exchange_unwait(&l->base);
  tls_free(l->tls);
  l->tls = NULL;
  buf_free(&l->request);
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
  char why[TLS_REASON_MAX] = "", sentence[2 * TLS_REASON_MAX];
  if(l->tls && kind == END_TLS)
    tls_reason(l->tls, why);
  else
    say_goodbye(l);
  snprintf(sentence, sizeof(sentence), "%s (%s)", end_sentence(kind), why);
  release(l);
  exchange_tell_end(&l->base, kind, why[0] ? sentence : NULL);
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
  } else
    say_goodbye(l);
  release(l);
  dispose(l);
}

static void on_io(uv_poll_t *p, int status, int events);

static int listen_for(struct lean *l, int events)
{
  return uv_poll_start(&l->poll, events, on_io);
}

/* Sends what waits; what the socket does not take follows when it does. */
static void send_out(struct lean *l)
{
  while(l->out.n) {
    ssize_t n = send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
    if(n < 0 && errno == EINTR)
      continue;
    if(n < 0 && errno == EAGAIN) {
      l->writing = true;
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
  l->writing = false;
  listen_for(l, UV_READABLE);
}

/* The way to the server is open: the request goes out. */
static void send_request(struct lean *l)
{
  l->phase = LEAN_OPEN;
  exchange_tell_connected(&l->base);
  if(!l->tls) {
    l->out = l->request;
    buf_init(&l->request, 0);
  } else if(tls_output(l->tls, buf_slice(&l->request), &l->out))
    exchange_defer_failure(&l->base, END_TLS);
  buf_free(&l->request);
  send_out(l);
}

/* Puts what TLS makes of *bytes in their place; last: nothing follows. */
static enum end_kind decrypt(struct lean *l, struct slice *bytes, bool *last)
{
  struct transport *t = l->base.t;
  enum tls_state state;
  buf_clear(&t->plain);
  state = tls_input(l->tls, *bytes, &t->plain, &l->out);
  *bytes = buf_slice(&t->plain);
  if(state == TLS_FAILED && l->phase == LEAN_SHAKING)
    return END_TLS;
  if(l->phase == LEAN_SHAKING && state != TLS_HANDSHAKE)
    send_request(l);
  else if(l->out.n)
    send_out(l);
  *last = state == TLS_CLOSED;
  return state == TLS_FAILED ? END_RESET : END_CLEAN;
}

/* n bytes in the read buffer, 0 at the end of input: for browsers, too, that
 * ends a response without a length where TLS did not announce it. */
static enum end_kind take(struct lean *l, size_t n)
{
  struct slice bytes = {l->base.t->read_buffer, n};
  bool last = n == 0;
  enum end_kind kind = END_CLEAN;
  if(last && l->phase == LEAN_SHAKING)
    return END_TLS;
  if(l->tls && !last)
    kind = decrypt(l, &bytes, &last);
  if(kind == END_CLEAN && bytes.n)
    kind = lean_http_feed(l, bytes.p, bytes.n);
  if(kind == END_CLEAN && last && !l->complete)
    kind = lean_http_feed(l, NULL, 0);
  return kind;
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
    kind = take(l, (size_t)n);
    if(l->complete || kind != END_CLEAN) {
      finish(l, kind);
      return;
    }
    if((size_t)n < room && !dying)
      return; /* the socket is drained: spare the EAGAIN */
  }
}

static void begin_tls(struct lean *l)
{
  struct slice nothing = {NULL, 0};
  bool last;
  l->phase = LEAN_SHAKING;
  if(decrypt(l, &nothing, &last) != END_CLEAN)
    exchange_defer_failure(&l->base, END_TLS);
}

static void finish_connect(struct lean *l)
{
  int error = 0;
  socklen_t n = sizeof(error);
  getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n);
  if(error)
    finish(l, end_of_errno(error, true));
  else if(l->tls)
    begin_tls(l);
  else
    send_request(l);
}

static void on_io(uv_poll_t *p, int status, int events)
{
  struct lean *l = p->data;
  if(l->phase == LEAN_CONNECTING) {
    finish_connect(l); /* SO_ERROR tells what a bad status means */
    return;
  }
  if(l->writing && (events & UV_WRITABLE) && status == 0)
    send_out(l);
  else if(status < 0 || (events & UV_READABLE))
    read_response(l, status < 0);
}

static int write_head(struct lean *l, const struct request *r,
                      const struct origin *o)
{
  const char *target = r->url + o->n;
  size_t target_n = strcspn(target, "#");
  uint32_t i;
  int rc = buf_addf(&l->request, "%s %s%.*s HTTP/1.1\r\n", r->method,
                    target[0] == '/' ? "" : "/", (int)target_n, target);
  if(!rc && !request_has_header(r, "host"))
    rc = buf_addf(&l->request, "Host: %s\r\n", o->host_header);
  for(i = 0; !rc && i < r->header_count; i++)
    rc = buf_addf(&l->request, "%s: %s\r\n", r->header[i].name,
                  r->header[i].value);
  if(!rc && r->body.p && !request_has_header(r, "content-length"))
    rc = buf_addf(&l->request, "Content-Length: %zu\r\n", r->body.n);
  if(!rc)
    rc = buf_adds(&l->request, "\r\n");
  if(!rc && r->body.p)
    rc = buf_add(&l->request, r->body.p, r->body.n);
  return rc;
}

static void lean_budget(struct exchange *x, uint64_t bytes)
{
  struct lean *l = (struct lean *)x;
  bool rested = x->budget == 0;
  x->budget = bytes;
  if(rested && bytes && l->phase == LEAN_OPEN && l->fd >= 0)
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

static struct lean *prepare(const struct request *r, const struct origin *o,
                            struct tls_context *trust)
{
  struct lean *l = calloc(1, sizeof(*l));
  struct slice http_1_1 = {NULL, 0};
  if(!l)
    return NULL;
  l->fd = -1;
  buf_init(&l->out, 0);
  buf_init(&l->request, 0);
  if(trust)
    l->tls =
        tls_new(trust, r->server_name ? r->server_name : o->host, http_1_1);
  if((l->tls || !trust) && lean_http_begin(l) == 0 && write_head(l, r, o) == 0)
    return l;
  tls_free(l->tls);
  buf_free(&l->request);
  lean_http_end(l);
  free(l);
  return NULL;
}

struct exchange *lean_start(struct transport *t, const struct request *r,
                            const struct origin *o, struct tls_context *trust,
                            struct err *e)
{
  struct lean *l = prepare(r, o, trust);
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
