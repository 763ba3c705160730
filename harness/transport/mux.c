/* SPDX-License-Identifier: MIT
 * HTTP/2 connections and who goes on which; see mux.h. */
#include "transport/mux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

static void enlist(struct mux *c, bool first)
{
  struct transport *t = c->line.t;
  c->prev = first ? NULL : t->mux_last;
  c->next = first ? t->mux_first : NULL;
  *(c->prev ? &c->prev->next : &t->mux_first) = c;
  *(c->next ? &c->next->prev : &t->mux_last) = c;
}

static void delist(struct mux *c)
{
  struct transport *t = c->line.t;
  *(c->prev ? &c->prev->next : &t->mux_first) = c->next;
  *(c->next ? &c->next->prev : &t->mux_last) = c->prev;
}

static void free_connection(struct mux *c)
{
  nghttp2_session_del(c->session);
  free(c->source_ip);
  free(c->server_name);
  free(c);
}

static void freed(uv_handle_t *h)
{
  free_connection(h->data);
}

/* The peer is told with the last bytes that go out. */
static void dispose(struct mux *c)
{
  delist(c);
  line_close(&c->line, false);
  line_dispose(&c->line, freed);
}

/* --- Places ----------------------------------------------------------------
 */

static bool same_text(const char *a, const char *b)
{
  return strcmp(a ? a : "", b ? b : "") == 0;
}

static struct mux *find(struct transport *t, const struct line_way *way)
{
  const struct request *r = way->request;
  struct mux *c;
  for(c = t->mux_first; c; c = c->next) {
    if(!c->leaving && c->streams < c->limit && c->origin == way->origin &&
       c->trust == way->trust && same_text(c->source_ip, r->source_ip) &&
       same_text(c->server_name, r->server_name))
      return c;
  }
  return NULL;
}

/* NULL stays NULL. */
static int keep(char **into, const char *text)
{
  *into = text ? strdup(text) : NULL;
  return text && !*into ? E_NOMEM : 0;
}

static int prepare(struct mux *c, struct transport *t,
                   const struct line_way *way)
{
  uint32_t most = t->config.streams_per_connection;
  int rc = line_prepare(&c->line, t, way);
  c->origin = way->origin;
  c->trust = way->trust;
  c->limit = most ? most : MUX_STREAMS;
  if(!rc)
    rc = keep(&c->source_ip, way->request->source_ip);
  if(!rc)
    rc = keep(&c->server_name, way->request->server_name);
  c->session = rc ? NULL : mux_session_new(c);
  return c->session ? 0 : E_NOMEM;
}

static void on_io(uv_poll_t *p, int status, int events);
static void flush_woken(uv_idle_t *idle);

/* Has requests and frames sent from the loop. */
static void wake(struct mux *c)
{
  c->dirty = true;
  uv_idle_start(&c->line.t->mux_kick, flush_woken);
}

/* One that cannot even begin is told of from the loop. */
static struct mux *open_connection(struct transport *t,
                                   const struct line_way *way)
{
  struct mux *c = calloc(1, sizeof(*c));
  if(!c)
    return NULL;
  if(prepare(c, t, way)) {
    line_close(&c->line, false);
    free_connection(c);
    return NULL;
  }
  enlist(c, true);
  c->failed = (uint8_t)line_connect(&c->line, way, on_io, c);
  return c;
}

/* Full ones go to the end of the list, so that those with room are found at
 * once. */
static int place(struct mux_stream *s, const struct line_way *way)
{
  struct mux *c = find(s->base.t, way);
  if(!c)
    c = open_connection(s->base.t, way);
  if(!c)
    return E_NOMEM;
  mux_stream_join(s, c);
  if(c->streams >= c->limit) {
    delist(c);
    enlist(c, false);
  }
  wake(c);
  return 0;
}

/* For one that has left c: there again, where c has room, or elsewhere. */
static void place_anew(struct mux *c, struct mux_stream *s)
{
  const struct request r = {.source_ip = c->source_ip,
                            .server_name = c->server_name};
  const struct line_way way = {c->origin, &r, c->trust, MUX_PROTOCOLS};
  if(place(s, &way))
    exchange_defer_failure(&s->base, END_LOCAL_LIMIT);
}

