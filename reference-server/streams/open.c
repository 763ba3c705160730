/* SPDX-License-Identifier: MIT
 * Opening a subscriber: what the request asks for, where a resume goes on, and
 * the response head; see stream.h. */
#include "streams/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "behaviours/framing.h"
#include "behaviours/life.h"
#include "http/query.h"
#include "http/reply.h"
#include "streams/audience.h"
#include "streams/gate.h"
#include "streams/place.h"
#include "streams/shape.h"
#include "streams/streams.h"

#define SIZE_MAX_BYTES (4u << 20)
#define USER_MAX       127
#define MS_DAY         86400000ull

/* What the request asks for. */
struct wish {
  double rate, jitter;
  uint64_t size, hb_ns, retry_ms, last, history;
  char type[HUB_TYPE_MAX + 1];
  char user[USER_MAX + 1];
  bool has_retry, gzip;
  struct slice last_id; /* p NULL = none */
  enum id_known known;  /* of it */
  uint64_t place;       /* behind it */
  struct buf id_text;   /* owned; of an id out of the query */
};

static void read_user(const struct request *r, struct params *p,
                      struct wish *w)
{
  struct slice auth = request_bearer(r);
  params_text(p, "user", USER_MAX, w->user);
  if(w->user[0] || !auth.p)
    return;
  if(auth.n > USER_MAX) {
    params_fail(p, "user", "is too long");
    return;
  }
  memcpy(w->user, auth.p, auth.n);
}

static void read_wish(struct conn *c, struct params *p, bool own,
                      struct wish *w)
{
  uint64_t retry = UINT64_MAX, gzip = 0;
  memset(w, 0, sizeof(*w));
  buf_init(&w->id_text, REQUEST_TARGET_MAX);
  w->rate = own ? 1 : 0;
  w->hb_ns = c->http->options->heartbeat_ns;
  params_number(p, "rate", 0, 1e6, &w->rate);
  params_number(p, "jitter", 0, 1, &w->jitter);
  params_bytes(p, "size", SIZE_MAX_BYTES, &w->size);
  params_duration(p, "hb", MS_DAY * NS_PER_MS, &w->hb_ns);
  params_count(p, "retry", 0, MS_DAY, &retry);
  params_count(p, "count", 1, UINT64_MAX / 2, &w->last);
  params_count(p, "history", 1, 1000000, &w->history);
  params_count(p, "gzip", 0, 1, &gzip);
  params_text(p, "type", HUB_TYPE_MAX, w->type);
  read_user(c->request, p, w);
  if(!p->rc && c->http->asked.rc) {
    p->rc = c->http->asked.rc;
    p->e = c->http->asked.e;
  }
  w->gzip = gzip != 0;
  w->has_retry = retry != UINT64_MAX && life_says_retry(asked_faults(c));
  w->retry_ms = retry;
  w->last_id = gate_last_id(c, p->query, &w->id_text);
}

/* Most streams need no shape: their bytes are shared with others. */
static int add_shape(struct stream *s, const struct wish *w)
{
  struct conn *c = s->conn;
  const struct fault_set *f = &c->http->asked.faults;
  bool coded = stream_wants_coding(c, w->gzip);
  if(!coded && !c->http->asked.spoilt)
    return 0;
  s->shape = shape_new(f, coded);
  if(!s->shape)
    return E_NOMEM;
  s->shape->body.resumed = w->last_id.p != NULL;
  s->shape->resumed_from = w->last_id.p ? memory_hash(w->last_id) : 0;
  s->shape->asked =
      memory_hash(buf_slice(&c->request->text)) ^ request_method(c->request);
  s->shape->body.seed = streams_of(c)->hub->seed +
                        HUB_GET(c->http->count->requests) +
                        ((uint64_t)c->http->index << 48);
  s->chunked = framing_is_chunked(f, c->http11);
  shape_begin(s->shape, clock_mono_ns(), s->hb_ns);
  s->hb_ns = s->shape->life.silence_ns;
  return 0;
}

