/* SPDX-License-Identifier: MIT
 * What scripts share; see script_util.h. */
#include "probe/script_util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void script_label(struct recording *r, const char *fmt, ...)
{
  char label[sizeof(r->detail)], rest[sizeof(r->detail)];
  size_t n;
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(label, sizeof(label), fmt, ap);
  va_end(ap);
  memcpy(rest, r->detail, sizeof(rest));
  n = strlen(label);
  memcpy(r->detail, label, n + 1);
  (void)snprintf(r->detail + n, sizeof(r->detail) - n, "; %s", rest);
}

struct recorder_exchange *script_begin(struct script *s,
                                       struct probe_request *q,
                                       const struct recorder_handler *h,
                                       void *ctx)
{
  char name[64];
  script_next_name(s, name, sizeof(name));
  q->name = name;
  return recorder_start(script_recorder(s), q, h, ctx);
}

uint64_t script_pick(const struct script *s, uint64_t fast, uint64_t normal)
{
  return script_target(s)->fast ? fast : normal;
}

static void settle(struct script *s);

static struct crowd *crowd_of(struct crowd_member *m)
{
  return m->crowd;
}

static void begin_more(struct crowd *c);

static void mark_opened(struct crowd_member *m)
{
  struct crowd *c = crowd_of(m);
  if(!m->opening)
    return;
  m->opening = false;
  c->opening--;
  begin_more(c);
}

static void on_progress(struct recorder_exchange *x,
                        const struct recording *r, void *ctx)
{
  (void)x;
  if(r->head.complete_ns >= 0 && r->head.status)
    mark_opened(ctx);
}

static void on_done(struct recording *r, void *ctx)
{
  struct crowd_member *m = ctx;
  struct crowd *c = crowd_of(m);
  m->x = NULL;
  c->open--;
  c->plan->done(c, m->i, r);
  mark_opened(m);
  begin_more(c);
}

static const struct recorder_handler member_handler = {.on_progress =
                                                           on_progress,
                                                       .on_done = on_done};

static void begin_one(struct crowd *c)
{
  struct crowd_member *m = &c->member[c->begun];
  struct probe_request q;
  memset(&q, 0, sizeof(q));
  m->crowd = c;
  m->i = c->begun++;
  c->plan->prepare(c, m->i, &q);
  m->x = script_begin(c->script, &q, &member_handler, m);
  if(!m->x)
    return;
  m->opening = true;
  c->opening++;
  c->open++;
}

static void begin_more(struct crowd *c)
{
  while(c->begun < c->total && c->opening < c->lanes)
    begin_one(c);
  if(c->begun < c->total || c->opening)
    return;
  if(!c->told) {
    c->told = true;
    if(c->plan->opened)
      c->plan->opened(c);
  }
  if(!c->open && c->member) {
    free(c->member);
    c->member = NULL;
    c->plan->over(c);
  }
}
