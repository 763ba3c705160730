/* SPDX-License-Identifier: MIT
 * Whole responses; see reply.h. */
#include "http/reply.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "http/conn.h"

static bool is_head(const struct conn *c)
{
  return c->request && request_method(c->request) == HTTP_HEAD;
}

/* The usual lines and those of this reply. */
static int usual_lines(struct conn *c, const struct reply *r, struct buf *out)
{
  struct head_ask ask = asked_head(c);
  buf_clear(out);
  ask.status = r->status;
  head_plain_lines(out, &ask);
  if(r->more)
    buf_adds(out, r->more);
  return out->rc;
}

void reply_send(struct conn *c, const struct reply *r)
{
  struct buf *lines = &c->http->asked.lines;
  struct buf *out = &c->http->scratch;
  struct response head = {.status = r->status,
                          .http11 = c->http11,
                          .no_body = r->status == 204 || r->status == 304,
                          .length = r->body.n,
                          .type = r->type,
                          .extra = r->extra,
                          .date = http_date(c->http)};
  int rc = r->extra ? 0 : usual_lines(c, r, lines);
  if(!rc && !r->extra)
    head.extra = buf_text(lines);
  head_spoil_plain(&head, asked_faults(c));
  if(r->status >= 400 || c->http->stopping)
    c->keep_alive = false;
  head.close = !c->keep_alive;
  buf_clear(out);
  rc = rc ? rc : response_head(out, &head);
  if(!rc && !head.no_body && !is_head(c))
    rc = buf_add(out, r->body.p, r->body.n);
  if(rc || conn_put(c, buf_slice(out))) {
    conn_close(c);
    return;
  }
  conn_answered(c);
}

static void error_with(struct conn *c, int status, const char *more,
                       const char *text)
{
  char body[1024];
  struct reply r = {
      .status = status, .type = "text/plain; charset=utf-8", .more = more};
  snprintf(body, sizeof(body), "%d %s: %s\n", status, response_reason(status),
           text);
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
  if(status == 503)
    HUB_ADD(c->http->count->refused, 1);
  error_with(c, status, NULL, text);
}

void reply_not_allowed(struct conn *c, const char *allow)
{
  char more[128];
  char text[160];
  snprintf(more, sizeof(more), "Allow: %s\r\n", allow);
  snprintf(text, sizeof(text), "this resource answers %s", allow);
  error_with(c, 405, more, text);
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