static int setup(struct stream *s, const struct wish *w)
{
  const struct conn *c = s->conn;
  const struct asked *a = &c->http->asked;
  s->hb_ns = w->hb_ns;
  s->last = w->last;
  s->chunked = c->http11;
  if(w->user[0]) {
    s->user = slice_dup(slice_of(w->user));
    if(!s->user)
      return E_NOMEM;
  }
  if(a->has_own) {
    s->faults = malloc(sizeof(*s->faults));
    if(!s->faults)
      return E_NOMEM;
    *s->faults = a->own;
  }
  if(add_shape(s, w))
    return E_NOMEM;
  s->shares = s->chunked && !s->faults && !s->shape;
  return 0;
}

static int start_own(struct stream *s, const struct wish *w, uint64_t now)
{
  const struct streams *sv = streams_of(s->conn);
  if(w->type[0]) {
    s->type = slice_dup(slice_of(w->type));
    if(!s->type)
      return E_NOMEM;
  }
  s->size = (uint32_t)w->size;
  s->gen.t0_ns = now;
  s->gen.interval_ns = w->rate > 0 ? 1e9 / w->rate : 0;
  s->gen.jitter = w->jitter;
  s->gen.seed = sv->hub->seed + HUB_GET(sv->http.count->opened) +
                ((uint64_t)sv->http.index << 48);
  s->live = true;
  s->at.place = 1;
  if(w->last_id.p)
    place_resume(s, w->place);
  s->gen.first_seq = s->at.place;
  if(s->shape)
    s->gen.t0_ns += s->shape->life.head_ns;
  return 0;
}

static int start_topic(struct stream *s, int32_t index, const struct wish *w,
                       uint64_t now)
{
  struct audience *a =
      audience_open(streams_of(s->conn), (uint32_t)index, fanout_due);
  struct delivery d = stream_delivery(s);
  struct topic_request r = {.rate = w->rate,
                            .jitter = w->jitter,
                            .size = (uint32_t)w->size,
                            .history = w->history,
                            .type = slice_of(w->type)};
  if(a && a->count)
    fanout_pump(a, now);
  if(!a || audience_join(a, s, &r, now))
    return E_NOMEM;
  if(delivery_replays_all(&d))
    place_resume(s, place_oldest(s, (uint32_t)index));
  else if(w->last_id.p) {
    place_resume(s, delivery_consumes(&d, w->place, a->head, &a->consumed));
    s->gap_unknown = w->known == ID_UNKNOWN || w->known == ID_FUTURE;
    s->ending = w->known == ID_FUTURE && delivery_waits(&d);
  } else {
    s->at.place = delivery_fresh(&d, s->at.place);
    s->live = true;
  }
  return 0;
}

static int send_head(struct stream *s, const struct wish *w)
{
  char first[96];
  if(w->has_retry)
    snprintf(first, sizeof(first), ": weir-server\nretry: %llu\n\n",
             (unsigned long long)w->retry_ms);
  else
    snprintf(first, sizeof(first), ": weir-server\n\n");
  return stream_send_head(s, first);
}

static void note_loss(struct stream *s, bool reset)
{
  struct shape *h = s->shape;
  struct memory_loss l = {
      .now_ns = clock_mono_ns(), .place = s->at.place, .reset = reset};
  if(!h || h->gone)
    return;
  h->gone = true;
  l.began_ns = h->began_ns;
  l.events = h->body.events;
  l.resumed_from = h->resumed_from;
  memory_lost(&streams_of(s->conn)->memory, &l);
}

static void on_gone(struct conn *c, int code)
{
  note_loss(c->self, code != UV_EOF);
}

static void on_stop(struct conn *c)
{
  stream_end(c->self);
}

static void on_free(struct conn *c)
{
  note_loss(c->self, true);
  stream_free(c->self);
}

static const struct conn_owner OWNER = {
    .room = stream_drained, .gone = on_gone, .stop = on_stop, .free = on_free};

struct stream *stream_of(struct conn *c)
{
  return c->owner == &OWNER ? c->self : NULL;
}

