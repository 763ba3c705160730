/* SPDX-License-Identifier: MIT
 * One connection's bytes; see wire.h.  Memory is released when it is closed
 * and no callback of it is on the stack. */
#include "probe/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/poll.h"
#include "probe/tunnel.h"
#include "transport/arrival.h"

#define WIRE_MAX_OUT   ((size_t)4 << 20)
#define WIRE_READ_SIZE 65536
#define WIRE_READS     16 /* at a time, so that others get their turn */

struct wire {
  uv_loop_t *loop;
  const struct wire_handler *h; /* borrowed */
  void *ctx;
  struct dial *dial; /* owned; NULL once it is connected */
  uv_poll_t *poll;   /* owned */
  int fd;
  struct tls *tls; /* owned */
  struct buf out, plain;
  struct buf head; /* the proxy's answer, while it is not whole */
  uint64_t sent_ns;
  unsigned depth; /* callbacks on the stack */
  bool tunnelling, open;
  bool paused, closed, close_notify, telling_sent;
};

static void on_poll(uv_poll_t *p, int status, int events);

static void release(struct wire *w)
{
  if(!w->closed || w->depth)
    return;
  tls_free(w->tls);
  buf_free(&w->out);
  buf_free(&w->plain);
  buf_free(&w->head);
  free(w);
}

void wire_attach(struct wire *w, const struct wire_handler *h, void *ctx)
{
  w->h = h;
  w->ctx = ctx;
}

static void watch(struct wire *w)
{
  int events = 0;
  if(!w->poll)
    return;
  if(w->out.n)
    events |= UV_WRITABLE;
  if(!w->paused)
    events |= UV_READABLE;
  if(events)
    uv_poll_start(w->poll, events, on_poll);
  else
    uv_poll_stop(w->poll);
}

static void end(struct wire *w, enum wire_fate fate, const char *detail)
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
  char reason[TLS_REASON_MAX];
  if(!w->open && (state == TLS_OPEN || state == TLS_CLOSED))
    tell_open(w);
  if(!w->closed && w->plain.n)
    w->h->on_bytes(buf_slice(&w->plain), mono_ns, w->ctx);
  buf_clear(&w->plain);
  if(state == TLS_CLOSED)
    w->close_notify = true;
  tls_reason(w->tls, reason);
  if(state == TLS_CLOSED)
    end(w, WIRE_EOF, "close_notify");
  else if(state == TLS_FAILED)
    end(w, WIRE_TLS, reason);
}

/* The way is there: TLS, or whoever asked, has the word. */
static void way_open(struct wire *w)
{
  if(!w->tls) {
    tell_open(w);
    return;
  }
  step_tls(w, SLICE_LIT(""), 0);
}

/* What follows the proxy's head comes from the origin. */
static void step_tunnel(struct wire *w, struct slice bytes, uint64_t mono_ns)
{
  char detail[80];
  int status = 0;
  long n;
  if(buf_add(&w->head, bytes.p, bytes.n)) {
    end(w, WIRE_ERROR, "no memory for the proxy's answer");
    return;
  }
  n = tunnel_answer(buf_slice(&w->head), &status);
  if(n == 0)
    return;
  if(n < 0 || status < 200 || status > 299) {
    snprintf(detail, sizeof(detail),
             n < 0 ? "the proxy's answer to CONNECT is no HTTP"
                   : "the proxy answered CONNECT with %d",
             status);
    end(w, WIRE_UNREACHABLE, detail);
    return;
  }
  w->tunnelling = false;
  way_open(w);
  buf_consume(&w->head, (size_t)n);
  if(!w->closed && w->head.n && w->tls)
    step_tls(w, buf_slice(&w->head), mono_ns);
  else if(!w->closed && w->head.n)
    w->h->on_bytes(buf_slice(&w->head), mono_ns, w->ctx);
}

static void tell_bytes(struct wire *w, struct slice bytes,
                       const struct arrival *when)
{
  uint64_t mono_ns = when->real_ns - (uint64_t)clock_offset_ns();
  if(w->tunnelling)
    step_tunnel(w, bytes, mono_ns);
  else if(w->tls)
    step_tls(w, bytes, mono_ns);
  else
    w->h->on_bytes(bytes, mono_ns, w->ctx);
}

