/* SPDX-License-Identifier: MIT
 * "aborts" and "fast-aborts": connections that are broken off in every way,
 * then streams that must work. */
#include "probe/scripts/many.h"

#define CONNECTIONS    50 /* taken as the limit where none is known */
#define ABORTS_MOST    200
#define ABORT_LANES    10
#define AFTER_MOST     100
#define SETTLE_MS      1000 /* to clean up after aborts */
#define FAST_SETTLE_MS 300
#define QUICK          300
#define QUICK_FAST     100
#define QUICK_LANES    4
#define QUICK_PAUSE_MS 5
#define BEFORE         5
#define AFTER          10

struct kind {
  enum abort_kind kind;
  struct stop_rule stop;
};

/* Ways to break off.  The last one reads a little, then closes in the middle
 * of whatever comes. */
static const struct kind kinds[MANY_KINDS] = {
    {ABORT_RST_BEFORE_HEAD, {.when = STOP_AFTER_REQUEST, .how = CUT_RST}},
    {ABORT_RST_AFTER_HEAD, {.when = STOP_AFTER_HEAD, .how = CUT_RST}},
    {ABORT_HALF_CLOSE,
     {.when = STOP_AFTER_HEAD, .how = CUT_HALF, .limit_ns = MS(50)}},
    {ABORT_FIN_BEFORE_REQUEST, {.when = STOP_AFTER_CONNECT, .how = CUT_FIN}},
    {ABORT_FIN_MID_EVENT,
     {.when = STOP_AT_OFFSET, .how = CUT_FIN, .n = 20, .limit_ns = MS(50)}}};

static const struct crowd_plan after_plan = {.prepare = many_hold,
                                             .done = many_after,
                                             .opened = many_opened,
                                             .over = many_over};

/* aborts */

static unsigned limit_of(const struct target *t)
{
  return t->max_connections ? t->max_connections : CONNECTIONS;
}

static void prepare_abort(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)c;
  q->stop = kinds[i % MANY_KINDS].stop;
}

static void keep_abort(struct crowd *c, unsigned i, struct recording *r)
{
  struct many *m = many_of(c);
  unsigned k = i % MANY_KINDS;
  if(m->kept[k]) {
    script_drop(m->s, r);
    return;
  }
  m->kept[k] = true;
  r->label = (struct label){.role = ROLE_ABORT,
                            .kind = kinds[k].kind,
                            .of = m->aborts / MANY_KINDS +
                                  (k < m->aborts % MANY_KINDS)};
  script_keep_next(m->s, r);
}

static void open_after(struct script *s)
{
  struct many *m = script_state(s);
  crowd_start(&m->crowd, s, &after_plan, m->after, m->after);
}

static void let_settle(struct crowd *c)
{
  script_after(c->script,
               script_pick(c->script, MS(FAST_SETTLE_MS), MS(SETTLE_MS)),
               open_after);
}

static const struct crowd_plan abort_plan = {
    .prepare = prepare_abort, .done = keep_abort, .over = let_settle};

static void start_abort_crowd(struct script *s)
{
  struct many *m = script_state(s);
  unsigned limit = limit_of(script_target(s)), lanes = ABORT_LANES;
  if(lanes > limit / 2)
    lanes = limit / 2 ? limit / 2 : 1;
  crowd_start(&m->crowd, s, &abort_plan, m->aborts, lanes);
}

static void settle_before(struct crowd *c)
{
  script_after(c->script,
               script_pick(c->script, MS(FAST_SETTLE_MS), MS(SETTLE_MS)),
               start_abort_crowd);
}

static const struct crowd_plan able_plan = {.prepare = many_hold,
                                            .done = many_before,
                                            .opened = many_opened,
                                            .over = settle_before};

/* Where no limit is declared it is seen first how many streams go at all: a
 * pool of four threads is no leak. */
static void start_aborts(struct script *s)
{
  unsigned limit = limit_of(script_target(s));
  struct many *m = many_begin(s, 0);
  if(!m)
    return;
  m->aborts = 2 * limit < ABORTS_MOST ? 2 * limit : ABORTS_MOST;
  m->after = limit < AFTER_MOST ? limit : AFTER_MOST;
  if(script_target(s)->max_connections)
    start_abort_crowd(s);
  else
    crowd_start(&m->crowd, s, &able_plan, m->after, m->after);
}

static uint64_t aborts_ns(const struct target *t)
{
  uint64_t once = (t->fast ? FAST_SETTLE_MS : SETTLE_MS) + MANY_HOLD_MS;
  return MS((t->max_connections ? 1 : 2) * once + 300);
}

/* fast-aborts */

static void prepare_quick(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)c;
  (void)i;
  q->stop = (struct stop_rule){.when = STOP_AFTER_REQUEST,
                               .how = CUT_RST,
                               .delay_ns = MS(QUICK_PAUSE_MS)};
}

static void keep_quick(struct crowd *c, unsigned i, struct recording *r)
{
  struct many *m = many_of(c);
  if(i) {
    script_drop(m->s, r);
    return;
  }
  r->label = (struct label){.role = ROLE_ABORT, .of = m->aborts};
  script_keep_next(m->s, r);
}

static const struct crowd_plan quick_after_plan = {
    .prepare = many_look, .done = many_after, .over = many_over};

static void quick_over(struct crowd *c)
{
  crowd_start(c, c->script, &quick_after_plan, AFTER, 1);
}

static const struct crowd_plan quick_plan = {
    .prepare = prepare_quick, .done = keep_quick, .over = quick_over};

static void before_over(struct crowd *c)
{
  crowd_start(c, c->script, &quick_plan, many_of(c)->aborts, QUICK_LANES);
}

static const struct crowd_plan before_plan = {
    .prepare = many_look, .done = many_before, .over = before_over};

static void start_fast_aborts(struct script *s)
{
  struct many *m = many_begin(s, 0);
  if(!m)
    return;
  m->aborts = (unsigned)script_pick(s, QUICK_FAST, QUICK);
  crowd_start(&m->crowd, s, &before_plan, BEFORE, 1);
}

static uint64_t fast_aborts_ns(const struct target *t)
{
  return MS((t->fast ? QUICK_FAST : QUICK) * (QUICK_PAUSE_MS + 1) /
                QUICK_LANES +
            500);
}

MANY_ROW(script_aborts, SCRIPT_ABORTS, aborts);
MANY_ROW(script_fast_aborts, SCRIPT_FAST_ABORTS, fast_aborts);
