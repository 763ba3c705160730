/* SPDX-License-Identifier: MIT
 * Shots over HTTP/2: libcurl carries them, a recording like any other comes
 * out, its head put together again; see live.h. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "doctor/live.h"
#include "recording/digest.h"
#include "transport/transport.h"

#define HEAD_NS (3500 * NS_PER_MS)

struct h2_shot {
  struct live_h2 *h;
  struct h2_shot *prev, *next;
  struct exchange *x; /* NULL: over */
  struct recording *r;
  struct stop_rule stop;
  void (*on_done)(struct recording *r, void *ctx);
  void *ctx;
  uv_timer_t timer;
  size_t blanks; /* ends of events so far */
  char last;     /* the byte before */
  bool leaving;
};

struct live_h2 {
  uv_loop_t *loop;
  struct transport *t;
  struct h2_shot *first;
};

struct live_h2 *live_h2_new(uv_loop_t *loop, uint32_t max_connections,
                            struct err *e)
{
  struct transport_config c = {.loop = loop,
                               .carrier = CARRIER_CURL,
                               .streams_per_connection = 1000,
                               .max_host_connections = max_connections};
  struct live_h2 *h = calloc(1, sizeof(*h));
  if(!h)
    return NULL;
  h->loop = loop;
  h->t = transport_global_init(e) ? NULL : transport_new(&c, e);
  if(!h->t) {
    free(h);
    return NULL;
  }
  return h;
}

static int64_t since(const struct h2_shot *s, uint64_t real_ns)
{
  return (int64_t)(real_ns - s->r->started_real_ns);
}

static void closed(uv_handle_t *t)
{
  free(t->data);
}

static void finish(struct h2_shot *s, enum recording_end end)
{
  struct recording *r = s->r;
  if(s->prev)
    s->prev->next = s->next;
  else
    s->h->first = s->next;
  if(s->next)
    s->next->prev = s->prev;
  s->x = NULL;
  r->end = end;
  r->end_ns = since(s, clock_real_ns());
  if(r->head.bytes.n)
    recording_digest(r);
  r->end = end;
  uv_close((uv_handle_t *)&s->timer, closed);
  s->on_done(r, s->ctx);
}

static void on_leave(uv_timer_t *t)
{
  struct h2_shot *s = t->data;
  if(!s->x)
    return;
  exchange_cancel(s->x, s->stop.how == CUT_RST);
  finish(s, s->r->head.bytes.n ? REC_END_OURS : REC_END_TIMEOUT);
}

static void leave_in(struct h2_shot *s, uint64_t ns)
{
  uv_update_time(s->h->loop);
  uv_timer_start(&s->timer, on_leave, (ns + NS_PER_MS - 1) / NS_PER_MS, 0);
}

static bool on_head(const struct response_head *head, void *ctx)
{
  struct h2_shot *s = ctx;
  struct buf *out = &s->r->head.bytes;
  s->r->head.began_ns = s->r->head.complete_ns = since(s, clock_real_ns());
  buf_addf(out, "HTTP/1.1 %d \r\n", head->status);
  if(head->content_type.n)
    buf_addf(out, "Content-Type: %.*s\r\n", (int)head->content_type.n,
             head->content_type.p);
  if(head->retry_after.n)
    buf_addf(out, "Retry-After: %.*s\r\n", (int)head->retry_after.n,
             head->retry_after.p);
  buf_adds(out, "\r\n");
  leave_in(s, s->stop.limit_ns ? s->stop.limit_ns : HEAD_NS);
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct h2_shot *s = ctx;
  recording_add_read(s->r, since(s, when->real_ns), bytes);
  for(size_t i = 0; i < bytes.n; i++) {
    s->blanks += bytes.p[i] == '\n' && s->last == '\n';
    s->last = bytes.p[i];
  }
  if(s->stop.when == STOP_AFTER_EVENTS && s->blanks >= s->stop.n &&
     !s->leaving) {
    s->leaving = true;
    leave_in(s, s->stop.delay_ns);
  }
  return true;
}

