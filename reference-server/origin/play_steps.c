/* SPDX-License-Identifier: MIT
 * The steps of a play, one after the other; see play_text.h. */
#include <string.h>

#include "base/clock.h"
#include "origin/origin.h"
#include "origin/play_steps.h"
#include "sse/vectors/vectors.h"

#define RETRY_NS (2 * NS_PER_MS) /* the queue is full: try again then */

/* What one step came to. */
enum move { MOVE_ON, MOVE_AGAIN, MOVE_RETRY, MOVE_OVER };

int play_send(struct conn *c, struct slice wire, bool always)
{
  struct play *p = &guest_of(c)->play;
  struct buf *out = &c->http->scratch;
  struct outgoing o = {.always = always};
  uint64_t now = clock_mono_ns();
  int rc;
  buf_clear(out);
  if(buf_add(out, p->head.p, p->head.n) || buf_add(out, wire.p, wire.n))
    return E_CLOSED;
  o.p = out->p;
  o.n = out->n;
  rc = conn_send(c, &o);
  if(rc)
    return rc;
  if(p->head.n && p->entry) {
    p->entry->head_ns = now;
    (void)buf_add(&p->entry->head, p->head.p, p->head.n);
  }
  buf_clear(&p->head);
  play_log_write(guest_of(c)->logs->plays, p->entry, now, wire);
  return 0;
}

static bool is_chunked(const struct conn *c)
{
  return c->http11 && !guest_of(c)->play.text.close_delimited;
}

/* Sends body bytes in one write, with what ends the body behind them. */
static int send_body(struct conn *c, struct slice body, bool last)
{
  struct buf wire;
  int rc = 0;
  buf_init(&wire, 0);
  if(is_chunked(c) && body.n)
    rc = buf_addf(&wire, "%zx\r\n", body.n);
  if(!rc)
    rc = buf_add(&wire, body.p, body.n);
  if(!rc && is_chunked(c) && body.n)
    rc = buf_adds(&wire, "\r\n");
  if(!rc && is_chunked(c) && last)
    rc = buf_adds(&wire, "0\r\n\r\n");
  rc = rc ? E_CLOSED : play_send(c, buf_slice(&wire), last);
  buf_free(&wire);
  return rc;
}

/* An event of n bytes in all: its number, letters, the blank line. */
static int send_event(struct conn *c, uint32_t n, bool last)
{
  struct play *p = &guest_of(c)->play;
  struct buf b;
  int rc;
  buf_init(&b, 0);
  rc = buf_addf(&b, "data: %llu", (unsigned long long)p->seq + 1);
  if(!rc && b.n + 3 < n)
    rc = buf_addc(&b, ' ');
  while(!rc && b.n + 2 < n)
    rc = buf_addc(&b, (char)('a' + b.n % 26));
  if(!rc)
    rc = buf_adds(&b, "\n\n");
  rc = rc ? E_CLOSED : send_body(c, buf_slice(&b), last);
  buf_free(&b);
  if(!rc)
    p->seq++;
  return rc;
}

/* The next run of bytes of the vectors; p NULL behind the last. */
static struct slice vector_piece(struct play *p, bool cut)
{
  size_t count;
  const struct sse_vector *all = sse_vectors(&count);
  while(p->vector < count) {
    const struct sse_vector *v = &all[p->vector];
    bool about = strncmp(v->id, "h.", 2) == 0 || strncmp(v->id, "i.", 2) == 0;
    size_t from = p->cut ? v->cuts[p->cut - 1] : 0;
    size_t to = cut && p->cut < v->cut_count ? v->cuts[p->cut] : v->n;
    bool ends = !cut || p->cut >= v->cut_count;
    p->cut = ends ? 0 : p->cut + 1;
    p->vector += ends;
    if((cut && !about) || to <= from)
      continue;
    return (struct slice){(const char *)v->bytes + from, to - from};
  }
  return (struct slice){NULL, 0};
}

/* Vectors do not wait for room: the place in them would be lost.  All of them
 * fit into a queue. */
static enum move play_vectors(struct conn *c, bool cut)
{
  struct slice piece = vector_piece(&guest_of(c)->play, cut);
  if(!piece.p) {
    guest_of(c)->play.vector = 0;
    return MOVE_ON;
  }
  if(!send_body(c, piece, false))
    return MOVE_AGAIN;
  play_entry_gone(guest_of(c)->play.entry, UV_EPIPE);
  conn_close(c);
  return MOVE_OVER;
}

/* --- steps ----------------------------------------------------------------
 */

static enum move end_properly(struct conn *c)
{
  play_entry_end(guest_of(c)->play.entry, "clean");
  if(send_body(c, (struct slice){NULL, 0}, true)) {
    conn_close(c);
    return MOVE_OVER;
  }
  c->keep_alive = false;
  conn_finish(c);
  return MOVE_OVER;
}

static enum move end_badly(struct conn *c, char kind)
{
  play_entry_end(guest_of(c)->play.entry, kind == 'f'   ? "fin"
                                          : kind == 'r' ? "rst"
                                                        : "slam");
  if(kind == 'f')
    conn_finish(c);
  else
    conn_reset(c);
  return MOVE_OVER;
}

static enum move after_send(struct conn *c, int rc)
{
  struct play *p = &guest_of(c)->play;
  if(rc == E_LIMIT)
    return MOVE_RETRY;
  if(rc) {
    play_entry_gone(guest_of(c)->play.entry, UV_EPIPE);
    conn_close(c);
    return MOVE_OVER;
  }
  return ++p->done < p->text.step[p->at].count ? MOVE_AGAIN : MOVE_ON;
}

static enum move perform(struct conn *c, const struct play_step *s)
{
  struct slice nothing = {NULL, 0};
  switch(s->kind) {
  case 'h':
    return after_send(c, play_send(c, nothing, true));
  case 'd': /* twice: before and after the time */
    return guest_of(c)->play.done++ ? MOVE_ON : MOVE_AGAIN;
  case 'e':
    return after_send(c, send_event(c, s->n, false));
  case 'c':
    return after_send(c, send_body(c, SLICE_LIT(":\n\n"), false));
  case 'v':
  case 'i':
    return play_vectors(c, s->kind == 'i');
  case 'z':
    play_entry_end(guest_of(c)->play.entry, "clean");
    if(send_event(c, s->n, true))
      conn_close(c);
    else
      conn_finish(c);
    return MOVE_OVER;
  case 'x':
    return end_properly(c);
  default:
    return end_badly(c, s->kind);
  }
}

void play_step(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct play *p = &guest_of(c)->play;
  while(p->at < p->text.steps) {
    const struct play_step *s = &p->text.step[p->at];
    enum move m = perform(c, s);
    if(m == MOVE_OVER)
      return;
    if(m == MOVE_ON) {
      p->at++;
      p->done = 0;
    } else if(m == MOVE_RETRY || s->ms) {
      conn_set_timer(c, play_step,
                     now_ns +
                         (m == MOVE_RETRY ? RETRY_NS : s->ms * NS_PER_MS));
      return;
    }
  }
  (void)end_properly(c);
}