/* Those it does not take go elsewhere. */
static void spread(struct mux *c)
{
  struct mux_list *waiting = &c->list[MUX_WAITING];
  while(waiting->last && (c->leaving || c->streams > c->limit)) {
    struct mux_stream *s = waiting->last;
    mux_stream_leave(s);
    place_anew(c, s);
  }
}

/* --- Ends ------------------------------------------------------------------
 */

static void retry(struct mux *c, struct mux_stream *s)
{
  mux_stream_retry(s);
  place_anew(c, s);
}

/* What the server did not process is asked again, and nobody hears of it. */
static void tell_over(struct mux *c, struct mux_stream *s)
{
  if(mux_stream_refused(s))
    retry(c, s);
  else
    mux_stream_over(s);
}

static void tell_ends(struct mux *c)
{
  while(c->list[MUX_OVER].first)
    tell_over(c, c->list[MUX_OVER].first);
}

/* One that runs, or waits for a connection that never came to be. */
static void cut_off(struct mux *c, struct mux_stream *s, enum end_kind kind,
                    const char *why)
{
  bool cut = kind == END_RESET || kind == END_TRUNCATED;
  if(cut && mux_stream_missed(s))
    retry(c, s);
  else
    mux_stream_finish(s, cut && !s->base.head_seen ? END_NO_RESPONSE : kind,
                      why);
}

/* Whoever is still on it ends so, or goes elsewhere where nothing is lost by
 * that; none of those that their ends begin joins it. */
static void end(struct mux *c, enum end_kind kind, const char *why)
{
  char reason[TLS_REASON_MAX];
  c->leaving = true;
  line_reason(&c->line, reason);
  tell_ends(c);
  while(c->list[MUX_ASKED].first)
    cut_off(c, c->list[MUX_ASKED].first, kind, reason[0] ? reason : why);
  if(c->ready)
    spread(c);
  while(c->list[MUX_WAITING].first)
    cut_off(c, c->list[MUX_WAITING].first, kind, reason[0] ? reason : why);
  dispose(c);
}

/* --- Bytes -----------------------------------------------------------------
 */

/* As many of those that wait as the peer takes.  One that is out of numbers
 * for streams is left; whoever an end begins must not join it. */
static void ask(struct mux *c)
{
  struct mux_list *waiting = &c->list[MUX_WAITING];
  while(c->ready && !c->leaving && waiting->first) {
    struct mux_stream *s = waiting->first;
    int rc = mux_stream_ask(s);
    c->leaving = rc < 0;
    if(rc && rc != NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE)
      mux_stream_finish(s, END_HTTP2, nghttp2_strerror(rc));
  }
  spread(c);
}

/* All frames in one piece: a record of TLS each would cost more than they do.
 */
static int write_frames(struct mux *c)
{
  struct buf *frames = &c->line.t->frames;
  const uint8_t *bytes;
  ssize_t n;
  buf_clear(frames);
  for(n = nghttp2_session_mem_send(c->session, &bytes); n > 0;
      n = nghttp2_session_mem_send(c->session, &bytes))
    buf_add(frames, bytes, (size_t)n);
  if(n < 0 || frames->rc)
    return E_NOMEM;
  if(frames->n && line_put(&c->line, buf_slice(frames)))
    return E_IO;
  return line_send(&c->line);
}

/* Asks, sends, and tells who is over by that.  False when the connection is
 * gone. */
static bool flush(struct mux *c)
{
  bool open = c->line.phase == LINE_OPEN;
  c->dirty = false;
  if(c->failed) {
    end(c, (enum end_kind)c->failed, NULL);
    return false;
  }
  if(open)
    spread(c);
  if(open)
    ask(c);
  if(open && write_frames(c)) {
    end(c, END_RESET, NULL);
    return false;
  }
  tell_ends(c);
  if(!nghttp2_session_want_read(c->session) &&
     !nghttp2_session_want_write(c->session)) {
    end(c, END_HTTP2, "the connection is no valid HTTP/2");
    return false;
  }
  if(c->leaving && !c->streams) {
    dispose(c);
    return false;
  }
  return true;
}

static void flush_woken(uv_idle_t *idle)
{
  struct transport *t = idle->data;
  struct mux *c = t->mux_first;
  uv_idle_stop(idle);
  while(c) {
    struct mux *next = c->next;
    if(c->dirty)
      flush(c);
    c = next;
  }
}

