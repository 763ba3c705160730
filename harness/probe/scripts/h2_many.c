/* SPDX-License-Identifier: MIT
 * "h2-many": streams beside each other on one HTTP/2 connection, on a second
 * one where one of them is left unread, and over HTTP/1.1, all at the same
 * time; then many that are cancelled, and one that has to work behind them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "probe/h2_session.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define BESIDE         8u
#define BESIDE_LEAST   2u
#define BESIDE_NS      (UINT64_C(2) * NS_PER_SEC)
#define BESIDE_FAST    NS_PER_SEC
#define UNREAD_WINDOW  128
#define MOST_BYTES     ((size_t)4 << 20)
#define CANCELS        100u
#define CANCELS_FAST   40u
#define CANCELS_MOST   300u
#define CANCELS_BEHIND 10u /* the limit: a slot that leaks is missed then */
#define LANES          4u
#define CANCEL_HANGS   3u
#define AFTER_NS       MS(500)

struct h2_many {
  struct script *s;
  struct h2_session *shared, *stalled, *cancel; /* NULL: closed */
  unsigned beside;                              /* streams of each kind */
  unsigned open[2]; /* streams of shared and of stalled */
  unsigned alone;   /* exchanges over HTTP/1.1 */
  unsigned cancels, begun, lanes, hangs;
  bool spoken, answered, kept, after;
};

static void begin_cancels(struct h2_many *m);

static void keep_connection(struct h2_many *m, struct h2_session **c,
                            enum h2_part part)
{
  struct recording *r = h2_take_connection(*c, part);
  m->spoken = m->spoken || h2_facts(*c)->settings;
  if(r)
    script_keep_next(m->s, r);
  h2_close(*c);
  *c = NULL;
}

/* Side by side */

static void beside_over(struct h2_many *m)
{
  if(m->shared || m->stalled || m->alone)
    return;
  if(m->spoken || m->beside < BESIDE_LEAST)
    begin_cancels(m);
  else
    script_done(m->s);
}

static uint64_t beside_ns(const struct h2_many *m)
{
  return script_pick(m->s, BESIDE_FAST, BESIDE_NS);
}

static unsigned as_many_as_fit(const struct h2_many *m,
                               const struct h2_session *c)
{
  uint32_t max = h2_facts(c)->max_streams;
  return m->beside < max ? m->beside : max;
}

static void alone_done(struct recording *r, void *ctx)
{
  struct h2_many *m = ctx;
  r->label.role = ROLE_ALONE;
  script_keep_next(m->s, r);
  m->alone--;
  beside_over(m);
}

static const struct recorder_handler alone_handler = {.on_done = alone_done};

static void start_alone(struct h2_many *m)
{
  unsigned i;
  for(i = 0; i < m->beside; i++) {
    struct probe_request q = {
        .name = "alone",
        .stop = {.limit_ns = beside_ns(m), .max_bytes = MOST_BYTES}};
    if(recorder_start(script_recorder(m->s), &q, &alone_handler, m))
      m->alone++;
  }
}

static struct probe_request beside_request(const struct h2_many *m)
{
  return (struct probe_request){
      .stop = {.limit_ns = beside_ns(m), .max_bytes = MOST_BYTES}};
}

static void shared_ready(struct h2_session *c, void *ctx)
{
  struct h2_many *m = ctx;
  struct probe_request q = beside_request(m);
  unsigned i, n = as_many_as_fit(m, c);
  for(i = 0; i < n; i++)
    m->open[0] +=
        h2_request(c, &q, &(struct label){.role = ROLE_SHARED}) != NULL;
  start_alone(m);
  if(!m->open[0])
    keep_connection(m, &m->shared, H2_PART_SHARED);
  beside_over(m);
}

static void shared_done(struct recording *r, void *ctx)
{
  struct h2_many *m = ctx;
  script_keep_next(m->s, r);
  if(--m->open[0])
    return;
  keep_connection(m, &m->shared, H2_PART_SHARED);
  beside_over(m);
}

static void shared_down(struct h2_session *c, void *ctx)
{
  struct h2_many *m = ctx;
  (void)c;
  keep_connection(m, &m->shared, H2_PART_SHARED);
  beside_over(m);
}

/* Windows are small on this connection; those that are read get room for all
 * that comes. */
static void stalled_ready(struct h2_session *c, void *ctx)
{
  struct h2_many *m = ctx;
  struct probe_request q = beside_request(m);
  const struct label sibling = {.role = ROLE_SIBLING};
  const struct label unread = {.role = ROLE_UNREAD, .window = UNREAD_WINDOW};
  unsigned i, n = as_many_as_fit(m, c);
  for(i = 0; i < n; i++) {
    struct h2_stream *st = h2_request(c, &q, i ? &sibling : &unread);
    m->open[1] += st != NULL;
    if(st && i)
      h2_widen(st, MOST_BYTES);
    else if(st)
      h2_leave_unread(st);
  }
  if(!m->open[1])
    keep_connection(m, &m->stalled, H2_PART_STALLED);
  beside_over(m);
}

