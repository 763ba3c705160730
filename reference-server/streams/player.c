/* SPDX-License-Identifier: MIT
 * The steps of a play, one after the other; see player.h. */
#include "streams/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "behaviours/ending.h"
#include "sse/vectors/vectors.h"

#define RETRY_NS (2 * NS_PER_MS) /* the queue is full: try again then */

/* What one step came to. */
enum move { MOVE_ON, MOVE_AGAIN, MOVE_RETRY, MOVE_OVER };

static struct play *play_of(const struct conn *c)
{
  return c->self;
}

int play_send(struct conn *c, struct slice wire, bool always)
{
  struct play *p = c->self;
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
  play_log_write(p->log, p->entry, now, wire);
  return 0;
}

static bool is_chunked(const struct conn *c)
{
  return c->http11 && !play_of(c)->text.close_delimited;
}

/* How body bytes go out. */
enum send {
  SEND_PACED,  /* where there is room in the queue */
  SEND_ALWAYS, /* whether or not */
  SEND_LAST    /* so, with what ends the body behind them */
};

/* Sends body bytes in one write. */
static int send_body(struct conn *c, struct slice body, enum send how)
{
  struct buf wire;
  int rc;
  buf_init(&wire, 0);
  if(is_chunked(c) && body.n)
    buf_addf(&wire, "%zx\r\n", body.n);
  buf_add(&wire, body.p, body.n);
  if(is_chunked(c) && body.n)
    buf_adds(&wire, "\r\n");
  if(is_chunked(c) && how == SEND_LAST)
    buf_adds(&wire, "0\r\n\r\n");
  rc = wire.rc ? E_CLOSED : play_send(c, buf_slice(&wire), how != SEND_PACED);
  buf_free(&wire);
  return rc;
}