static enum recording_end end_of(const struct exchange_end *end)
{
  switch(end->kind) {
  case END_CLEAN:
    return REC_END_CLEAN;
  case END_TRUNCATED:
    return REC_END_TRUNCATED;
  case END_REFUSED:
    return REC_END_REFUSED;
  case END_HEAD_TIMEOUT:
  case END_CONNECT_TIMEOUT:
    return REC_END_TIMEOUT;
  case END_TLS:
    return REC_END_TLS;
  case END_NO_RESPONSE:
    return REC_END_NO_RESPONSE;
  default:
    return REC_END_RESET;
  }
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  finish(ctx, end_of(end));
}

static struct h2_shot *new_shot(struct live_h2 *h,
                                const struct live_shot *shot)
{
  struct h2_shot *s = calloc(1, sizeof(*s));
  if(!s)
    return NULL;
  s->r = recording_new(shot->run);
  if(!s->r) {
    free(s);
    return NULL;
  }
  s->h = h;
  s->stop = shot->stop;
  s->next = h->first;
  if(h->first)
    h->first->prev = s;
  h->first = s;
  uv_timer_init(h->loop, &s->timer);
  s->timer.data = s;
  return s;
}

/* What the user declared of the request, behind the first n headers. */
static void declare(const struct doctor_declared *d, struct header *header,
                    char name[][80], struct request *q)
{
  for(size_t i = 0; i < d->headers; i++) {
    size_t n = strcspn(d->header[i], ":");
    snprintf(name[i], 80, "%.*s", (int)(n < 79 ? n : 79), d->header[i]);
    header[q->header_count].name = name[i];
    header[q->header_count].value = d->header[i] + n + 1;
    header[q->header_count].value +=
        strspn(header[q->header_count].value, " ");
    q->header_count++;
  }
  if(d->method)
    q->method = d->method;
  if(d->body)
    q->body = slice_of(d->body);
}

int live_h2_fire(struct live_h2 *h, const struct live_shot *shot,
                 const char *url, const char *host, const char *scenario,
                 const struct doctor_declared *declared,
                 void (*on_done)(struct recording *r, void *ctx), void *ctx)
{
  static const struct exchange_handler H = {
      .on_head = on_head, .on_data = on_data, .on_end = on_end};
  char name[DOCTOR_MAX_HEADERS][80];
  struct header header[3 + DOCTOR_MAX_HEADERS] = {
      {"Host", host},
      {"Accept", "text/event-stream"},
      {"X-Weir-Scenario", scenario}};
  struct request q = {.method = "GET",
                      .url = url,
                      .header = header,
                      .header_count = 3,
                      .http = REQUEST_HTTP_2,
                      .insecure = true,
                      .compression = shot->probe == PROBE_GZIP,
                      .connect_timeout_ns = HEAD_NS,
                      .head_timeout_ns = HEAD_NS};
  struct h2_shot *s = new_shot(h, shot);
  struct err e;
  if(!s)
    return E_NOMEM;
  declare(declared, header, name, &q);
  s->on_done = on_done;
  s->ctx = ctx;
  s->r->started_real_ns = clock_real_ns();
  s->r->request_ns = 0;
  s->r->tls = true;
  if(shot->stop.head_ns)
    q.head_timeout_ns = shot->stop.head_ns;
  s->x = exchange_start(h->t, &q, &H, s, &e);
  if(!s->x)
    finish(s, REC_END_ERROR);
  return 0;
}

void live_h2_cut_all(struct live_h2 *h)
{
  struct h2_shot *next;
  for(struct h2_shot *s = h->first; s; s = next) {
    next = s->next;
    if(s->x)
      exchange_cancel(s->x, false);
    finish(s, s->r->head.bytes.n ? REC_END_OURS : REC_END_TIMEOUT);
  }
}

void live_h2_close(struct live_h2 *h)
{
  if(!h)
    return;
  live_h2_cut_all(h);
  transport_close(h->t);
  free(h);
}
