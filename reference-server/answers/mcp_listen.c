/* SPDX-License-Identifier: MIT
 * The stream that a GET of /mcp opens: silent, one of a session at a time,
 * until its reader leaves or the session ends; see mcp.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/mcp.h"
#include "base/clock.h"
#include "http/conn.h"
#include "http/reply.h"
#include "streams/streams.h"

#define LOOK_NS  (20 * NS_PER_MS)
#define TAKEN_NS (60 * NS_PER_SEC) /* BREAK_GET_AGAIN */

struct listener {
  struct session *session;
  uint64_t serial, said;
  enum answer_break spoilt;
  bool answered;
};

static void on_gone(struct conn *c, int code)
{
  struct listener *l = c->self;
  (void)code;
  if(l->spoilt == BREAK_GET_AGAIN)
    atomic_store(&l->session->taken_ns, clock_mono_ns() + TAKEN_NS);
}

static void on_free(struct conn *c)
{
  struct listener *l = c->self;
  if(atomic_load(&l->session->serial) == l->serial)
    atomic_fetch_sub(&l->session->readers, 1);
  free(l);
}

static void end(struct conn *c)
{
  if(c->http11 && conn_put(c, SLICE_LIT("0\r\n\r\n")))
    conn_close(c);
  else
    conn_answered(c);
}

static const struct conn_owner OWNER = {
    .gone = on_gone, .stop = end, .free = on_free};

static int say(struct conn *c, const char *message)
{
  struct buf *out = &c->http->scratch;
  size_t n = sizeof("event: message\ndata: \n\n") - 1 + strlen(message);
  buf_clear(out);
  if(c->http11)
    buf_addf(out, "%zx\r\n", n);
  buf_addf(out, "event: message\ndata: %s\n\n%s", message,
           c->http11 ? "\r\n" : "");
  return out->rc ? out->rc : conn_put(c, buf_slice(out));
}

/* What another stream of the session brought, where that is the fault. */
static int pass_on(struct conn *c)
{
  struct listener *l = c->self;
  struct hub *hub = streams_of(c)->hub;
  char text[SESSION_SAID_MAX + 1];
  uint64_t said = atomic_load(&l->session->said);
  if(said == l->said)
    return 0;
  l->said = said;
  if(l->spoilt == BREAK_GET_ANSWERS)
    return say(c, "{\"jsonrpc\":\"2.0\",\"id\":\"weir-1\",\"result\":{}}");
  if(l->spoilt != BREAK_BROADCAST)
    return 0;
  hub_lock(&hub->lock);
  memcpy(text, l->session->said_text, sizeof(text));
  hub_unlock(&hub->lock);
  return say(c, text);
}

static void on_look(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct listener *l = c->self;
  if(!sessions_find(&streams_of(c)->hub->sessions, l->serial)) {
    end(c);
    conn_next(c);
  } else if(pass_on(c))
    conn_close(c);
  else
    conn_set_timer(c, on_look, now_ns + LOOK_NS);
}

static bool is_taken(struct session *s)
{
  if(clock_mono_ns() < atomic_load(&s->taken_ns))
    return true;
  if(atomic_fetch_add(&s->readers, 1) == 0)
    return false;
  atomic_fetch_sub(&s->readers, 1);
  return true;
}

static void open_stream(struct conn *c, struct listener *l)
{
  struct response head = {.status = 200,
                          .http11 = c->http11,
                          .chunked = true,
                          .close = !c->keep_alive,
                          .type = "text/event-stream; charset=utf-8",
                          .extra = "Cache-Control: no-store, no-transform\r\n"
                                   "X-Accel-Buffering: no\r\n"
                                   "X-Content-Type-Options: nosniff\r\n",
                          .date = http_date(c->http)};
  struct buf *out = &c->http->scratch;
  HUB_ADD(c->http->count->listeners, 1);
  conn_own(c, &OWNER, l);
  c->phase = CONN_BUSY;
  conn_release(c);
  buf_clear(out);
  if(response_head(out, &head) || conn_put(c, buf_slice(out)))
    conn_close(c);
  else
    conn_set_timer(c, on_look, clock_mono_ns() + LOOK_NS);
}

void mcp_listen(struct conn *c, const struct answer_ask *a, struct session *s)
{
  struct listener *l;
  if(is_taken(s)) {
    mcp_refuse(c, 409, -32000, "the session has a stream already");
    return;
  }
  l = calloc(1, sizeof(*l));
  if(!l) {
    atomic_fetch_sub(&s->readers, 1);
    reply_error(c, 500, "out of memory");
    return;
  }
  l->session = s;
  l->serial = atomic_load(&s->serial);
  l->said = atomic_load(&s->said);
  l->spoilt = a->spoilt;
  open_stream(c, l);
}
