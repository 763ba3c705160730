/* SPDX-License-Identifier: MIT
 * One answer of the origin; see origin.h. */
#include "origin/origin.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "http/query.h"
#include "http/reply.h"
#include "origin/guest.h"
#include "origin/log.h"
#include "origin/scenario.h"
#include "origin/wire.h"

#define RAW_MAX  ((size_t)128 << 10)
#define RETRY_NS (2 * NS_PER_MS) /* the queue is full: try again then */

struct origin {
  struct origin_scenario scenario;
  struct origin_entry *entry; /* borrowed; NULL where the log is full */
  uint64_t next;              /* number of the next event */
  uint64_t due_ns;            /* of the next event, or of the end */
  uint64_t wrote_ns;          /* last bytes */
  bool head_sent;
};

static void on_step(struct timer *t, uint64_t now_ns);

static unsigned peer_port(const struct conn *c)
{
  struct sockaddr_storage a;
  int n = sizeof(a);
  if(uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&a, &n))
    return 0;
  return ntohs(a.ss_family == AF_INET6
                   ? ((struct sockaddr_in6 *)(void *)&a)->sin6_port
                   : ((struct sockaddr_in *)(void *)&a)->sin_port);
}

static json_t *describe(const struct conn *c, const char *run, bool by_header)
{
  const struct request *r = c->request;
  json_t *headers = json_array();
  for(uint32_t i = 0; i < r->header_count; i++)
    json_array_append_new(
        headers, json_pack("[o, o]", json_text(request_header_name(r, i)),
                           json_text(request_header_value(r, i))));
  return json_pack(
      "{s:s, s:s, s:o, s:s, s:s, s:o, s:i}", "run", run, "by",
      by_header ? "header" : "query", "target", json_text(request_target(r)),
      "method", http_method_str(request_method(r)), "version",
      origin_version(c), "headers", headers, "port", (int)peer_port(c));
}

static void origin_free(struct origin *o)
{
  if(!o)
    return;
  origin_scenario_fini(&o->scenario);
  free(o);
}

static void drop(struct conn *c)
{
  origin_entry_gone(guest_of(c)->answer->entry, UV_EPIPE);
  conn_close(c);
}

/* Sends text as one chunk, or as it is.  0, E_LIMIT (nothing taken), or
 * E_CLOSED. */
static int send_text(struct conn *c, struct slice text)
{
  struct origin *o = guest_of(c)->answer;
  bool chunk = c->http11 && !o->scenario.closed;
  int rc = origin_send_body(c, text, chunk);
  if(!rc && o->entry)
    o->entry->bytes += text.n;
  return rc;
}

static int send_head(struct conn *c, uint64_t now_ns)
{
  struct origin *o = guest_of(c)->answer;
  struct buf *out = &c->http->scratch;
  const struct origin_scenario *s = &o->scenario;
  struct response head = {.status = (int)s->status,
                          .http11 = c->http11,
                          .chunked = true,
                          .close = !c->keep_alive,
                          .type = s->type[0] ? s->type : NULL,
                          .extra = buf_text(&s->lines),
                          .date = http_date(c->http)};
  if(s->closed && c->http11)
    head.framing = "";
  buf_clear(out);
  if(response_head(out, &head))
    return E_CLOSED;
  if(o->entry)
    o->entry->head_ns = now_ns;
  o->head_sent = true;
  o->wrote_ns = now_ns;
  o->due_ns = now_ns + s->postdelay_ns;
  return origin_send_head(c, buf_slice(out));
}

/* The answer is over as the scenario wants it. */
static void finish(struct conn *c)
{
  struct origin *o = guest_of(c)->answer;
  bool framed = c->http11 && !o->scenario.closed;
  enum ending end = o->scenario.end;
  /* A slam is told from a reset by there being no head. */
  origin_entry_end(o->entry,
                   ending_name(end == ENDING_SLAM ? ENDING_RST : end));
  if(end == ENDING_RST || end == ENDING_SLAM) {
    conn_reset(c);
    return;
  }
  if(end == ENDING_CLEAN && origin_send_end(c, framed)) {
    drop(c);
    return;
  }
  if(end == ENDING_FIN || !framed)
    c->keep_alive = false;
  guest_of(c)->answer = NULL;
  origin_free(o);
  conn_answered(c);
  conn_next(c);
}

static int send_event(struct conn *c, uint64_t now_ns)
{
  struct origin *o = guest_of(c)->answer;
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = origin_scenario_event(&o->scenario, o->next, now_ns, &text);
  rc = rc ? E_CLOSED : send_text(c, buf_slice(&text));
  buf_free(&text);
  if(rc)
    return rc;
  if(o->entry)
    origin_entry_event(o->entry, now_ns);
  o->wrote_ns = now_ns;
  if(o->next++ < o->scenario.n)
    o->due_ns += o->scenario.interval_ns;
  else
    o->due_ns = now_ns + o->scenario.hold_ns;
  return 0;
}

static int send_comment(struct conn *c, uint64_t now_ns)
{
  struct origin *o = guest_of(c)->answer;
  int rc = send_text(c, SLICE_LIT(":\n\n"));
  if(!rc && o->entry)
    o->entry->comments++;
  o->wrote_ns = now_ns;
  return rc;
}

/* Everything that is due; 0, E_LIMIT or E_CLOSED.  *over when it was the
 * end. */
static int run_due(struct conn *c, uint64_t now_ns, bool *over)
{
  struct origin *o = guest_of(c)->answer;
  int rc = 0;
  if(!o->head_sent)
    rc = send_head(c, now_ns);
  while(!rc && now_ns >= o->due_ns) {
    if(o->next > o->scenario.n) {
      *over = true;
      return 0;
    }
    rc = send_event(c, now_ns);
  }
  if(!rc && o->scenario.hb_ns && now_ns >= o->wrote_ns + o->scenario.hb_ns)
    rc = send_comment(c, now_ns);
  return rc;
}

