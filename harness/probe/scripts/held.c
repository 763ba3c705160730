/* SPDX-License-Identifier: MIT
 * "held": where the ordinary reader saw nothing at all, or events by the
 * handful with silence between, two readers that begin one after the other,
 * watched until both got something.  What the server holds back until enough
 * has gathered reaches the second one so much later. */
#include <stdlib.h>

#include "base/clock.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"
#include "recording/bursts.h"

#define PATIENCE     3 /* times the idle window */
#define RUNS         4 /* so many silences are waited for */
#define OFFSET_MOST  MS(2000)
#define OFFSET_LEAST MS(300)
#define TAIL_NS      MS(100) /* what came may go on in the next read */

struct held;
struct reader {
  struct held *held;
  struct recorder_exchange *x; /* NULL: not begun, or over */
  bool seen;                   /* it got something while both were there */
};

struct held {
  struct script *s;
  struct reader reader[2];
  unsigned begun;
  uint64_t watch_ns;
  bool leaving;
};

static void leave(struct script *s)
{
  struct held *h = script_state(s);
  unsigned i;
  for(i = 0; i < 2; i++) {
    if(h->reader[i].x)
      recorder_cut(h->reader[i].x, CUT_FIN);
  }
}

/* A moment after both got something while both were there. */
static void on_progress(struct recorder_exchange *x, const struct recording *r,
                        void *ctx)
{
  struct reader *me = ctx;
  struct held *h = me->held;
  const struct reader *second = &h->reader[1];
  (void)x;
  if(h->leaving || !r->events || !second->x)
    return;
  me->seen = me->seen || recorder_recording(second->x)->head.status;
  if(!h->reader[0].seen || !second->seen)
    return;
  h->leaving = true;
  script_after(h->s, TAIL_NS, leave);
}

/* One of them alone tells nothing: the other one need not go on. */
static void on_done(struct recording *r, void *ctx)
{
  struct reader *me = ctx;
  struct held *h = me->held;
  r->label.role = me == h->reader ? ROLE_FIRST : ROLE_PEER;
  me->x = NULL;
  script_keep(h->s, r);
  if(h->begun < 2 || (!h->reader[0].x && !h->reader[1].x))
    script_done(h->s);
  else
    leave(h->s);
}

static const struct recorder_handler handler = {.on_progress = on_progress,
                                                .on_done = on_done};

static void next_reader(struct script *s)
{
  struct held *h = script_state(s);
  struct reader *me = &h->reader[h->begun++];
  struct probe_request q = {.stop = {.limit_ns = h->watch_ns}};
  me->held = h;
  me->x = script_begin(s, &q, &handler, me);
  if(!me->x && !h->reader[0].x)
    script_done(s);
}

static bool is_silent(const struct recording *r)
{
  return !r->body.n && r->head.status == 200 && r->end == REC_END_OURS;
}

/* How long it is worth to watch; 0: not at all. */
static uint64_t watch_ns(const struct script *s, const struct recording *r,
                         uint64_t *offset_ns)
{
  const struct target *t = script_target(s);
  uint64_t most = PATIENCE * t->idle_window_ns;
  struct bursts b;
  int64_t gap;
  *offset_ns = OFFSET_MOST;
  if(is_silent(r))
    return t->mode == MODE_FULL ? most : 0;
  bursts_read(r, &b);
  if(r->end != REC_END_OURS || !bursts_held(r, &b, &gap))
    return 0;
  if((uint64_t)gap / 2 < *offset_ns)
    *offset_ns = (uint64_t)gap / 2;
  if(*offset_ns < OFFSET_LEAST)
    *offset_ns = OFFSET_LEAST;
  return RUNS * (uint64_t)gap < most ? RUNS * (uint64_t)gap : most;
}

static void start(struct script *s)
{
  const struct recording *plain = script_recording(s, "plain");
  struct held *h = calloc(1, sizeof(*h));
  uint64_t offset_ns = 0;
  script_set_state(s, h);
  if(h && plain)
    h->watch_ns = watch_ns(s, plain, &offset_ns);
  if(!h || !h->watch_ns) {
    script_done(s);
    return;
  }
  h->s = s;
  script_prolong(s, h->watch_ns + offset_ns);
  next_reader(s);
  script_after(s, offset_ns, next_reader);
}

/* Mostly there is nothing to be done. */
static uint64_t held_ns(const struct target *t)
{
  (void)t;
  return 0;
}

const struct script_row script_held = {.id = SCRIPT_HELD,
                                       .phase = SCRIPT_AFTER,
                                       .start = start,
                                       .expected_ns = held_ns};
