/* SPDX-License-Identifier: MIT
 * Opening a subscriber: what the request asks for, where a resume goes on, and
 * the response head; see stream.h. */
#include "streams/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "behaviours/framing.h"
#include "behaviours/wire_order.h"
#include "http/query.h"
#include "http/reply.h"
#include "routes.h"
#include "server.h"
#include "streams/gate.h"
#include "streams/head.h"
#include "streams/place.h"
#include "streams/remember.h"
#include "streams/shape.h"

#define SIZE_MAX_BYTES (4u << 20)
#define USER_MAX       127
#define MS_DAY         86400000ull
#define HELD_HEAD_NS   (2 * NS_PER_SEC)

/* What the request asks for. */
struct wish {
  double rate, jitter;
  uint64_t size, hb_ns, retry_ms, last, history;
  char type[HUB_TYPE_MAX + 1];
  char user[USER_MAX + 1];
  struct fault_set faults;
  bool own_faults, has_retry, gzip;
  struct slice last_id; /* p NULL = none */
  struct buf id_text;   /* owned; of an id out of the query */
};

static void read_faults(struct params *p, struct wish *w)
{
  struct slice rest = p->query, key, value;
  while(!p->rc && query_next(&rest, &key, &value)) {
    enum fault f;
    uint64_t v;
    if(!slice_eq_cstr(key, "fault"))
      continue;
    buf_clear(&p->text);
    p->rc = query_decode(&p->text, value, true);
    if(p->rc)
      return;
    p->rc = fault_parse(buf_slice(&p->text), &f, &v, &p->e);
    if(p->rc)
      return;
    if(f == FAULT_STALL && v > FAULT_STALL_MAX)
      v = FAULT_STALL_MAX;
    w->faults.v[f] = v;
    w->own_faults = true;
  }
}

static void read_user(const struct request *r, struct params *p,
                      struct wish *w)
{
  struct slice auth = request_header(r, "authorization");
  params_text(p, "user", USER_MAX, w->user);
  if(w->user[0] || auth.n < 8 || strncasecmp(auth.p, "Bearer ", 7) != 0)
    return;
  auth = slice_trim((struct slice){auth.p + 7, auth.n - 7});
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
  w->hb_ns = 15 * NS_PER_SEC;
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
  read_faults(p, w);
  w->gzip = gzip != 0;
  w->has_retry = retry != UINT64_MAX && !asked_fault(c, FAULT_RETRY_NEVER) &&
                 !asked_fault(c, FAULT_RETRY_LATE) &&
                 !asked_fault(c, FAULT_CLOSE_NO_RETRY);
  w->retry_ms = retry;
  w->last_id = gate_last_id(c, p->query, &w->id_text);
}

/* Most streams need no shape: their bytes are shared with others. */
static int add_shape(struct conn *c, const struct wish *w)
{
  const struct fault_set *f = &c->server->asked.faults;
  struct stream *s = &c->stream;
  bool coded = stream_wants_coding(c, w->gzip);
  if(!coded && !fault_set_spoils(f))
    return 0;
  s->shape = shape_new(f, coded);
  if(!s->shape)
    return E_NOMEM;
  s->shape->body.resumed = w->last_id.p != NULL;
  s->shape->resumed_from = w->last_id.p ? remember_hash(w->last_id, 0) : 0;
  s->shape->asked =
      remember_hash(buf_slice(&c->request->text), request_method(c->request));
  s->shape->body.seed = c->server->hub->seed +
                        HUB_GET(c->server->count->requests) +
                        ((uint64_t)c->server->index << 48);
  s->chunked = framing_is_chunked(f, c->http11);
  if(f->v[FAULT_HB_NONE])
    s->hb_ns = 0;
  if(f->v[FAULT_HB_60])
    s->hb_ns = 60 * NS_PER_SEC;
  return 0;
}

static int stream_setup(struct conn *c, const struct wish *w)
{
  struct stream *s = &c->stream;
  memset(s, 0, sizeof(*s));
  s->hb_ns = w->hb_ns;
  s->last = w->last;
  s->chunked = c->http11;
  if(w->user[0]) {
    s->user = slice_dup(slice_of(w->user));
    if(!s->user)
      return E_NOMEM;
  }
  if(w->own_faults) {
    s->faults = malloc(sizeof(*s->faults));
    if(!s->faults)
      return E_NOMEM;
    *s->faults = w->faults;
  }
  return add_shape(c, w);
}

static int start_own(struct conn *c, const struct wish *w, uint64_t now)
{
  struct stream *s = &c->stream;
  uint64_t id, place = 1;
  if(w->last_id.p && place_number(w->last_id, &id))
    place = wire_place_after(stream_fault(s, FAULT_SWAP_EVERY), s->last, id);
  if(w->type[0]) {
    s->type = slice_dup(slice_of(w->type));
    if(!s->type)
      return E_NOMEM;
  }
  s->size = (uint32_t)w->size;
  s->gen.t0_ns = now;
  s->gen.first_seq = place;
  s->gen.interval_ns = w->rate > 0 ? 1e9 / w->rate : 0;
  s->gen.jitter = w->jitter;
  s->gen.seed = c->server->hub->seed + HUB_GET(c->server->count->opened) +
                ((uint64_t)c->server->index << 48);
  s->live = true;
  if(w->last_id.p)
    place_resume(s, place);
  else
    s->place = place;
  s->gen.first_seq = s->place;
  if(stream_fault(s, FAULT_HEADERS_WITH_FIRST_EVENT))
    s->gen.t0_ns += HELD_HEAD_NS;
  return 0;
}

