/* SPDX-License-Identifier: MIT
 * Whole responses; see reply.h. */
#include "reply.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "server.h"

#define COMMON                                                                \
  "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"            \
  "Access-Control-Allow-Origin: *\r\n"

static bool is_head(const struct conn *c)
{
  return c->request && request_method(c->request) == HTTP_HEAD;
}

void reply_send(struct conn *c, const struct reply *r)
{
  struct buf *out = &c->server->scratch;
  struct response head = {.status = r->status,
                          .http11 = c->http11,
                          .no_body = r->status == 204 || r->status == 304 ||
                                     r->status < 200,
                          .length = r->body.n,
                          .type = r->type,
                          .extra = r->extra ? r->extra : COMMON,
                          .date = server_date(c->server)};
  struct outgoing o = {.always = true};
  int rc;
  if(r->status >= 400 || c->server->stopping)
    c->keep_alive = false;
  head.close = !c->keep_alive;
  buf_clear(out);
  rc = response_head(out, &head);
  if(!rc && !head.no_body && !is_head(c))
    rc = buf_add(out, r->body.p, r->body.n);
  o.p = out->p;
  o.n = out->n;
  if(rc || conn_send(c, &o)) {
    conn_close(c);
    return;
  }
  conn_answered(c);
}

static void error_with(struct conn *c, int status, const char *extra,
                       const char *text)
{
  char body[1024];
  char lines[512];
  struct reply r = {.status = status, .type = "text/plain; charset=utf-8"};
  snprintf(lines, sizeof(lines), COMMON "%s", extra);
  snprintf(body, sizeof(body), "%d %s: %s\n", status, response_reason(status),
           text);
  r.extra = lines;
  r.body = slice_of(body);
  c->keep_alive = false;
  reply_send(c, &r);
}

void reply_error(struct conn *c, int status, const char *fmt, ...)
{
  char text[800];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  if(status == 503) {
    HUB_ADD(c->server->count->refused, 1);
    error_with(c, status, "Retry-After: 2\r\n", text);
  } else {
    error_with(c, status, "", text);
  }
}

void reply_not_allowed(struct conn *c, const char *allow)
{
  char extra[128];
  char text[160];
  snprintf(extra, sizeof(extra), "Allow: %s\r\n", allow);
  snprintf(text, sizeof(text), "this resource answers %s", allow);
  error_with(c, 405, extra, text);
}

void reply_json(struct conn *c, int status, json_t *body)
{
  struct reply r = {.status = status, .type = "application/json"};
  struct buf text;
  buf_init(&text, 0);
  if(!body || json_print(body, false, &text) || buf_addc(&text, '\n')) {
    reply_error(c, 500, "out of memory");
  } else {
    r.body = buf_slice(&text);
    reply_send(c, &r);
  }
  json_decref(body);
  buf_free(&text);
}
