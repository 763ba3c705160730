/* SPDX-License-Identifier: MIT
 * Requests of /mcp: sessions, what is refused, and what is answered; see
 * answers.h.  ?stateless=1: no sessions; ?json=1: answers are no streams. */
#include "answers/mcp.h"

#include <stdio.h>
#include <string.h>

#include "answers/answer.h"
#include "answers/answers.h"
#include "base/clock.h"
#include "http/conn.h"
#include "http/query.h"
#include "http/reply.h"
#include "streams/streams.h"

#define RPC_REFUSED  (-32000)
#define RPC_REQUEST  (-32600)
#define RPC_MISMATCH (-32020)
#define RPC_VERSION  (-32022)
#define RPC_METHOD   (-32601)

/* A request on its way through the rules. */
struct mcp_request {
  struct answer_ask ask;
  bool stateless, json;
  uint64_t serial;         /* of its session; 0 */
  struct session *session; /* NULL: none is kept */
};

bool answers_mcp_takes_any_origin(struct slice query)
{
  return slice_find(query, "break=origin") >= 0;
}

void mcp_refuse(struct conn *c, int status, int code, const char *text)
{
  char body[300];
  struct reply r = {.status = status,
                    .type = "application/json",
                    .extra = "Cache-Control: no-store\r\n"};
  (void)snprintf(body, sizeof(body),
                 "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":%d,"
                 "\"message\":\"%s\"}}",
                 code, text);
  r.body = slice_of(body);
  reply_send(c, &r);
}

static int read_query(struct mcp_request *q, struct slice query)
{
  struct params p;
  uint64_t stateless = 0, json = 0;
  int rc;
  params_init(&p, query);
  params_count(&p, "stateless", 0, 1, &stateless);
  params_count(&p, "json", 0, 1, &json);
  q->stateless = stateless;
  q->json = json;
  rc = p.rc;
  params_fini(&p);
  return rc;
}

/* Whether the revision that the header names is spoken; without one it is an
 * older one. */
static bool takes_version(struct conn *c, struct mcp_request *q)
{
  struct slice version = request_header(c->request, "MCP-Protocol-Version");
  q->ask.mcp.later = slice_eq_cstr(version, MCP_LATER);
  if(!version.p || mcp_knows(version) || q->ask.spoilt == BREAK_VERSION)
    return true;
  mcp_refuse(c, 400, RPC_VERSION, "this protocol version is not spoken");
  return false;
}

/* The serial of the session that a request names. */
static uint64_t named(const struct mcp_request *q, struct slice name,
                      uint64_t seed)
{
  char text[SESSION_ID_MAX + 1];
  if(q->ask.spoilt != BREAK_SESSION_FORM || name.n > SESSION_ID_MAX ||
     !slice_starts(name, "weir "))
    return sessions_serial(name, seed);
  memcpy(text, name.p, name.n);
  text[sizeof("weir") - 1] = '-';
  return sessions_serial((struct slice){text, name.n}, seed);
}

static bool takes_session(struct conn *c, struct mcp_request *q)
{
  struct streams *sv = streams_of(c);
  struct slice name = request_header(c->request, "Mcp-Session-Id");
  uint64_t serial = named(q, name, sv->hub->seed);
  if(q->stateless || q->ask.mcp.later)
    return true;
  if(!name.p && q->ask.spoilt != BREAK_NO_SESSION) {
    mcp_refuse(c, 400, RPC_REFUSED, "Mcp-Session-Id is missing");
    return false;
  }
  q->session = name.p ? sessions_find(&sv->hub->sessions, serial) : NULL;
  q->serial = q->session ? serial : 0;
  if(q->session || !name.p || (serial && q->ask.spoilt == BREAK_UNDEAD))
    return true;
  mcp_refuse(c, 404, RPC_REFUSED, "there is no such session");
  return false;
}

static bool accepts(struct conn *c, const char *type)
{
  struct slice accept = request_header(c->request, "Accept");
  return slice_find(accept, type) >= 0 || slice_find(accept, "*/*") >= 0;
}