/* An event of n bytes in all: its number, letters, the blank line. */
static int send_event(struct conn *c, uint32_t n, enum send how)
{
  struct play *p = c->self;
  struct buf b;
  int rc;
  buf_init(&b, 0);
  buf_addf(&b, "data: %llu", (unsigned long long)p->seq + 1);
  if(b.n + 3 < n)
    buf_addc(&b, ' ');
  while(!b.rc && b.n + 2 < n)
    buf_addc(&b, (char)('a' + b.n % 26));
  buf_adds(&b, "\n\n");
  rc = b.rc ? E_CLOSED : send_body(c, buf_slice(&b), how);
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

/* The next piece that was given; an empty one would end the body. */
static struct slice given_piece(struct play *p)
{
  while(p->cut < p->pieces) {
    size_t from = p->cut ? p->ends[p->cut - 1] : 0, to = p->ends[p->cut++];
    if(to > from)
      return (struct slice){p->bytes.p + from, to - from};
  }
  return (struct slice){NULL, 0};
}

/* Pieces do not wait for room: the place in them would be lost. */
static enum move play_piece(struct conn *c, char kind)
{
  struct play *p = c->self;
  struct slice piece =
      kind == 'w' ? given_piece(p) : vector_piece(p, kind == 'i');
  if(!piece.p) {
    p->vector = 0;
    return MOVE_ON;
  }
  if(!send_body(c, piece, SEND_ALWAYS))
    return kind == 'w' && p->cut == p->pieces ? MOVE_ON : MOVE_AGAIN;
  play_entry_gone(play_of(c)->entry, UV_EPIPE);
  conn_close(c);
  return MOVE_OVER;
}

/* --- steps ----------------------------------------------------------------
 */

static enum move end_with(struct conn *c, enum ending how)
{
  play_entry_end(play_of(c)->entry, ending_name(how));
  c->keep_alive = false;
  if(how == ENDING_RST || how == ENDING_SLAM)
    conn_reset(c);
  else if(how == ENDING_CLEAN &&
          send_body(c, (struct slice){NULL, 0}, SEND_LAST))
    conn_close(c);
  else
    conn_finish(c);
  return MOVE_OVER;
}

static enum move after_send(struct conn *c, int rc)
{
  struct play *p = c->self;
  if(rc == E_LIMIT)
    return MOVE_RETRY;
  if(rc) {
    play_entry_gone(play_of(c)->entry, UV_EPIPE);
    conn_close(c);
    return MOVE_OVER;
  }
  return ++p->done < p->text.step[p->at].count ? MOVE_AGAIN : MOVE_ON;
}

static enum move perform(struct conn *c, const struct play_step *s)
{
  struct slice nothing = {NULL, 0};
  enum ending how = ENDING_CLEAN;
  switch(s->kind) {
  case 'h':
    return after_send(c, play_send(c, nothing, true));
  case 'd': /* twice: before and after the time */
    return play_of(c)->done++ ? MOVE_ON : MOVE_AGAIN;
  case 'e':
    return after_send(c, send_event(c, s->n, SEND_PACED));
  case 'c':
    return after_send(c, send_body(c, SLICE_LIT(":\n\n"), SEND_PACED));
  case 'v':
  case 'i':
  case 'w':
    return play_piece(c, s->kind);
  case 'z':
    play_entry_end(play_of(c)->entry, "clean");
    if(send_event(c, s->n, SEND_LAST))
      conn_close(c);
    else
      conn_finish(c);
    return MOVE_OVER;
  default:
    (void)ending_read(ENDING_STEP, (struct slice){&s->kind, 1}, &how);
    return end_with(c, how);
  }
}

static void on_step(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct play *p = c->self;
  while(p->at < p->text.steps) {
    const struct play_step *s = &p->text.step[p->at];
    enum move m = perform(c, s);
    if(m == MOVE_OVER)
      return;
    if(m == MOVE_ON) {
      p->at++;
      p->done = 0;
    } else if(m == MOVE_RETRY || s->ms) {
      conn_set_timer(c, on_step,
                     now_ns +
                         (m == MOVE_RETRY ? RETRY_NS : s->ms * NS_PER_MS));
      return;
    }
  }
  (void)end_with(c, ENDING_CLEAN);
}

void play_start(struct conn *c)
{
  c->phase = CONN_BUSY;
  conn_release(c);
  on_step(&c->timer, clock_mono_ns());
}

/* --- given pieces ---------------------------------------------------------
 */

struct play *play_new(struct slice body)
{
  struct play *p = calloc(1, sizeof(*p));
  if(!p)
    return NULL;
  p->ends = malloc(PLAY_MAX_PIECES * sizeof(*p->ends));
  if(p->ends && !buf_add(&p->bytes, body.p, body.n))
    return p;
  play_free(p);
  return NULL;
}

int play_cut(struct play *p, size_t n)
{
  size_t end = (p->pieces ? p->ends[p->pieces - 1] : 0) + n;
  if(end > p->bytes.n || p->pieces + 1 >= PLAY_MAX_PIECES)
    return E_RANGE;
  p->ends[p->pieces++] = end;
  return 0;
}

void play_fini(struct play *p)
{
  buf_free(&p->head);
  buf_free(&p->bytes);
  free(p->ends);
}

void play_free(struct play *p)
{
  if(p)
    play_fini(p);
  free(p);
}

static void on_free(struct conn *c)
{
  play_free(c->self);
}

void play_pieces(struct conn *c, struct play *p, int status, const char *type,
                 uint32_t gap_ms, uint32_t hold_ms)
{
  static const struct conn_owner OWNER = {.free = on_free};
  struct response head = {.status = status,
                          .http11 = c->http11,
                          .chunked = true,
                          .close = true,
                          .type = type,
                          .extra = "Cache-Control: no-store, no-transform\r\n"
                                   "X-Accel-Buffering: no\r\n",
                          .date = http_date(c->http)};
  p->ends[p->pieces++] = p->bytes.n;
  p->text.steps = 3;
  p->text.step[0] = (struct play_step){'h', 0, 1, 0};
  p->text.step[1] = (struct play_step){'w', 0, 1, gap_ms};
  p->text.step[2] = (struct play_step){'d', 0, 1, hold_ms};
  conn_own(c, &OWNER, p);
  if(response_head(&p->head, &head))
    conn_close(c);
  else
    play_start(c);
}
