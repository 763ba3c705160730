/* SPDX-License-Identifier: MIT
 * Playing; see play.h. */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "play_log.h"
#include "play_text.h"
#include "query.h"
#include "reply.h"
#include "server.h"
#include "sse/vectors/vectors.h"

#define RAW_MAX    ((size_t)128 << 10)
#define RETRY_NS   (2 * NS_PER_MS) /* the queue is full: try again then */
#define SHORT_BODY "a short answer\n"

struct play {
  struct buf raw; /* of the request at hand, as it came */
  uint64_t accepted_ns, began_ns;
  uint64_t requests;
  struct play_text text;
  struct play_entry *entry; /* borrowed; NULL where the log is full */
  struct buf head;          /* owned; until it is sent */
  uint32_t at, done;        /* step, and what of it was done */
  size_t vector, cut;       /* place in the vectors */
  uint64_t seq;             /* of the last event */
};

/* What one step came to. */
enum move { MOVE_ON, MOVE_AGAIN, MOVE_RETRY, MOVE_OVER };

void play_accepted(struct conn *c)
{
  if(!c->server->options->origin)
    return;
  c->play = calloc(1, sizeof(*c->play));
  if(!c->play)
    return;
  buf_init(&c->play->raw, RAW_MAX);
  c->play->accepted_ns = clock_mono_ns();
}

void play_input(struct conn *c, const char *p, size_t n)
{
  struct play *play = c->play;
  if(!play)
    return;
  if(!c->request->started) {
    buf_clear(&play->raw);
    play->began_ns = clock_mono_ns();
  }
  /* What is longer is refused by the reader of requests. */
  (void)buf_add(&play->raw, p, n);
}

void play_free(struct conn *c)
{
  if(!c->play)
    return;
  buf_free(&c->play->raw);
  buf_free(&c->play->head);
  free(c->play);
  c->play = NULL;
}

void play_gone(struct conn *c, int code)
{
  struct play_entry *e = c->play ? c->play->entry : NULL;
  if(e && !e->gone_ns) {
    e->gone = code;
    e->gone_ns = clock_mono_ns();
  }
}

static void note_end(struct conn *c, const char *how)
{
  struct play_entry *e = c->play->entry;
  if(e && !e->ended_ns) {
    e->ended = how;
    e->ended_ns = clock_mono_ns();
  }
}

/* --- writing --------------------------------------------------------------
 */

/* Sends wire bytes, behind the head where that is still to go. */
static int send_wire(struct conn *c, struct slice wire, bool always)
{
  struct play *p = c->play;
  struct buf *out = &c->server->scratch;
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
  play_log_write(c->server->play_log, p->entry, now, wire);
  return 0;
}

static bool is_chunked(const struct conn *c)
{
  return c->http11 && !c->play->text.close_delimited;
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
  rc = rc ? E_CLOSED : send_wire(c, buf_slice(&wire), last);
  buf_free(&wire);
  return rc;
}

/* An event of n bytes in all: its number, letters, the blank line. */
static int send_event(struct conn *c, uint32_t n, bool last)
{
  struct play *p = c->play;
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
  struct slice piece = vector_piece(c->play, cut);
  if(!piece.p) {
    c->play->vector = 0;
    return MOVE_ON;
  }
  if(!send_body(c, piece, false))
    return MOVE_AGAIN;
  play_gone(c, UV_EPIPE);
  conn_close(c);
  return MOVE_OVER;
}

/* --- steps ----------------------------------------------------------------
 */

static enum move end_properly(struct conn *c)
{
  note_end(c, "clean");
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
  note_end(c, kind == 'f' ? "fin" : kind == 'r' ? "rst" : "slam");
  if(kind == 'f')
    conn_finish(c);
  else
    conn_reset(c);
  return MOVE_OVER;
}

