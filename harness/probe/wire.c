/* SPDX-License-Identifier: MIT
 * One connection's bytes; see wire.h.  Memory is released when it is closed,
 * no callback of it is on the stack and no name is being looked up. */
#include "probe/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "probe/wire_private.h"
#include "transport/arrival.h"

struct wire *wire_open(uv_loop_t *loop, const struct wire_options *o,
                       const struct wire_handler *h, void *ctx)
{
  struct wire *w = calloc(1, sizeof(*w));
  if(!w)
    return NULL;
  w->loop = loop;
  w->h = h;
  w->ctx = ctx;
  w->fd = -1;
  w->port = o->port;
  w->context = o->context;
  w->protocols = o->protocols;
  snprintf(w->host, sizeof(w->host), "%s", o->host);
  snprintf(w->source_ip, sizeof(w->source_ip), "%s",
           o->source_ip ? o->source_ip : "");
  buf_init(&w->out, WIRE_MAX_OUT);
  buf_init(&w->plain, 0);
  if(wire_resolve(w)) {
    free(w);
    return NULL;
  }
  return w;
}

void wire_release(struct wire *w)
{
  if(!w->closed || w->depth || w->resolving)
    return;
  if(w->found)
    uv_freeaddrinfo(w->found);
  tls_free(w->tls);
  buf_free(&w->out);
  buf_free(&w->plain);
  free(w);
}

void wire_attach(struct wire *w, const struct wire_handler *h, void *ctx)
{
  w->h = h;
  w->ctx = ctx;
}

void wire_watch(struct wire *w)
{
  int events = 0;
  if(!w->poll)
    return;
  if(w->connecting || w->out.n)
    events |= UV_WRITABLE;
  if(!w->connecting && !w->paused)
    events |= UV_READABLE;
  if(events)
    uv_poll_start(w->poll, events, wire_on_poll);
  else
    uv_poll_stop(w->poll);
}

void wire_end(struct wire *w, enum wire_fate fate, const char *detail)
{
  if(w->closed)
    return;
  if(w->poll)
    uv_poll_stop(w->poll);
  w->h->on_end(fate, detail, w->ctx);
}

