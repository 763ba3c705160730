/* SPDX-License-Identifier: MIT
 * Streams of a flow; see instance.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/instance.h"
#include "sse/content_type.h"

#define PAUSE_NS                                                              \
  (200 * (int64_t)NS_PER_MS) /* ends what follows an opening                  \
                              */

static const char *name_of(const struct flow_stream *s)
{
  return s->inst->f->stream[s->index];
}

static void add_item(struct flow_stream *s, struct record_item *i)
{
  int64_t at = instance_of_real(s->inst, s->when.real_ns);
  i->at_ns = at;
  i->from_ns = s->quiet_ns < at ? s->quiet_ns : at;
  i->stream = s->index;
  i->connection = s->connection;
  if(at - s->last_ns > PAUSE_NS)
    s->burst = false;
  i->in_burst = s->burst;
  s->last_ns = at;
  if(record_add(&s->inst->record, i))
    s->failed = true;
}

static void on_event(const struct sse_event *ev, void *ctx)
{
  struct flow_stream *s = ctx;
  struct record_item i = {.item = {.kind = ITEM_EVENT,
                                   .event = ev->type,
                                   .id = ev->id,
                                   .data = ev->data,
                                   .gap_ns = GAP_NONE},
                          .own_id = ev->id_in_block};
  if(s->events++) {
    i.item.gap_ns = instance_of_real(s->inst, s->when.real_ns) - s->last_ns;
    if(i.item.gap_ns < 0)
      i.item.gap_ns = 0;
  }
  add_item(s, &i);
}

static void on_comment(struct slice text, void *ctx)
{
  struct record_item i = {
      .item = {.kind = ITEM_COMMENT, .comment = text, .gap_ns = GAP_NONE}};
  add_item(ctx, &i);
}

static void on_retry(uint64_t ms, void *ctx)
{
  struct record_item i = {
      .item = {.kind = ITEM_RETRY, .retry_ms = ms, .gap_ns = GAP_NONE}};
  add_item(ctx, &i);
}

static void on_observation(const struct sse_observation *o, void *ctx)
{
  struct flow_stream *s = ctx;
  s->unterminated |= o->kind == SSE_OBS_UNTERMINATED;
}

void flow_stream_configure(struct parser_config *c)
{
  memset(c, 0, sizeof(*c));
  c->on.on_event = on_event;
  c->on.on_comment = on_comment;
  c->on.on_retry = on_retry;
  c->on.on_observation = on_observation;
  c->max_line = PARSER_MAX_LINE_DEFAULT;
  c->max_event = PARSER_MAX_EVENT_DEFAULT;
}

static void on_connected(void *ctx)
{
  struct flow_stream *s = ctx;
  s->call.sent_ns = instance_now(s->inst);
}

static bool on_head(const struct response_head *head, void *ctx)
{
  struct flow_stream *s = ctx;
  struct call *c = &s->call;
  c->status = head->status;
  if(head->status != 200) {
    s->ended_how = head->status == 204 ? "204" : "fin";
    snprintf(c->sentence, sizeof(c->sentence),
             "the status is %d, wanted 200%s%.*s", head->status,
             head->location.n ? "; it leads to " : "",
             (int)(head->location.n < 120 ? head->location.n : 120),
             head->location.n ? head->location.p : "");
    return false;
  }
  if(!content_type_is_event_stream(head->content_type)) {
    snprintf(c->sentence, sizeof(c->sentence),
             "the Content-Type is \"%.*s\", wanted text/event-stream",
             (int)(head->content_type.n < 80 ? head->content_type.n : 80),
             head->content_type.n ? head->content_type.p : "");
    return false;
  }
  s->open = s->was_open = true;
  s->burst = true;
  s->opened_ns = s->last_ns = instance_now(s->inst);
  if(s->quiet_ns < c->sent_ns)
    s->quiet_ns = c->sent_ns;
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  struct flow_stream *s = ctx;
  s->when = *when;
  s->fed = true;
  s->bytes += bytes.n;
  if(parser_feed(&s->parser, bytes.p, bytes.n))
    s->failed = true;
  return !s->failed;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct flow_stream *s = ctx;
  struct call *c = &s->call;
  c->x = NULL;
  c->over = true;
  c->end = end->kind;
  s->open = false;
  parser_end(&s->parser);
  s->ended_ns = c->over_ns = instance_now(s->inst);
  if(!s->ended_how)
    s->ended_how =
        end->kind == END_CLEAN || end->kind == END_TRUNCATED ? "fin" : "rst";
  if(!c->sentence[0])
    snprintf(c->sentence, sizeof(c->sentence), "%s",
             s->failed       ? "what came is larger than weir keeps"
             : end->sentence ? end->sentence
                             : end_sentence(end->kind));
  snprintf(s->ended_text, sizeof(s->ended_text), "%.150s", c->sentence);
  if(s->was_open)
    instance_note(s->inst, s->ended_ns, name_of(s),
                  "ended: %s, after %llu event%s", s->ended_text,
                  (unsigned long long)s->events, s->events == 1 ? "" : "s");
}

static void on_field(struct slice name, struct slice value, void *ctx)
{
  struct flow_stream *s = ctx;
  call_on_field(name, value, &s->call);
}

static const struct exchange_handler handler = {on_connected, on_head, on_data,
                                                on_end, on_field};

static void reset(struct flow_stream *s)
{
  if(s->connection == 0)
    parser_init(&s->parser, &s->inst->parser, s);
  else
    parser_reset(&s->parser);
  s->connection++;
  s->open = s->was_open = s->failed = s->unterminated = s->paused = false;
  s->ended_how = NULL;
  call_reset(&s->call);
}

int flow_stream_open(struct flow_stream *s, const char *last_id, struct err *e)
{
  struct header h[CALL_HEADERS_MAX + 2];
  const struct header id = {"Last-Event-ID", last_id};
  struct request r;
  uint32_t i;
  int rc;
  reset(s);
  s->call.inst = s->inst;
  s->call.map = s->step->map;
  s->call.user = s->step->user;
  rc = call_prepare(&s->call, last_id && last_id[0] ? &id : NULL, e);
  if(rc)
    return rc;
  call_request(&s->call, &r);
  for(i = 0; i < r.header_count; i++)
    h[i] = r.header[i];
  h[i++] = (struct header){"Accept", "text/event-stream"};
  h[i++] = (struct header){"Cache-Control", "no-cache"};
  r.header = h;
  r.header_count = i;
  s->call.x = exchange_start(s->inst->transport, &r, &handler, s, e);
  return s->call.x ? 0 : e->code;
}

void flow_stream_end(struct flow_stream *s, bool abrupt)
{
  if(!s->call.x)
    return;
  exchange_cancel(s->call.x, abrupt);
  s->call.x = NULL;
  s->call.over = true;
  s->open = false;
  s->ended_how = abrupt ? "rst" : "fin";
  s->ended_ns = instance_now(s->inst);
  parser_end(&s->parser);
  snprintf(s->ended_text, sizeof(s->ended_text), "the flow ended it");
}

void flow_stream_fini(struct flow_stream *s)
{
  call_fini(&s->call);
  if(s->connection)
    parser_fini(&s->parser);
}

struct stream_state flow_stream_state(const struct flow_stream *s)
{
  return (struct stream_state){.open = s->open,
                               .quiet_ns = s->quiet_ns,
                               .ended_ns = s->ended_ns,
                               .ended_how = s->open ? NULL : s->ended_how,
                               .bytes = s->bytes};
}