static bool begin(struct stream *s, int32_t topic, const struct wish *w)
{
  struct conn *c = s->conn;
  struct hub_counters *count = c->http->count;
  uint64_t now = clock_mono_ns();
  int rc = topic >= 0 ? start_topic(s, topic, w, now) : start_own(s, w, now);
  if(rc) {
    reply_error(c, 500, "out of memory");
    return false;
  }
  HUB_ADD(count->streams, 1);
  HUB_ADD(count->streams_opened, 1);
  if(w->last_id.p)
    HUB_ADD(count->resumed, 1);
  conn_own(c, &OWNER, s);
  c->phase = CONN_BUSY;
  s->opened = true;
  s->last_write_ns = now;
  if(s->shape)
    s->last_write_ns += s->shape->life.late_ns;
  rc = send_head(s, w);
  conn_release(c);
  c->timer.fn = stream_on_timer;
  if(rc)
    conn_close(c);
  else
    stream_feed(s, now);
  return true;
}

/* A newcomer to a topic that is past its end would be sent away at once, over
 * and over. */
static bool is_past_end(struct conn *c, uint32_t topic, const struct wish *w)
{
  struct hub_topic *t = hub_topic_at(streams_of(c)->hub, topic);
  uint64_t head;
  if(!w->last || w->last_id.p)
    return false;
  hub_lock(&t->lock);
  hub_topic_advance(t, clock_mono_ns());
  head = t->log.head_id;
  hub_unlock(&t->lock);
  return head > w->last;
}

/* An equal request is on its way: this one waits for its answer. */
static bool is_collapsed(const struct stream *s)
{
  struct conn *c = s->conn;
  if(!gate_collapses(asked_faults(c)) || !s->shape)
    return false;
  for(struct conn *x = c->http->conns; x; x = x->next) {
    const struct stream *other = stream_of(x);
    if(!other || !other->shape || other->shape->asked != s->shape->asked)
      continue;
    conn_mute(c);
    return true;
  }
  return false;
}

/* Opens the stream, or answers otherwise: then it is to be freed. */
static bool open_wished(struct stream *s, struct slice topic, struct wish *w)
{
  static const struct reply FINISHED = {.status = 204,
                                        .body = {"finished\n", 9}};
  struct conn *c = s->conn;
  int32_t index = -1;
  bool over = place_is_finished(s, w->last_id);
  if(over && life_begins_again(asked_faults(c))) {
    w->last_id.p = NULL;
    over = false;
  }
  if(!over && request_method(c->request) == HTTP_HEAD) {
    stream_answer_head(s);
    return false;
  }
  if(!over && topic.p) {
    index = hub_topic_open(streams_of(c)->hub, topic);
    if(index < 0) {
      reply_error(c, 503, "there are %u topics already", HUB_MAX_TOPICS);
      return false;
    }
    over = is_past_end(c, (uint32_t)index, w);
  }
  if(over)
    reply_send(c, &FINISHED);
  if(!over && w->last_id.p)
    w->known = place_find(s, index, w->last_id, &w->place);
  if(over || (w->last_id.p && gate_answers_id(c, w->last_id, w->known)) ||
     is_collapsed(s))
    return false;
  return begin(s, index, w);
}

static void open_with(struct conn *c, struct slice topic, struct wish *w)
{
  struct stream *s = calloc(1, sizeof(*s));
  struct delivery d;
  if(!s) {
    reply_error(c, 500, "out of memory");
    return;
  }
  s->conn = c;
  if(setup(s, w)) {
    reply_error(c, 500, "out of memory");
    stream_free(s);
    return;
  }
  d = stream_delivery(s);
  if(w->last_id.p && delivery_ignores_id(&d)) {
    HUB_ADD(c->http->count->fault_ignored_id, 1);
    w->last_id.p = NULL;
  }
  if(!open_wished(s, topic, w))
    stream_free(s);
}

void stream_open(struct conn *c, struct slice topic, struct slice query)
{
  struct params p;
  struct wish w;
  if(gate_answers(c, query))
    return;
  params_init(&p, query);
  read_wish(c, &p, !topic.p, &w);
  if(p.rc)
    reply_error(c, 400, "%s", p.e.text[0] ? p.e.text : "bad query");
  else
    open_with(c, topic, &w);
  params_fini(&p);
  buf_free(&w.id_text);
}

void stream_open_direct(struct conn *c, struct slice topic, struct slice query)
{
  c->http->asked.direct = true;
  stream_open(c, topic, query);
}
