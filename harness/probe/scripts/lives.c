/* SPDX-License-Identifier: MIT
 * Scripts that follow one stream from life to life: "loop" and "finished". */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define LIVES      3
#define WATCH_NS   (LOOP_SHORT_NS + MS(200))
#define PAUSE_MS   50 /* before the next life */
#define ID_MAX     1024
#define ENDLESS_MS 1000 /* a stream that is known not to end */

struct lives {
  struct script *s;
  bool loop;
  unsigned n;
  char last_id[ID_MAX];
  size_t id_n;
};

static void next_life(struct script *s);

static bool ended_by_server(const struct recording *r)
{
  return r->head.status == 200 &&
         (r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
          r->end == REC_END_TRUNCATED || r->end == REC_END_RESET);
}

static bool goes_on(const struct lives *l, const struct recording *r)
{
  if(!ended_by_server(r))
    return false;
  if(!l->loop)
    return l->n < 2;
  return l->n < LIVES &&
         r->end_ns - r->head.complete_ns < (int64_t)LOOP_SHORT_NS;
}

static void on_done(struct recording *r, void *ctx)
{
  struct lives *l = ctx;
  bool more;
  l->n++;
  more = goes_on(l, r);
  if(r->last_id.n && r->last_id.n <= ID_MAX) {
    memcpy(l->last_id, r->last_id.p, r->last_id.n);
    l->id_n = r->last_id.n;
  }
  r->label.role = l->loop     ? ROLE_LIFE
                  : l->n == 1 ? ROLE_FIRST
                              : ROLE_RECONNECT;
  script_keep(l->s, r);
  if(more)
    script_after(l->s, MS(PAUSE_MS), next_life);
  else
    script_done(l->s);
}

static const struct recorder_handler handler = {.on_done = on_done};

/* A life as long as that is no loop; with --fast, what was seen of it. */
static uint64_t loop_ns(const struct target *t)
{
  return t->window_ns < WATCH_NS ? t->window_ns : WATCH_NS;
}

static uint64_t watch_ns(const struct lives *l)
{
  const struct target *t = script_target(l->s);
  if(l->loop)
    return loop_ns(t);
  if(t->stream == STREAM_ENDLESS)
    return MS(ENDLESS_MS);
  return t->stream == STREAM_FINITE ? t->idle_window_ns : t->window_ns;
}

static void next_life(struct script *s)
{
  struct lives *l = script_state(s);
  struct probe_request q = {.stop = {.limit_ns = watch_ns(l)}};
  if(l->id_n)
    q.last_id = (struct slice){l->last_id, l->id_n};
  if(!script_begin(s, &q, &handler, l))
    script_done(s);
}

static void start(struct script *s, bool loop)
{
  struct lives *l = calloc(1, sizeof(*l));
  script_set_state(s, l);
  if(!l) {
    script_done(s);
    return;
  }
  l->s = s;
  l->loop = loop;
  next_life(s);
}

static void start_loop(struct script *s)
{
  start(s, true);
}

static void start_finished(struct script *s)
{
  start(s, false);
}

static uint64_t finished_ns(const struct target *t)
{
  return t->stream == STREAM_ENDLESS ? MS(ENDLESS_MS) : t->window_ns;
}

const struct script_row script_loop = {.id = SCRIPT_LOOP,
                                       .phase = SCRIPT_BESIDE,
                                       .single = true,
                                       .start = start_loop,
                                       .expected_ns = loop_ns};
const struct script_row script_finished = {.id = SCRIPT_FINISHED,
                                           .phase = SCRIPT_AFTER,
                                           .single = true,
                                           .start = start_finished,
                                           .expected_ns = finished_ns};
