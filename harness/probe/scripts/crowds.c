/* SPDX-License-Identifier: MIT
 * "overload", "storm" and "head-leak": as many streams as the target takes,
 * all dropped at once, and a stream behind many HEADs.  Bounded by 500
 * connections. */
#include <string.h>

#include "probe/scripts/many.h"

#define HELD_MOST       480
#define HELD_UNKNOWN    100
#define HELD_FAST       50
#define EXTRA           10
#define STORM           50
#define STORM_FAST      20
#define STORM_HOLD_MS   1500
#define STORM_FAST_HOLD 1000
#define STORM_LONG_HOLD 6000
#define HEADS           50

/* overload */

static void keep_held(struct crowd *c, unsigned i, struct recording *r)
{
  r->label.role = i < c->total - many_of(c)->extra ? ROLE_HELD : ROLE_EXTRA;
  script_keep_next(c->script, r);
}

static const struct crowd_plan overload_plan = {.prepare = many_hold,
                                                .done = keep_held,
                                                .opened = many_opened,
                                                .over = many_over};

static void start_overload(struct script *s)
{
  const struct target *t = script_target(s);
  struct many *m = many_begin(s, 0);
  unsigned held;
  if(!m)
    return;
  held = t->max_connections
             ? t->max_connections
             : (unsigned)script_pick(s, HELD_FAST, HELD_UNKNOWN);
  m->extra = t->max_connections && held <= HELD_MOST ? EXTRA : 0;
  if(held > HELD_MOST)
    held = HELD_MOST;
  /* One after the other at the end: who comes last is refused, if anybody. */
  crowd_start(&m->crowd, s, &overload_plan, held + m->extra, 1);
}

static uint64_t overload_ns(const struct target *t)
{
  (void)t;
  return MS(MANY_HOLD_MS + 500);
}

/* storm */

static void prepare_back(struct crowd *c, unsigned i, struct probe_request *q)
{
  struct many *m = many_of(c);
  q->last_id = slice_of(m->last_id[i][0] ? m->last_id[i] : NULL);
  q->stop.limit_ns = MANY_LONG_NS;
}

static void keep_back(struct crowd *c, unsigned i, struct recording *r)
{
  (void)i;
  r->label.role = ROLE_BACK;
  script_keep_next(c->script, r);
}

static const struct crowd_plan back_plan = {.prepare = prepare_back,
                                            .done = keep_back,
                                            .opened = many_opened,
                                            .over = many_over};

static void keep_first(struct crowd *c, unsigned i, struct recording *r)
{
  struct many *m = many_of(c);
  if(r->last_id.n && r->last_id.n < MANY_ID_MAX &&
     !memchr(r->last_id.p, '\0', r->last_id.n))
    memcpy(m->last_id[i], r->last_id.p, r->last_id.n);
  r->label.role = ROLE_FIRST;
  r->label.cut = r->end != REC_END_OURS ? TOLD_SERVER
                 : i % 2                ? TOLD_RST
                                        : TOLD_FIN;
  script_keep_next(c->script, r);
}

static void first_over(struct crowd *c)
{
  unsigned n = c->total;
  crowd_start(c, c->script, &back_plan, n, n);
}

static void drop_all(struct script *s)
{
  struct many *m = script_state(s);
  crowd_cut(&m->crowd, CUT_FIN, CUT_RST);
}

/* Where the server ends streams by itself, the crowd waits to see whether it
 * ends them all together. */
static bool ends_streams(const struct script *s)
{
  const struct recording *r = script_recording(s, "to-end");
  return r && r->head.status == 200 &&
         (r->end == REC_END_CLEAN || r->end == REC_END_CLOSE) &&
         r->end_ns - r->head.complete_ns < (int64_t)MS(STORM_LONG_HOLD);
}

static void first_opened(struct crowd *c)
{
  uint64_t hold =
      script_pick(c->script, MS(STORM_FAST_HOLD), MS(STORM_HOLD_MS));
  if(ends_streams(c->script))
    hold = MS(STORM_LONG_HOLD);
  if(c->open)
    script_after(c->script, hold, drop_all);
}

static const struct crowd_plan first_plan = {.prepare = many_hold,
                                             .done = keep_first,
                                             .opened = first_opened,
                                             .over = first_over};

static void start_storm(struct script *s)
{
  const struct target *t = script_target(s);
  unsigned n = (unsigned)script_pick(s, STORM_FAST, STORM);
  struct many *m;
  if(t->max_connections && n > t->max_connections / 2)
    n = t->max_connections / 2 ? t->max_connections / 2 : 1;
  m = many_begin(s, n * MANY_ID_MAX);
  if(m)
    crowd_start(&m->crowd, s, &first_plan, n, n);
}

static uint64_t storm_ns(const struct target *t)
{
  return MS((t->fast ? STORM_FAST_HOLD : STORM_HOLD_MS) + MANY_HOLD_MS + 200);
}

/* head-leak */

static void prepare_head(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)c;
  (void)i;
  q->method = "HEAD";
  q->stop.when = STOP_AFTER_HEAD;
}

static void keep_head(struct crowd *c, unsigned i, struct recording *r)
{
  if(i && r->head.status == 200) {
    script_drop(c->script, r);
    return;
  }
  r->label = (struct label){.role = ROLE_HEAD, .of = c->total};
  script_keep_next(c->script, r);
}

static const struct crowd_plan head_after_plan = {
    .prepare = many_look, .done = many_after, .over = many_over};

static void heads_over(struct crowd *c)
{
  crowd_start(c, c->script, &head_after_plan, 1, 1);
}

static const struct crowd_plan head_plan = {.prepare = prepare_head,
                                            .brief = true,
                                            .done = keep_head,
                                            .over = heads_over};

static void start_head_leak(struct script *s)
{
  const struct recording *head = script_recording(s, "head");
  /* One after the other: a HEAD that is refused for its neighbours leaks
   * nothing.  Where HEAD hangs, that would take a minute. */
  bool hangs = head && !head->head.status;
  struct many *m = many_begin(s, 0);
  if(m)
    crowd_start(&m->crowd, s, &head_plan, HEADS, hangs ? HEADS : 1);
}

static uint64_t head_leak_ns(const struct target *t)
{
  (void)t;
  return MS(500);
}

MANY_ROW(script_overload, SCRIPT_OVERLOAD, overload);
MANY_ROW(script_storm, SCRIPT_STORM, storm);
MANY_ROW(script_head_leak, SCRIPT_HEAD_LEAK, head_leak);