static enum move after_send(struct conn *c, int rc)
{
  struct play *p = c->play;
  if(rc == E_LIMIT)
    return MOVE_RETRY;
  if(rc) {
    play_gone(c, UV_EPIPE);
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
    return after_send(c, send_wire(c, nothing, true));
  case 'd': /* twice: before and after the time */
    return c->play->done++ ? MOVE_ON : MOVE_AGAIN;
  case 'e':
    return after_send(c, send_event(c, s->n, false));
  case 'c':
    return after_send(c, send_body(c, SLICE_LIT(":\n\n"), false));
  case 'v':
  case 'i':
    return play_vectors(c, s->kind == 'i');
  case 'z':
    note_end(c, "clean");
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

static void on_step(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct play *p = c->play;
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
  (void)end_properly(c);
}

/* --- the head ---------------------------------------------------------------
 */

static const char *short_lines(int status)
{
  switch(status) {
  case 301:
  case 302:
  case 303:
  case 307:
  case 308:
    return "Location: https://elsewhere.example/next?weir=1\r\n";
  case 401:
    return "WWW-Authenticate: Bearer realm=\"weir\"\r\n";
  case 429:
  case 503:
    return "Retry-After: 7\r\n";
  default:
    return "";
  }
}

static int add_lines(struct buf *out, const struct conn *c)
{
  static const char *const CACHE[] = {"", "Cache-Control: no-store\r\n",
                                      "Cache-Control: no-cache\r\n"};
  const struct play *p = c->play;
  int rc = buf_addf(out, "X-Weir-Serial: %llu\r\n%s%s",
                    (unsigned long long)c->server->play_log->serial,
                    CACHE[p->text.cache], short_lines(p->text.status));
  if(!rc && p->text.accel)
    rc = buf_addf(out, "X-Accel-Buffering: %s\r\n",
                  p->text.accel == 'y' ? "yes" : "no");
  if(!rc && p->text.hop)
    rc = buf_adds(out, "Connection: close, x-weir-back\r\n"
                       "X-Weir-Back: 1\r\nKeep-Alive: timeout=5\r\n");
  return rc;
}

static int make_head(struct conn *c)
{
  static const char *const TYPE[] = {NULL, "text/event-stream",
                                     "text/event-stream; charset=utf-8"};
  struct play *p = c->play;
  bool is_short = p->text.status != 200;
  struct response head = {.status = p->text.status,
                          .http11 = c->http11,
                          .chunked = !is_short,
                          .no_body =
                              p->text.status == 204 || p->text.status == 304,
                          .length = sizeof(SHORT_BODY) - 1,
                          .type = TYPE[p->text.type],
                          .close = !p->text.hop,
                          .date = server_date(c->server)};
  struct buf lines;
  int rc;
  if(!is_short && p->text.close_delimited)
    head.framing = "";
  if(is_short)
    head.type = head.no_body ? NULL : "text/plain";
  buf_init(&lines, 0);
  rc = add_lines(&lines, c);
  head.extra = buf_text(&lines);
  buf_init(&p->head, 0);
  if(!rc)
    rc = response_head(&p->head, &head);
  buf_free(&lines);
  return rc;
}

/* A status with its text, or an answer to HEAD: all in one write. */
static void answer_short(struct conn *c, bool is_head)
{
  struct slice body = SLICE_LIT(SHORT_BODY);
  int status = c->play->text.status;
  if(is_head || status == 200 || status == 204 || status == 304)
    body.n = 0;
  note_end(c, "clean");
  c->keep_alive = false;
  if(send_wire(c, body, true))
    conn_close(c);
  else
    conn_finish(c);
}

/* --- the request ------------------------------------------------------------
 */

/* Of a header, which is there where URLs are shared, else of the query. */
static void find_word(struct conn *c, struct slice query, const char *key,
                      const char *header, struct buf *out)
{
  struct params p;
  struct slice sent = request_header(c->request, header);
  params_init(&p, query);
  if(sent.p)
    (void)buf_add(out, sent.p, sent.n);
  else if(params_find(&p, key))
    (void)buf_add(out, p.text.p, p.text.n);
  params_fini(&p);
}

static void log_request(struct conn *c, const char *run)
{
  struct play *p = c->play;
  struct play_entry *e;
  if(!c->server->play_log)
    c->server->play_log = play_log_new();
  e = c->server->play_log ? play_log_add(c->server->play_log) : NULL;
  p->entry = e;
  if(!e)
    return;
  snprintf(e->run, sizeof(e->run), "%s", run);
  e->accepted_ns = p->accepted_ns;
  e->began_ns = p->began_ns;
  e->asked_ns = clock_mono_ns();
  e->first = p->requests++ == 0;
  (void)buf_add(&e->request, p->raw.p, p->raw.n);
}

static void begin(struct conn *c, const char *run)
{
  struct play *p = c->play;
  bool is_head = request_method(c->request) == HTTP_HEAD;
  log_request(c, run);
  p->at = p->done = 0;
  p->vector = p->cut = 0;
  p->seq = 0;
  c->phase = CONN_SCRIPT;
  conn_release(c);
  if(!c->server->play_log || make_head(c)) {
    conn_close(c);
    return;
  }
  if(is_head || p->text.status != 200)
    answer_short(c, is_head);
  else
    on_step(&c->timer, clock_mono_ns());
}

bool play_answers(struct conn *c, struct slice query)
{
  struct buf run, text;
  bool wanted;
  if(!c->play)
    return false;
  buf_init(&run, PLAY_RUN_MAX);
  buf_init(&text, 0);
  find_word(c, query, "weir-run", "x-weir-run", &run);
  find_word(c, query, "weir-play", "x-weir-play", &text);
  wanted = run.n > 0;
  if(wanted && play_text_read(&c->play->text, buf_slice(&text)))
    reply_error(c, 400, "weir-play is no play");
  else if(wanted)
    begin(c, buf_text(&run));
  buf_free(&run);
  buf_free(&text);
  return wanted;
}

void play_log_get(struct conn *c, struct slice query)
{
  struct params p;
  char run[PLAY_RUN_MAX + 1] = "";
  params_init(&p, query);
  params_text(&p, "run", PLAY_RUN_MAX, run);
  if(p.rc || strlen(run) < PLAY_RUN_MIN)
    reply_error(c, 404, "nothing is here; GET /origin/page tells what is");
  else
    reply_json(c, 200, play_log_json(c->server->play_log, slice_of(run)));
  params_fini(&p);
}
