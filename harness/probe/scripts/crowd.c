/* SPDX-License-Identifier: MIT
 * What scripts share; see crowd.h. */
#include "probe/scripts/crowd.h"

#include <stdlib.h>
#include <string.h>

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

void script_keep_next(struct script *s, struct recording *r)
{
  char name[64];
  char *own;
  script_next_name(s, name, sizeof(name));
  own = slice_dup(slice_of(name));
  if(!own) {
    script_drop(s, r);
    return;
  }
  free(r->name);
  r->name = own;
  script_keep(s, r);
}

uint64_t script_pick(const struct script *s, uint64_t fast, uint64_t normal)
{
  return script_target(s)->fast ? fast : normal;
}

static void begin_more(struct crowd *c);

static void mark_opened(struct crowd_member *m)
{
  struct crowd *c = m->crowd;
  if(!m->opening)
    return;
  m->opening = false;
  c->opening--;
  begin_more(c);
}

static void on_progress(struct recorder_exchange *x, const struct recording *r,
                        void *ctx)
{
  const struct crowd_member *m = ctx;
  if(r->head.complete_ns < 0 || !r->head.status)
    return;
  if(m->crowd->plan->brief)
    recorder_cut(x, CUT_FIN);
  else
    mark_opened(ctx);
}

static void on_done(struct recording *r, void *ctx)
{
  struct crowd_member *m = ctx;
  struct crowd *c = m->crowd;
  m->x = NULL;
  c->open--;
  if(m->opening)
    c->opening--;
  m->opening = false;
  c->hangs += r->end == REC_END_TIMEOUT;
  c->plan->done(c, m->i, r);
  begin_more(c); /* may end the script: nothing of it is touched behind */
}

static const struct recorder_handler member_handler = {
    .on_progress = on_progress, .on_done = on_done};

static void begin_one(struct crowd *c)
{
  struct crowd_member *m = &c->member[c->begun];
  struct probe_request q;
  memset(&q, 0, sizeof(q));
  m->crowd = c;
  m->i = c->begun++;
  q.name = "crowd";
  c->plan->prepare(c, m->i, &q);
  m->x = recorder_start(script_recorder(c->script), &q, &member_handler, m);
  if(!m->x)
    return;
  m->opening = true;
  c->opening++;
  c->open++;
}

static bool is_begun(const struct crowd *c)
{
  return c->begun == c->total || c->hangs >= CROWD_MOST_HANGS;
}

static void begin_more(struct crowd *c)
{
  while(!is_begun(c) && c->opening < c->lanes)
    begin_one(c);
  if(!is_begun(c) || c->opening)
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

void crowd_start(struct crowd *c, struct script *s,
                 const struct crowd_plan *plan, unsigned total, unsigned lanes)
{
  memset(c, 0, sizeof(*c));
  c->script = s;
  c->plan = plan;
  c->member = calloc(total + 1, sizeof(*c->member));
  if(!c->member) {
    plan->over(c);
    return;
  }
  c->total = total;
  c->lanes = lanes;
  begin_more(c);
}

void crowd_cut(struct crowd *c, enum cut_how even, enum cut_how odd)
{
  for(unsigned i = 0; c->member && i < c->begun; i++) {
    if(c->member[i].x)
      recorder_cut(c->member[i].x, i % 2 ? odd : even);
  }
}
