/* SPDX-License-Identifier: MIT
 * Scripts of many connections: "aborts", "fast-aborts", "overload", "storm",
 * "head-leak".  Bounded by 500 connections. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/script_rows.h"
#include "probe/script_util.h"

#define CONNECTIONS     50 /* taken as the limit where none is known */
#define ABORTS_MOST     200
#define ABORT_LANES     10
#define AFTER_MOST      100
#define SETTLE_MS       1000 /* to clean up after aborts */
#define FAST_SETTLE_MS  300
#define AFTER_MS        500 /* for a stream's first event, if one is due */
#define QUICK           300
#define QUICK_FAST      100
#define QUICK_LANES     4
#define QUICK_PAUSE_MS  5
#define BEFORE          5
#define AFTER           10
#define HELD_MOST       480
#define HELD_UNKNOWN    100
#define HELD_FAST       50
#define EXTRA           10
#define HOLD_MS         500
#define STORM           50
#define STORM_FAST      20
#define STORM_HOLD_MS   1500
#define STORM_FAST_HOLD 1000
#define STORM_LONG_HOLD 6000
#define HEADS           50
#define HEAD_LANES      5
#define LONG_NS         (UINT64_C(60) * NS_PER_SEC)
#define ID_MAX          64

struct kind {
  const char *name;
  struct stop_rule stop;
};

/* Ways to break off.  The last one reads a little, then closes in the middle
 * of whatever comes. */
static const struct kind kinds[] = {
    {"rst-before-head", {.when = STOP_AFTER_REQUEST, .how = CUT_RST}},
    {"rst-after-head", {.when = STOP_AFTER_HEAD, .how = CUT_RST}},
    {"half-close",
     {.when = STOP_AFTER_HEAD, .how = CUT_HALF, .limit_ns = MS(50)}},
    {"fin-before-request", {.when = STOP_AFTER_CONNECT, .how = CUT_FIN}},
    {"fin-mid-event",
     {.when = STOP_AT_OFFSET, .how = CUT_FIN, .n = 20, .limit_ns = MS(50)}}};

#define KINDS ((unsigned)(sizeof(kinds) / sizeof(kinds[0])))

struct many {
  struct script *s;
  struct crowd crowd;
  unsigned step, aborts, after;
  bool kept[KINDS];
  uint64_t head_ns; /* slowest so far */
  unsigned extra;
  char (*last_id)[ID_MAX]; /* behind the struct, of a storm */
};

static struct many *state(const struct crowd *c)
{
  return script_state(c->script);
}

static struct many *begin(struct script *s, size_t more)
{
  struct many *m = calloc(1, sizeof(*m) + more);
  script_set_state(s, m);
  if(!m) {
    script_done(s);
    return NULL;
  }
  m->s = s;
  m->last_id = (char(*)[ID_MAX])(m + 1);
  return m;
}

static void finish(struct crowd *c)
{
  script_done(c->script);
}

static void keep_after(struct crowd *c, unsigned i, struct recording *r)
{
  (void)i;
  script_label(r, "role=after");
  script_keep_next(c->script, r);
}

static void keep_before(struct crowd *c, unsigned i, struct recording *r)
{
  (void)i;
  script_label(r, "role=before");
  script_keep_next(c->script, r);
}

static void prepare_after(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)i;
  (void)c;
  q->stop = (struct stop_rule){
      .when = STOP_AFTER_EVENTS, .n = 1, .limit_ns = MS(AFTER_MS)};
}

/* The streams that must work are open at the same time: none is cut before
 * the last one has its head. */
static void hold_after(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)i;
  (void)c;
  q->stop.limit_ns = LONG_NS;
}

static void cut_all(struct script *s)
{
  struct many *m = script_state(s);
  crowd_cut(&m->crowd, CUT_FIN, CUT_FIN);
}

static void hold_a_moment(struct crowd *c)
{
  if(c->open)
    script_after(c->script, MS(HOLD_MS), cut_all);
}

static const struct crowd_plan after_plan = {.prepare = hold_after,
                                             .done = keep_after,
                                             .opened = hold_a_moment,
                                             .over = finish};

/* aborts */

static unsigned limit_of(const struct target *t)
{
  return t->max_connections ? t->max_connections : CONNECTIONS;
}

static void prepare_abort(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)c;
  q->stop = kinds[i % KINDS].stop;
}