static void stalled_done(struct recording *r, void *ctx)
{
  struct h2_many *m = ctx;
  script_keep_next(m->s, r);
  if(--m->open[1])
    return;
  keep_connection(m, &m->stalled, H2_PART_STALLED);
  beside_over(m);
}

static void stalled_down(struct h2_session *c, void *ctx)
{
  struct h2_many *m = ctx;
  (void)c;
  keep_connection(m, &m->stalled, H2_PART_STALLED);
  beside_over(m);
}

static const struct h2_handler shared_handler = {
    .on_ready = shared_ready, .on_done = shared_done, .on_down = shared_down};
static const struct h2_handler stalled_handler = {.on_ready = stalled_ready,
                                                  .on_done = stalled_done,
                                                  .on_down = stalled_down};

/* Cancelling */

static void cancels_over(struct h2_many *m)
{
  keep_connection(m, &m->cancel, H2_PART_CANCEL);
  script_done(m->s);
}

static void ask_after(struct h2_many *m)
{
  struct probe_request q = {
      .stop = {.limit_ns = AFTER_NS, .max_bytes = MOST_BYTES}};
  m->after = true;
  if(!h2_request(m->cancel, &q, &(struct label){.role = ROLE_AFTER}))
    cancels_over(m);
}

static void cancel_more(struct h2_many *m)
{
  const struct label cancel = {.role = ROLE_CANCEL, .of = m->cancels};
  while(m->begun < m->cancels && m->lanes < LANES && m->hangs < CANCEL_HANGS) {
    struct probe_request q = {.stop = {.max_bytes = MOST_BYTES}};
    m->begun++;
    if(h2_request(m->cancel, &q, &cancel))
      m->lanes++;
  }
  if(m->lanes || m->after)
    return;
  if(m->answered)
    ask_after(m);
  else
    cancels_over(m); /* nothing is to be learnt, and it would take long */
}

static void cancel_ready(struct h2_session *c, void *ctx)
{
  struct h2_many *m = ctx;
  uint32_t max = h2_facts(c)->max_streams;
  m->cancels = (unsigned)script_pick(m->s, CANCELS_FAST, CANCELS);
  if(max <= CANCELS_MOST - CANCELS_BEHIND && max + CANCELS_BEHIND > m->cancels)
    m->cancels = max + CANCELS_BEHIND;
  cancel_more(m);
}

static void cancel_progress(struct h2_stream *st, const struct recording *r,
                            void *ctx)
{
  const struct h2_many *m = ctx;
  if(!m->after && r->head.status)
    h2_cancel(st);
}

static bool is_worth_keeping(const struct h2_many *m,
                             const struct recording *r)
{
  return !m->kept || r->head.status != 200;
}

static void cancel_done(struct recording *r, void *ctx)
{
  struct h2_many *m = ctx;
  if(m->after) {
    script_keep_next(m->s, r);
    cancels_over(m);
    return;
  }
  m->lanes--;
  m->hangs += !r->head.status;
  m->answered = m->answered || r->head.status;
  if(is_worth_keeping(m, r)) {
    script_keep_next(m->s, r);
    m->kept = true;
  } else
    script_drop(m->s, r);
  cancel_more(m);
}

static void cancel_down(struct h2_session *c, void *ctx)
{
  (void)c;
  cancels_over(ctx);
}

static const struct h2_handler cancel_handler = {.on_ready = cancel_ready,
                                                 .on_progress =
                                                     cancel_progress,
                                                 .on_done = cancel_done,
                                                 .on_down = cancel_down};

static void begin_cancels(struct h2_many *m)
{
  m->cancel = h2_open(script_recorder(m->s), H2_WINDOW, &cancel_handler, m);
  if(!m->cancel)
    script_done(m->s);
}

static void start_h2_many(struct script *s)
{
  const struct target *t = script_target(s);
  struct h2_many *m = calloc(1, sizeof(*m));
  script_set_state(s, m);
  if(!m) {
    script_done(s);
    return;
  }
  m->s = s;
  m->beside = BESIDE;
  if(t->max_connections && m->beside > t->max_connections / 3)
    m->beside = t->max_connections / 3;
  if(m->beside >= BESIDE_LEAST) {
    m->shared = h2_open(script_recorder(s), H2_WINDOW, &shared_handler, m);
    m->stalled =
        h2_open(script_recorder(s), UNREAD_WINDOW, &stalled_handler, m);
  }
  beside_over(m);
}

static uint64_t h2_many_ns(const struct target *t)
{
  return (t->fast ? BESIDE_FAST : BESIDE_NS) + AFTER_NS + MS(500);
}

const struct script_row script_h2_many = {.id = SCRIPT_H2_MANY,
                                          .phase = SCRIPT_ALONE,
                                          .start = start_h2_many,
                                          .expected_ns = h2_many_ns};