static void write_out(struct wire *w)
{
  ssize_t n;
  w->sent_ns = clock_mono_ns();
  n = send(w->fd, w->out.p, w->out.n, MSG_NOSIGNAL);
  if(n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if(n < 0) {
    buf_clear(&w->out); /* what can still be read tells how it ended */
    return;
  }
  buf_consume(&w->out, (size_t)n);
  if(!w->out.n && w->telling_sent) {
    w->telling_sent = false;
    w->h->on_sent(w->ctx);
  }
}

static void tell_open(struct wire *w)
{
  w->open = true;
  w->h->on_open(w->ctx);
}

static void step_tls(struct wire *w, struct slice bytes, uint64_t mono_ns)
{
  enum tls_state state = tls_input(w->tls, bytes, &w->plain, &w->out);
  if(!w->open && (state == TLS_OPEN || state == TLS_CLOSED))
    tell_open(w);
  if(!w->closed && w->plain.n)
    w->h->on_bytes(buf_slice(&w->plain), mono_ns, w->ctx);
  buf_clear(&w->plain);
  if(state == TLS_CLOSED)
    w->close_notify = true;
  if(state == TLS_CLOSED || state == TLS_FAILED)
    wire_end(w, state == TLS_CLOSED ? WIRE_EOF : WIRE_TLS,
             state == TLS_CLOSED ? "close_notify" : tls_reason(w->tls));
}

void wire_connected(struct wire *w)
{
  if(!w->context) {
    tell_open(w);
    return;
  }
  w->tls = tls_new(w->context, w->host, w->protocols);
  if(!w->tls)
    wire_end(w, WIRE_ERROR, "no memory for TLS");
  else
    step_tls(w, SLICE_LIT(""), 0);
}

static void tell_bytes(struct wire *w, struct slice bytes,
                       const struct arrival *when)
{
  uint64_t mono_ns = when->real_ns - (uint64_t)clock_offset_ns();
  if(w->tls)
    step_tls(w, bytes, mono_ns);
  else
    w->h->on_bytes(bytes, mono_ns, w->ctx);
}

static void tell_eof(struct wire *w)
{
  if(w->tls && !w->open)
    wire_end(w, WIRE_TLS, "the connection closed during the TLS handshake");
  else
    wire_end(w, WIRE_EOF, w->tls ? "FIN without close_notify" : "FIN");
}

static void read_in(struct wire *w)
{
  static _Thread_local char space[WIRE_READ_SIZE]; /* reads never nest */
  int i;
  for(i = 0; i < WIRE_READS && !w->closed && !w->paused && w->poll; i++) {
    struct arrival when;
    ssize_t n = arrival_recv(w->fd, space, sizeof(space), 0, &when);
    if(n > 0) {
      tell_bytes(w, (struct slice){space, (size_t)n}, &when);
    } else if(n == 0) {
      tell_eof(w);
      return;
    } else if(errno != EINTR) {
      if(errno != EAGAIN)
        wire_end(w, WIRE_RESET, strerror(errno));
      return;
    }
  }
}

void wire_on_poll(uv_poll_t *p, int status, int events)
{
  struct wire *w = p->data;
  if(!w)
    return;
  w->depth++;
  if(w->connecting) {
    wire_connect_ready(w);
  } else {
    if((events & UV_WRITABLE) && w->out.n)
      write_out(w);
    if(!w->closed && ((events & UV_READABLE) || status < 0))
      read_in(w);
  }
  if(!w->closed && w->poll && uv_is_active((uv_handle_t *)w->poll))
    wire_watch(w);
  w->depth--;
  wire_release(w);
}

int wire_send(struct wire *w, struct slice bytes)
{
  int rc = w->tls ? tls_output(w->tls, bytes, &w->out)
                  : buf_add(&w->out, bytes.p, bytes.n);
  w->telling_sent = true;
  wire_watch(w);
  return rc;
}

void wire_pause(struct wire *w, bool paused)
{
  w->paused = paused;
  wire_watch(w);
}

void wire_half_close(struct wire *w)
{
  if(w->fd < 0)
    return;
  if(w->tls) {
    tls_goodbye(w->tls, &w->out);
    (void)send(w->fd, w->out.p, w->out.n, MSG_NOSIGNAL);
    buf_clear(&w->out);
  }
  (void)shutdown(w->fd, SHUT_WR);
}

void wire_close(struct wire *w, bool reset)
{
  if(w->closed)
    return;
  if(w->tls && w->fd >= 0 && !reset) {
    tls_goodbye(w->tls, &w->out);
    (void)send(w->fd, w->out.p, w->out.n, MSG_NOSIGNAL);
  }
  w->closed = true;
  wire_drop_socket(w, reset);
  if(w->resolving)
    uv_cancel((uv_req_t *)&w->resolve);
  wire_release(w);
}

void wire_protocol(const struct wire *w, char out[TLS_PROTOCOL_MAX])
{
  out[0] = '\0';
  if(w->tls)
    tls_protocol(w->tls, out);
}

bool wire_close_notify(const struct wire *w)
{
  return w->close_notify;
}

static void print_address(const struct sockaddr_storage *a, char out[64])
{
  char text[48] = "";
  if(a->ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const void *)a;
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
    snprintf(out, 64, "%s:%u", text, (unsigned)ntohs(v4->sin_port));
  } else if(a->ss_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const void *)a;
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
    snprintf(out, 64, "[%s]:%u", text, (unsigned)ntohs(v6->sin6_port));
  }
}

void wire_addresses(const struct wire *w, char local[64], char peer[64])
{
  struct sockaddr_storage a;
  socklen_t n = sizeof(a);
  local[0] = peer[0] = '\0';
  if(w->fd < 0)
    return;
  if(getsockname(w->fd, (struct sockaddr *)&a, &n) == 0)
    print_address(&a, local);
  n = sizeof(a);
  if(getpeername(w->fd, (struct sockaddr *)&a, &n) == 0)
    print_address(&a, peer);
}

uint64_t wire_sent_ns(const struct wire *w)
{
  return w->sent_ns;
}
