/* SPDX-License-Identifier: MIT
 * Which shots are fired, one row each; see live.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "doctor/live.h"

#define MS(n) ((uint64_t)(n)*NS_PER_MS)

/* As long a response head is waited for: longer than any stream lasts that is
 * held to its end. */
#define HEAD_MS 2000

#define ON_ALL     1u /* every transport that a listener offers */
#define ON_PRIMARY 2u /* TLS over HTTP/1.1 where there is TLS, else plain */
#define ON_H2      4u

#define CROWD    "n=1&hold=400ms&hdr=X-Accel-Buffering:+no"
#define STEP_MS  8
#define FLOOD_MS 500
#define CALM_MS  850 /* then most of the others are over */

const char *const LIVE_REQUEST_HEADERS[][2] = {
    {"Last-Event-ID", "42-gr\xc3\xbc\xc3\x9f"},
    {"Accept", "text/event-stream"},
    {"Cache-Control", "no-cache"},
    {"Authorization", "Bearer weir"},
    {"Cookie", "weir=1"},
    {"Origin", "https://weir.example"},
    {"X-Weir-Custom", "kept"},
    {NULL, NULL}};

static const char REQUEST_LINES[] =
    "Last-Event-ID: 42-gr\xc3\xbc\xc3\x9f\nAccept: text/event-stream\n"
    "Cache-Control: no-cache\nAuthorization: Bearer weir\nCookie: weir=1\n"
    "Origin: https://weir.example\nX-Weir-Custom: kept";

struct row {
  enum doctor_probe probe;
  unsigned on;
  const char *query;
  const char *headers;
  struct stop_rule stop;
  bool scaled; /* on the copy with the divided timeout */
};

/* What needs no number from the configuration.  A response is followed to its
 * end, at most limit_ns behind its head. */
static const struct row ROWS[] = {
    {PROBE_HEAD, ON_ALL, "n=1", NULL, {.limit_ns = MS(800)}, false},
    {PROBE_REGULAR, ON_ALL, LIVE_REGULAR, NULL, {.limit_ns = MS(2500)}, false},
    {PROBE_CLOSED,
     ON_PRIMARY,
     LIVE_REGULAR "&closed=1",
     NULL,
     {.limit_ns = MS(2500)},
     false},
    {PROBE_ACCEL,
     ON_ALL,
     LIVE_REGULAR "&hdr=X-Accel-Buffering:+no",
     NULL,
     {.limit_ns = MS(2500)},
     false},
    {PROBE_GZIP,
     ON_ALL,
     LIVE_REGULAR,
     "Accept-Encoding: gzip",
     {.limit_ns = MS(2500)},
     false},
    {PROBE_REQUEST,
     ON_PRIMARY,
     "n=1",
     REQUEST_LINES,
     {.limit_ns = MS(800)},
     false},
    {PROBE_RESPONSE,
     ON_PRIMARY,
     "n=1&hdr=Cache-Control:+no-store&hdr=Access-Control-Allow-Origin:+*"
     "&hdr=X-Weir-Custom:+kept",
     "Origin: https://weir.example",
     {.limit_ns = MS(800)},
     false},
    {PROBE_SIZES,
     ON_PRIMARY | ON_H2,
     "sizes=1000,3000,5000,10000,70000&n=5&every=200ms&hold=250ms",
     NULL,
     {.limit_ns = MS(2500)},
     false},
    {PROBE_TRUNCATED,
     ON_PRIMARY,
     "n=3&every=20ms&end=fin",
     NULL,
     {.limit_ns = MS(800)},
     false},
    {PROBE_LEAVE,
     ON_PRIMARY,
     "n=100&every=50ms",
     NULL,
     {.when = STOP_AFTER_EVENTS,
      .n = 3,
      .limit_ns = MS(900),
      .head_ns = MS(900)},
     false},
    {PROBE_LEAVE_QUIET,
     ON_PRIMARY,
     "n=1&hold=60s",
     NULL,
     {.when = STOP_AFTER_EVENTS,
      .n = 1,
      .limit_ns = MS(600),
      .delay_ns = MS(100),
      .head_ns = MS(700)},
     false},
    {PROBE_BAIT, ON_PRIMARY, "bait=1", NULL, {.limit_ns = MS(800)}, false},
    {PROBE_ERROR,
     ON_PRIMARY,
     "status=503&type=application/json&body=%7B%22busy%22:true%7D"
     "&hdr=Retry-After:+5",
     NULL,
     {.limit_ns = MS(800)},
     false},
    {PROBE_STALLED,
     ON_PRIMARY,
     "n=2400&size=20000", /* 48 MB: more than sockets hold */
     NULL,
     {.when = STOP_AFTER_HEAD, .how = CUT_STALL, .stall_ns = MS(900)},
     true},
};

const struct conf_listener *live_listener(const struct doctor_facts *f,
                                          enum doctor_transport t)
{
  for(size_t i = 0; i < f->listeners; i++) {
    const struct conf_listener *l = &f->listener[i];
    if(l->quic)
      continue;
    if(t == DOCTOR_H1 ? !l->ssl : l->ssl && (t == DOCTOR_TLS || l->http2))
      return l;
  }
  return NULL;
}

