/* SPDX-License-Identifier: MIT
 * What the live view answers: the page, the metrics, the stream of figures. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "load/live_server.h"

#define ANSWER_MAX  (64 * 1024)
#define RETRY_MS    2000
#define OPENMETRICS "application/openmetrics-text"
#define EVENTS      "text/event-stream"

extern const unsigned char live_page[];

/* All that goes without a stream: a short answer with a length. */
struct answer {
  const char *status;
  const char *type;
  const char *headers; /* more of them, each with its CRLF; "" */
  struct slice body;
};

static void add_head(struct buf *out, const char *status, const char *type)
{
  char date[40];
  time_t now = (time_t)(clock_real_ns() / NS_PER_SEC);
  struct tm tm;
  gmtime_r(&now, &tm);
  strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
  buf_addf(out,
           "HTTP/1.1 %s\r\nDate: %s\r\nContent-Type: %s\r\n"
           "X-Content-Type-Options: nosniff\r\nConnection: close\r\n",
           status, date, type);
}

static void answer(struct live_client *c, const struct answer *a)
{
  struct buf out;
  buf_init(&out, ANSWER_MAX);
  add_head(&out, a->status, a->type);
  buf_addf(&out, "Cache-Control: no-store\r\n%sContent-Length: %zu\r\n\r\n",
           a->headers, a->body.n);
  if(c->request.parser.method != HTTP_HEAD)
    buf_add(&out, a->body.p, a->body.n);
  live_send_last(c, buf_slice(&out));
  buf_free(&out);
}

static void say(struct live_client *c, const char *status, const char *headers,
                const char *sentence)
{
  struct answer a = {status, "text/plain; charset=utf-8", headers,
                     slice_of(sentence)};
  answer(c, &a);
}

static void answer_page(struct live_client *c)
{
  static const char policy[] =
      "Content-Security-Policy: default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
      "connect-src 'self'; img-src data:\r\n";
  struct answer a = {"200 OK", "text/html; charset=utf-8", policy,
                     slice_of((const char *)live_page)};
  answer(c, &a);
}

/* Who does not ask for OpenMetrics gets what every Prometheus has read. */
static void answer_metrics(struct live_client *c)
{
  struct live *v = c->live;
  bool openmetrics = live_request_names(&c->request, OPENMETRICS);
  struct live_figures f;
  struct answer a = {"200 OK",
                     "text/plain; version=0.0.4; charset=utf-8",
                     "Vary: Accept\r\n",
                     {NULL, 0}};
  struct buf out;
  if(openmetrics)
    a.type = OPENMETRICS "; version=1.0.0; charset=utf-8";
  memset(&f, 0, sizeof(f));
  v->look(&f, v->ctx);
  buf_init(&out, ANSWER_MAX / 2);
  if(live_metrics(&f, v->latency, v->run, openmetrics, &out))
    say(c, "500 Internal Server Error", "", "out of memory\n");
  else {
    a.body = buf_slice(&out);
    answer(c, &a);
  }
  buf_free(&out);
}

static void send_chunk(struct live_client *c, const struct buf *text)
{
  struct buf out;
  if(!c->chunked) {
    live_send(c, buf_slice(text));
    return;
  }
  buf_init(&out, 2 * ANSWER_MAX);
  buf_addf(&out, "%zx\r\n%s\r\n", text->n, buf_text(text));
  live_send(c, buf_slice(&out));
  buf_free(&out);
}

/* The figures from number `from` on, in one piece. */
static void tell_from(struct live_client *c, uint64_t from, uint32_t retry_ms)
{
  const struct live *v = c->live;
  struct buf text;
  uint64_t n;
  int rc = 0;
  buf_init(&text, ANSWER_MAX);
  for(n = from; !rc && n <= v->newest; n++)
    rc = live_event(&v->figures[n % LIVE_HISTORY], v->run, n, NULL,
                    n == from ? retry_ms : 0, &text);
  if(!rc && text.n)
    send_chunk(c, &text);
  buf_free(&text);
}

void live_tell(struct live_client *c)
{
  tell_from(c, c->live->newest, 0);
}

void live_tell_end(struct live_client *c)
{
  struct live *v = c->live;
  struct buf text;
  buf_init(&text, ANSWER_MAX);
  if(!live_event(&v->figures[v->newest % LIVE_HISTORY], v->run, v->newest,
                 "end", 0, &text))
    send_chunk(c, &text);
  live_send_last(c, slice_of(c->chunked ? "0\r\n\r\n" : ""));
  buf_free(&text);
}

/* Who comes back goes on where it was; who is new sees the last minutes, as
 * far as they are kept. */
static uint64_t first_to_tell(const struct live_client *c)
{
  const struct live *v = c->live;
  const struct live_field *id = &c->request.last_event_id;
  uint64_t oldest =
      v->newest > LIVE_HISTORY ? v->newest - LIVE_HISTORY + 1 : 1;
  uint64_t after = live_event_after((struct slice){id->text, id->n}, v->run);
  return after + 1 > oldest ? after + 1 : oldest;
}

static void open_stream(struct live_client *c)
{
  const http_parser *p = &c->request.parser;
  struct buf out;
  c->chunked = p->http_major == 1 && p->http_minor >= 1;
  buf_init(&out, ANSWER_MAX);
  add_head(&out, "200 OK", EVENTS);
  buf_addf(&out,
           "Cache-Control: no-store, no-transform\r\n"
           "X-Accel-Buffering: no\r\nVary: Accept\r\n%s\r\n",
           c->chunked ? "Transfer-Encoding: chunked\r\n" : "");
  if(p->method == HTTP_HEAD)
    live_send_last(c, buf_slice(&out));
  else {
    live_send(c, buf_slice(&out));
    live_keep(c);
    tell_from(c, first_to_tell(c), RETRY_MS);
  }
  buf_free(&out);
}

static void answer_events(struct live_client *c)
{
  if(!live_request_accepts(&c->request, EVENTS))
    say(c, "406 Not Acceptable", "Vary: Accept\r\n",
        "this is a text/event-stream\n");
  else if(c->request.parser.method != HTTP_HEAD &&
          live_streams(c->live) >= LIVE_STREAMS)
    say(c, "503 Service Unavailable", "Retry-After: 5\r\n",
        "as many are watching as may; /metrics is still there\n");
  else
    open_stream(c);
}

static void answer_path(struct live_client *c)
{
  static const char allow[] = "Allow: GET, HEAD, OPTIONS\r\n";
  struct slice path = live_request_path(&c->request);
  unsigned method = c->request.parser.method;
  void (*found)(struct live_client *) = NULL;
  if(slice_eq_cstr(path, "/"))
    found = answer_page;
  else if(slice_eq_cstr(path, "/metrics"))
    found = answer_metrics;
  else if(slice_eq_cstr(path, "/events"))
    found = answer_events;
  if(!found)
    say(c, "404 Not Found", "", "there are /, /metrics and /events\n");
  else if(method == HTTP_OPTIONS)
    say(c, "200 OK", allow, "");
  else if(method != HTTP_GET && method != HTTP_HEAD)
    say(c, "405 Method Not Allowed", allow, "GET, HEAD and OPTIONS only\n");
  else
    found(c);
}

void live_answer(struct live_client *c, enum live_read read)
{
  if(read == LIVE_READ_BAD)
    say(c, "400 Bad Request", "", "that was no HTTP request\n");
  else if(read == LIVE_READ_LONG)
    say(c, "431 Request Header Fields Too Large", "",
        "the head of the request is too long\n");
  else
    answer_path(c);
}
