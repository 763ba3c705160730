/* SPDX-License-Identifier: MIT
 * Requests for a play, their log and the head of the answer; see guest.h.  Its
 * steps are played by streams/player.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/query.h"
#include "http/reply.h"
#include "origin/guest.h"
#include "origin/origin.h"

#define SHORT_BODY "a short answer\n"

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
  const struct guest *g = guest_of(c);
  const struct play *p = &g->play;
  buf_addf(out, "X-Weir-Serial: %llu\r\n%s%s",
           (unsigned long long)g->logs->plays.serial, CACHE[p->text.cache],
           short_lines(p->text.status));
  if(p->text.accel)
    buf_addf(out, "X-Accel-Buffering: %s\r\n",
             p->text.accel == 'y' ? "yes" : "no");
  if(p->text.hop)
    buf_adds(out, "Connection: close, x-weir-back\r\n"
                  "X-Weir-Back: 1\r\nKeep-Alive: timeout=5\r\n");
  return out->rc;
}

static int make_head(struct conn *c)
{
  static const char *const TYPE[] = {NULL, "text/event-stream",
                                     "text/event-stream; charset=utf-8"};
  struct play *p = &guest_of(c)->play;
  bool is_short = p->text.status != 200;
  struct response head = {.status = p->text.status,
                          .http11 = c->http11,
                          .chunked = !is_short,
                          .no_body =
                              p->text.status == 204 || p->text.status == 304,
                          .length = sizeof(SHORT_BODY) - 1,
                          .type = TYPE[p->text.type],
                          .close = !p->text.hop,
                          .date = http_date(c->http)};
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
  int status = guest_of(c)->play.text.status;
  if(is_head || status == 200 || status == 204 || status == 304)
    body.n = 0;
  play_entry_end(guest_of(c)->play.entry, "clean");
  conn_release(c);
  c->keep_alive = false;
  if(play_send(c, body, true))
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
  struct guest *g = guest_of(c);
  struct play_entry *e;
  e = play_log_add(&g->logs->plays);
  g->play.log = &g->logs->plays;
  g->play.entry = e;
  if(!e)
    return;
  snprintf(e->run, sizeof(e->run), "%s", run);
  e->accepted_ns = g->accepted_ns;
  e->began_ns = g->began_ns;
  e->asked_ns = clock_mono_ns();
  e->first = g->requests++ == 0;
  (void)buf_add(&e->request, g->raw.p, g->raw.n);
}

static void begin(struct conn *c, const char *run)
{
  struct play *p = &guest_of(c)->play;
  bool is_head = request_method(c->request) == HTTP_HEAD;
  log_request(c, run);
  p->at = p->done = 0;
  p->vector = p->cut = 0;
  p->seq = 0;
  if(make_head(c)) {
    conn_close(c);
    return;
  }
  if(is_head || p->text.status != 200)
    answer_short(c, is_head);
  else
    play_start(c);
}

bool play_answers(struct conn *c, struct slice query)
{
  struct buf run, text;
  bool wanted;
  buf_init(&run, PLAY_RUN_MAX);
  buf_init(&text, 0);
  find_word(c, query, "weir-run", "x-weir-run", &run);
  find_word(c, query, "weir-play", "x-weir-play", &text);
  wanted = run.n > 0;
  if(wanted && play_text_read(&guest_of(c)->play.text, buf_slice(&text)))
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
    reply_json(c, 200,
               play_log_json(&guest_of(c)->logs->plays, slice_of(run)));
  params_fini(&p);
}