static enum doctor_transport primary(const struct doctor_facts *f)
{
  return live_listener(f, DOCTOR_TLS) ? DOCTOR_TLS : DOCTOR_H1;
}

static bool is_on(const struct row *r, const struct doctor_facts *f,
                  enum doctor_transport t)
{
  uint32_t chosen = f->declared.transports;
  if(!live_listener(f, t) || (chosen && !(chosen & (1u << t))))
    return false;
  return (r->on & ON_ALL) || ((r->on & ON_PRIMARY) && t == primary(f)) ||
         ((r->on & ON_H2) && t == DOCTOR_H2);
}

static struct live_shot *add(struct live_plan *p, enum doctor_probe probe,
                             enum doctor_transport t, const char *query)
{
  struct live_shot *s = &p->shot[p->shots];
  if(p->shots == LIVE_SHOTS_MAX)
    return NULL;
  p->shots++;
  s->probe = probe;
  s->transport = t;
  s->copy = p->main_copy;
  s->after = -1;
  snprintf(s->run, sizeof(s->run), "%s.%d", doctor_probe_id(probe), (int)t);
  snprintf(s->query, sizeof(s->query), "%s", query);
  s->stop.limit_ns = MS(800);
  s->stop.head_ns = MS(HEAD_MS);
  return s;
}

static void add_rows(struct live_plan *p, const struct doctor_facts *f)
{
  for(size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
    for(int t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
      struct live_shot *s;
      if(!is_on(&ROWS[i], f, (enum doctor_transport)t))
        continue;
      s = add(p, ROWS[i].probe, (enum doctor_transport)t, ROWS[i].query);
      if(!s)
        return;
      s->headers = ROWS[i].headers;
      /* Not all handshakes in one instant; the flood when it is calm. */
      s->delay_ms = ROWS[i].probe == PROBE_STALLED ? FLOOD_MS : STEP_MS * i;
      s->stop = ROWS[i].stop;
      if(!s->stop.head_ns)
        s->stop.head_ns = MS(HEAD_MS);
      if(ROWS[i].scaled)
        s->copy = COPY_SCALED;
    }
  }
}

/* Silence, with and without heartbeats, as long as the divided timeout and
 * somewhat longer. */
static void add_quiet(struct live_plan *p, const struct doctor_facts *f)
{
  static const struct row ALL = {.on = ON_ALL};
  uint64_t longer = p->quiet_ms + p->quiet_ms / 3 + 200;
  char query[160];
  for(int t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    struct live_shot *s;
    if(!is_on(&ALL, f, (enum doctor_transport)t))
      continue;
    snprintf(query, sizeof(query), "n=1&hold=%llums",
             (unsigned long long)longer);
    s = add(p, PROBE_QUIET, (enum doctor_transport)t, query);
    if(s) {
      s->copy = COPY_SCALED;
      s->stop.limit_ns = MS(longer - 50);
    }
  }
  snprintf(query, sizeof(query), "n=1&hold=%llums&hb=%llums",
           (unsigned long long)longer, (unsigned long long)p->heartbeat_ms);
  for(int i = 0; i < 2; i++) {
    struct live_shot *s =
        add(p, i ? PROBE_WITHHELD : PROBE_HEARTBEAT, primary(f), query);
    if(!s)
      return;
    s->copy = COPY_SCALED;
    s->stop.limit_ns = MS(longer - 50);
    if(!i)
      continue;
    s->stop.head_ns = MS(2 * p->quiet_ms + 300); /* two servers in turn */
    snprintf(s->query, sizeof(s->query), "n=1&predelay=%llums",
             (unsigned long long)(2 * p->quiet_ms + 500));
  }
}

/* A stream that ends, asked for twice more; two clients of one URL; and an
 * application that is gone. */
static void add_pairs(struct live_plan *p, const struct doctor_facts *f)
{
  struct live_shot *s;
  for(int i = 0; i < 3; i++) {
    s = add(p, PROBE_AGAIN, primary(f), "n=3&every=20ms");
    if(!s)
      return;
    s->headers = i ? "Last-Event-ID: 3" : NULL;
    s->after = i ? (int)p->shots - 2 : -1;
  }
  for(int i = 0; i < 2; i++) {
    s = add(p, PROBE_TWINS, primary(f), "n=8&every=100ms");
    if(!s)
      return;
    s->delay_ms = i ? 300 : 0;
    s->stop.limit_ns = MS(1500);
  }
  s = add(p, PROBE_REFUSED, primary(f), "end=slam");
  if(s)
    s->stage = STAGE_HARSH;
}

/* They stay a while, and end by themselves: whatever is held comes then. */
static void add_crowd(struct live_plan *p, const struct doctor_facts *f,
                      enum doctor_probe probe, uint32_t n)
{
  for(uint32_t i = 0; i < n; i++) {
    struct live_shot *s = add(p, probe, primary(f), CROWD);
    if(!s)
      return;
    s->copy = COPY_AS_IS;
    s->stop.limit_ns = MS(700);
    s->stop.head_ns = MS(1200);
    if(probe == PROBE_CROWD)
      s->stage = STAGE_CROWD;
    else
      s->delay_ms = CALM_MS;
  }
}

