/* SPDX-License-Identifier: MIT
 * What both carriers share: waiting, what a handler is told, the fields of a
 * head that are kept; see exchange.h. */
#include "transport/exchange.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/assert.h"
#include "base/clock.h"

#define MAX_FIELD_VALUE 8192
#define SENTENCE_MAX    320

/* Failing takes it off the list; on_end may change the rest of it. */
static void expire(struct wait_list *list, uint64_t now, enum end_kind kind)
{
  while(list->first && list->first->deadline_ns <= now)
    list->first->ops->fail(list->first, kind);
}

/* Deadlines are rare to pass: a sweep beats a timer each. */
void exchange_sweep(uv_timer_t *timer)
{
  struct transport *t = timer->data;
  uint64_t now = clock_mono_ns();
  expire(&t->waiting[WAIT_CONNECT], now, END_CONNECT_TIMEOUT);
  expire(&t->waiting[WAIT_HEAD], now, END_HEAD_TIMEOUT);
}

/* Those that on_end starts and that fail at once, too, have the next turn. */
static void fail_deferred(uv_idle_t *idle)
{
  struct transport *t = idle->data;
  struct wait_list *list = &t->waiting[WAIT_FAILED];
  struct exchange *x;
  uint32_t n = 0;
  uv_idle_stop(idle);
  for(x = list->first; x; x = x->next)
    n++;
  for(; n && list->first; n--) {
    x = list->first;
    x->ops->fail(x, (enum end_kind)(x->start_failed - 1));
  }
}

const char *header_value(const struct header *list, uint32_t count,
                         const char *name)
{
  uint32_t i;
  for(i = 0; i < count; i++) {
    if(strcasecmp(list[i].name, name) == 0)
      return list[i].value;
  }
  return NULL;
}

void transport_socket_opened(struct transport *t)
{
  if(++t->sockets > t->sockets_peak)
    t->sockets_peak = t->sockets;
}

void transport_socket_closed(struct transport *t)
{
  weir_assert(t->sockets);
  t->sockets--;
}

/* Behind all that end no later: with equal timeouts that is the end. */
static void enlist(struct wait_list *list, struct exchange *x)
{
  struct exchange *before = list->last;
  while(before && before->deadline_ns > x->deadline_ns)
    before = before->prev;
  x->prev = before;
  x->next = before ? before->next : list->first;
  *(x->prev ? &x->prev->next : &list->first) = x;
  *(x->next ? &x->next->prev : &list->last) = x;
}

void exchange_wait(struct exchange *x, uint64_t timeout_ns)
{
  exchange_unwait(x);
  x->deadline_ns = timeout_ns ? clock_mono_ns() + timeout_ns : UINT64_MAX;
  x->wait = x->start_failed ? WAIT_FAILED
            : x->connected  ? WAIT_HEAD
                            : WAIT_CONNECT;
  enlist(&x->t->waiting[x->wait], x);
}

void exchange_unwait(struct exchange *x)
{
  struct wait_list *list = &x->t->waiting[x->wait];
  if(x->wait == WAIT_NONE)
    return;
  weir_assert(list->first && list->last);
  *(x->prev ? &x->prev->next : &list->first) = x->next;
  *(x->next ? &x->next->prev : &list->last) = x->prev;
  x->wait = WAIT_NONE;
}

void exchange_defer_failure(struct exchange *x, enum end_kind kind)
{
  x->start_failed = (uint8_t)(kind + 1);
  exchange_wait(x, 0);
  uv_idle_start(&x->t->kick, fail_deferred);
}

void exchange_tell_connected(struct exchange *x)
{
  if(x->connected)
    return;
  x->connected = true;
  exchange_wait(x, x->head_timeout_ns);
  if(x->h->on_connected)
    x->h->on_connected(x->ctx);
}

bool exchange_tell_head(struct exchange *x, const struct response_head *head)
{
  weir_assert(x->h && !x->head_seen && !x->aborted);
  x->head_seen = true;
  exchange_unwait(x);
  if(!x->h->on_head(head, x->ctx))
    x->aborted = true;
  return !x->aborted;
}

bool exchange_tell_data(struct exchange *x, struct slice bytes,
                        const struct arrival *when)
{
  weir_assert(x->head_seen && !x->aborted);
  if(x->budget != UINT64_MAX)
    x->budget -= bytes.n < x->budget ? bytes.n : x->budget;
  if(!x->h->on_data(bytes, when, x->ctx))
    x->aborted = true;
  return !x->aborted;
}

void exchange_tell_end(struct exchange *x, enum end_kind kind, const char *why)
{
  char told[SENTENCE_MAX];
  struct exchange_end end;
  weir_assert(x->h); /* never from inside exchange_start */
  exchange_unwait(x);
  end.kind = x->aborted ? END_ABORTED : kind;
  end.sentence = end_sentence(end.kind);
  if(why && why[0] && !x->aborted) {
    snprintf(told, sizeof(told), "%s (%s)", end.sentence, why);
    end.sentence = told;
  }
  end.head_seen = x->head_seen;
  x->h->on_end(&end, x->ctx);
}

void kept_init(struct kept_fields *k)
{
  buf_init(&k->content_type, MAX_FIELD_VALUE);
  buf_init(&k->location, MAX_FIELD_VALUE);
  buf_init(&k->retry_after, MAX_FIELD_VALUE);
}

void kept_clear(struct kept_fields *k)
{
  buf_clear(&k->content_type);
  buf_clear(&k->location);
  buf_clear(&k->retry_after);
}

void kept_free(struct kept_fields *k)
{
  buf_free(&k->content_type);
  buf_free(&k->location);
  buf_free(&k->retry_after);
}

struct buf *kept_line(struct kept_fields *k, struct slice name)
{
  struct buf *into = slice_ieq_cstr(name, "content-type")  ? &k->content_type
                     : slice_ieq_cstr(name, "location")    ? &k->location
                     : slice_ieq_cstr(name, "retry-after") ? &k->retry_after
                                                           : NULL;
  if(into && into->n)
    buf_adds(into, ", ");
  return into;
}

struct response_head kept_head(const struct kept_fields *k, int status,
                               int http_major, int http_minor)
{
  return (struct response_head){.status = status,
                                .http_major = http_major,
                                .http_minor = http_minor,
                                .content_type = buf_slice(&k->content_type),
                                .location = buf_slice(&k->location),
                                .retry_after = buf_slice(&k->retry_after)};
}