static int start_topic(struct conn *c, int32_t index, const struct wish *w,
                       uint64_t now)
{
  struct stream *s = &c->stream;
  struct view *v = view_open(c->server, (uint32_t)index);
  struct topic_request r = {.rate = w->rate,
                            .jitter = w->jitter,
                            .size = (uint32_t)w->size,
                            .history = w->history,
                            .type = slice_of(w->type)};
  if(!v || view_add(v, s, &r, now))
    return E_NOMEM;
  if(w->last_id.p) {
    enum place_known known;
    uint64_t place = place_find(v, s, w->last_id, &known);
    if(stream_fault(s, FAULT_CONSUME_QUEUE) && place < v->consumed)
      place = v->consumed;
    v->consumed = v->head;
    place_resume(s, place);
    s->gap_unknown = known == PLACE_UNKNOWN || known == PLACE_FUTURE;
    s->ending =
        known == PLACE_FUTURE && stream_fault(s, FAULT_FUTURE_STALL) != 0;
  } else {
    s->place = wire_fresh_place(stream_fault(s, FAULT_SWAP_EVERY), s->place);
    s->live = true;
  }
  return 0;
}

static int send_head(struct conn *c, const struct wish *w)
{
  char first[96];
  if(w->has_retry)
    snprintf(first, sizeof(first), ": weir-server\nretry: %llu\n\n",
             (unsigned long long)w->retry_ms);
  else
    snprintf(first, sizeof(first), ": weir-server\n\n");
  return stream_send_head(c, first);
}

static void begin(struct conn *c, int32_t topic, const struct wish *w)
{
  struct stream *s = &c->stream;
  struct hub_counters *count = c->server->count;
  uint64_t now = clock_mono_ns();
  int rc = topic >= 0 ? start_topic(c, topic, w, now) : start_own(c, w, now);
  if(rc) {
    reply_error(c, 500, "out of memory");
    return;
  }
  HUB_ADD(count->streams, 1);
  HUB_ADD(count->streams_opened, 1);
  if(w->last_id.p)
    HUB_ADD(count->resumed, 1);
  c->phase = CONN_STREAM;
  s->opened = true;
  s->last_write_ns = now;
  if(s->shape)
    shape_begin(s->shape, now);
  if(stream_fault(s, FAULT_HB_LATE_FIRST))
    s->last_write_ns += 2 * s->hb_ns;
  rc = send_head(c, w);
  conn_release(c);
  c->timer.fn = stream_on_timer;
  if(rc)
    conn_close(c);
  else
    stream_feed(s, now);
}

/* A newcomer to a topic that is past its end would be sent away at once, over
 * and over. */
static bool is_past_end(struct conn *c, uint32_t topic, const struct wish *w)
{
  struct hub_topic *t = hub_topic_at(c->server->hub, topic);
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
static bool is_collapsed(struct conn *c)
{
  const struct shape *own = c->stream.shape;
  if(!asked_fault(c, FAULT_COLLAPSE) || !own)
    return false;
  for(const struct conn *x = c->server->conns; x; x = x->next) {
    if(x->phase != CONN_STREAM || !x->stream.shape ||
       x->stream.shape->asked != own->asked)
      continue;
    conn_mute(c);
    return true;
  }
  return false;
}

static void open_wished(struct conn *c, struct slice topic, struct wish *w)
{
  static const struct reply FINISHED = {.status = 204,
                                        .body = {"finished\n", 9}};
  int32_t index = -1;
  if(place_is_finished(&c->stream, w->last_id)) {
    if(!asked_fault(c, FAULT_FINISH_200_REPLAY)) {
      reply_send(c, &FINISHED);
      return;
    }
    w->last_id.p = NULL;
  }
  if(request_method(c->request) == HTTP_HEAD) {
    stream_answer_head(c);
    return;
  }
  if(topic.p) {
    index = hub_topic_open(c->server->hub, topic);
    if(index < 0) {
      reply_error(c, 503, "there are %u topics already", HUB_MAX_TOPICS);
      return;
    }
    if(is_past_end(c, (uint32_t)index, w)) {
      reply_send(c, &FINISHED);
      return;
    }
  }
  if((w->last_id.p &&
      gate_refuses_id(c, w->last_id, place_known(c, index, w->last_id))) ||
     is_collapsed(c))
    return;
  begin(c, index, w);
}

void stream_open(struct conn *c, struct slice topic, struct slice query)
{
  struct params p;
  struct wish w;
  if(gate_answers(c, topic, query))
    return;
  params_init(&p, query);
  read_wish(c, &p, !topic.p, &w);
  if(p.rc) {
    reply_error(c, 400, "%s", p.e.text[0] ? p.e.text : "bad query");
  } else if(stream_setup(c, &w)) {
    reply_error(c, 500, "out of memory");
  } else {
    if(w.last_id.p && stream_fault(&c->stream, FAULT_IGNORE_LAST_ID)) {
      HUB_ADD(c->server->count->fault_ignored_id, 1);
      w.last_id.p = NULL;
    }
    open_wished(c, topic, &w);
  }
  params_fini(&p);
  buf_free(&w.id_text);
}

void stream_open_direct(struct conn *c, struct slice topic, struct slice query)
{
  c->server->asked.direct = true;
  stream_open(c, topic, query);
}
