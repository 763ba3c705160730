/* SPDX-License-Identifier: MIT
 * Asking on an HTTP/2 connection: the request that HTTP/1.1 would send, in the
 * words of HTTP/2 (RFC 9113 section 8.3.1); see h2_session.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/h2_private.h"
#include "probe/request.h"
#include "recording/head.h"

#define PSEUDO_FIELDS 4

struct fields {
  nghttp2_nv nv[PSEUDO_FIELDS + REQUEST_MAX_FIELDS + 8];
  size_t n;
};

static bool is_of_connection(struct slice name)
{
  static const char *const names[] = {"connection",        "keep-alive",
                                      "proxy-connection",  "te",
                                      "transfer-encoding", "upgrade"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(*names); i++) {
    if(slice_ieq_cstr(name, names[i]))
      return true;
  }
  return false;
}

static void set(struct fields *f, size_t i, struct slice name,
                struct slice value)
{
  f->nv[i] = (nghttp2_nv){.name = (uint8_t *)(uintptr_t)name.p,
                          .value = (uint8_t *)(uintptr_t)value.p,
                          .namelen = name.n,
                          .valuelen = value.n};
}

static void add(struct fields *f, struct slice name, struct slice value)
{
  if(f->n < sizeof(f->nv) / sizeof(*f->nv))
    set(f, f->n++, name, value);
}

static void lower(struct slice s)
{
  char *p = (char *)(uintptr_t)s.p;
  size_t i;
  for(i = 0; i < s.n; i++)
    p[i] = (char)tolower((unsigned char)p[i]);
}

/* text is a copy of the request's head, whose names become small letters. */
static void fill(struct fields *f, struct slice text)
{
  struct slice line = slice_cut(&text, '\n'), authority = {"", 0};
  struct slice method = slice_cut(&line, ' '), path = slice_cut(&line, ' ');
  f->n = PSEUDO_FIELDS;
  while(text.n) {
    struct slice value = slice_trim(slice_cut(&text, '\n'));
    struct slice name = slice_cut(&value, ':');
    value = slice_trim(value);
    lower(name);
    if(slice_eq_cstr(name, "host"))
      authority = value;
    else if(name.n && !is_of_connection(name))
      add(f, name, value.p ? value : SLICE_LIT(""));
  }
  set(f, 0, SLICE_LIT(":method"), method);
  set(f, 1, SLICE_LIT(":scheme"), SLICE_LIT("https"));
  set(f, 2, SLICE_LIT(":authority"), authority);
  set(f, 3, SLICE_LIT(":path"), path);
}

static ssize_t read_body(nghttp2_session *ng, int32_t id, uint8_t *to,
                         size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *ctx)
{
  struct h2_stream *st = h2_stream_of(ctx, id);
  size_t n = st ? st->body.n - st->body_at : 0;
  (void)ng;
  (void)source;
  n = n < room ? n : room;
  if(n)
    memcpy(to, st->body.p + st->body_at, n);
  if(st)
    st->body_at += n;
  if(!st || st->body_at == st->body.n)
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  return (ssize_t)n;
}

/* The recording shows what was asked, in the form that people know. */
static int prepare(struct h2_stream *st, const struct probe_request *q)
{
  static const char old[] = " HTTP/1.1\r\n";
  const struct target *t = st->c->rec->target;
  struct recording *r = st->r;
  struct buf url;
  long at;
  int rc;
  buf_init(&url, REQUEST_MAX_BYTES);
  rc = request_url(&url, t, q);
  free(r->url);
  free(r->method);
  r->url = slice_dup(buf_slice(&url));
  r->method = slice_dup(slice_of(request_method(t, q)));
  r->request.max = REQUEST_MAX_BYTES;
  if(!rc && r->url && r->method)
    rc = request_build(&r->request, t, q, r->url);
  at = slice_find(buf_slice(&r->request), old);
  if(at >= 0)
    memcpy(r->request.p + at, " HTTP/2.0\r\n", sizeof(old) - 1);
  buf_free(&url);
  return rc || !r->url || !r->method ? E_NOMEM : 0;
}

static int submit(struct h2_stream *st)
{
  struct fields *f = calloc(1, sizeof(*f));
  struct slice whole = buf_slice(&st->r->request);
  nghttp2_data_provider body = {.read_callback = read_body};
  size_t n = head_end(whole, 0);
  char *text = slice_dup((struct slice){whole.p, n});
  int rc = f && text ? buf_add(&st->body, whole.p + n, whole.n - n) : E_NOMEM;
  if(!rc) {
    fill(f, (struct slice){text, n});
    st->id = nghttp2_submit_request(st->c->ng, NULL, f->nv, f->n,
                                    st->body.n ? &body : NULL, st);
    rc = st->id < 0 ? E_IO : 0;
  }
  free(text);
  free(f);
  return rc;
}

struct h2_stream *h2_request(struct h2_session *c,
                             const struct probe_request *q,
                             const struct label *label)
{
  const struct target *t = c->rec->target;
  struct h2_stream *st;
  if(c->streams >= H2_STREAMS_MAX)
    return NULL;
  st = h2_stream_new(c, label);
  if(!st)
    return NULL;
  st->limit_ns = q->stop.limit_ns ? q->stop.limit_ns : t->window_ns;
  st->max_bytes = q->stop.max_bytes ? q->stop.max_bytes : RECORDING_MAX_BYTES;
  st->deadline_ns = st->started_ns +
                    (q->stop.head_ns ? q->stop.head_ns : route_patience_ns(t));
  st->r->tls = true;
  st->r->connected_ns = 0;
  st->r->reused = c->asked;
  c->asked = true;
  if(c->down || !c->ng)
    h2_stream_finish(st, REC_END_NO_RESPONSE, "the connection is over");
  else if(prepare(st, q))
    h2_stream_finish(st, REC_END_ERROR, "out of memory");
  else if(submit(st))
    h2_stream_finish(st, REC_END_NO_RESPONSE,
                     "the connection takes no more requests");
  h2_wake(c);
  return st;
}

void h2_cancel(struct h2_stream *st)
{
  st->c->now_ns = clock_mono_ns();
  h2_stream_finish(st, REC_END_OURS, "RST_STREAM CANCEL");
  h2_wake(st->c);
}

void h2_widen(struct h2_stream *st, size_t bytes)
{
  st->room = (int32_t)(bytes < INT32_MAX ? bytes : INT32_MAX);
}

void h2_leave_unread(struct h2_stream *st)
{
  st->unread = true;
}