/* 2026-07-28: the header says what the body says. */
static bool agrees(struct conn *c, const struct mcp_request *q,
                   const char *method)
{
  struct slice said = request_header(c->request, "Mcp-Method");
  if(!q->ask.mcp.later || slice_eq_cstr(said, method))
    return true;
  mcp_refuse(c, 400, RPC_MISMATCH, "Mcp-Method is not that of the body");
  return false;
}

/* The last progress of the session's calls, for streams that spread it. */
static void note_said(struct conn *c, struct mcp_request *q)
{
  struct hub *hub = streams_of(c)->hub;
  if(!q->session || q->ask.mcp.method != MCP_CALL)
    return;
  hub_lock(&hub->lock);
  (void)snprintf(q->session->said_text, sizeof(q->session->said_text),
                 "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
                 "\"params\":{\"progressToken\":%s,\"progress\":1,\"total\":"
                 "%u}}",
                 q->ask.mcp.token[0] ? q->ask.mcp.token : "0", q->ask.tokens);
  hub_unlock(&hub->lock);
  atomic_fetch_add(&q->session->said, 1);
}

static void answer_json(struct conn *c, const struct mcp_request *q,
                        const char *lines)
{
  struct buf text, extra;
  struct reply r = {.status = 200, .type = "application/json"};
  buf_init(&text, 0);
  buf_init(&extra, 0);
  mcp_response(&q->ask, &text);
  buf_addf(&extra, "Cache-Control: no-store\r\n%s", lines);
  r.extra = buf_text(&extra);
  r.body = buf_slice(&text);
  if(text.rc || extra.rc)
    reply_error(c, 500, "out of memory");
  else
    reply_send(c, &r);
  buf_free(&extra);
  buf_free(&text);
}

/* What is spoilt is the call's answer, but for what says otherwise. */
static void spare(struct answer_ask *a)
{
  bool spoils_all = a->spoilt == BREAK_INIT && a->mcp.method == MCP_INITIALIZE;
  if(!a->mcp.token[0] || a->mcp.method != MCP_CALL)
    a->tokens = 0;
  if(a->mcp.method != MCP_CALL && !spoils_all)
    a->spoilt = BREAK_NOTHING;
}

static void answer(struct conn *c, struct mcp_request *q)
{
  struct answer_start start = {.speech = &speech_mcp, .ask = &q->ask};
  char lines[SESSION_ID_MAX + 40] = "", name[SESSION_ID_MAX + 1];
  struct hub *hub = streams_of(c)->hub;
  if(q->ask.mcp.method == MCP_INITIALIZE && !q->stateless &&
     q->ask.spoilt != BREAK_INIT) {
    sessions_name(sessions_open(&hub->sessions), hub->seed, name);
    if(q->ask.spoilt == BREAK_SESSION_FORM)
      name[sizeof("weir") - 1] = ' ';
    (void)snprintf(lines, sizeof(lines), "Mcp-Session-Id: %s\r\n", name);
    HUB_ADD(c->http->count->sessions, 1);
  }
  note_said(c, q);
  spare(&q->ask);
  start.lines = lines;
  q->ask.mcp.asked_ns = clock_mono_ns();
  if(q->json)
    answer_json(c, q, lines);
  else
    answer_give(c, &start);
}

static void take_notification(struct conn *c, const struct mcp_request *q)
{
  struct reply r = {.status = 202, .extra = "Cache-Control: no-store\r\n"};
  HUB_ADD(c->http->count->notified, 1);
  if(q->ask.spoilt == BREAK_NOTIFIED) {
    r.status = 200;
    r.type = "application/json";
    r.body = SLICE_LIT("{}");
  }
  reply_send(c, &r);
}

static const char *method_text(enum mcp_method m)
{
  static const char *const text[] = {
#define X(id, name) name,
      MCP_METHOD_LIST(X)
#undef X
          ""};
  return text[m];
}