/* Where TLS agreed on something else, the server has no HTTP/2. */
static bool opened(struct mux *c)
{
  char protocol[TLS_PROTOCOL_MAX] = "h2";
  if(c->line.tls)
    tls_protocol(c->line.tls, protocol);
  if(strcmp(protocol, "h2") == 0)
    return flush(c);
  end(c, END_HTTP2, "the server does not offer HTTP/2");
  return false;
}

/* n bytes were read, 0 at the end of input.  False when the connection is
 * gone. */
static bool take(struct mux *c, size_t n)
{
  bool was_open = c->line.phase == LINE_OPEN, last;
  struct slice bytes;
  enum end_kind kind = line_take(&c->line, n, &bytes, &last);
  ssize_t taken = 0;
  if(kind != END_CLEAN) {
    end(c, kind, NULL);
    return false;
  }
  if(!was_open && c->line.phase == LINE_OPEN && !opened(c))
    return false;
  if(bytes.n)
    taken = nghttp2_session_mem_recv(c->session, (const uint8_t *)bytes.p,
                                     bytes.n);
  if(taken < 0) {
    end(c, END_HTTP2, nghttp2_strerror((int)taken));
    return false;
  }
  if(!flush(c))
    return false;
  if(last)
    end(c, END_TRUNCATED, NULL);
  return !last;
}

/* dying: the socket reported an error and libuv stopped watching it; what it
 * still holds must be read now, up to the error itself. */
static void read_connection(struct mux *c, bool dying)
{
  int i;
  for(i = 0; dying || i < LINE_READS; i++) {
    ssize_t n = line_recv(&c->line, LEAN_READ_BUFFER);
    if(n < 0 && !dying && (errno == EAGAIN || errno == EINTR))
      return;
    if(n < 0) {
      end(c, END_RESET, NULL);
      return;
    }
    if(!take(c, (size_t)n) || (n < LEAN_READ_BUFFER && !dying))
      return;
  }
}

static void finish_connect(struct mux *c)
{
  enum end_kind kind = line_connected(&c->line);
  if(kind != END_CLEAN)
    end(c, kind, NULL);
  else if(c->line.phase == LINE_OPEN)
    opened(c);
}

static void on_io(uv_poll_t *p, int status, int events)
{
  struct mux *c = p->data;
  if(c->line.phase == LINE_CONNECTING) {
    finish_connect(c); /* SO_ERROR tells what a bad status means */
    return;
  }
  if(c->line.writing && (events & UV_WRITABLE) && status == 0 &&
     line_send(&c->line)) {
    end(c, END_RESET, NULL);
    return;
  }
  if(status < 0 || (events & UV_READABLE))
    read_connection(c, status < 0);
}

/* --- As exchanges ----------------------------------------------------------
 */

static struct mux_stream *stream_of(struct exchange *x)
{
  return (struct mux_stream *)x;
}

/* What never came to be a connection is nothing for others to wait for. */
static void mux_fail(struct exchange *x, enum end_kind kind)
{
  struct mux *c = stream_of(x)->on;
  if(c)
    wake(c);
  if(c && kind == END_CONNECT_TIMEOUT && !c->ready)
    c->leaving = true;
  mux_stream_finish(stream_of(x), kind, NULL);
}

static void mux_cancel(struct exchange *x, bool abrupt)
{
  struct mux_stream *s = stream_of(x);
  (void)abrupt; /* RST_STREAM either way */
  exchange_unwait(x);
  if(s->on) {
    wake(s->on);
    mux_stream_leave(s);
  }
  mux_stream_free(s);
}

/* Slow readers have a connection of their own (see transport.c): reading one
 * stream of several more slowly is a matter of windows. */
static void mux_budget(struct exchange *x, uint64_t bytes)
{
  x->budget = bytes;
}

static const struct carrier_ops mux_ops = {mux_cancel, mux_budget, mux_fail};

struct exchange *mux_start(struct transport *t, const struct line_way *way,
                           struct err *e)
{
  struct mux_stream *s = mux_stream_new(t, way);
  if(s && place(s, way) == 0) {
    s->base.ops = &mux_ops;
    exchange_wait(&s->base, way->request->connect_timeout_ns);
    return &s->base;
  }
  if(s)
    mux_stream_free(s);
  err_set(e, E_NOMEM, "out of memory");
  return NULL;
}

void mux_close_all(struct transport *t)
{
  while(t->mux_first)
    dispose(t->mux_first);
}
