/* SPDX-License-Identifier: MIT
 * One request and its answer; see requests_private.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/units.h"
#include "requests/requests_private.h"
#include "sse/content_type.h"

#define RETRY_AFTER_MAX_S 3600u

/* When the bytes at hand arrived, on CLOCK_MONOTONIC. */
static uint64_t arrived_ns(const struct virtual_user *u)
{
  return u->when->real_ns - (uint64_t)*u->owner->config.real_offset_ns;
}

static void take_usage(struct virtual_user *u, bool token)
{
  struct requests *r = u->owner;
  const struct grammar *g = r->config.grammar;
  const struct value *v;
  uint64_t n;
  if(g->usage == GRAMMAR_NONE)
    return;
  v = look_value(&r->look, g->usage);
  if(v && v->kind == KIND_NUMBER && units_count(v->text, &n) == 0)
    measure_usage(&u->times, n, token);
}

static void take_token(struct virtual_user *u, uint64_t at_ns, bool out)
{
  struct requests *r = u->owner;
  struct snapshot *s = r->config.snap;
  bool inside = requests_measured(r, at_ns);
  s->counter[C_TOKEN_EVENTS]++;
  s->counter[C_TOKEN_EVENTS_MEASURED] += inside;
  if(r->config.slo.rows && u->times.events)
    slo_gap(&u->slo_gaps, at_ns - u->times.last_ns);
  measure_token(&u->times, at_ns, out, &u->gaps,
                requests_measured(r, u->times.intended_ns) ? s : NULL);
}

static void on_event(const struct sse_event *event, void *ctx)
{
  struct virtual_user *u = ctx;
  struct requests *r = u->owner;
  struct snapshot *s = r->config.snap;
  uint64_t at_ns = arrived_ns(u);
  struct stream_item item = {.kind = ITEM_EVENT,
                             .event = event->type,
                             .data = event->data,
                             .gap_ns = GAP_NONE};
  struct grammar_told told;
  if(event->id_in_block)
    item.id = event->id;
  s->counter[C_EVENTS]++;
  s->counter[u->when->kernel ? C_CLOCK_KERNEL : C_CLOCK_USER]++;
  r->config.listener->on_event(r->config.ctx);
  if(!u->first_event)
    hist_record(&s->hist[H_FIRST_EVENT],
                at_ns > u->times.sent_ns ? at_ns - u->times.sent_ns : 0);
  u->first_event = true;
  grammar_step(&u->run, &r->look, &item, &told);
  if(!told.allowed)
    u->course.disordered = true;
  if(told.token)
    take_token(u, at_ns, told.answer);
  take_usage(u, told.token);
  if(told.marker && !u->times.marker_ns)
    u->times.marker_ns = at_ns;
  if(!u->said[0] && grammar_outcome(&u->run) == OUTCOME_ERROR)
    snprintf(
        u->said, sizeof(u->said), "%.*s",
        (int)(event->data.n < USER_SAID_MAX ? event->data.n : USER_SAID_MAX),
        event->data.n ? event->data.p : "");
}

static void on_comment(struct slice text, void *ctx)
{
  struct virtual_user *u = ctx;
  (void)text;
  u->owner->config.snap->counter[C_COMMENTS]++;
}

struct virtual_user *user_new(struct requests *r, uint64_t number)
{
  struct virtual_user *u = calloc(1, sizeof(*u));
  if(!u)
    return NULL;
  if(!r->parser.on.on_event) {
    r->parser.on.on_event = on_event;
    r->parser.on.on_comment = on_comment;
    r->parser.max_line = r->config.max_line;
    r->parser.max_event = r->config.max_event;
    r->parser.heard = r->config.heard;
  }
  u->owner = r;
  u->number = number;
  measure_gaps_init(&u->gaps);
  parser_init(&u->parser, &r->parser, u);
  uv_timer_init(r->config.loop, &u->timer);
  u->timer.data = u;
  return u;
}

/* Why it failed, for people: what the server said of it, where it did. */
static void count_cause(struct virtual_user *u, enum request_result result,
                        const char *cause, const char *sentence)
{
  char name[64], text[160];
  snprintf(name, sizeof(name), "%s", request_result_cause(result));
  snprintf(text, sizeof(text), "%s", request_result_sentence(result));
  if(result == RESULT_RATE_LIMITED || result == RESULT_HTTP_ERROR) {
    snprintf(name, sizeof(name),
             u->course.status == 200 ? "content-type" : "status-%d",
             u->course.status);
    snprintf(text, sizeof(text), "it answered %d%s", u->course.status,
             u->course.status == 200 ? ", but no text/event-stream" : "");
  } else if(result == RESULT_UNANSWERED) {
    snprintf(name, sizeof(name), "%s", cause);
    snprintf(text, sizeof(text), "%s", sentence);
  } else if(result == RESULT_ERROR_EVENT && u->said[0])
    snprintf(text, sizeof(text), "the server said: %s", u->said);
  snapshot_cause(u->owner->config.snap, name, text);
  if(u->pilot)
    u->owner->config.listener->on_pilot(u->owner->config.ctx, result,
                                        &u->course, name, text);
  u->pilot = false;
}

