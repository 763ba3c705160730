/* SPDX-License-Identifier: MIT
 * The live view's clients: accepted, read, written to, dropped; see
 * live_server.h. */
#include "load/live_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define TICK_MS       1000 /* one figure */
#define BACKLOG       16
#define ACCEPTS       100          /* in a second; more have to wait */
#define SEND_BUFFER   (64 * 1024)  /* in the kernel */
#define WAITING_MAX   (128 * 1024) /* bytes in ours, for one client */
#define REQUEST_WAIT  (3 * NS_PER_SEC)
#define FAREWELL_WAIT (2 * NS_PER_SEC)

struct sending {
  uv_write_t req;
  char bytes[];
};

static void on_closed(uv_handle_t *h)
{
  struct live_client *c = h->data;
  c->state = LIVE_FREE;
}

static void enter(struct live_client *c, enum live_state state)
{
  c->state = state;
  c->since_ns = clock_mono_ns();
}

static void drop(struct live_client *c)
{
  if(c->state == LIVE_CLOSING)
    return;
  c->state = LIVE_CLOSING;
  uv_close((uv_handle_t *)&c->tcp, on_closed);
}

static void on_sent(uv_write_t *req, int status)
{
  (void)status; /* what broke shows on the reading side as well */
  free(req->data);
}

void live_send(struct live_client *c, struct slice bytes)
{
  uv_stream_t *s = (uv_stream_t *)&c->tcp;
  struct sending *w;
  uv_buf_t b;
  if(c->state == LIVE_CLOSING || !bytes.n)
    return;
  if(uv_stream_get_write_queue_size(s) + bytes.n > WAITING_MAX) {
    drop(c);
    return;
  }
  w = malloc(sizeof(*w) + bytes.n);
  if(!w) {
    drop(c);
    return;
  }
  memcpy(w->bytes, bytes.p, bytes.n);
  w->req.data = w;
  b = uv_buf_init(w->bytes, (unsigned)bytes.n);
  if(uv_write(&w->req, s, &b, 1, on_sent)) {
    free(w);
    drop(c);
  }
}

void live_send_last(struct live_client *c, struct slice bytes)
{
  live_send(c, bytes);
  if(c->state == LIVE_CLOSING)
    return;
  enter(c, LIVE_ANSWERED);
  if(uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, NULL))
    drop(c);
}

void live_keep(struct live_client *c)
{
  if(c->state != LIVE_CLOSING)
    enter(c, LIVE_STREAMING);
}

uint32_t live_streams(const struct live *v)
{
  uint32_t i, n = 0;
  for(i = 0; i < LIVE_CLIENTS; i++)
    n += v->client[i].state == LIVE_STREAMING;
  return n;
}

static void lend_chunk(uv_handle_t *h, size_t suggested, uv_buf_t *out)
{
  struct live_client *c = h->data;
  (void)suggested;
  *out = uv_buf_init(c->live->chunk, sizeof(c->live->chunk));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *chunk)
{
  struct live_client *c = s->data;
  enum live_read read;
  if(n < 0 && c->state == LIVE_ANSWERED && uv_stream_get_write_queue_size(s))
    uv_read_stop(s); /* it still wants the answer */
  else if(n < 0)
    drop(c);
  if(n <= 0 || c->state != LIVE_READING)
    return;
  read = live_request_feed(&c->request, chunk->base, (size_t)n);
  if(read == LIVE_READ_MORE)
    return;
  live_answer(c, read);
}

static struct live_client *free_client(struct live *v)
{
  uint32_t i;
  for(i = 0; i < LIVE_CLIENTS; i++) {
    if(v->client[i].state == LIVE_FREE)
      return &v->client[i];
  }
  return NULL;
}

/* Who cannot be accepted now waits in the kernel's queue, which is bounded;
 * the next tick tries again.  False when nobody was there. */
static bool accept_one(struct live *v)
{
  struct live_client *c = free_client(v);
  int size = SEND_BUFFER;
  if(!c || v->accepted >= ACCEPTS)
    return false;
  if(uv_tcp_init(v->listener.loop, &c->tcp))
    return false;
  c->tcp.data = c;
  c->live = v;
  c->chunked = false;
  enter(c, LIVE_READING);
  live_request_init(&c->request);
  if(uv_accept((uv_stream_t *)&v->listener, (uv_stream_t *)&c->tcp)) {
    drop(c);
    return false;
  }
  v->accepted++;
  uv_send_buffer_size((uv_handle_t *)&c->tcp, &size);
  uv_tcp_nodelay(&c->tcp, 1);
  if(uv_read_start((uv_stream_t *)&c->tcp, lend_chunk, on_read))
    drop(c);
  return true;
}

static void on_connection(uv_stream_t *s, int status)
{
  if(!status)
    accept_one(s->data);
}

static void take_figures(struct live *v)
{
  struct live_figures *f = &v->figures[++v->newest % LIVE_HISTORY];
  memset(f, 0, sizeof(*f));
  v->look(f, v->ctx);
}

static void on_tick(uv_timer_t *t)
{
  struct live *v = t->data;
  uint64_t now = clock_mono_ns();
  uint32_t i;
  take_figures(v);
  for(i = 0; i < LIVE_CLIENTS; i++) {
    struct live_client *c = &v->client[i];
    if(c->state == LIVE_STREAMING)
      live_tell(c);
    else if((c->state == LIVE_READING && now - c->since_ns > REQUEST_WAIT) ||
            (c->state == LIVE_ANSWERED && now - c->since_ns > FAREWELL_WAIT))
      drop(c);
  }
  v->accepted = 0;
  while(accept_one(v))
    continue;
}

int live_listen(struct live *v, uv_loop_t *loop,
                const struct live_socket *socket, struct err *e)
{
  int fd = fcntl(socket->fd, F_DUPFD_CLOEXEC, 0);
  int rc =
      fd < 0 ? uv_translate_sys_error(errno) : uv_tcp_init(loop, &v->listener);
  v->listener.data = v;
  v->timer.data = v;
  if(!rc)
    rc = uv_timer_init(loop, &v->timer);
  if(!rc)
    rc = uv_tcp_open(&v->listener, fd);
  if(rc && fd >= 0)
    close(fd);
  if(!rc)
    rc = uv_listen((uv_stream_t *)&v->listener, BACKLOG, on_connection);
  if(!rc)
    rc = uv_timer_start(&v->timer, on_tick, TICK_MS, TICK_MS);
  v->listening = !rc;
  take_figures(v);
  return rc ? err_set(e, E_IO, "the live view: %s", uv_strerror(rc)) : 0;
}

struct live *live_new(const char *run, live_look_fn *look, void *ctx)
{
  struct live *v = calloc(1, sizeof(*v));
  if(!v)
    return NULL;
  v->run = run;
  v->look = look;
  v->ctx = ctx;
  v->latency = hist_new();
  if(v->latency)
    return v;
  live_free(v);
  return NULL;
}

void live_add_latency(struct live *v, const struct hist *part)
{
  if(v)
    hist_merge(v->latency, part);
}

void live_finish(struct live *v)
{
  uint32_t i;
  if(!v || !v->listening)
    return;
  v->listening = false;
  uv_close((uv_handle_t *)&v->listener, NULL);
  uv_timer_stop(&v->timer);
  take_figures(v);
  for(i = 0; i < LIVE_CLIENTS; i++) {
    if(v->client[i].state == LIVE_STREAMING)
      live_tell_end(&v->client[i]);
  }
}

void live_free(struct live *v)
{
  if(v)
    free(v->latency);
  free(v);
}
