/* SPDX-License-Identifier: MIT
 * What subscribers report becomes counts: connections, causes, times. */
#include <stdio.h>
#include <string.h>

#include "load/worker.h"
#include "scenario/template.h"
#include "transport/address.h"

/* The request of the attempt being made; the subscriber copies what it needs
 * before the next is asked for, so all streams of a worker share this. */
static struct {
  struct buf url, body, headers;
  struct header header[64];
  char source[16];
} scratch;

static struct worker *worker_of(const struct subscriber *s)
{
  /* The config is a member of the worker. */
  return (struct worker *)((char *)(uintptr_t)s->config -
                           offsetof(struct worker, sub));
}

static struct stream *stream_of(struct subscriber *s)
{
  return (struct stream *)s;
}

static bool needs_expansion(const char *text)
{
  return text && strstr(text, "{{");
}

static const char *expand(const struct worker *w, const struct stream *st,
                          const char *text, struct buf *into)
{
  struct template_values v;
  size_t at = into->n;
  if(!needs_expansion(text))
    return text;
  memset(&v, 0, sizeof(v));
  v.n = st->number;
  v.run = w->run;
  v.user = st->user;
  if(template_expand(w->scenario, text, &v, into) || buf_addc(into, '\0'))
    return NULL;
  return into->p + at;
}

/* Header values live in one buffer, so room for all is made first: a later
 * one must not move an earlier one. */
static bool fill_headers(const struct worker *w, const struct stream *st,
                         struct request *out)
{
  const struct scenario *sc = w->scenario;
  uint32_t i;
  buf_clear(&scratch.headers);
  if(buf_reserve(&scratch.headers, 65536))
    return false;
  for(i = 0; i < sc->header_count && i < 60; i++) {
    scratch.header[i].name = sc->header[i].name;
    scratch.header[i].value =
        expand(w, st, sc->header[i].value, &scratch.headers);
    if(!scratch.header[i].value || scratch.headers.n > 65536)
      return false;
  }
  out->header = scratch.header;
  out->header_count = i;
  return true;
}

static const char *source_of(const struct worker *w, const struct stream *st)
{
  const struct scenario *sc = w->scenario;
  if(sc->source_ip_count)
    return sc->source_ip[st->number % sc->source_ip_count];
  if(!w->loopback || sc->http == HTTP_2)
    return NULL;
  address_loopback(st->number, schedule_most_streams(sc), scratch.source);
  return scratch.source;
}

static void fill_transport(const struct scenario *sc, struct request *out)
{
  out->http = sc->http == HTTP_1_1 ? REQUEST_HTTP_1_1
              : sc->http == HTTP_2 ? REQUEST_HTTP_2
                                   : REQUEST_HTTP_AUTO;
  out->insecure = sc->insecure;
  out->ca_file = sc->ca_file;
  out->client_cert = sc->client_cert;
  out->client_key = sc->client_key;
  out->proxy = sc->proxy;
  out->resolve = (const char *const *)sc->resolve;
  out->resolve_count = sc->resolve_count;
  out->compression = sc->compression;
  out->connect_timeout_ns = sc->connect_timeout_ns;
  out->head_timeout_ns = sc->head_timeout_ns;
}

static bool on_request(struct subscriber *s, struct request *out)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  const struct scenario *sc = w->scenario;
  buf_clear(&scratch.url);
  buf_clear(&scratch.body);
  out->method = sc->method;
  out->url = expand(w, st, sc->url, &scratch.url);
  if(sc->body && sc->body[0]) {
    const char *body = expand(w, st, sc->body, &scratch.body);
    if(!body)
      return false;
    out->body = slice_of(body);
  }
  fill_transport(sc, out);
  out->source_ip = source_of(w, st);
  if(st->slow)
    out->receive_buffer = 4096; /* the least a kernel gives: it fills soon */
  return out->url && fill_headers(w, st, out);
}

static void on_attempt(struct subscriber *s, bool reconnection)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  st->attempt_ns = clock_mono_ns();
  w->snap->counter[C_ATTEMPTED]++;
  if(reconnection) {
    w->snap->counter[C_RECONNECTS]++;
    w->now.counter[S_RECONNECTS]++;
  }
}

