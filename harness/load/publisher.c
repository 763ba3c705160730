/* SPDX-License-Identifier: MIT
 * The publisher: sends numbered events on an open-loop schedule.
 *
 * One after the other, since two requests under way may overtake each other
 * and the ledger would see a reordering that the target did not make.  When
 * the target answers slowly, the wait shows in the latency, which counts from
 * the scheduled time; only what is late beyond that is the publisher's own
 * schedule lag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/message.h"
#include "load/payload.h"
#include "load/worker.h"
#include "loop/alarm.h"
#include "scenario/template.h"

#define MAX_FAILED 65536

struct publisher {
  struct worker *w;
  const struct publish *plan;
  struct alarm_clock due;
  struct exchange *exchange;
  uint64_t p0_ns, until_ns, most;
  uint64_t next;    /* publish number */
  uint64_t free_ns; /* mono, when the previous answer came */
  int status;       /* of the answer */
  bool done, running;
  struct buf url, body, headers;
  struct header header[64];
  uint64_t failed[MAX_FAILED];
  uint32_t failed_count;
};

static void arm(struct publisher *p);

static void tell_done(struct publisher *p)
{
  json_t *m, *list = json_array();
  uint32_t i;
  if(p->done)
    return;
  p->done = true;
  m = message_new("published");
  message_set_u64(m, "count", p->next);
  for(i = 0; i < p->failed_count; i++)
    json_array_append_new(list, json_integer((json_int_t)p->failed[i]));
  message_set(m, "failed", list);
  message_send(&p->w->channel, m);
}

static void count_answer(struct publisher *p, const char *cause,
                         const char *sentence)
{
  struct snapshot *s = p->w->snap;
  if(p->status >= 200 && p->status < 300) {
    s->counter[C_PUBLISHED]++;
    p->w->now.counter[S_PUBLISHED]++;
    return;
  }
  s->counter[C_PUBLISH_FAILED]++;
  snapshot_cause(s, cause, sentence);
  if(p->failed_count < MAX_FAILED)
    p->failed[p->failed_count++] = p->next;
}

static bool on_head(const struct response_head *head, void *ctx)
{
  struct publisher *p = ctx;
  p->status = head->status;
  return true;
}

static bool on_data(struct slice bytes, const struct arrival *when, void *ctx)
{
  (void)bytes;
  (void)when;
  (void)ctx;
  return true;
}

static void on_end(const struct exchange_end *end, void *ctx)
{
  struct publisher *p = ctx;
  char cause[40], sentence[120];
  p->exchange = NULL;
  if(end->kind == END_CLEAN || p->status) {
    snprintf(cause, sizeof(cause), "publish-status-%d", p->status);
    snprintf(sentence, sizeof(sentence), "publishing was answered with %d",
             p->status);
  } else {
    snprintf(cause, sizeof(cause), "publish-%.30s", end_cause(end->kind));
    snprintf(sentence, sizeof(sentence), "publishing: %.100s", end->sentence);
  }
  count_answer(p, cause, sentence);
  p->next++;
  p->free_ns = clock_mono_ns();
  arm(p);
}

static const struct exchange_handler handler = {NULL, on_head, on_data,
                                                on_end};

static const char *expand(struct publisher *p, const char *text,
                          const struct template_values *v, struct buf *into)
{
  size_t at = into->n;
  if(template_expand(p->w->scenario, text, v, into) || buf_addc(into, '\0'))
    return NULL;
  return into->p + at;
}

static void fill_values(struct publisher *p, struct template_values *v)
{
  const struct scenario *sc = p->w->scenario;
  uint64_t due = p->p0_ns + schedule_publish_ns(p->plan->rate, p->next);
  memset(v, 0, sizeof(*v));
  v->n = p->next;
  v->run = p->w->run;
  v->user = sc->user_count ? &sc->user[p->next % sc->user_count] : NULL;
  v->seq = schedule_user_seq(p->next, p->w->plan.users);
  v->scheduled_ns = due + (uint64_t)p->w->real_offset_ns;
  v->sent_ns = clock_real_ns();
  v->pad_bytes = p->plan->size;
}