static void record_completed(struct virtual_user *u, uint64_t eof_ns)
{
  struct requests *r = u->owner;
  struct snapshot *s = r->config.snap;
  uint64_t tokens = measure_tokens(&u->times);
  s->counter[C_NO_TOKEN] += !u->times.events;
  s->counter[C_TOLD_USAGE] += u->times.usage;
  s->counter[C_TOKENS] += tokens;
  if(requests_measured(r, eof_ns)) {
    s->counter[C_COMPLETED_MEASURED]++;
    s->counter[C_TOKENS_MEASURED] += tokens;
  }
  if(requests_measured(r, u->times.intended_ns))
    measure_completed(&u->times, eof_ns, s);
}

/* Whoever failed was no good one, and nobody knows of those that were told to
 * come later. */
static void record_good(struct virtual_user *u, enum request_result result,
                        uint64_t eof_ns)
{
  struct requests *r = u->owner;
  struct snapshot *s = r->config.snap;
  if(!r->config.slo.rows || result == RESULT_RATE_LIMITED ||
     result == RESULT_CANCELLED)
    return;
  s->counter[C_GOOD_OF]++;
  if(result != RESULT_COMPLETED ||
     !slo_met(&r->config.slo, &u->times, &u->slo_gaps, eof_ns))
    return;
  s->counter[C_GOOD]++;
  s->counter[C_GOOD_MEASURED] += requests_measured(r, eof_ns);
}

static void record(struct virtual_user *u, enum request_result result,
                   uint64_t eof_ns)
{
  struct requests *r = u->owner;
  struct snapshot *s = r->config.snap;
  s->counter[request_result_counter(result)]++;
  record_good(u, result, eof_ns);
  if(!request_result_failed(result))
    measure_gaps(&u->gaps, s);
  if(result == RESULT_COMPLETED)
    record_completed(u, eof_ns);
  else if(result == RESULT_CANCELLED) {
    if(requests_measured(r, u->times.intended_ns))
      measure_cancelled(&u->times, s);
  } else if(requests_measured(r, eof_ns))
    s->counter[C_FAILED_MEASURED]++;
  r->config.listener->on_ended(r->config.ctx, result,
                               measure_latency_ns(&u->times, eof_ns));
}

/* The request is over; cause and sentence say how its transfer ended. */
static void finish(struct virtual_user *u, const char *cause,
                   const char *sentence)
{
  struct requests *r = u->owner;
  uint64_t now = clock_mono_ns();
  enum request_result result;
  uv_timer_stop(&u->timer);
  u->course.outcome = grammar_outcome(&u->run);
  u->course.marked = u->times.marker_ns != 0;
  result = request_judge(&u->course);
  if(u->course.stream)
    parser_end(&u->parser);
  parser_reset(&u->parser);
  grammar_leave(&u->run);
  weir_assert(r->open);
  r->open--;
  r->last_ns = now;
  if(result != RESULT_COMPLETED && result != RESULT_CANCELLED)
    count_cause(u, result, cause, sentence);
  record(u, result, now);
  if(result != RESULT_CANCELLED)
    requests_next(u, result, now);
}

static void on_connected(void *ctx)
{
  struct virtual_user *u = ctx;
  hist_record(&u->owner->config.snap->hist[H_CONNECT],
              clock_mono_ns() - u->times.sent_ns);
}

static uint64_t seconds_of(struct slice text)
{
  uint64_t n = 0;
  if(!text.n || units_count(text, &n))
    return 0; /* a date, or nothing */
  return n < RETRY_AFTER_MAX_S ? n : RETRY_AFTER_MAX_S;
}

