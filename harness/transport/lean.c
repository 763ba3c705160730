/* SPDX-License-Identifier: MIT
 * The lean carrier: HTTP/1.1, one connection an exchange, no copy of what it
 * reads. */
#include "transport/lean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

static struct lean *lean_of(struct exchange *x)
{
  return (struct lean *)x;
}

static void freed(uv_handle_t *h)
{
  free(h->data);
}

/* Releases all but the struct, which the loop frees. */
static void release(struct lean *l, bool abrupt)
{
  exchange_unwait(&l->base);
  line_close(&l->line, abrupt);
  buf_free(&l->request);
  lean_http_end(l);
  weir_assert(l->base.t->live);
  l->base.t->live--;
}

static void finish(struct lean *l, enum end_kind kind)
{
  char why[TLS_REASON_MAX];
  line_reason(&l->line, why);
  if(kind == END_RESET && !l->base.head_seen)
    kind = END_NO_RESPONSE;
  release(l, false);
  exchange_tell_end(&l->base, kind, why);
  line_dispose(&l->line, freed);
}

static void lean_fail(struct exchange *x, enum end_kind kind)
{
  finish(lean_of(x), kind);
}

static void lean_cancel(struct exchange *x, bool abrupt)
{
  struct lean *l = lean_of(x);
  release(l, abrupt);
  line_dispose(&l->line, freed);
}

/* The way to the server is open. */
static enum end_kind send_request(struct lean *l)
{
  int error = 0;
  exchange_tell_connected(&l->base);
  if(line_put(&l->line, buf_slice(&l->request)) == 0)
    error = line_send(&l->line);
  buf_free(&l->request);
  return error ? end_of_errno(error, true) : END_CLEAN;
}

/* n bytes were read, 0 at the end of input. */
static enum end_kind take(struct lean *l, size_t n)
{
  bool was_open = l->line.phase == LINE_OPEN, last;
  struct slice bytes;
  enum end_kind kind = line_take(&l->line, n, &bytes, &last);
  if(kind == END_CLEAN && !was_open && l->line.phase == LINE_OPEN)
    kind = send_request(l);
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
  int i;
  for(i = 0; dying || i < LINE_READS; i++) {
    size_t room = LEAN_READ_BUFFER;
    enum end_kind kind;
    ssize_t n;
    if(l->base.budget == 0 && !dying) {
      line_rest(&l->line);
      return;
    }
    if(l->base.budget < room && !dying)
      room = (size_t)l->base.budget;
    n = line_recv(&l->line, room);
    if(n < 0 && !dying && (errno == EAGAIN || errno == EINTR))
      return;
    if(n < 0) {
      finish(l, END_RESET);
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

static void finish_connect(struct lean *l)
{
  enum end_kind kind = line_connected(&l->line);
  if(kind == END_CLEAN && l->line.phase == LINE_OPEN)
    kind = send_request(l);
  if(kind != END_CLEAN)
    finish(l, kind);
}

static void on_io(uv_poll_t *p, int status, int events)
{
  struct lean *l = p->data;
  int error = 0;
  if(l->line.phase == LINE_CONNECTING) {
    finish_connect(l); /* SO_ERROR tells what a bad status means */
    return;
  }
  if(l->line.writing && (events & UV_WRITABLE) && status == 0)
    error = line_send(&l->line);
  else if(status < 0 || (events & UV_READABLE))
    read_response(l, status < 0);
  if(error)
    finish(l, end_of_errno(error, true));
}

static int write_head(struct lean *l, const struct request *r,
                      const struct origin *o)
{
  const char *target = r->url + o->n;
  size_t target_n = strcspn(target, "#");
  uint32_t i;
  int rc = buf_addf(&l->request, "%s %s%.*s HTTP/1.1\r\n", r->method,
                    target[0] == '/' ? "" : "/", (int)target_n, target);
  if(!rc && !header_value(r->header, r->header_count, "host"))
    rc = buf_addf(&l->request, "Host: %s\r\n", o->host_header);
  for(i = 0; !rc && i < r->header_count; i++)
    rc = buf_addf(&l->request, "%s: %s\r\n", r->header[i].name,
                  r->header[i].value);
  if(!rc && r->body.p &&
     !header_value(r->header, r->header_count, "content-length"))
    rc = buf_addf(&l->request, "Content-Length: %zu\r\n", r->body.n);
  if(!rc)
    rc = buf_adds(&l->request, "\r\n");
  if(!rc && r->body.p)
    rc = buf_add(&l->request, r->body.p, r->body.n);
  return rc;
}

static void lean_budget(struct exchange *x, uint64_t bytes)
{
  struct lean *l = lean_of(x);
  bool rested = x->budget == 0;
  x->budget = bytes;
  if(rested && bytes && l->line.phase == LINE_OPEN && l->line.fd >= 0)
    line_listen(&l->line);
}

static const struct carrier_ops lean_ops = {lean_cancel, lean_budget,
                                            lean_fail};

static struct lean *prepare(struct transport *t, const struct line_way *way)
{
  struct lean *l = calloc(1, sizeof(*l));
  if(!l)
    return NULL;
  buf_init(&l->request, 0);
  if(line_prepare(&l->line, t, way) == 0 && lean_http_begin(l) == 0 &&
     write_head(l, way->request, way->origin) == 0)
    return l;
  line_close(&l->line, false);
  buf_free(&l->request);
  lean_http_end(l);
  free(l);
  return NULL;
}

struct exchange *lean_start(struct transport *t, const struct line_way *way,
                            struct err *e)
{
  const struct request *r = way->request;
  struct lean *l = prepare(t, way);
  enum end_kind kind;
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
  kind = line_connect(&l->line, way, on_io, l);
  if(kind == END_CLEAN)
    exchange_wait(&l->base, r->connect_timeout_ns);
  else
    exchange_defer_failure(&l->base, kind);
  return &l->base;
}
