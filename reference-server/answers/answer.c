/* SPDX-License-Identifier: MIT
 * An answer on its way: each event at its time; see answer.h. */
#include "answers/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/answers.h"
#include "answers/log.h"
#include "base/clock.h"
#include "http/conn.h"
#include "http/reply.h"
#include "streams/streams.h"

#define STAY_NS (3 * NS_PER_SEC)  /* BREAK_ENDS */
#define KEPT_NS (30 * NS_PER_SEC) /* BREAK_SLOT */

struct answer {
  const struct speech *speech;
  struct answer_ask ask;
  struct answer_log log;
  struct buf head;     /* owned; until it is sent */
  uint32_t at;         /* event */
  uint32_t tokens;     /* token events so far */
  bool told;           /* the log has it */
  struct seats *seats; /* one of them is taken; NULL */
};

static void over(struct conn *c, const char *how)
{
  struct answer *a = c->self;
  if(a->told)
    return;
  a->told = true;
  a->log.end_ns = clock_mono_ns();
  answer_log_write(&a->log, c->http->options->answer_log, how);
  if(strcmp(how, "done") == 0)
    HUB_ADD(c->http->count->answers_done, 1);
  else if(strcmp(how, "gone") == 0)
    HUB_ADD(c->http->count->answers_gone, 1);
  else
    HUB_ADD(c->http->count->answers_spoilt, 1);
}

static void on_gone(struct conn *c, int code)
{
  struct answer *a = c->self;
  (void)code;
  over(c, "gone");
  if(a->seats && a->ask.spoilt == BREAK_SLOT)
    seats_keep(a->seats, clock_mono_ns() + KEPT_NS);
}

static void on_free(struct conn *c)
{
  struct answer *a = c->self;
  if(a->seats)
    seats_leave(a->seats);
  answer_log_fini(&a->log);
  buf_free(&a->head);
  free(a);
}

static const struct conn_owner OWNER = {.gone = on_gone, .free = on_free};

/* One event, chunked where the request's version can; or the head alone. */
static int send_event(struct conn *c, struct slice text)
{
  struct answer *a = c->self;
  struct buf *out = &c->http->scratch;
  buf_clear(out);
  buf_add(out, a->head.p, a->head.n);
  if(c->http11 && text.n)
    buf_addf(out, "%zx\r\n", text.n);
  buf_add(out, text.p, text.n);
  if(c->http11 && text.n)
    buf_adds(out, "\r\n");
  buf_clear(&a->head);
  return out->rc ? out->rc : conn_put(c, buf_slice(out));
}

static void end(struct conn *c)
{
  struct answer *a = c->self;
  over(c, a->ask.spoilt ? "spoilt" : "done");
  if(c->http11 && conn_put(c, SLICE_LIT("0\r\n\r\n"))) {
    conn_close(c);
    return;
  }
  conn_answered(c);
}

/* Whether a fault ends it here, in the middle of its tokens. */
static bool breaks_off(struct conn *c)
{
  struct answer *a = c->self;
  if(a->tokens * 2 < answer_token_events(&a->ask))
    return false;
  switch(a->ask.spoilt) {
  case BREAK_TRUNCATED:
    end(c);
    return true;
  case BREAK_CUT:
    over(c, "cut");
    conn_reset(c);
    return true;
  case BREAK_STALL:
    over(c, "stalled");
    return true;
  default:
    return false;
  }
}

/* When the next event is due; what it is is known once it is written. */
static uint64_t due_ns(const struct answer *a)
{
  uint32_t all = answer_token_events(&a->ask);
  uint64_t last = all ? answer_due_ns(&a->ask, all - 1) : a->ask.ttft_ns;
  if(a->at < a->speech->leads)
    return a->log.asked_ns + a->ask.lead_ns;
  if(a->tokens < all)
    return a->log.asked_ns + answer_due_ns(&a->ask, a->tokens);
  return a->log.asked_ns + last + a->ask.tail_ns;
}

/* Writes one event; SPEECH_OVER also where nobody reads any more. */
static enum speech_kind speak(struct conn *c)
{
  struct answer *a = c->self;
  struct buf text;
  uint64_t now;
  enum speech_kind kind;
  int rc = 0;
  buf_init(&text, 0);
  kind = a->speech->write(&a->ask, a->at++, &text);
  now = clock_mono_ns();
  if(text.n || a->head.n)
    rc = send_event(c, buf_slice(&text));
  if(rc || text.rc) {
    over(c, "gone");
    conn_close(c);
    kind = SPEECH_OVER;
  }
  buf_free(&text);
  if(rc)
    return kind;
  if(kind == SPEECH_LEAD)
    a->log.lead_ns = now;
  if(kind == SPEECH_TOKEN) {
    a->tokens++;
    answer_log_token(&a->log, now);
    HUB_ADD(c->http->count->answer_tokens, 1);
  }
  return kind;
}

