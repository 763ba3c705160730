/* SPDX-License-Identifier: MIT
 * Driving one connection; see line.h.  One recvmsg brings bytes and the
 * kernel's time of them; TLS takes its bytes from there. */
#include "transport/line.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "transport/arrival.h"

const char *line_peer(const struct request *r, const struct origin *o)
{
  return r->server_name ? r->server_name : o->host;
}

int line_prepare(struct line *l, struct transport *t,
                 const struct line_way *way)
{
  memset(l, 0, sizeof(*l));
  l->t = t;
  l->fd = -1;
  buf_init(&l->out, 0);
  if(!way->trust)
    return 0;
  l->tls = tls_new(way->trust, line_peer(way->request, way->origin),
                   way->protocols);
  return l->tls ? 0 : E_NOMEM;
}

enum end_kind line_connect(struct line *l, const struct line_way *way,
                           uv_poll_cb on_io, void *data)
{
  int fd = line_socket(way->origin, way->request);
  l->poll.data = data;
  if(fd < 0)
    return end_of_errno(-fd, true);
  l->fd = fd;
  transport_socket_opened(l->t);
  if(uv_poll_init(l->t->config.loop, &l->poll, fd))
    return END_LOCAL_LIMIT;
  l->polled = true;
  l->poll.data = data;
  l->on_io = on_io;
  /* Even a connection that is up at once is finished from the loop. */
  uv_poll_start(&l->poll, UV_WRITABLE, on_io);
  return END_CLEAN;
}

void line_listen(struct line *l)
{
  uv_poll_start(&l->poll, UV_READABLE | (l->writing ? UV_WRITABLE : 0),
                l->on_io);
}

void line_rest(struct line *l)
{
  uv_poll_stop(&l->poll);
}

int line_send(struct line *l)
{
  bool waited = l->writing;
  l->writing = false;
  while(l->out.n && !l->writing) {
    ssize_t n = send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
    if(n >= 0)
      buf_consume(&l->out, (size_t)n);
    else if(errno == EAGAIN)
      l->writing = true;
    else if(errno != EINTR)
      return errno;
  }
  if(!l->out.n)
    buf_free(&l->out);
  if(waited != l->writing)
    line_listen(l);
  return 0;
}

int line_put(struct line *l, struct slice bytes)
{
  return l->tls ? tls_output(l->tls, bytes, &l->out)
                : buf_add(&l->out, bytes.p, bytes.n);
}

/* Puts what TLS makes of *bytes in their place. */
static enum end_kind decrypt(struct line *l, struct slice *bytes, bool *last)
{
  struct buf *plain = &l->t->plain;
  enum tls_state state;
  int error;
  buf_clear(plain);
  state = tls_input(l->tls, *bytes, plain, &l->out);
  *bytes = buf_slice(plain);
  *last = state == TLS_CLOSED;
  if(state == TLS_FAILED)
    return l->phase == LINE_SHAKING ? END_TLS : END_RESET;
  if(state != TLS_HANDSHAKE)
    l->phase = LINE_OPEN;
  error = line_send(l);
  return error ? end_of_errno(error, true) : END_CLEAN;
}

enum end_kind line_connected(struct line *l)
{
  int error = 0;
  socklen_t n = sizeof(error);
  struct slice nothing = {NULL, 0};
  bool last;
  getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &n);
  if(error)
    return end_of_errno(error, true);
  line_listen(l);
  if(!l->tls) {
    l->phase = LINE_OPEN;
    return END_CLEAN;
  }
  l->phase = LINE_SHAKING;
  return decrypt(l, &nothing, &last);
}

ssize_t line_recv(struct line *l, size_t room)
{
  weir_assert(l->fd >= 0 && room <= sizeof(l->t->read_buffer));
  return arrival_recv(l->fd, l->t->read_buffer, room, 0, &l->when);
}

/* For browsers, too, the end of a connection ends a response without a length
 * where TLS did not announce it. */
enum end_kind line_take(struct line *l, size_t n, struct slice *bytes,
                        bool *last)
{
  *bytes = (struct slice){l->t->read_buffer, n};
  *last = n == 0;
  if(*last)
    return l->phase == LINE_SHAKING ? END_TLS : END_CLEAN;
  return l->tls ? decrypt(l, bytes, last) : END_CLEAN;
}

void line_reason(const struct line *l, char out[TLS_REASON_MAX])
{
  out[0] = '\0';
  if(l->tls)
    tls_reason(l->tls, out);
}

/* The peer is told that no more comes, if the socket takes it now. */
static void say_goodbye(struct line *l)
{
  if(!l->tls || l->phase != LINE_OPEN || l->writing)
    return;
  tls_goodbye(l->tls, &l->out);
  if(l->out.n)
    (void)send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
}

static void close_socket(struct line *l, bool abrupt)
{
  struct linger now = {1, 0};
  if(abrupt)
    (void)setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  else
    say_goodbye(l);
  transport_socket_closed(l->t);
  if(l->polled)
    uv_poll_stop(&l->poll); /* before the fd can be used anew */
  close(l->fd);
  l->fd = -1;
}

void line_close(struct line *l, bool abrupt)
{
  if(l->fd >= 0)
    close_socket(l, abrupt);
  tls_free(l->tls);
  l->tls = NULL;
  buf_free(&l->out);
}

void line_dispose(struct line *l, void (*freed)(uv_handle_t *))
{
  if(l->polled)
    uv_close((uv_handle_t *)&l->poll, freed);
  else
    freed((uv_handle_t *)&l->poll);
}