static bool on_head(const struct response_head *head, void *ctx)
{
  struct virtual_user *u = ctx;
  struct requests *r = u->owner;
  u->course.status = head->status;
  u->course.stream =
      head->status == 200 && content_type_is_event_stream(head->content_type);
  u->retry_after_ns = seconds_of(head->retry_after) * NS_PER_SEC;
  if(!u->course.stream)
    return false;
  u->bytes_ns = clock_mono_ns();
  r->config.snap->counter[C_OPENED]++;
  hist_record(&r->config.snap->hist[H_HEADERS],
              u->bytes_ns - u->times.sent_ns);
  if(u->pilot)
    r->config.listener->on_pilot(r->config.ctx, RESULT_COMPLETED, &u->course,
                                 "", "");
  u->pilot = false;
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct virtual_user *u = ctx;
  u->when = when;
  u->bytes_ns = arrived_ns(u);
  u->owner->config.listener->on_bytes(u->owner->config.ctx, bytes.n);
  return parser_feed(&u->parser, bytes.p, bytes.n) == 0;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct virtual_user *u = ctx;
  u->exchange = NULL;
  u->course.clean = end->kind == END_CLEAN;
  finish(u, end_cause(end->kind), end->sentence);
}

static const struct exchange_handler handler = {on_connected, on_head, on_data,
                                                on_end, NULL};

/* Looks whether something came meanwhile, and again when it may be over. */
static void on_watch(uv_timer_t *t)
{
  struct virtual_user *u = t->data;
  uint64_t due = u->bytes_ns + u->owner->config.stall_ns;
  uint64_t now = clock_mono_ns();
  if(now < due) {
    uv_timer_start(t, on_watch, (due - now) / NS_PER_MS + 1, 0);
    return;
  }
  exchange_cancel(u->exchange, true);
  u->exchange = NULL;
  u->course.stalled = true;
  finish(u, "stalled", "");
}

/* Starts the exchange; false with a sentence where none could be. */
static bool send_request(struct virtual_user *u, struct err *e)
{
  struct requests *r = u->owner;
  struct header list[REQUESTS_HEADERS_MAX];
  struct request q;
  uint64_t number = r->started * r->config.workers + r->config.index;
  memset(&q, 0, sizeof(q));
  q.method = "GET";
  r->started++;
  if(!r->config.listener->on_request(r->config.ctx, number, u->number, &q) ||
     q.header_count >= REQUESTS_HEADERS_MAX) {
    err_set(e, E_TOO_LONG, "its headers need more room than a request has");
    return false;
  }
  memcpy(list, q.header, q.header_count * sizeof(list[0]));
  if(!header_value(list, q.header_count, "accept"))
    list[q.header_count++] = (struct header){"Accept", "text/event-stream"};
  q.header = list;
  u->times.sent_ns = clock_mono_ns();
  u->exchange = exchange_start(r->config.transport, &q, &handler, u, e);
  return u->exchange != NULL;
}

void user_ask(struct virtual_user *u, uint64_t intended_ns)
{
  struct requests *r = u->owner;
  struct snapshot *s = r->config.snap;
  struct err e;
  bool sent;
  weir_assert(!u->exchange);
  memset(&u->times, 0, sizeof(u->times));
  memset(&u->course, 0, sizeof(u->course));
  memset(&u->slo_gaps, 0, sizeof(u->slo_gaps));
  buf_clear(&u->gaps);
  u->said[0] = '\0';
  u->first_event = false;
  u->retry_after_ns = 0;
  u->times.intended_ns = intended_ns;
  grammar_begin(&u->run, r->config.grammar, GRAMMAR_MOVES);
  r->open++;
  s->counter[C_REQUESTS]++;
  s->counter[C_ATTEMPTED]++;
  sent = send_request(u, &e);
  if(!sent)
    u->times.sent_ns = clock_mono_ns();
  u->bytes_ns = u->times.sent_ns;
  if(requests_measured(r, intended_ns))
    hist_record(&s->hist[H_WAIT], u->times.sent_ns - intended_ns);
  r->config.listener->on_started(r->config.ctx, u->times.sent_ns);
  if(!sent)
    finish(u, "request", e.text);
  else if(r->config.stall_ns)
    uv_timer_start(&u->timer, on_watch, r->config.stall_ns / NS_PER_MS + 1, 0);
}

void user_cancel(struct virtual_user *u)
{
  if(!u->exchange)
    return;
  exchange_cancel(u->exchange, false);
  u->exchange = NULL;
  u->course.cancelled = true;
  finish(u, "cancelled", "");
}

static void on_closed(uv_handle_t *h)
{
  free(h->data);
}

void user_free(struct virtual_user *u)
{
  if(u->exchange)
    exchange_cancel(u->exchange, false);
  parser_fini(&u->parser);
  grammar_leave(&u->run);
  buf_free(&u->gaps);
  uv_close((uv_handle_t *)&u->timer, on_closed);
}