static void add_multiplex(struct live_plan *p, const struct doctor_facts *f)
{
  struct conf_setting s = conf_effective_at(
      f->route->server, "http2_max_concurrent_streams", f->version);
  uint64_t n = 0;
  if(!live_listener(f, DOCTOR_H2) || conf_setting_number(&s, &n) || n > 16)
    return;
  for(uint64_t i = 0; i < n + 2; i++) {
    struct live_shot *shot = add(p, PROBE_MULTIPLEX, DOCTOR_H2,
                                 "n=1&hold=5s&hdr=X-Accel-Buffering:+no");
    if(!shot)
      return;
    shot->copy = COPY_SCALED;
    shot->stage = STAGE_CROWD;
    shot->stop.limit_ns = MS(400);
    shot->stop.head_ns = MS(600);
  }
}

static bool has_any(const struct doctor_facts *f, const char *name)
{
  struct conf_setting s = conf_effective_at(f->route->block, name, f->version);
  return s.n > 0;
}

static void look_at_limits(struct live_plan *p, const struct doctor_facts *f)
{
  struct conf_setting s =
      conf_effective(f->route, "worker_connections", f->version);
  uint64_t n = 512;
  conf_setting_number(&s, &n);
  p->crowd = (uint32_t)(n / 2);
  p->main_copy = has_any(f, "limit_conn") || has_any(f, "limit_req") || n < 256
                     ? COPY_SCALED
                     : COPY_AS_IS;
}

/* The first plain name of the server, where the user named no host. */
static void choose_host(struct live_plan *p, const struct doctor_facts *f,
                        const struct conf_request *request)
{
  const struct conf_directive *d = conf_child(f->route->server, "server_name");
  snprintf(p->host, sizeof(p->host), "localhost");
  for(; d && !request->host; d = conf_sibling(d, "server_name")) {
    for(size_t i = 0; i < d->nargs; i++) {
      const char *name = conf_arg(d, i);
      if(!name[0] || strchr("~_$", name[0]) || strchr(name, '$'))
        continue;
      if(name[0] == '*' || name[0] == '.')
        name = strchr(name, '.') ? strchr(name, '.') + 1 : name;
      snprintf(p->host, sizeof(p->host), "%s%s",
               conf_arg(d, i)[0] == '*' ? "weir." : "", name);
      return;
    }
  }
  if(request->host)
    snprintf(p->host, sizeof(p->host), "%s", request->host);
}

static void choose_path(struct live_plan *p,
                        const struct conf_request *request)
{
  const char *args = strchr(request->uri, '?');
  size_t n = args ? (size_t)(args - request->uri) : strlen(request->uri);
  snprintf(p->path, sizeof(p->path), "%.*s", (int)n, request->uri);
  snprintf(p->args, sizeof(p->args), "%s", args ? args + 1 : "");
}

int live_plan_make(struct live_plan *p, const struct doctor_facts *f,
                   const struct conf_request *request, const struct sandbox *s)
{
  uint64_t told = f->declared.heartbeat_ms;
  memset(p, 0, sizeof(*p));
  p->shot = calloc(LIVE_SHOTS_MAX, sizeof(*p->shot));
  if(!p->shot)
    return E_NOMEM;
  p->facts = f;
  choose_host(p, f, request);
  choose_path(p, request);
  look_at_limits(p, f);
  p->quiet_ms = s->scaled_ms ? s->scaled_ms : s->read_timeout_ms;
  p->heartbeat_ms =
      told ? (uint64_t)((double)told / s->scale) : p->quiet_ms / 3;
  if(p->heartbeat_ms < 5)
    p->heartbeat_ms = 5;
  add_rows(p, f);
  add_quiet(p, f);
  add_pairs(p, f);
  add_crowd(p, f, PROBE_STORM, 20);
  add_multiplex(p, f);
  if(p->crowd <= 64)
    add_crowd(p, f, PROBE_CROWD, p->crowd + 4);
  return 0;
}

void live_plan_free(struct live_plan *p)
{
  for(size_t i = 0; p->shot && i < p->shots; i++)
    recording_free(p->shot[i].r);
  free(p->shot);
  p->shot = NULL;
}

static void add_scenario(const struct live_shot *shot, struct buf *out)
{
  buf_addf(out, "run=%s&%s", shot->run, shot->query);
}

int live_path(const struct live_plan *p, const struct live_shot *shot,
              struct buf *out)
{
  buf_addf(out, "%s?", p->path);
  add_scenario(shot, out);
  return buf_addf(out, "%s%s", p->args[0] ? "&" : "", p->args);
}

int live_lines(const struct live_plan *p, const struct live_shot *shot,
               struct buf *out)
{
  buf_addf(out, "Host: %s\nX-Weir-Scenario: ", p->host);
  add_scenario(shot, out);
  if(shot->headers)
    buf_addf(out, "\n%s", shot->headers);
  for(size_t i = 0; i < p->facts->declared.headers; i++)
    buf_addf(out, "\n%s", p->facts->declared.header[i]);
  return out->rc;
}
