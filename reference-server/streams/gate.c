/* SPDX-License-Identifier: MIT
 * What a request for a stream meets first; see gate.h. */
#include "streams/gate.h"

#include <string.h>

#include "base/clock.h"
#include "http/query.h"
#include "http/reply.h"
#include "streams/streams.h"

#define ID_MAX     64u
#define PARAMETERS 100u

static bool has(const struct conn *c, const char *name)
{
  return request_header(c->request, name).p != NULL;
}

/* Where a redirect leads that leaves the request's own target: to the same
 * stream under /direct, where no redirect strikes again.  The same host under
 * another name is another origin. */
static void add_direct(const struct conn *c, enum gate_where where,
                       struct buf *out)
{
  struct slice host = request_header(c->request, "host"), path, query;
  const char *port = host.n ? memrchr(host.p, ':', host.n) : NULL;
  if(where == WHERE_ABROAD && port)
    buf_addf(out, "http://localhost%.*s", (int)(host.p + host.n - port), port);
  else if(where == WHERE_ABROAD)
    buf_adds(out, "http://localhost");
  else if(where == WHERE_ABSOLUTE)
    buf_addf(out, "http://%.*s", (int)host.n, host.n ? host.p : "");
  if(request_split(c->request, &path, &query))
    return;
  if(slice_starts(path, "/stream")) {
    path.p += sizeof("/stream") - 1;
    path.n -= sizeof("/stream") - 1;
  }
  buf_addf(out, "/direct%.*s", (int)path.n, path.p);
  if(query.n && where != WHERE_BARE)
    buf_addf(out, "?%.*s", (int)query.n, query.p);
}

static void send_on(struct conn *c, const struct gate_answer *a)
{
  struct slice target = request_target(c->request);
  struct reply r = {.status = a->status};
  struct buf lines;
  buf_init(&lines, 0);
  buf_adds(&lines, "Cache-Control: no-store\r\n");
  if(gate_redirect_is_readable(asked_faults(c)))
    buf_adds(&lines, "Access-Control-Allow-Origin: *\r\n");
  if(a->where != WHERE_NOWHERE)
    buf_adds(&lines, "Location: ");
  if(a->where == WHERE_SELF)
    buf_add(&lines, target.p, target.n);
  else if(a->where > WHERE_SELF)
    add_direct(c, a->where, &lines);
  if(a->where != WHERE_NOWHERE)
    buf_adds(&lines, "\r\n");
  r.extra = buf_text(&lines);
  reply_send(c, &r);
  buf_free(&lines);
}

/* Answers in the way of a fault; false = none strikes at this point. */
static bool answers(struct conn *c, enum gate_point point, unsigned facts)
{
  const struct gate_answer *a = gate_ask(point, asked_faults(c), facts);
  struct reply r = {0};
  if(!a)
    return false;
  r.status = a->status;
  r.type = a->text ? "text/html; charset=utf-8" : NULL;
  r.body = slice_of(a->text);
  if(a->then == GATE_ERROR)
    reply_error(c, a->status, "%s", a->text);
  else if(a->then == GATE_REFUSE)
    reply_not_allowed(c, a->text);
  else if(a->then == GATE_MUTE)
    conn_mute(c);
  else if(a->then == GATE_SEND_ON)
    send_on(c, a);
  else
    reply_send(c, &r);
  return true;
}

static bool has_many_parameters(struct slice query)
{
  struct slice key, value;
  size_t n = 0;
  while(query_next(&query, &key, &value))
    n++;
  return n > PARAMETERS;
}

static unsigned facts_of(const struct conn *c, struct slice query)
{
  enum http_method method = request_method(c->request);
  struct slice accept = request_header(c->request, "accept");
  struct slice id = request_header(c->request, "last-event-id");
  bool options = method == HTTP_OPTIONS;
  bool types = accept.p && slice_find(accept, "text/event-stream") >= 0;
  return (method == HTTP_GET) * GATE_IS_GET |
         (method == HTTP_HEAD) * GATE_IS_HEAD | options * GATE_IS_OPTIONS |
         (options && has(c, "access-control-request-method")) *
             GATE_IS_PREFLIGHT |
         c->http->asked.direct * GATE_IS_DIRECT |
         has(c, "pragma") * GATE_PRAGMA |
         (has(c, "if-none-match") || has(c, "if-modified-since")) *
             GATE_CONDITIONAL |
         !types * GATE_OTHER_TYPES | (id.p && !id.n) * GATE_EMPTY_ID |
         has_many_parameters(query) * GATE_MANY_PARAMETERS;
}

static bool lacks_credentials(struct conn *c, struct slice query)
{
  struct params p;
  char auth[16] = "";
  params_init(&p, query);
  params_text(&p, "auth", sizeof(auth) - 1, auth);
  params_fini(&p);
  return (strcmp(auth, "required") == 0 || gate_demands(asked_faults(c))) &&
         !has(c, "authorization") && !has(c, "cookie");
}

static bool remembers_ill(struct conn *c)
{
  enum memory_verdict v =
      memory_judges(&streams_of(c)->memory, asked_faults(c), clock_mono_ns());
  if(v == MEMORY_REFUSE)
    reply_error(c, 503, "too many come back");
  else if(v == MEMORY_DROP)
    conn_close(c);
  return v != MEMORY_FINE;
}

bool gate_answers(struct conn *c, struct slice query)
{
  unsigned facts = c->http->asked.spoilt ? facts_of(c, query) : 0;
  if((!c->http->asked.direct && answers(c, GATE_REDIRECT, facts)) ||
     answers(c, GATE_REQUEST, facts) || remembers_ill(c))
    return true;
  if(lacks_credentials(c, query)) {
    if(!answers(c, GATE_LOGIN, facts))
      reply_error(c, 401, "this stream needs credentials");
    return true;
  }
  return answers(c, GATE_CONTENT, facts);
}

bool gate_answers_method(struct conn *c)
{
  return c->http->asked.spoilt &&
         answers(c, GATE_METHOD, facts_of(c, slice_of("")));
}

static bool is_odd(struct slice id)
{
  for(size_t i = 0; i < id.n; i++) {
    char ch = id.p[i];
    if((ch < '0' || ch > '9') && ((ch | 0x20) < 'a' || (ch | 0x20) > 'z') &&
       ch != '-')
      return true;
  }
  return id.n > ID_MAX;
}

bool gate_answers_id(struct conn *c, struct slice id, enum id_known known)
{
  bool unknown = known == ID_UNKNOWN || known == ID_FUTURE;
  return answers(c, GATE_ID,
                 is_odd(id) * GATE_ODD_ID | unknown * GATE_UNKNOWN_ID |
                     (known == ID_EXPIRED) * GATE_EXPIRED_ID);
}
