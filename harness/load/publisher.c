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

#include "base/assert.h"
#include "load/message.h"
#include "load/payload.h"
#include "load/worker.h"
#include "loop/alarm.h"

#define HOPELESS 10 /* failures in a row, from the first on */

struct publisher {
  struct worker *w;
  const struct publish *plan;
  struct alarm_clock due;
  struct exchange *exchange;
  uint64_t p0_ns, until_ns, most;
  uint64_t next;    /* publish number */
  uint64_t free_ns; /* mono, when the previous answer came */
  int status;       /* of the answer */
  bool done, running, hopeless;
  struct request_texts texts;
  struct spans failed; /* since the last report */
  uint64_t reported;   /* what was said to be known then */
};

static void arm(struct publisher *p);

void publisher_report(struct publisher *p)
{
  json_t *m, *runs;
  uint32_t i;
  if(p->next == p->reported)
    return;
  m = message_new("failed");
  runs = json_array();
  for(i = 0; i < p->failed.count; i++) {
    const struct span *r = &p->failed.run[i];
    json_array_append_new(runs, json_integer((json_int_t)r->first));
    json_array_append_new(runs, json_integer((json_int_t)r->count));
  }
  message_set_u64(m, "known", p->next);
  message_set(m, "runs", runs);
  message_send(&p->w->channel, m);
  p->reported = p->next;
  spans_fini(&p->failed);
}

/* Where not one request succeeds there is nothing to measure. */
static void check_hope(struct publisher *p, const char *sentence)
{
  char text[300];
  json_t *m;
  if(p->w->snap->counter[C_PUBLISHED] || p->hopeless ||
     p->w->snap->counter[C_PUBLISH_FAILED] < HOPELESS)
    return;
  p->hopeless = true;
  snprintf(text, sizeof(text),
           "%.100s: none of the first %d requests succeeded: %.150s",
           p->plan->url, HOPELESS, sentence);
  m = message_new("trouble");
  message_set_text(m, "sentence", text);
  message_set(m, "code", json_integer(E_UNREACHABLE));
  message_send(&p->w->channel, m);
}

/* What was due in time and never was sent, since the answers took too long. */
static uint64_t unsent(const struct publisher *p)
{
  uint64_t now = clock_mono_ns(), due;
  uint64_t until = p->until_ns < now ? p->until_ns : now;
  if(until <= p->p0_ns)
    return 0;
  due = schedule_publish_from(p->plan->rate, until - p->p0_ns);
  if(p->most && due > p->most)
    due = p->most;
  return due > p->next ? due - p->next : 0;
}

static void tell_done(struct publisher *p)
{
  json_t *m;
  if(p->done)
    return;
  p->done = true;
  publisher_report(p);
  m = message_new("published");
  message_set_u64(m, "count", p->next);
  message_set_u64(m, "unsent", unsent(p));
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
  spans_add(&p->failed, p->next, 1);
  check_hope(p, sentence);
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

static const struct exchange_handler handler = {NULL, on_head, on_data, on_end,
                                                NULL};

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
  buf_clear(&p->texts.body);
  rc = template_expand(p->w->scenario, text, v, &p->texts.body);
  return rc || !own ? rc : payload_seal(&p->texts.body);
}

static int fill_request(struct publisher *p, struct request *r)
{
  const struct publish *plan = p->plan;
  const struct asked what = {.method = plan->method,
                             .url = plan->url,
                             .header = plan->header,
                             .header_count = plan->header_count};
  struct template_values v;
  memset(r, 0, sizeof(*r));
  fill_values(p, &v);
  if(!target_fill(p->w->scenario, &what, &v, &p->texts, r) || fill_body(p, &v))
    return E_TOO_LONG;
  r->http = REQUEST_HTTP_1_1;
  r->compression = false;
  r->server_name = NULL; /* of the streams' origin */
  r->keep_alive = true;
  r->body = buf_slice(&p->texts.body);
  return 0;
}

static void publish_now(struct publisher *p)
{
  uint64_t due = p->p0_ns + schedule_publish_ns(p->plan->rate, p->next);
  uint64_t earliest = due > p->free_ns ? due : p->free_ns;
  uint64_t now = clock_mono_ns();
  struct request r;
  struct err e;
  weir_assert(!p->exchange); /* one after the other */
  hist_record(&p->w->snap->hist[H_SCHEDULE_LAG],
              now > earliest ? now - earliest : 0);
  p->status = 0;
  err_set(&e, E_TOO_LONG, "a publish request with its texts is too long");
  if(fill_request(p, &r) == 0)
    p->exchange = exchange_start(p->w->transport, &r, &handler, p, &e);
  if(!p->exchange) {
    count_answer(p, "publish-request", e.text);
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
  target_texts_free(&p->texts);
  spans_fini(&p->failed);
  free(p);
}

void publisher_free(struct publisher *p)
{
  if(p->exchange)
    exchange_cancel(p->exchange, false);
  p->exchange = NULL;
  alarm_close(&p->due, freed);
}
