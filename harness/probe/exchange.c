/* SPDX-License-Identifier: MIT
 * One exchange from connecting to its end: what the wire tells becomes the
 * recording. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "probe/recorder_private.h"
#include "recording/head.h"

static void timer_fired(uv_timer_t *t);

static void arm(struct recorder_exchange *x, enum timer_job job, uint64_t ns)
{
  uint64_t ms = ns / NS_PER_MS + (ns % NS_PER_MS != 0);
  if(x->over && job != JOB_DELIVER)
    return;
  x->job = job;
  uv_update_time(x->rec->loop);
  uv_timer_start(&x->timer, timer_fired, ms, 0);
}

static int64_t since_start(const struct recorder_exchange *x, uint64_t mono_ns)
{
  int64_t t = (int64_t)(mono_ns - x->started_ns);
  return t > x->last_ns ? t : x->last_ns;
}

void exchange_finish(struct recorder_exchange *x, enum recording_end end,
                     bool reset, const char *detail)
{
  struct recording *r = x->r;
  if(x->over)
    return;
  x->over = true;
  r->end = end;
  r->end_ns = since_start(x, clock_mono_ns());
  if(end == REC_END_CLEAN && x->tail)
    r->end_ns = x->last_ns;
  snprintf(r->detail, sizeof(r->detail), "%s%s", detail,
           x->half ? " (after our half-close)" : "");
  if((!x->head_done && digest_head(x->d)) || digest_end(x->d))
    r->end = REC_END_ERROR;
  if(x->w) {
    r->close_notify = wire_close_notify(x->w);
    if(end != REC_END_CLEAN || !recorder_park(x))
      wire_close(x->w, reset);
    x->w = NULL;
  }
  arm(x, JOB_DELIVER, 0);
}

/* An answer that may be short is given a moment to be whole; a stream has
 * none coming. */
static bool is_stream(const struct recording *r)
{
  struct slice type = recording_field(&r->head, "Content-Type", 0);
  return r->head.status == 200 &&
         slice_ieq_cstr(slice_trim(slice_cut(&type, ';')),
                        "text/event-stream");
}

static void stop_now(struct recorder_exchange *x)
{
  uint64_t wait_ns = x->stop.delay_ns;
  if(x->stop.when == STOP_AFTER_HEAD && !wait_ns && !is_stream(x->r))
    wait_ns = RECORDER_TAIL_NS;
  if(wait_ns)
    arm(x, JOB_CUT, wait_ns);
  else
    exchange_cut(x, x->stop.how);
}

static void half_close(struct recorder_exchange *x)
{
  uint64_t now_ms;
  if(x->half)
    return;
  x->half = true;
  wire_half_close(x->w);
  if(x->tail)
    return;
  if(!x->head_done) {
    arm(x, JOB_HEAD, x->stop.head_ns);
    return;
  }
  uv_update_time(x->rec->loop);
  now_ms = uv_now(x->rec->loop);
  arm(x, JOB_LIMIT,
      x->limit_ms > now_ms ? (x->limit_ms - now_ms) * NS_PER_MS : 0);
}

void exchange_cut(struct recorder_exchange *x, enum cut_how how)
{
  if(x->over)
    return;
  if(!x->w) {
    exchange_finish(x, REC_END_OURS, false, "given up");
    return;
  }
  switch(how) {
  case CUT_HALF:
    half_close(x);
    break;
  case CUT_STALL:
    wire_pause(x->w, true);
    arm(x, JOB_STALL, x->stop.stall_ns);
    break;
  case CUT_RST:
    exchange_finish(x, REC_END_OURS, true, "RST");
    break;
  default:
    exchange_finish(x, REC_END_OURS, false, "FIN");
    break;
  }
}

static void out_of_memory(struct recorder_exchange *x)
{
  exchange_finish(x, REC_END_ERROR, false, "out of memory");
}