static void post(struct conn *c, struct mcp_request *q)
{
  struct err e;
  struct mcp_ask *m = &q->ask.mcp;
  bool later = m->later;
  if(!accepts(c, "application/json") || !accepts(c, "text/event-stream")) {
    mcp_refuse(c, 406, RPC_REFUSED,
               "Accept must name application/json and text/event-stream");
  } else if(mcp_read(m, buf_slice(&c->request->body), &e)) {
    mcp_refuse(c, 400, RPC_REQUEST, "the body is no JSON-RPC message");
  } else {
    m->later = later;
    if(m->method != MCP_INITIALIZE && !takes_session(c, q))
      return;
    if(m->notifies)
      take_notification(c, q);
    else if(later && (m->method == MCP_OTHER || m->method == MCP_INITIALIZE))
      mcp_refuse(c, 404, RPC_METHOD, "there is no such method");
    else if(agrees(c, q, method_text(m->method)))
      answer(c, q);
  }
}

/* Goes on behind the event that was the last to arrive. */
static void go_on(struct conn *c, struct mcp_request *q, struct slice id)
{
  struct answer_start start = {.speech = &speech_mcp, .ask = &q->ask};
  if(mcp_resume(&q->ask, id, &start.from)) {
    mcp_refuse(c, 400, RPC_REFUSED, "no event has this id");
    return;
  }
  HUB_ADD(c->http->count->continued, 1);
  if(q->ask.spoilt == BREAK_REPLAY)
    start.from = q->ask.tokens + 2;
  if(q->ask.spoilt == BREAK_FOREIGN)
    memcpy(q->ask.mcp.token, "\"other\"", sizeof("\"other\""));
  start.asked_ns = q->ask.mcp.asked_ns;
  answer_give(c, &start);
}

static void get(struct conn *c, struct mcp_request *q)
{
  struct slice id = request_header(c->request, "Last-Event-ID");
  struct reply text = {.status = 200,
                       .type = "text/plain",
                       .body = SLICE_LIT("This is an MCP endpoint\n")};
  if(q->ask.spoilt == BREAK_GET)
    reply_send(c, &text);
  else if(q->stateless || q->ask.mcp.later)
    reply_not_allowed(c, "POST");
  else if(!accepts(c, "text/event-stream"))
    mcp_refuse(c, 406, RPC_REFUSED, "Accept must name text/event-stream");
  else if(!takes_session(c, q))
    return;
  else if(id.n)
    go_on(c, q, id);
  else if(q->session)
    mcp_listen(c, &q->ask, q->session);
  else
    mcp_refuse(c, 400, RPC_REFUSED, "Mcp-Session-Id is missing");
}

static void delete(struct conn *c, struct mcp_request *q)
{
  struct reply r = {.status = 204, .extra = "Cache-Control: no-store\r\n"};
  if(q->stateless || q->ask.mcp.later) {
    reply_not_allowed(c, "POST");
  } else if(takes_session(c, q)) {
    if(q->ask.spoilt == BREAK_DELETE)
      r.status = 500;
    else if(q->session) {
      atomic_store(&q->session->open, false);
      HUB_ADD(c->http->count->sessions_ended, 1);
    }
    reply_send(c, &r);
  }
}

void answers_mcp(struct conn *c, struct slice rest, struct slice query)
{
  struct mcp_request q;
  enum http_method method = request_method(c->request);
  (void)rest;
  memset(&q, 0, sizeof(q));
  if(answer_asked(c, query, &q.ask))
    return;
  q.ask.per = 1;
  q.ask.think = 0;
  q.ask.tool = false;
  if(read_query(&q, query)) {
    reply_error(c, 400, "stateless and json are 0 or 1");
    return;
  }
  if(!takes_version(c, &q))
    return;
  if(method == HTTP_POST)
    post(c, &q);
  else if(method == HTTP_GET)
    get(c, &q);
  else
    delete(c, &q);
}
