/* SPDX-License-Identifier: MIT
 * One attempt of an EventSource: request, answer, redirects, end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/assert.h"
#include "sse/content_type.h"
#include "subscriber/subscriber_private.h"
#include "transport/origin.h"
#include "transport/url.h"

#define MAX_HEADERS 64

static void on_connected(void *ctx)
{
  struct subscriber *s = ctx;
  s->config->listener->on_connected(s);
}

static bool is_redirect(int status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

/* Remembers where to go; the next hop starts when this exchange has ended. */
static bool take_redirect(struct subscriber *s,
                          const struct response_head *head)
{
  struct request r;
  const char *from;
  char *location, *to;
  memset(&r, 0, sizeof(r));
  r.method = "GET";
  if(++s->redirects > SUBSCRIBER_MAX_REDIRECTS || !head->location.n)
    return false;
  if(!s->config->listener->on_request(s, &r))
    return false;
  from = s->redirect ? s->redirect : r.url;
  location = slice_dup(head->location);
  to = location ? url_join(from, location) : NULL;
  free(location);
  if(!to)
    return false;
  if(!origin_is_same(from, to))
    s->redirect_foreign = true;
  if(head->status == 303 ||
     (head->status < 303 && strcasecmp(r.method, "POST") == 0))
    s->redirect_get = true;
  free(s->redirect);
  s->redirect = to;
  return true;
}

static bool on_head(const struct response_head *head, void *ctx)
{
  struct subscriber *s = ctx;
  weir_assert(s->state == SUBSCRIBER_CONNECTING);
  s->refused_status = 0;
  if(is_redirect(head->status) && take_redirect(s, head)) {
    s->refused_status = -1; /* not refused: go on elsewhere */
    return false;
  }
  if(head->status == 200 && content_type_is_event_stream(head->content_type)) {
    s->state = SUBSCRIBER_OPEN;
    s->once_opened = true;
    free(s->redirect); /* a reconnection starts from the original URL */
    s->redirect = NULL;
    s->config->listener->on_open(s, s->sent_id);
    return true;
  }
  s->refused_status = (int16_t)head->status;
  snprintf(s->refused_type, sizeof(s->refused_type), "%.*s",
           (int)head->content_type.n,
           head->content_type.n ? head->content_type.p : "");
  return false;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct subscriber *s = ctx;
  weir_assert(s->state == SUBSCRIBER_OPEN);
  s->when = when;
  s->config->listener->on_bytes(s, bytes.n);
  return parser_feed(&s->parser, bytes.p, bytes.n) == 0;
}

/* A refusal may be for want of what was not sent. */
static void tell_withheld(const struct subscriber *s, char *sentence,
                          size_t size)
{
  size_t n = strlen(sentence);
  if(s->withheld)
    snprintf(sentence + n, size - n,
             ", behind a redirect to another origin, which gets %u header%s "
             "less (--location-trusted sends all)",
             s->withheld, s->withheld == 1 ? "" : "s");
}

/* 204 and every status but 200 are final (HTML: "fail the connection"). */
static void refused(struct subscriber *s)
{
  struct subscriber_cause c;
  char name[32], sentence[300];
  int status = s->refused_status;
  memset(&c, 0, sizeof(c));
  c.status = status;
  c.name = name;
  c.sentence = sentence;
  c.final = !(s->config->retry_on_error && (status >= 500 || status == 429));
  if(status == 200) {
    snprintf(name, sizeof(name), "content-type");
    snprintf(sentence, sizeof(sentence),
             "it answered 200 with Content-Type %s%s%s, not "
             "text/event-stream",
             s->refused_type[0] ? "\"" : "",
             s->refused_type[0] ? s->refused_type : "missing",
             s->refused_type[0] ? "\"" : "");
  } else if(is_redirect(status)) {
    snprintf(name, sizeof(name), "redirect");
    snprintf(sentence, sizeof(sentence), "it answered %d %s", status,
             s->redirects > SUBSCRIBER_MAX_REDIRECTS
                 ? "more than 20 times: a redirect loop"
                 : "without a usable Location");
  } else {
    snprintf(name, sizeof(name), "status-%d", status);
    snprintf(sentence, sizeof(sentence), "it answered %d%s%s", status,
             s->refused_type[0] ? " with Content-Type " : "", s->refused_type);
  }
  tell_withheld(s, sentence, sizeof(sentence));
  subscriber_failed(s, &c);
}

