/* SPDX-License-Identifier: MIT
 * "publish" and "inject": a subscriber, and one POST after the other through
 * the target's publish hook; see plan/publish_samples.h and
 * plan/inject_samples.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "plan/inject_samples.h"
#include "plan/publish_samples.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define TAIL_MS 200 /* what comes behind the last mark */
#define URL_MAX 4096

struct injected {
  const char *key;
  struct slice value, payload;
};

static const struct injected injected[] = {
#define X(name, text, key, value, payload)                                    \
  {key, {value, sizeof(value) - 1}, {payload, sizeof(payload) - 1}},
    INJECT_LIST(X)
#undef X
};

struct publisher {
  struct script *s;
  bool inject, posted, over;
  size_t next;
  struct recorder_exchange *subscriber, *post;
  char url[URL_MAX];
};

static void post_next(struct publisher *p);

static size_t rows(const struct publisher *p)
{
  return p->inject ? INJECT_ROWS : publish_sample_count();
}

static struct slice payload(const struct publisher *p, size_t i)
{
  return p->inject ? injected[i].payload : publish_sample_at(i)->payload;
}

static void finish_if_over(struct publisher *p)
{
  if(p->over && !p->subscriber && !p->post)
    script_done(p->s);
}

static void cut_subscriber(struct script *s)
{
  struct publisher *p = script_state(s);
  p->over = true;
  if(p->subscriber)
    recorder_cut(p->subscriber, CUT_FIN);
  finish_if_over(p);
}

/* The last row is a mark: nothing is behind it. */
static bool has_last(const struct publisher *p, const struct recording *r)
{
  struct slice want = payload(p, rows(p) - 1);
  for(size_t i = 0; i < r->events; i++) {
    if(r->event[i].data.n >= want.n &&
       memmem(r->event[i].data.p, r->event[i].data.n, want.p, want.n))
      return true;
  }
  return false;
}

static void on_progress(struct recorder_exchange *x, const struct recording *r,
                        void *ctx)
{
  struct publisher *p = ctx;
  (void)x;
  if(r->head.complete_ns >= 0 && r->head.status && !p->next && !p->over)
    post_next(p);
  else if(p->posted && !p->over && has_last(p, r)) {
    p->posted = false;
    script_after(p->s, MS(TAIL_MS), cut_subscriber);
  }
}

static void on_subscriber_done(struct recording *r, void *ctx)
{
  struct publisher *p = ctx;
  p->subscriber = NULL;
  p->over = true;
  r->label.role = ROLE_SUBSCRIBER;
  script_keep(p->s, r);
  finish_if_over(p);
}

static const struct recorder_handler subscriber_handler = {
    .on_progress = on_progress, .on_done = on_subscriber_done};

static void on_posted(struct recording *r, void *ctx)
{
  struct publisher *p = ctx;
  p->post = NULL;
  r->label.role = ROLE_POST;
  script_keep(p->s, r);
  if(p->over)
    finish_if_over(p);
  else if(p->next < rows(p))
    post_next(p);
  else {
    p->posted = true;
    if(has_last(p, recorder_recording(p->subscriber)))
      script_after(p->s, MS(TAIL_MS), cut_subscriber);
    else
      script_after(p->s, script_target(p->s)->window_ns, cut_subscriber);
  }
}

static const struct recorder_handler post_handler = {.on_done = on_posted};

/* The publish URL, with key=value behind, every byte percent-encoded. */
static const char *make_url(struct publisher *p, const struct injected *row)
{
  const char *base = script_target(p->s)->publish_url;
  size_t at;
  if(!row || !row->key[0])
    return base;
  (void)snprintf(p->url, sizeof(p->url), "%.2000s%c%s=", base,
                 strchr(base, '?') ? '&' : '?', row->key);
  at = strlen(p->url);
  for(size_t i = 0; i < row->value.n && at + 4 < sizeof(p->url); i++) {
    (void)snprintf(p->url + at, sizeof(p->url) - at, "%%%02X",
                   (unsigned)(unsigned char)row->value.p[i]);
    at += 3;
  }
  return p->url;
}

static void post_next(struct publisher *p)
{
  const struct target *t = script_target(p->s);
  size_t i = p->next++;
  struct probe_request q = {
      .method = t->publish_method ? t->publish_method : "POST",
      .url = make_url(p, p->inject ? &injected[i] : NULL),
      .headers = "Content-Type: text/plain; charset=utf-8",
      .body = payload(p, i),
      .stop = {.when = STOP_AFTER_HEAD, .limit_ns = NS_PER_SEC}};
  if(!q.body.p)
    q.body = SLICE_LIT("");
  p->post = script_begin(p->s, &q, &post_handler, p);
  if(!p->post)
    cut_subscriber(p->s);
}

static void start(struct script *s, bool inject)
{
  struct publisher *p = NULL;
  struct probe_request q = {
      .stop = {.limit_ns = script_target(s)->window_ns + 20 * NS_PER_SEC}};
  if(script_target(s)->publish_url)
    p = calloc(1, sizeof(*p));
  script_set_state(s, p);
  if(p) {
    p->s = s;
    p->inject = inject;
    p->subscriber = script_begin(s, &q, &subscriber_handler, p);
  }
  if(!p || !p->subscriber)
    script_done(s);
}

static void start_publish(struct script *s)
{
  start(s, false);
}

static void start_inject(struct script *s)
{
  start(s, true);
}

static uint64_t expected(const struct target *t)
{
  return t->publish_url ? NS_PER_SEC : 0;
}

const struct script_row script_publish = {.id = SCRIPT_PUBLISH,
                                          .phase = SCRIPT_ALONE,
                                          .single = true,
                                          .start = start_publish,
                                          .expected_ns = expected};
const struct script_row script_inject = {.id = SCRIPT_INJECT,
                                         .phase = SCRIPT_ALONE,
                                         .single = true,
                                         .start = start_inject,
                                         .expected_ns = expected};
