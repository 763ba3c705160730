/* SPDX-License-Identifier: MIT
 * What a request for a stream meets first; see gate.h. */
#include "streams/gate.h"

#include <stdio.h>
#include <string.h>

#include "http/query.h"
#include "http/reply.h"
#include "streams/remember.h"
#include "streams/streams.h"

#define LOCATION_MAX 8400
#define PARAMETERS   100

static bool has(const struct conn *c, const char *name)
{
  return request_header(c->request, name).p != NULL;
}

static void send_redirect(struct conn *c, int status, const char *location)
{
  char lines[LOCATION_MAX + 160];
  bool cors = !asked_fault(c, FAULT_REDIRECT_NO_CORS);
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
static void redirect_abroad(struct conn *c)
{
  char base[64];
  struct slice port = request_header(c->request, "host");
  bool named = slice_find(port, ":") >= 0;
  while(slice_find(port, ":") >= 0)
    slice_cut(&port, ':');
  snprintf(base, sizeof(base), "http://localhost%s%.*s", named ? ":" : "",
           (int)(named && port.n < 6 ? port.n : 0), named ? port.p : "");
  redirect_on(c, 302, base, true);
}

static void redirect_absolute(struct conn *c)
{
  char base[300];
  struct slice host = request_header(c->request, "host");
  snprintf(base, sizeof(base), "http://%.*s",
           (int)(host.n < 256 ? host.n : 256), host.n ? host.p : "");
  redirect_on(c, 302, base, true);
}

static bool redirects(struct conn *c)
{
  struct slice target = request_target(c->request);
  char self[LOCATION_MAX];
  if(c->http->asked.direct)
    return false;
  if(asked_fault(c, FAULT_REDIRECT_NO_LOCATION)) {
    send_redirect(c, 302, NULL);
  } else if(asked_fault(c, FAULT_REDIRECT_EMPTY)) {
    send_redirect(c, 302, "");
  } else if(asked_fault(c, FAULT_REDIRECT_LOOP)) {
    snprintf(self, sizeof(self), "%.*s", (int)target.n, target.p);
    send_redirect(c, 302, self);
  } else if(asked_fault(c, FAULT_REDIRECT_DROPS_QUERY)) {
    redirect_on(c, 307, "", false);
  } else if(asked_fault(c, FAULT_REDIRECT_TO_HTTP)) {
    redirect_absolute(c);
  } else if(asked_fault(c, FAULT_REDIRECT_NEEDS_AUTH)) {
    redirect_abroad(c);
  } else if(asked_fault(c, FAULT_REDIRECT_302_POST)) {
    redirect_on(c, 302, "", true);
  } else if(asked_fault(c, FAULT_REDIRECT_NO_CORS) ||
            asked_fault(c, FAULT_REDIRECT_DROPS_ID)) {
    redirect_on(c, 307, "", true);
  } else {
    return false;
  }
  return true;
}

static bool needs_credentials(struct conn *c, struct slice query)
{
  struct params p;
  char auth[16] = "";
  params_init(&p, query);
  params_text(&p, "auth", sizeof(auth) - 1, auth);
  params_fini(&p);
  return (strcmp(auth, "required") == 0 ||
          asked_fault(c, FAULT_REDIRECT_NEEDS_AUTH)) &&
         !has(c, "authorization") && !has(c, "cookie");
}

static void demand_credentials(struct conn *c)
{
  static const struct reply PAGE = {
      .status = 200,
      .type = "text/html; charset=utf-8",
      .body = {"<!doctype html><title>Log in</title>\n", 37}};
  if(asked_fault(c, FAULT_LOGIN_REDIRECT) && c->http->asked.direct)
    reply_send(c, &PAGE);
  else if(asked_fault(c, FAULT_LOGIN_REDIRECT))
    redirect_on(c, 302, "", true);
  else
    reply_error(c, 401, "this stream needs credentials");
}

static size_t count_parameters(struct slice query)
{
  struct slice key, value;
  size_t n = 0;
  while(query_next(&query, &key, &value))
    n++;
  return n;
}

/* Requests that the faults make the server choke on. */
static bool chokes(struct conn *c, struct slice query)
{
  struct slice id = request_header(c->request, "last-event-id");
  if(asked_fault(c, FAULT_GET_405) && request_method(c->request) == HTTP_GET)
    reply_not_allowed(c, "HEAD, POST, OPTIONS");
  else if(asked_fault(c, FAULT_BROWSER_400) && has(c, "pragma"))
    reply_error(c, 400, "Pragma is not understood");
  else if(asked_fault(c, FAULT_EMPTY_ID_400) && id.p && !id.n)
    reply_error(c, 400, "Last-Event-ID is empty");
  else if(asked_fault(c, FAULT_TOPICS_500) &&
          count_parameters(query) > PARAMETERS)
    reply_error(c, 500, "too many parameters");
  else
    return remember_refuses(c);
  return true;
}

bool gate_answers(struct conn *c, struct slice topic, struct slice query)
{
  static const struct reply UNCHANGED = {.status = 304};
  struct slice accept = request_header(c->request, "accept");
  (void)topic;
  if(redirects(c) || chokes(c, query))
    return true;
  if(needs_credentials(c, query)) {
    demand_credentials(c);
    return true;
  }
  if(asked_fault(c, FAULT_ACCEPT_STRICT) &&
     (!accept.p || slice_find(accept, "text/event-stream") < 0)) {
    reply_error(c, 406, "Accept must name text/event-stream");
    return true;
  }
  if(asked_fault(c, FAULT_NOT_MODIFIED) &&
     (has(c, "if-none-match") || has(c, "if-modified-since"))) {
    reply_send(c, &UNCHANGED);
    return true;
  }
  return false;
}

bool gate_method(struct conn *c)
{
  enum http_method method = request_method(c->request);
  bool preflight = has(c, "access-control-request-method");
  if(method == HTTP_HEAD && asked_fault(c, FAULT_HEAD_HANG)) {
    conn_mute(c);
  } else if(method == HTTP_OPTIONS &&
            (asked_fault(c, FAULT_OPTIONS_HANG) ||
             (preflight && asked_fault(c, FAULT_PREFLIGHT_HANG)))) {
    conn_mute(c);
  } else if(method == HTTP_OPTIONS && preflight &&
            asked_fault(c, FAULT_PREFLIGHT_403)) {
    reply_error(c, 403, "preflights are refused");
  } else {
    return false;
  }
  return true;
}