static void on_connected(struct subscriber *s)
{
  struct worker *w = worker_of(s);
  hist_record(&w->snap->hist[H_CONNECT],
              clock_mono_ns() - stream_of(s)->attempt_ns);
}

static void on_redirect(struct subscriber *s)
{
  worker_of(s)->snap->counter[C_REDIRECTS]++;
}

static void count_open(struct worker *w, struct stream *st)
{
  st->counted_open = true;
  w->snap->counter[C_OPENED]++;
  w->now.counter[S_OPENED]++;
  if(++w->open_now > w->snap->counter[C_PEAK])
    w->snap->counter[C_PEAK] = w->open_now;
}

static void on_open(struct subscriber *s, bool sent_id)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  uint64_t now = clock_mono_ns();
  count_open(w, st);
  st->open_ns = now;
  hist_record(&w->snap->hist[H_HEADERS], now - st->attempt_ns);
  st->resumed = sent_id;
  if(st->ended_ns) {
    st->after_break = true;
    w->snap->counter[C_RECONNECTED]++;
    w->snap->counter[C_RESUMED] += sent_id;
    hist_record(&w->snap->hist[H_RECONNECT], now - st->ended_ns);
  }
  st->last_event_ns = 0;
  account_expect(w, st);
  if(st->slow)
    subscriber_read(s, 0);
  fleet_first_settled(w, st);
}

static void on_bytes(struct subscriber *s, size_t n)
{
  struct worker *w = worker_of(s);
  w->snap->counter[C_BYTES] += n;
  w->now.counter[S_BYTES] += (int64_t)n;
}

static void on_event(struct subscriber *s, const struct sse_event *event,
                     const struct arrival *when)
{
  account_event(worker_of(s), stream_of(s), event, when);
}

static void on_comment(struct subscriber *s, struct slice text,
                       const struct arrival *when)
{
  (void)text;
  (void)when;
  worker_of(s)->snap->counter[C_COMMENTS]++;
}

void listener_left(struct worker *w, struct stream *st)
{
  if(!st->counted_open)
    return;
  st->counted_open = false;
  st->ended_ns = clock_mono_ns();
  w->open_now--;
  w->now.counter[S_CLOSED]++;
}

static void on_failed(struct subscriber *s, const struct subscriber_cause *c)
{
  struct stream *st = stream_of(s);
  struct worker *w = worker_of(s);
  if(c->status == 204) {
    w->snap->counter[C_STOPPED_204]++;
  } else {
    w->snap->counter[C_FAILED]++;
    w->now.counter[S_FAILED]++;
    if(strcmp(c->name, "refused") == 0 || c->status == 429 || c->status == 503)
      w->snap->counter[C_REFUSED]++;
    snapshot_cause(w->snap, c->name, c->sentence);
  }
  if(w->pilot.pending) {
    snprintf(w->pilot.cause, sizeof(w->pilot.cause), "%s", c->name);
    snprintf(w->pilot.sentence, sizeof(w->pilot.sentence), "%s", c->sentence);
    w->pilot.local = c->local;
  }
  fleet_first_settled(w, st);
}

static void on_ended(struct subscriber *s, const struct subscriber_cause *c)
{
  struct worker *w = worker_of(s);
  w->snap->counter[C_ENDED_BY_SERVER]++;
  if(strcmp(c->name, "limit") == 0)
    w->snap->counter[C_LIMIT_EXCEEDED]++;
  else if(!c->clean)
    w->snap->counter[C_BROKEN]++;
  if(!c->clean)
    snapshot_cause(w->snap, c->name, c->sentence);
  listener_left(w, stream_of(s));
}

static void on_stopped(struct subscriber *s, const struct subscriber_cause *c)
{
  struct worker *w = worker_of(s);
  (void)c;
  w->snap->counter[C_FINISHED]++;
  w->live--;
}

const struct subscriber_listener load_listener = {
    on_request, on_attempt, on_connected, on_redirect, on_open,   on_bytes,
    on_event,   on_comment, on_failed,    on_ended,    on_stopped};