/* Timers answer later than at once: the next request is asked for. */
static void on_over(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  (void)now_ns;
  end(c);
  conn_next(c);
}

static void on_due(struct timer *t, uint64_t now_ns);

/* Writes all that is due. */
static void go_on(struct conn *c, uint64_t now_ns)
{
  struct answer *a = c->self;
  enum speech_kind kind = SPEECH_LEAD;
  while(due_ns(a) <= now_ns) {
    if(a->tokens && breaks_off(c))
      return;
    kind = speak(c);
    if(kind == SPEECH_OVER)
      break;
  }
  if(c->phase == CONN_CLOSED)
    return;
  if(kind != SPEECH_OVER)
    conn_set_timer(c, on_due, due_ns(a));
  else if(a->ask.spoilt == BREAK_ENDS)
    conn_set_timer(c, on_over, now_ns + STAY_NS);
  else
    end(c);
}

static void on_due(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  go_on(c, now_ns);
  conn_next(c);
}

static int begin(struct conn *c, const struct answer_start *start)
{
  const struct answer_ask *ask = start->ask;
  struct response head = {.status = 200,
                          .http11 = c->http11,
                          .chunked = true,
                          .close = !c->keep_alive,
                          .type = "text/event-stream; charset=utf-8",
                          .date = http_date(c->http)};
  struct answer *a = calloc(1, sizeof(*a));
  struct buf lines;
  if(!a) {
    reply_error(c, 500, "out of memory");
    return E_NOMEM;
  }
  a->speech = start->speech;
  a->ask = *ask;
  a->seats = start->seats;
  a->at = start->from;
  a->tokens =
      start->from > a->speech->leads ? start->from - a->speech->leads : 0;
  a->log.api = a->speech->name;
  a->log.number = ask->number;
  a->log.asked_ns = start->asked_ns ? start->asked_ns : clock_mono_ns();
  HUB_ADD(c->http->count->answers, 1);
  conn_own(c, &OWNER, a);
  c->phase = CONN_BUSY;
  conn_release(c);
  buf_init(&lines, 0);
  buf_addf(&lines,
           "Cache-Control: no-store, no-transform\r\n"
           "%sX-Content-Type-Options: nosniff\r\n%s",
           ask->spoilt == BREAK_ACCEL ? "" : "X-Accel-Buffering: no\r\n",
           start->lines ? start->lines : "");
  head.extra = buf_text(&lines);
  if(lines.rc || response_head(&a->head, &head))
    conn_close(c);
  else
    go_on(c, clock_mono_ns());
  buf_free(&lines);
  return 0;
}

static void refuse(struct conn *c, int status)
{
  struct reply r = {.status = status,
                    .type = "application/json",
                    .extra = "Cache-Control: no-store\r\n",
                    .body = SLICE_LIT("{\"type\":\"error\",\"error\":{\"type\""
                                      ":\"refused\",\"message\":\"as asked "
                                      "for\"}}")};
  if(status == 429 || status == 503)
    r.extra = "Cache-Control: no-store\r\nRetry-After: 1\r\n";
  HUB_ADD(c->http->count->answers_refused, 1);
  reply_send(c, &r);
}

int answer_asked(struct conn *c, struct slice query, struct answer_ask *ask)
{
  struct err e;
  if(answer_read(ask, query, buf_slice(&c->request->body), &e)) {
    reply_error(c, 400, "%s", e.text);
    return e.code;
  }
  ask->seed = c->http->options->seed;
  ask->number = HUB_GET(c->http->count->answers) +
                HUB_GET(c->http->count->answers_refused) +
                ((uint64_t)c->http->index << 40);
  return 0;
}

void answer_give(struct conn *c, struct answer_start *start)
{
  const struct answer_ask *ask = start->ask;
  struct sessions *shared = &streams_of(c)->hub->sessions;
  struct seats *seats = ask->slots ? sessions_pool(shared, ask->pool) : NULL;
  if(answer_refuses(ask)) {
    refuse(c, ask->status);
  } else if(seats && !seats_take(seats, ask->slots, clock_mono_ns())) {
    refuse(c, 503);
  } else {
    start->seats = seats;
    if(begin(c, start) && seats)
      seats_leave(seats);
  }
}

static void answer(struct conn *c, const struct speech *s, struct slice query)
{
  struct answer_ask ask;
  struct answer_start start = {.speech = s, .ask = &ask};
  if(!answer_asked(c, query, &ask))
    answer_give(c, &start);
}

void answers_openai_chat(struct conn *c, struct slice rest, struct slice query)
{
  (void)rest;
  answer(c, &speech_openai_chat, query);
}

void answers_openai_responses(struct conn *c, struct slice rest,
                              struct slice query)
{
  (void)rest;
  answer(c, &speech_openai_responses, query);
}

void answers_anthropic(struct conn *c, struct slice rest, struct slice query)
{
  (void)rest;
  answer(c, &speech_anthropic, query);
}
