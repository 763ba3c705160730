/* SPDX-License-Identifier: MIT
 * The head of a stream's response; see stream.h. */
#include "streams/stream.h"

#include <string.h>

#include "behaviours/life.h"
#include "streams/shape.h"
#include "streams/streams.h"

static bool offers_gzip(const struct conn *c)
{
  struct slice offer = request_header(c->request, "accept-encoding");
  return offer.p && slice_find(offer, "gzip") >= 0;
}

bool stream_wants_coding(struct conn *c, bool asked)
{
  return coding_wanted(&c->http->asked.faults, offers_gzip(c), asked);
}

static int build_head(struct conn *c, bool coded, bool close, struct buf *out)
{
  struct buf *lines = &c->http->asked.lines;
  struct head_ask ask = asked_head(c);
  struct response head = {.status = 200,
                          .http11 = c->http11,
                          .chunked = true,
                          .close = close,
                          .type = "text/event-stream",
                          .date = http_date(c->http)};
  ask.coded = coded;
  ask.ranged = request_header(c->request, "range").p != NULL;
  buf_clear(lines);
  if(head_stream_lines(lines, &ask))
    return lines->rc;
  head.extra = buf_text(lines);
  head_spoil_stream(&head, &ask);
  return response_head(out, &head);
}

static int send_shaped(struct stream *s, const char *first)
{
  struct conn *c = s->conn;
  struct shape *h = s->shape;
  int rc = build_head(c, h->coding != NULL, !c->http11, &h->head);
  if(rc || h->life.head_ns)
    return rc;
  if(h->life.hello)
    rc = shape_other(s, slice_of(first), NULL);
  if(rc || !h->head.n)
    return rc;
  rc = conn_put(c, buf_slice(&h->head));
  buf_clear(&h->head);
  return rc;
}

int stream_send_head(struct stream *s, const char *first)
{
  struct conn *c = s->conn;
  struct buf *out = &c->http->scratch;
  if(s->shape)
    return send_shaped(s, first);
  buf_clear(out);
  if(build_head(c, false, !c->http11, out))
    return E_NOMEM;
  if(c->http11)
    buf_addf(out, "%zx\r\n%s\r\n", strlen(first), first);
  else
    buf_adds(out, first);
  return out->rc ? out->rc : conn_put(c, buf_slice(out));
}

void stream_answer_head(struct stream *s)
{
  struct conn *c = s->conn;
  struct buf *out = &c->http->scratch;
  bool coded = s->shape && s->shape->coding;
  buf_clear(out);
  streams_of(c)->memory.leaked += life_leaks_head(asked_faults(c));
  if(build_head(c, coded, !c->keep_alive, out) || conn_put(c, buf_slice(out)))
    conn_close(c);
  else
    conn_answered(c);
}
