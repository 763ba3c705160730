/* SPDX-License-Identifier: MIT
 * The origin's bytes on a connection; see wire.h. */
#include "origin/wire.h"

#include <stdlib.h>
#include <string.h>

#include "http/reply.h"
#include "origin/guest.h"

static int send_bytes(struct conn *c, struct slice bytes, bool always)
{
  struct outgoing out = {.p = bytes.p, .n = bytes.n, .always = always};
  return bytes.n ? conn_send(c, &out) : 0;
}

/* --- FastCGI, SCGI, uwsgi ----------------------------------------------- */

static int send_framed(struct conn *c, struct slice bytes, bool head)
{
  struct buf out;
  int rc;
  buf_init(&out, 0);
  rc = head ? origin_cgi_head(guest_of(c)->cgi, bytes, &out)
            : origin_cgi_frame(guest_of(c)->cgi, bytes, &out);
  rc = rc ? E_CLOSED : send_bytes(c, buf_slice(&out), head);
  buf_free(&out);
  return rc;
}

static bool begin_cgi(struct guest *g, enum origin_protocol p)
{
  g->cgi = malloc(sizeof(*g->cgi));
  if(g->cgi)
    origin_cgi_init(g->cgi, p);
  return g->cgi != NULL;
}

/* The request as HTTP, answered as such. */
static void dispatch(struct conn *c, const struct buf *http)
{
  size_t used;
  if(request_feed(c->request, http->p, http->n, &used) ||
     !c->request->complete) {
    conn_close(c);
    return;
  }
  HUB_ADD(c->http->count->requests, 1);
  c->http11 = c->keep_alive = false;
  c->http->app->request(c);
}

bool origin_takes(struct conn *c, const char *p, size_t n)
{
  struct guest *g = guest_of(c);
  enum origin_protocol protocol = origin_cgi_of((unsigned char)p[0]);
  struct buf http;
  bool whole = false;
  if(!g->cgi && (c->request->started || protocol == ORIGIN_HTTP))
    return false;
  buf_init(&http, 0);
  if((!g->cgi && !begin_cgi(g, protocol)) ||
     origin_cgi_feed(g->cgi, (struct slice){p, n}, &http, &whole))
    conn_close(c);
  else if(whole)
    dispatch(c, &http);
  buf_free(&http);
  return true;
}

void origin_reply_cgi(struct conn *c, const struct reply *r)
{
  struct buf *out = &c->http->scratch;
  struct response head = {.status = r->status,
                          .no_body = r->status == 204 || r->status == 304,
                          .length = r->body.n,
                          .type = r->type,
                          .extra = r->extra,
                          .date = http_date(c->http)};
  buf_clear(out);
  if(response_head(out, &head) || send_framed(c, buf_slice(out), true) ||
     send_framed(c, r->body, false) || origin_send_end(c, false))
    conn_close(c);
  else
    conn_finish(c);
}

/* --- all of them -------------------------------------------------------- */

const char *origin_version(const struct conn *c)
{
  if(guest_of(c)->cgi)
    return origin_cgi_name(guest_of(c)->cgi->protocol);
  return c->http11 ? "HTTP/1.1" : "HTTP/1.0";
}

int origin_send_head(struct conn *c, struct slice head)
{
  return guest_of(c)->cgi ? send_framed(c, head, true)
                          : send_bytes(c, head, true);
}

int origin_send_body(struct conn *c, struct slice bytes, bool chunk)
{
  struct outgoing out = {0};
  struct block *b;
  int rc;
  if(guest_of(c)->cgi)
    return send_framed(c, bytes, false);
  b = block_new(bytes.n);
  if(!b)
    return E_CLOSED;
  memcpy(block_body(b), bytes.p, bytes.n);
  block_seal(b, bytes.n);
  out.block = b;
  out.p = b->bytes + (chunk ? b->start : b->body);
  out.n = chunk ? b->framed_n : b->body_n;
  rc = conn_send(c, &out);
  block_unref(b);
  return rc;
}

int origin_send_end(struct conn *c, bool chunked)
{
  struct buf out;
  int rc;
  if(!guest_of(c)->cgi)
    return chunked ? send_bytes(c, SLICE_LIT("0\r\n\r\n"), true) : 0;
  buf_init(&out, 0);
  rc = origin_cgi_end(guest_of(c)->cgi, &out)
           ? E_CLOSED
           : send_bytes(c, buf_slice(&out), true);
  buf_free(&out);
  return rc;
}
