/* SPDX-License-Identifier: MIT
 * What a request for a stream meets first; see gate.h. */
#include "streams/gate.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/query.h"
#include "http/reply.h"
#include "streams/streams.h"

#define LOCATION_MAX 8400
#define ID_MAX       64u

static bool has(const struct conn *c, const char *name)
{
  return request_header(c->request, name).p != NULL;
}

static void send_redirect(struct conn *c, int status, const char *location)
{
  char lines[LOCATION_MAX + 160];
  bool cors = gate_redirect_is_readable(asked_faults(c));
  struct reply r = {.status = status, .extra = lines};
  snprintf(lines, sizeof(lines), "Cache-Control: no-store\r\n%s%s%s%s",
           cors ? "Access-Control-Allow-Origin: *\r\n" : "",
           location ? "Location: " : "", location ? location : "",
           location ? "\r\n" : "");
  reply_send(c, &r);
}

/* The same stream under /direct, where no redirect strikes again. */
static void redirect_on(struct conn *c, int status, const char *base,
                        bool with_query)
{
  char location[LOCATION_MAX];
  struct slice path, query;
  if(request_split(c->request, &path, &query)) {
    reply_error(c, 400, "the request target must be a path");
    return;
  }
  if(slice_starts(path, "/stream")) {
    path.p += sizeof("/stream") - 1;
    path.n -= sizeof("/stream") - 1;
  }
  snprintf(location, sizeof(location), "%s/direct%.*s%s%.*s", base,
           (int)path.n, path.p, with_query && query.n ? "?" : "",
           with_query ? (int)query.n : 0, with_query ? query.p : "");
  send_redirect(c, status, location);
}

/* The same host under another name is another origin. */
static void redirect_abroad(struct conn *c, int status)
{
  char base[64];
  struct slice port = request_header(c->request, "host");
  bool named = slice_find(port, ":") >= 0;
  while(slice_find(port, ":") >= 0)
    slice_cut(&port, ':');
  snprintf(base, sizeof(base), "http://localhost%s%.*s", named ? ":" : "",
           (int)(named && port.n < 6 ? port.n : 0), named ? port.p : "");
  redirect_on(c, status, base, true);
}

static void redirect_absolute(struct conn *c, int status)
{
  char base[300];
  struct slice host = request_header(c->request, "host");
  snprintf(base, sizeof(base), "http://%.*s",
           (int)(host.n < 256 ? host.n : 256), host.n ? host.p : "");
  redirect_on(c, status, base, true);
}

static void send_on(struct conn *c, const struct gate_answer *a)
{
  struct slice target = request_target(c->request);
  char self[LOCATION_MAX];
  switch(a->where) {
  case WHERE_NOWHERE:
    send_redirect(c, a->status, NULL);
    break;
  case WHERE_EMPTY:
    send_redirect(c, a->status, "");
    break;
  case WHERE_SELF:
    snprintf(self, sizeof(self), "%.*s", (int)target.n, target.p);
    send_redirect(c, a->status, self);
    break;
  case WHERE_DIRECT:
    redirect_on(c, a->status, "", !a->drops_query);
    break;
  case WHERE_ABSOLUTE:
    redirect_absolute(c, a->status);
    break;
  case WHERE_ABROAD:
    redirect_abroad(c, a->status);
    break;
  }
}

/* Answers in the way of a fault; false = none strikes at this point. */
static bool answers(struct conn *c, enum gate_point point,
                    const struct gate_facts *facts)
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

static size_t count_parameters(struct slice query)
{
  struct slice key, value;
  size_t n = 0;
  while(query_next(&query, &key, &value))
    n++;
  return n;
}

static struct gate_facts facts_of(const struct conn *c, struct slice query)
{
  enum http_method method = request_method(c->request);
  struct slice accept = request_header(c->request, "accept");
  struct slice id = request_header(c->request, "last-event-id");
  return (struct gate_facts){
      .get = method == HTTP_GET,
      .head = method == HTTP_HEAD,
      .options = method == HTTP_OPTIONS,
      .preflight = has(c, "access-control-request-method"),
      .direct = c->http->asked.direct,
      .pragma = has(c, "pragma"),
      .conditional = has(c, "if-none-match") || has(c, "if-modified-since"),
      .accepts = accept.p && slice_find(accept, "text/event-stream") >= 0,
      .empty_id = id.p && !id.n,
      .parameters = count_parameters(query)};
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
  struct gate_facts facts = {0};
  if(c->http->asked.spoilt)
    facts = facts_of(c, query);
  if((!facts.direct && answers(c, GATE_REDIRECT, &facts)) ||
     answers(c, GATE_REQUEST, &facts) || remembers_ill(c))
    return true;
  if(lacks_credentials(c, query)) {
    if(!answers(c, GATE_LOGIN, &facts))
      reply_error(c, 401, "this stream needs credentials");
    return true;
  }
  return answers(c, GATE_REPRESENT, &facts);
}

bool gate_answers_method(struct conn *c)
{
  struct gate_facts facts = {0};
  if(!c->http->asked.spoilt)
    return false;
  facts = facts_of(c, slice_of(""));
  return answers(c, GATE_METHOD, &facts);
}

bool gate_answers_id(struct conn *c, struct slice id, enum id_known known)
{
  struct gate_facts facts = {.known = known, .odd_id = id.n > ID_MAX};
  for(size_t i = 0; i < id.n && !facts.odd_id; i++) {
    char ch = id.p[i];
    facts.odd_id = (ch < '0' || ch > '9') &&
                   ((ch | 0x20) < 'a' || (ch | 0x20) > 'z') && ch != '-';
  }
  return answers(c, GATE_ID, &facts);
}
