/* SPDX-License-Identifier: MIT
 * Writing to a connection: at once when the socket takes it, else through a
 * bounded queue of references.  What bytes mean is counted only when the
 * kernel has all of them, so a broken connection never counts too much. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "http/conn.h"

/* A write that libuv holds. */
struct pending {
  uv_write_t req;      /* first: libuv's pointer is ours */
  struct block *block; /* owned reference */
  struct tally tally;
  size_t n;
};

size_t conn_queue_bytes(const struct conn *c)
{
  return c->queued * sizeof(struct pending) +
         uv_stream_get_write_queue_size((const uv_stream_t *)&c->tcp);
}

static void count_written(struct hub_counters *count, const struct tally *t)
{
#define X(name, doc)                                                          \
  if(t->name)                                                                 \
    HUB_ADD(count->name, t->name);
  HUB_TALLY_LIST(X)
#undef X
}

static void on_written(uv_write_t *req, int status)
{
  struct pending *w = (struct pending *)(void *)req;
  struct conn *c = (struct conn *)(void *)req->handle;
  if(!status) {
    HUB_ADD(c->http->count->bytes, w->n);
    count_written(c->http->count, &w->tally);
  }
  block_unref(w->block);
  free(w);
  c->queued--;
  if(c->phase == CONN_CLOSED)
    return;
  if(status)
    conn_close(c);
  else if(c->phase == CONN_BUSY && c->owner && c->owner->room &&
          conn_queue_bytes(c) <= c->http->options->max_queue / 2)
    c->owner->room(c);
}

/* Queues what the socket did not take: bytes from done on. */
static int queue_rest(struct conn *c, const struct outgoing *o, size_t done)
{
  struct pending *w = calloc(1, sizeof(*w));
  uv_buf_t buf;
  if(!w)
    return E_NOMEM;
  w->tally = o->tally;
  w->n = o->n - done;
  w->block = o->block;
  if(w->block)
    block_ref(w->block);
  else
    w->block = block_copy_raw(o->p + done, w->n);
  if(!w->block) {
    free(w);
    return E_NOMEM;
  }
  buf.base = o->block ? (char *)(uintptr_t)(o->p + done)
                      : w->block->bytes + w->block->start;
  buf.len = w->n;
  if(uv_write(&w->req, (uv_stream_t *)&c->tcp, &buf, 1, on_written)) {
    block_unref(w->block);
    free(w);
    return E_CLOSED;
  }
  c->queued++;
  return 0;
}

/* What uv_try_write would do with an empty queue, without the file layer's
 * detour that write() takes.  Returns bytes taken or E_CLOSED. */
static ssize_t send_now(const struct conn *c, const struct outgoing *o)
{
  ssize_t n;
  do {
    n = send(c->fd, o->p, o->n, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while(n < 0 && errno == EINTR);
  if(n < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS
               ? 0
               : E_CLOSED;
  return n;
}

int conn_send(struct conn *c, const struct outgoing *o)
{
  ssize_t done;
  /* Its descriptor may be somebody else's by now. */
  if(c->phase == CONN_CLOSED)
    return E_CLOSED;
  if(c->queued) {
    if(!o->always && conn_queue_bytes(c) + o->n > c->http->options->max_queue)
      return E_LIMIT;
    return queue_rest(c, o, 0) ? E_CLOSED : 0;
  }
  done = send_now(c, o);
  if(done < 0)
    return E_CLOSED;
  HUB_ADD(c->http->count->bytes, (uint64_t)done);
  if((size_t)done == o->n) {
    count_written(c->http->count, &o->tally);
    return 0;
  }
  return queue_rest(c, o, (size_t)done) ? E_CLOSED : 0;
}

int conn_put(struct conn *c, struct slice bytes)
{
  struct outgoing o = {.p = bytes.p, .n = bytes.n, .always = true};
  return bytes.n ? conn_send(c, &o) : 0;
}