/* What a complete answer ended with was its framing, whoever closes first. */
static void timer_fired(uv_timer_t *t)
{
  struct recorder_exchange *x = t->data;
  switch(x->job) {
  case JOB_CONNECT:
    exchange_finish(x, REC_END_UNREACHABLE, false,
                    "no connection within the deadline");
    break;
  case JOB_HEAD:
    exchange_finish(x, REC_END_TIMEOUT, false,
                    "no complete response head within the deadline");
    break;
  case JOB_LIMIT:
    if(x->stop.when == STOP_AT_LIMIT && !x->half)
      exchange_cut(x, x->stop.how);
    else
      exchange_finish(x, REC_END_OURS, false, "the time was over");
    break;
  case JOB_TAIL:
    exchange_finish(x, REC_END_CLEAN, false, "");
    break;
  case JOB_CUT:
    exchange_cut(x, x->stop.how);
    break;
  case JOB_STALL:
    exchange_finish(x, REC_END_OURS, true, "stalled, RST");
    break;
  case JOB_DELIVER:
    recorder_deliver(x);
    break;
  }
}

static void progress(struct recorder_exchange *x)
{
  if(x->h->on_progress && !x->over)
    x->h->on_progress(x, x->r, x->ctx);
  if(x->over || x->tail)
    return;
  if(x->r->complete && x->head_done) {
    x->tail = true;
    arm(x, JOB_TAIL, RECORDER_TAIL_NS);
  } else if(!x->rule_met && stop_met(x)) {
    x->rule_met = true;
    stop_now(x);
  }
}

static void begin_waiting_for_body(struct recorder_exchange *x)
{
  uint64_t limit = x->stop.limit_ns;
  if(x->job == JOB_CUT || x->job == JOB_STALL)
    return; /* a cut is on its way */
  arm(x, JOB_LIMIT, limit);
  x->limit_ms = uv_now(x->rec->loop) + limit / NS_PER_MS;
}

/* The head is complete with its first n bytes; the rest belongs behind it. */
static int end_head(struct recorder_exchange *x, size_t n, int64_t t_ns)
{
  struct message_head *h = &x->r->head;
  struct buf rest = {0};
  int rc = buf_add(&rest, h->bytes.p + n, h->bytes.n - n);
  h->bytes.n = n;
  h->bytes.p[n] = '\0';
  h->complete_ns = t_ns;
  if(!rc)
    rc = head_parse(h);
  if(!rc && h->status >= 100 && h->status < 200 && h->status != 101) {
    bool many = x->r->interims >= RECORDER_INTERIMS_MAX;
    rc = many ? E_TOO_LONG : recording_add_interim(x->r, h);
    h->exact = true;
    h->began_ns = rest.n ? t_ns : -1;
    if(!rc)
      rc = buf_add(&h->bytes, rest.p, rest.n);
    buf_free(&rest);
    return rc;
  }
  x->head_done = true;
  if(!rc)
    rc = digest_head(x->d);
  if(!rc && rest.n)
    rc = recording_add_read(x->r, t_ns, buf_slice(&rest));
  buf_free(&rest);
  return rc;
}

static bool may_be_http(const struct buf *b)
{
  size_t n = b->n < 5 ? b->n : 5;
  return memcmp(b->p, "HTTP/", n) == 0;
}

/* Returns 0, E_SYNTAX when this is no HTTP, E_TOO_LONG, E_NOMEM. */
static int take_head(struct recorder_exchange *x, struct slice bytes,
                     int64_t t_ns)
{
  struct message_head *h = &x->r->head;
  size_t from = h->bytes.n;
  int rc = buf_add(&h->bytes, bytes.p, bytes.n);
  if(h->began_ns < 0)
    h->began_ns = t_ns;
  while(!rc && !x->head_done && h->bytes.n) {
    size_t n;
    if(!may_be_http(&h->bytes))
      return E_SYNTAX;
    n = head_end(buf_slice(&h->bytes), from);
    if(!n)
      return h->bytes.n > RECORDER_HEAD_MAX ? E_TOO_LONG : 0;
    rc = end_head(x, n, t_ns);
    from = 0;
  }
  if(!rc && x->head_done && !h->status)
    return E_SYNTAX;
  if(!rc && x->head_done)
    begin_waiting_for_body(x);
  return rc;
}