static void keep_abort(struct crowd *c, unsigned i, struct recording *r)
{
  struct many *m = state(c);
  unsigned k = i % KINDS;
  if(m->kept[k]) {
    script_drop(m->s, r);
    return;
  }
  m->kept[k] = true;
  script_label(r, "role=abort kind=%s of=%u", kinds[k].name,
               m->aborts / KINDS + (k < m->aborts % KINDS));
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

static const struct crowd_plan able_plan = {.prepare = hold_after,
                                            .done = keep_before,
                                            .opened = hold_a_moment,
                                            .over = settle_before};

/* Where no limit is declared it is seen first how many streams go at all: a
 * pool of four threads is no leak. */
static void start_aborts(struct script *s)
{
  unsigned limit = limit_of(script_target(s));
  struct many *m = begin(s, 0);
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
  uint64_t once = (t->fast ? FAST_SETTLE_MS : SETTLE_MS) + HOLD_MS;
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
  struct many *m = state(c);
  if(i) {
    script_drop(m->s, r);
    return;
  }
  script_label(r, "role=abort of=%u", m->aborts);
  script_keep_next(m->s, r);
}

static const struct crowd_plan quick_after_plan = {
    .prepare = prepare_after, .done = keep_after, .over = finish};

static void quick_over(struct crowd *c)
{
  crowd_start(c, c->script, &quick_after_plan, AFTER, 1);
}

static const struct crowd_plan quick_plan = {
    .prepare = prepare_quick, .done = keep_quick, .over = quick_over};

static void before_over(struct crowd *c)
{
  crowd_start(c, c->script, &quick_plan, state(c)->aborts, QUICK_LANES);
}

static const struct crowd_plan before_plan = {
    .prepare = prepare_after, .done = keep_before, .over = before_over};

static void start_fast_aborts(struct script *s)
{
  struct many *m = begin(s, 0);
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

/* overload */

static void keep_held(struct crowd *c, unsigned i, struct recording *r)
{
  script_label(r, i < c->total - state(c)->extra ? "role=held" : "role=extra");
  script_keep_next(c->script, r);
}

static const struct crowd_plan overload_plan = {.prepare = hold_after,
                                                .done = keep_held,
                                                .opened = hold_a_moment,
                                                .over = finish};

static void start_overload(struct script *s)
{
  const struct target *t = script_target(s);
  struct many *m = begin(s, 0);
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
  return MS(HOLD_MS + 500);
}

/* storm */

static void prepare_back(struct crowd *c, unsigned i, struct probe_request *q)
{
  struct many *m = state(c);
  q->last_id = slice_of(m->last_id[i][0] ? m->last_id[i] : NULL);
  q->stop.limit_ns = LONG_NS;
}

static void keep_back(struct crowd *c, unsigned i, struct recording *r)
{
  (void)i;
  script_label(r, "role=back");
  script_keep_next(c->script, r);
}

static const struct crowd_plan back_plan = {.prepare = prepare_back,
                                            .done = keep_back,
                                            .opened = hold_a_moment,
                                            .over = finish};

static void keep_first(struct crowd *c, unsigned i, struct recording *r)
{
  struct many *m = state(c);
  if(r->last_id.n && r->last_id.n < ID_MAX &&
     !memchr(r->last_id.p, '\0', r->last_id.n))
    memcpy(m->last_id[i], r->last_id.p, r->last_id.n);
  script_label(r, "role=first cut=%s",
               r->end != REC_END_OURS ? "server"
               : i % 2                ? "rst"
                                      : "fin");
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

static const struct crowd_plan first_plan = {.prepare = hold_after,
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
  m = begin(s, n * ID_MAX);
  if(m)
    crowd_start(&m->crowd, s, &first_plan, n, n);
}

static uint64_t storm_ns(const struct target *t)
{
  return MS((t->fast ? STORM_FAST_HOLD : STORM_HOLD_MS) + HOLD_MS + 200);
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
  script_label(r, "role=head of=%u", c->total);
  script_keep_next(c->script, r);
}

static const struct crowd_plan head_after_plan = {
    .prepare = prepare_after, .done = keep_after, .over = finish};

static void heads_over(struct crowd *c)
{
  crowd_start(c, c->script, &head_after_plan, 1, 1);
}

static const struct crowd_plan head_plan = {
    .prepare = prepare_head, .done = keep_head, .over = heads_over};

static void start_head_leak(struct script *s)
{
  const struct recording *head = script_recording(s, "head");
  /* Where HEAD hangs, few lanes would wait for one another for a minute. */
  bool hangs = head && !head->head.status;
  struct many *m = begin(s, 0);
  if(m)
    crowd_start(&m->crowd, s, &head_plan, HEADS, hangs ? HEADS : HEAD_LANES);
}

static uint64_t head_leak_ns(const struct target *t)
{
  (void)t;
  return MS(500);
}

#define ROW(symbol, script, name)                                             \
  const struct script_row symbol = {.id = script,                             \
                                    .phase = SCRIPT_ALONE,                    \
                                    .start = start_##name,                    \
                                    .expected_ns = name##_ns}

ROW(script_aborts, SCRIPT_ABORTS, aborts);
ROW(script_fast_aborts, SCRIPT_FAST_ABORTS, fast_aborts);
ROW(script_overload, SCRIPT_OVERLOAD, overload);
ROW(script_storm, SCRIPT_STORM, storm);
ROW(script_head_leak, SCRIPT_HEAD_LEAK, head_leak);