static void on_step(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  struct origin *o = guest_of(c)->answer;
  bool over = false;
  int rc = run_due(c, now_ns, &over);
  uint64_t wake = o->due_ns;
  if(rc == E_CLOSED) {
    drop(c);
    return;
  }
  if(over) {
    finish(c);
    return;
  }
  if(o->scenario.hb_ns && o->wrote_ns + o->scenario.hb_ns < wake)
    wake = o->wrote_ns + o->scenario.hb_ns;
  if(rc == E_LIMIT)
    wake = now_ns + RETRY_NS;
  conn_set_timer(c, on_step, wake);
}

/* A whole answer: a status with a text instead of a stream. */
static void answer_short(struct conn *c, struct origin_scenario *s,
                         struct origin_entry *e)
{
  struct reply r = {.status = (int)s->status,
                    .type = s->type[0] ? s->type : NULL,
                    .extra = buf_text(&s->lines),
                    .body = slice_of(s->body)};
  if(s->status == 204 || s->status == 304)
    r.type = NULL;
  if(e)
    e->head_ns = clock_mono_ns();
  origin_entry_end(e, "clean");
  if(guest_of(c)->cgi)
    origin_reply_cgi(c, &r);
  else
    reply_send(c, &r);
  origin_scenario_fini(s);
}

static void begin(struct conn *c, const struct origin_scenario *s,
                  struct origin_entry *e)
{
  struct origin *o = calloc(1, sizeof(*o));
  if(!o) {
    conn_close(c);
    return;
  }
  o->scenario = *s;
  o->entry = e;
  o->next = 1;
  if(s->closed)
    c->keep_alive = false;
  guest_of(c)->answer = o;
  c->phase = CONN_BUSY;
  conn_release(c);
  if(s->end == ENDING_SLAM) {
    finish(c);
    return;
  }
  conn_set_timer(c, on_step, clock_mono_ns() + s->predelay_ns);
  if(!s->predelay_ns)
    on_step(&c->timer, clock_mono_ns());
}

/* A proxy may replace the query: then the scenario stands in a header. */
static bool names_run(struct slice query)
{
  struct slice key, value;
  while(query_next(&query, &key, &value)) {
    if(slice_eq_cstr(key, "run"))
      return true;
  }
  return false;
}

static void stream(struct conn *c, struct slice query)
{
  struct slice header = request_header(c->request, "x-weir-scenario");
  bool by_header = header.n && !names_run(query);
  struct origin_scenario s;
  struct origin_entry *e;
  struct err err = {0};
  if(by_header)
    query = header;
  if(origin_scenario_read(&s, query, &err)) {
    origin_scenario_fini(&s);
    reply_error(c, 400, "%s", err.text);
    return;
  }
  e = origin_log_add(&guest_of(c)->logs->answers);
  if(e) {
    e->request = describe(c, s.run, by_header);
    e->asked_ns = clock_mono_ns();
  }
  if(s.status != 200 || s.body[0] || request_method(c->request) == HTTP_HEAD) {
    answer_short(c, &s, e);
    return;
  }
  begin(c, &s, e);
}

bool origin_answers(struct slice path)
{
  return !slice_starts(path, "/control/") && !slice_eq_cstr(path, "/stats");
}

void origin_request(struct conn *c, struct slice path, struct slice query)
{
  struct origin_logs *logs = guest_of(c)->logs;
  if(slice_eq_cstr(path, "/origin/log")) {
    reply_json(c, 200, origin_log_json(&logs->answers));
  } else if(slice_eq_cstr(path, "/origin/plays")) {
    play_log_get(c, query);
  } else if(slice_eq_cstr(path, "/origin/page")) {
    struct reply r = {.status = 200,
                      .type = "text/plain; charset=utf-8",
                      .body = slice_of(origin_scenario_help())};
    reply_send(c, &r);
  } else if(!play_answers(c, query)) {
    stream(c, query);
  }
}

/* --- the connection ------------------------------------------------------ */

static bool on_input(struct conn *c, const char *p, size_t n)
{
  struct guest *g = guest_of(c);
  if(origin_takes(c, p, n))
    return true;
  if(!c->request->started) {
    buf_clear(&g->raw);
    g->began_ns = clock_mono_ns();
  }
  /* What is longer is refused by the reader of requests. */
  (void)buf_add(&g->raw, p, n);
  return false;
}

static void on_gone(struct conn *c, int code)
{
  struct guest *g = guest_of(c);
  if(g->answer)
    origin_entry_gone(g->answer->entry, code);
  play_entry_gone(g->play.entry, code);
}

static void on_free(struct conn *c)
{
  struct guest *g = guest_of(c);
  origin_free(g->answer);
  if(g->cgi)
    origin_cgi_fini(g->cgi);
  free(g->cgi);
  play_fini(&g->play);
  buf_free(&g->raw);
  free(g);
}

int origin_accepted(struct conn *c, struct origin_logs *logs)
{
  static const struct conn_owner OWNER = {
      .input = on_input, .gone = on_gone, .free = on_free};
  struct guest *g = calloc(1, sizeof(*g));
  if(!g)
    return E_NOMEM;
  g->logs = logs;
  buf_init(&g->raw, RAW_MAX);
  g->accepted_ns = clock_mono_ns();
  conn_own(c, &OWNER, g);
  return 0;
}

void origin_logs_fini(struct origin_logs *logs)
{
  origin_log_fini(&logs->answers);
  play_log_fini(&logs->plays);
}