static int fill_body(struct publisher *p, const struct template_values *v)
{
  const char *text = p->plan->body;
  bool own = !text || !text[0];
  int rc;
  if(own)
    text = template_publish_default_body(p->w->scenario);
  buf_clear(&p->body);
  rc = template_expand(p->w->scenario, text, v, &p->body);
  return rc || !own ? rc : payload_seal(&p->body);
}

static int fill_request(struct publisher *p, struct request *r)
{
  struct template_values v;
  uint32_t i;
  memset(r, 0, sizeof(*r));
  fill_values(p, &v);
  buf_clear(&p->url);
  buf_clear(&p->headers);
  if(fill_body(p, &v) || buf_reserve(&p->headers, 65536))
    return E_NOMEM;
  r->method = p->plan->method;
  r->url = expand(p, p->plan->url, &v, &p->url);
  r->body = buf_slice(&p->body);
  for(i = 0; i < p->plan->header_count && i < 64; i++) {
    p->header[i].name = p->plan->header[i].name;
    p->header[i].value = expand(p, p->plan->header[i].value, &v, &p->headers);
    if(!p->header[i].value)
      return E_NOMEM;
  }
  r->header = p->header;
  r->header_count = i;
  r->http = REQUEST_HTTP_1_1;
  r->keep_alive = true;
  r->insecure = p->w->scenario->insecure;
  r->ca_file = p->w->scenario->ca_file;
  r->connect_timeout_ns = p->w->scenario->connect_timeout_ns;
  r->head_timeout_ns = p->w->scenario->head_timeout_ns;
  return r->url ? 0 : E_NOMEM;
}

static void publish_now(struct publisher *p)
{
  uint64_t due = p->p0_ns + schedule_publish_ns(p->plan->rate, p->next);
  uint64_t earliest = due > p->free_ns ? due : p->free_ns;
  uint64_t now = clock_mono_ns();
  struct request r;
  struct err e;
  hist_record(&p->w->snap->hist[H_SCHEDULE_LAG],
              now > earliest ? now - earliest : 0);
  p->status = 0;
  if(fill_request(p, &r) == 0)
    p->exchange = exchange_start(p->w->transport, &r, &handler, p, &e);
  if(!p->exchange) {
    count_answer(p, "publish-request", "the publish request is impossible");
    p->next++;
    arm(p);
  }
}

static void on_due(void *ctx)
{
  struct publisher *p = ctx;
  if(p->running)
    publish_now(p);
}

static void arm(struct publisher *p)
{
  uint64_t due = p->p0_ns + schedule_publish_ns(p->plan->rate, p->next);
  if(!p->running || due >= p->until_ns || (p->most && p->next >= p->most)) {
    p->running = false;
    tell_done(p);
    return;
  }
  alarm_set(&p->due, due);
}

struct publisher *publisher_new(struct worker *w)
{
  struct publisher *p = calloc(1, sizeof(*p));
  if(!p)
    return NULL;
  p->w = w;
  p->plan = &w->scenario->publish;
  p->most = p->plan->count;
  if(alarm_init(&p->due, &w->loop, on_due, p)) {
    free(p);
    return NULL;
  }
  return p;
}

void publisher_start(struct publisher *p, uint64_t p0_ns, uint64_t until_ns)
{
  p->p0_ns = p0_ns;
  p->until_ns = until_ns;
  if(!p->running && !p->done && p->next == 0) {
    p->running = true;
    arm(p);
  }
}

void publisher_stop(struct publisher *p)
{
  p->running = false;
  if(p->exchange) {
    exchange_cancel(p->exchange, false);
    p->exchange = NULL;
    p->status = 0;
    count_answer(p, "publish-cut", "the run ended before the answer");
    p->next++;
  }
  alarm_stop(&p->due);
  tell_done(p);
}

static void freed(uv_handle_t *h)
{
  struct alarm_clock *a = h->data;
  struct publisher *p = a->ctx;
  buf_free(&p->url);
  buf_free(&p->body);
  buf_free(&p->headers);
  free(p);
}

void publisher_free(struct publisher *p)
{
  alarm_close(&p->due, freed);
}