static void tell_eof(struct wire *w)
{
  if(w->tunnelling)
    end(w, WIRE_UNREACHABLE, "the proxy closed instead of answering CONNECT");
  else if(w->tls && !w->open)
    end(w, WIRE_TLS, "the connection closed during the TLS handshake");
  else
    end(w, WIRE_EOF, w->tls ? "FIN without close_notify" : "FIN");
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
        end(w, WIRE_RESET, strerror(errno));
      return;
    }
  }
}

static void on_poll(uv_poll_t *p, int status, int events)
{
  struct wire *w = p->data;
  if(!w)
    return;
  w->depth++;
  if((events & UV_WRITABLE) && w->out.n)
    write_out(w);
  if(!w->closed && ((events & UV_READABLE) || status < 0))
    read_in(w);
  if(!w->closed && w->poll && uv_is_active((uv_handle_t *)w->poll))
    watch(w);
  w->depth--;
  release(w);
}

static enum wire_fate fate_of(int error)
{
  switch(error) {
  case ECONNREFUSED:
    return WIRE_REFUSED;
  case ECONNRESET:
    return WIRE_RESET;
  case EMFILE:
  case ENFILE:
  case ENOMEM:
  case ENOBUFS:
  case EADDRNOTAVAIL:
  case EADDRINUSE:
    return WIRE_ERROR;
  default:
    return WIRE_UNREACHABLE;
  }
}

static int start_polling(struct wire *w, int fd)
{
  w->fd = fd;
  w->poll = poll_new(w->loop, fd, w);
  return w->poll ? 0 : E_NOMEM;
}

static void on_dialled(int fd, int error, const char *detail, void *ctx)
{
  struct wire *w = ctx;
  w->dial = NULL;
  w->depth++;
  if(fd < 0)
    end(w, fate_of(error), detail);
  else if(start_polling(w, fd))
    end(w, WIRE_ERROR, strerror(ENOMEM));
  else if(!w->tunnelling)
    way_open(w);
  if(!w->closed)
    watch(w);
  w->depth--;
  release(w);
}

/* What is needed before it can be dialled. */
static int prepare(struct wire *w, const struct wire_options *o)
{
  w->tunnelling = o->tunnel;
  if(o->context) {
    w->tls =
        tls_new(o->context, o->tls_name ? o->tls_name : o->host, o->protocols);
    if(!w->tls)
      return E_NOMEM;
  }
  return o->tunnel ? tunnel_ask(&w->out, o->host, o->port, o->authorization)
                   : 0;
}

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
  buf_init(&w->out, WIRE_MAX_OUT);
  buf_init(&w->plain, 0);
  buf_init(&w->head, 0);
  if(prepare(w, o) == 0)
    w->dial = dial_open(loop, &o->dial, on_dialled, w);
  if(w->dial)
    return w;
  w->closed = true;
  release(w);
  return NULL;
}

int wire_send(struct wire *w, struct slice bytes)
{
  int rc = w->tls ? tls_output(w->tls, bytes, &w->out)
                  : buf_add(&w->out, bytes.p, bytes.n);
  w->telling_sent = true;
  watch(w);
  return rc;
}

void wire_pause(struct wire *w, bool paused)
{
  w->paused = paused;
  watch(w);
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

static void drop_socket(struct wire *w, bool reset)
{
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  poll_drop(&w->poll);
  if(w->fd < 0)
    return;
  if(reset)
    (void)setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(w->fd);
  w->fd = -1;
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
  if(w->dial)
    dial_close(w->dial);
  w->dial = NULL;
  drop_socket(w, reset);
  release(w);
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
  } else if(a->ss_family == AF_UNIX) {
    const struct sockaddr_un *local = (const void *)a;
    snprintf(out, 64, "unix:%.58s", local->sun_path);
  }
}

void wire_addresses(const struct wire *w, char local[64], char peer[64])
{
  struct sockaddr_storage a;
  socklen_t n = sizeof(a);
  memset(&a, 0, sizeof(a));
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
