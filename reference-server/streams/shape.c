/* SPDX-License-Identifier: MIT
 * Streams whose bytes are not written as they come; see shape.h. */
#include "streams/shape.h"

#include <stdlib.h>

#include "base/clock.h"
#include "behaviours/framing.h"

struct shape *shape_new(const struct fault_set *f, bool coded)
{
  struct shape *h = calloc(1, sizeof(*h));
  if(!h)
    return NULL;
  h->faults = *f;
  if(coded) {
    h->coding = coding_new();
    if(!h->coding) {
      free(h);
      return NULL;
    }
  }
  return h;
}

void shape_free(struct shape *h)
{
  if(!h)
    return;
  body_fini(&h->body);
  coding_free(h->coding);
  buf_free(&h->head);
  buf_free(&h->gathered);
  buf_free(&h->text);
  buf_free(&h->coded);
  buf_free(&h->wire);
  buf_free(&h->rest);
  free(h);
}

void shape_begin(struct shape *h, uint64_t now_ns, uint64_t silence_ns)
{
  h->began_ns = now_ns;
  h->life = life_of(&h->faults, now_ns, silence_ns);
}

bool shape_is_busy(const struct stream *s)
{
  return s->shape && s->shape->rest.n;
}

bool shape_is_over(const struct stream *s, uint64_t now_ns)
{
  const struct shape *h = s->shape;
  return h && (now_ns >= h->life.ends_ns ||
               (h->life.most_events && h->body.events >= h->life.most_events));
}

/* What stands in h->text becomes bytes of the connection, unless it has to
 * wait for more; last: nothing will follow. */
static int frame_text(struct stream *s, bool last)
{
  struct shape *h = s->shape;
  struct slice body = buf_slice(&h->text);
  int rc = 0;
  if(h->coding && body.n) {
    buf_clear(&h->coded);
    rc = coding_write(h->coding, &h->faults, body, &h->coded);
    body = buf_slice(&h->coded);
  }
  buf_clear(&h->wire);
  if(!rc)
    rc = buf_add(&h->gathered, body.p, body.n);
  if(rc || !h->gathered.n ||
     (framing_holds(&h->faults, h->gathered.n) && !last))
    return rc;
  buf_add(&h->wire, h->head.p, h->head.n);
  buf_clear(&h->head);
  rc = framing_wrap(&h->wire, &h->faults, s->chunked, buf_slice(&h->gathered),
                    h->runs++);
  buf_clear(&h->gathered);
  return rc;
}

static int write_out(struct stream *s, const struct tally *t)
{
  struct shape *h = s->shape;
  struct outgoing o = {.p = h->wire.p, .n = h->wire.n, .always = true};
  if(t)
    o.tally = *t;
  return o.n ? conn_send(s->conn, &o) : 0;
}

static bool is_full(const struct stream *s)
{
  const struct conn *c = s->conn;
  return c->queued && conn_queue_bytes(c) > c->http->options->max_queue;
}

int shape_event(struct stream *s, struct slice block, const struct tally *t)
{
  struct shape *h = s->shape;
  uint64_t now = clock_mono_ns();
  size_t keep;
  int rc;
  if(is_full(s))
    return E_LIMIT;
  if(h->life.idle_ns)
    h->life.ends_ns = now + h->life.idle_ns;
  buf_clear(&h->text);
  rc = body_event(&h->body, &h->faults, block, s->live, &h->text);
  rc = rc ? rc : frame_text(s, false);
  if(rc)
    return E_CLOSED;
  if(h->life.pause_ns && body_hits(h->body.events)) {
    keep = h->wire.n / 2;
    if(buf_add(&h->rest, h->wire.p + h->wire.n - keep, keep))
      return E_CLOSED;
    h->wire.n -= keep;
    h->rest_due_ns = now + h->life.pause_ns;
  }
  return write_out(s, t);
}

int shape_other(struct stream *s, struct slice text, const struct tally *t)
{
  struct shape *h = s->shape;
  int rc;
  if(is_full(s))
    return E_LIMIT;
  buf_clear(&h->text);
  rc = body_other(&h->body, &h->faults, text, &h->text);
  rc = rc ? rc : frame_text(s, false);
  return rc ? E_CLOSED : write_out(s, t);
}

int shape_rest(struct stream *s, uint64_t now_ns)
{
  struct shape *h = s->shape;
  int rc;
  if(!h->rest.n || now_ns < h->rest_due_ns)
    return 0;
  rc = conn_put(s->conn, buf_slice(&h->rest));
  buf_clear(&h->rest);
  return rc;
}

int shape_end(struct stream *s)
{
  struct shape *h = s->shape;
  struct buf tail = {0};
  int rc;
  buf_clear(&h->text);
  rc = body_end(&h->body, &h->faults, &h->text);
  rc = rc ? rc : frame_text(s, true);
  if(!rc && h->coding)
    rc = coding_end(h->coding, &tail);
  buf_add(&h->wire, h->head.p, h->head.n);
  framing_wrap(&h->wire, &h->faults, s->chunked, buf_slice(&tail), h->runs);
  framing_end(&h->wire, &h->faults, s->chunked);
  buf_free(&tail);
  return rc || h->wire.rc ? E_CLOSED : write_out(s, NULL);
}
