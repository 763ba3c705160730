/* SPDX-License-Identifier: MIT
 * Exact writes; see script.h. */
#include "streams/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/conn.h"

#define SCRIPT_HEADERS                                                        \
  "Cache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\n"

struct script *script_new(struct slice body)
{
  struct script *s = calloc(1, sizeof(*s));
  if(!s)
    return NULL;
  s->bytes = malloc(body.n + 1);
  s->ends = malloc(SCRIPT_MAX_PIECES * sizeof(*s->ends));
  if(!s->bytes || !s->ends) {
    script_free(s);
    return NULL;
  }
  if(body.n)
    memcpy(s->bytes, body.p, body.n);
  s->n = body.n;
  return s;
}

int script_cut(struct script *s, size_t n)
{
  size_t end = (s->count ? s->ends[s->count - 1] : 0) + n;
  if(end > s->n || s->count + 1 >= SCRIPT_MAX_PIECES)
    return E_RANGE;
  s->ends[s->count++] = end;
  return 0;
}

void script_free(struct script *s)
{
  if(!s)
    return;
  free(s->bytes);
  free(s->ends);
  free(s);
}

static int send_piece(struct conn *c, size_t from, size_t to)
{
  const struct script *s = c->self;
  struct outgoing o = {.always = true};
  struct block *b = block_new(to - from);
  int rc;
  if(!b)
    return E_NOMEM;
  memcpy(block_body(b), s->bytes + from, to - from);
  block_seal(b, to - from);
  o.block = b;
  o.p = b->bytes + (c->http11 ? b->start : b->body);
  o.n = c->http11 ? b->framed_n : b->body_n;
  rc = conn_send(c, &o);
  block_unref(b);
  return rc;
}

static void end_body(struct conn *c)
{
  if(c->http11 && conn_put(c, SLICE_LIT("0\r\n\r\n")))
    conn_close(c);
  else
    conn_finish(c);
}

static void on_end(struct timer *t, uint64_t now_ns)
{
  (void)now_ns;
  end_body(conn_of_timer(t));
}

static void on_piece(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct script *s = c->self;
  while(s->next < s->count) {
    size_t from = s->next ? s->ends[s->next - 1] : 0;
    size_t to = s->ends[s->next++];
    /* A chunk of no bytes would end the body. */
    if(to > from && send_piece(c, from, to)) {
      conn_close(c);
      return;
    }
    if(s->gap_ns && s->next < s->count) {
      conn_set_timer(c, on_piece, now_ns + s->gap_ns);
      return;
    }
  }
  if(s->hold_ns)
    conn_set_timer(c, on_end, now_ns + s->hold_ns);
  else
    end_body(c);
}

static void on_free(struct conn *c)
{
  script_free(c->self);
}

static const struct conn_owner OWNER = {.free = on_free};

void script_start(struct conn *c, struct script *s,
                  const struct script_head *h)
{
  struct buf *out = &c->http->scratch;
  struct response head = {.status = h->status,
                          .http11 = c->http11,
                          .chunked = true,
                          .close = true,
                          .type = h->type,
                          .extra = SCRIPT_HEADERS,
                          .date = http_date(c->http)};
  if(!s->count || s->ends[s->count - 1] < s->n)
    s->ends[s->count++] = s->n;
  conn_own(c, &OWNER, s);
  c->phase = CONN_BUSY;
  conn_release(c);
  buf_clear(out);
  if(response_head(out, &head) || conn_put(c, buf_slice(out))) {
    conn_close(c);
    return;
  }
  on_piece(&c->timer, clock_mono_ns());
}