static void stream_over(struct subscriber *s, const struct exchange_end *end)
{
  struct subscriber_cause c;
  memset(&c, 0, sizeof(c));
  c.name = end_cause(end->kind);
  c.sentence = end->sentence;
  c.clean = end->kind == END_CLEAN;
  if(end->kind == END_ABORTED) { /* the parser gave up */
    c.name = "limit";
    c.sentence = "a line or an event exceeded the limit";
    c.final = true;
  }
  c.amid = parser_is_amid(&s->parser);
  parser_end(&s->parser);
  subscriber_ended(s, &c);
}

static void no_stream(struct subscriber *s, const struct exchange_end *end)
{
  struct subscriber_cause c;
  memset(&c, 0, sizeof(c));
  c.name = end_cause(end->kind);
  c.sentence = end->sentence;
  c.local = end->kind == END_LOCAL_LIMIT;
  subscriber_failed(s, &c);
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct subscriber *s = ctx;
  s->exchange = NULL;
  if(s->state == SUBSCRIBER_OPEN) {
    stream_over(s, end);
    return;
  }
  if(s->refused_status == -1 && end->kind == END_ABORTED) {
    s->config->listener->on_redirect(s);
    if(!subscriber_attempt(s) && s->state == SUBSCRIBER_CONNECTING)
      s->state = SUBSCRIBER_STOPPED;
    return;
  }
  free(s->redirect);
  s->redirect = NULL;
  if(s->refused_status > 0)
    refused(s);
  else
    no_stream(s, end);
}

static const struct exchange_handler handler = {on_connected, on_head, on_data,
                                                on_end, NULL};

/* What an EventSource adds to the user's own headers; room for MAX_HEADERS. */
static uint32_t add_headers(struct subscriber *s, const struct request *r,
                            struct header *out, const char *last_id)
{
  uint32_t n = 0, i;
  bool at_home = !s->redirect_foreign || s->config->location_trusted;
  s->withheld = 0;
  for(i = 0; i < r->header_count && n < MAX_HEADERS - 4; i++) {
    if(at_home || origin_lets_go(slice_of(r->header[i].name)))
      out[n++] = r->header[i];
    else
      s->withheld++;
  }
  if(!header_value(out, n, "accept"))
    out[n++] = (struct header){"Accept", "text/event-stream"};
  if(!header_value(out, n, "cache-control"))
    out[n++] = (struct header){"Cache-Control", "no-cache"};
  if(last_id)
    out[n++] = (struct header){"Last-Event-ID", last_id};
  s->sent_id = last_id != NULL;
  weir_assert(n <= MAX_HEADERS);
  return n;
}

static void impossible(struct subscriber *s, const struct err *e)
{
  struct subscriber_cause c;
  memset(&c, 0, sizeof(c));
  c.name = "request";
  c.sentence = e->text;
  c.final = true;
  c.local = true;
  subscriber_failed(s, &c);
}

/* Another origin is elsewhere, under another name, and is not shown who we
 * are. */
static void leave_home(const struct subscriber *s, struct request *r)
{
  r->unix_socket = r->server_name = NULL;
  if(!s->config->location_trusted)
    r->client_cert = r->client_key = NULL;
}

bool subscriber_attempt(struct subscriber *s)
{
  struct slice id = parser_last_event_id(&s->parser);
  struct header list[MAX_HEADERS];
  struct request r;
  struct err e;
  char *last_id = NULL;
  bool hop = s->redirect && s->redirects;
  weir_assert(!s->exchange);
  memset(&r, 0, sizeof(r));
  r.method = "GET";
  if(!hop) {
    s->redirect_foreign = s->redirect_get = false;
    s->config->listener->on_attempt(s, s->once_opened);
  }
  if(!s->config->listener->on_request(s, &r))
    return false;
  if(id.n)
    last_id = slice_dup(id);
  r.header_count = add_headers(s, &r, list, last_id);
  r.header = list;
  if(hop)
    r.url = s->redirect;
  if(hop && s->redirect_foreign)
    leave_home(s, &r);
  if(s->redirect_get) {
    r.method = "GET";
    r.body = (struct slice){NULL, 0};
  }
  s->refused_status = 0;
  s->exchange = exchange_start(s->config->transport, &r, &handler, s, &e);
  free(last_id);
  if(s->exchange)
    return true;
  impossible(s, &e);
  return false;
}