static void fail_head(struct recorder_exchange *x, int rc)
{
  if(rc == E_SYNTAX)
    exchange_finish(x, REC_END_PROTOCOL, false, "the answer is not HTTP/1.x");
  else if(rc == E_TOO_LONG)
    exchange_finish(x, REC_END_LIMIT, false,
                    "the response head is longer than 256 KiB");
  else
    out_of_memory(x);
}

static void on_bytes(struct slice bytes, uint64_t mono_ns, void *ctx)
{
  struct recorder_exchange *x = ctx;
  int64_t t_ns = since_start(x, mono_ns);
  int rc;
  if(!x->tail)
    x->last_ns = t_ns;
  if(!x->head_done) {
    rc = take_head(x, bytes, t_ns);
    if(rc && (rc != E_TOO_LONG || !x->head_done)) {
      fail_head(x, rc);
      return;
    }
  } else {
    rc = recording_add_read(x->r, t_ns, bytes);
  }
  if((!rc || rc == E_TOO_LONG) && x->head_done)
    rc = recorder_unpack(x->rec, x->r, x->d, bytes.n) ? E_NOMEM : rc;
  if(recorder_is_full(x->rec, x->r, x->stop.max_bytes))
    x->r->cut_short = true;
  if(rc && rc != E_TOO_LONG)
    out_of_memory(x);
  else if(x->r->cut_short)
    exchange_finish(x, REC_END_LIMIT, false, "more came than is recorded");
  else
    progress(x);
}

static void on_sent(void *ctx)
{
  struct recorder_exchange *x = ctx;
  if(x->sent)
    return;
  x->sent = true;
  x->r->request_ns = since_start(x, wire_sent_ns(x->w));
  if(x->stop.when == STOP_AFTER_REQUEST)
    progress(x);
}

static void send_request(struct recorder_exchange *x)
{
  if(x->over || x->rule_met)
    return;
  arm(x, JOB_HEAD, x->stop.head_ns);
  if(wire_send(x->w, buf_slice(&x->r->request)))
    exchange_finish(x, REC_END_ERROR, false, "cannot send the request");
}

static void on_open(void *ctx)
{
  struct recorder_exchange *x = ctx;
  x->r->connected_ns = since_start(x, clock_mono_ns());
  wire_addresses(x->w, x->r->local, x->r->peer);
  progress(x);
  send_request(x);
}

static enum recording_end end_before_head(const struct recorder_exchange *x,
                                          enum wire_fate fate)
{
  switch(fate) {
  case WIRE_EOF:
    return x->r->head.bytes.n ? REC_END_TRUNCATED : REC_END_NO_RESPONSE;
  case WIRE_RESET:
    return REC_END_RESET;
  case WIRE_REFUSED:
    return REC_END_REFUSED;
  case WIRE_UNREACHABLE:
    return REC_END_UNREACHABLE;
  case WIRE_TLS:
    return REC_END_TLS;
  default:
    return REC_END_ERROR;
  }
}

static enum recording_end end_of_body(const struct recorder_exchange *x,
                                      enum wire_fate fate)
{
  if(x->r->complete)
    return REC_END_CLEAN;
  if(fate == WIRE_RESET)
    return REC_END_RESET;
  if(fate != WIRE_EOF)
    return fate == WIRE_TLS ? REC_END_TLS : REC_END_ERROR;
  return x->r->framing == FRAMING_CLOSE ? REC_END_CLOSE : REC_END_TRUNCATED;
}

static void on_end(enum wire_fate fate, const char *detail, void *ctx)
{
  struct recorder_exchange *x = ctx;
  enum recording_end end =
      x->head_done ? end_of_body(x, fate) : end_before_head(x, fate);
  x->session = 0; /* nothing to keep */
  exchange_finish(x, end, false, detail);
}

const struct wire_handler exchange_wire_handler = {
    .on_open = on_open,
    .on_sent = on_sent,
    .on_bytes = on_bytes,
    .on_end = on_end,
};

void exchange_begin(struct recorder_exchange *x, bool reused)
{
  x->r->reused = reused;
  if(!reused) {
    arm(x, JOB_CONNECT, route_connect_ns(x->rec->target));
    return;
  }
  x->r->connected_ns = 0;
  wire_addresses(x->w, x->r->local, x->r->peer);
  send_request(x);
}
