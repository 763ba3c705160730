/* SPDX-License-Identifier: MIT
 * The life of an EventSource; see subscriber.h. */
#include "subscriber/subscriber.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "subscriber/subscriber_private.h"

static void parsed_event(const struct sse_event *event, void *ctx)
{
  struct subscriber *s = ctx;
  s->config->listener->on_event(s, event, s->when);
}

static void parsed_comment(struct slice text, void *ctx)
{
  struct subscriber *s = ctx;
  s->config->listener->on_comment(s, text, s->when);
}

static void parsed_retry(uint64_t ms, void *ctx)
{
  struct subscriber *s = ctx;
  if(s->config->listener->on_retry)
    s->config->listener->on_retry(s, ms, s->when);
}

void subscriber_config_finish(struct subscriber_config *c)
{
  memset(&c->parser, 0, sizeof(c->parser));
  c->parser.on.on_event = parsed_event;
  c->parser.on.on_comment = parsed_comment;
  c->parser.on.on_retry = parsed_retry;
  c->parser.max_line = c->max_line;
  c->parser.max_event = c->max_event;
  memset(&c->heard, 0, sizeof(c->heard));
  c->parser.heard = &c->heard;
}

void subscriber_init(struct subscriber *s, const struct subscriber_config *c)
{
  weir_assert(c->parser.on.on_event); /* subscriber_config_finish */
  memset(s, 0, sizeof(*s));
  s->config = c;
  parser_init(&s->parser, &c->parser, s);
}

static void begin(struct subscriber *s)
{
  s->state = SUBSCRIBER_CONNECTING;
  s->redirects = 0;
  if(!subscriber_attempt(s) && s->state == SUBSCRIBER_CONNECTING)
    s->state = SUBSCRIBER_STOPPED;
}

void subscriber_start(struct subscriber *s)
{
  if(s->state == SUBSCRIBER_IDLE)
    begin(s);
}

static void retry_now(uv_timer_t *t)
{
  struct subscriber *s = t->data;
  if(s && s->state == SUBSCRIBER_WAITING)
    begin(s);
}

/* The reconnection time, doubled with each attempt in a row that failed, as
 * the standard permits, plus jitter. */
static uint64_t delay_ns(const struct subscriber *s)
{
  const struct subscriber_config *c = s->config;
  uint64_t ms = parser_retry_ms(&s->parser);
  uint64_t base = c->retry_ns;
  uint64_t cap = c->retry_max_ns;
  uint16_t i;
  if(ms != UINT64_MAX)
    base = ms > UINT64_MAX / NS_PER_MS ? UINT64_MAX : ms * NS_PER_MS;
  if(cap < base)
    cap = base; /* the server's own wish is no back-off */
  for(i = 1; i < s->failures && base < cap / 2; i++)
    base *= 2;
  if(s->failures > 1 && base > cap)
    base = cap;
  if(c->jitter > 0)
    base += (uint64_t)((double)base * c->jitter * rng_unit(c->rng));
  return base;
}

static void stop_for_good(struct subscriber *s,
                          const struct subscriber_cause *c)
{
  s->state = SUBSCRIBER_STOPPED;
  s->config->listener->on_stopped(s, c);
}

static void wait_to_retry(struct subscriber *s)
{
  weir_assert(!s->exchange);
  s->state = SUBSCRIBER_WAITING;
  parser_reset(&s->parser);
  if(!s->timer) {
    s->timer = malloc(sizeof(*s->timer));
    if(!s->timer)
      return; /* out of memory: it stays waiting, and is seen as such */
    uv_timer_init(s->config->loop, s->timer);
    s->timer->data = s;
  }
  uv_update_time(s->config->loop);
  uv_timer_start(s->timer, retry_now, (delay_ns(s) + 999999) / NS_PER_MS, 0);
}

static void follow(struct subscriber *s, const struct subscriber_cause *c)
{
  if(s->state == SUBSCRIBER_STOPPED)
    return; /* the listener stopped it meanwhile */
  if(c->final || !s->config->reconnect)
    stop_for_good(s, c);
  else
    wait_to_retry(s);
}

void subscriber_failed(struct subscriber *s, const struct subscriber_cause *c)
{
  if(s->failures < UINT16_MAX)
    s->failures++;
  s->config->listener->on_failed(s, c);
  follow(s, c);
}

void subscriber_ended(struct subscriber *s, const struct subscriber_cause *c)
{
  s->failures = 0;
  s->config->listener->on_ended(s, c);
  follow(s, c);
}

static void drop_exchange(struct subscriber *s, bool abrupt)
{
  if(s->exchange)
    exchange_cancel(s->exchange, abrupt);
  s->exchange = NULL;
  free(s->redirect);
  s->redirect = NULL;
}

void subscriber_stop(struct subscriber *s, bool abrupt)
{
  s->state = SUBSCRIBER_STOPPED;
  drop_exchange(s, abrupt);
  if(s->timer)
    uv_timer_stop(s->timer);
}

bool subscriber_cut(struct subscriber *s, bool abrupt)
{
  if(s->state != SUBSCRIBER_OPEN)
    return false;
  drop_exchange(s, abrupt);
  s->failures = 0;
  if(s->config->reconnect)
    wait_to_retry(s);
  else
    s->state = SUBSCRIBER_STOPPED;
  return true;
}

void subscriber_read(struct subscriber *s, uint64_t bytes)
{
  if(s->exchange)
    exchange_budget(s->exchange, bytes);
}

static void timer_freed(uv_handle_t *h)
{
  free(h);
}

void subscriber_fini(struct subscriber *s)
{
  subscriber_stop(s, false);
  if(s->timer) {
    s->timer->data = NULL;
    uv_close((uv_handle_t *)s->timer, timer_freed);
    s->timer = NULL;
  }
  parser_fini(&s->parser);
}
