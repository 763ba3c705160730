/* SPDX-License-Identifier: MIT
 * "resume" and "seam": a control connection that stays, and a victim that is
 * cut again and again and comes back with the id that a client would have
 * committed.  Phases, cuts and pauses are drawn from the target's seed.
 *
 * A server writes an event in one go, so a client sees most events whole.  To
 * be cut inside one, the victim of those phases acts as one that had read only
 * its beginning: it sends the id of the event before. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/scripts/rows.h"
#include "probe/scripts/victim.h"

#define ROUNDS       12
#define ROUNDS_FAST  5
#define SEAM_CUTS    50
#define SEAM_MOST    250
#define SEAM_EVENTS  10    /* fewer say too little: go on cutting */
#define AFTER_MS     300   /* the control outlives the victim by this */
#define MISSED_MS    10    /* who comes then has surely missed an event */
#define BUDGET_MS    14000 /* for all */
#define FAST_MS      4500
#define ROUND_MS     2000 /* budget of each round that was asked for */
#define SEAM_FAST_MS 3000
#define SEAM_MS      8000
#define MOST_POSTS   1000
#define BRISK        10 /* events per second */

struct chase {
  struct script *s;
  bool away, over, posting;
  unsigned rounds, round, posts;
  int64_t fresh_of; /* the victim that the newcomer is beside of */
  uint64_t until_ns;
  struct recorder_exchange *control, *victim, *post, *fresh;
  size_t control_events, wait_for, victim_events;
  struct victim v;
};

static void next_victim(struct chase *c);
static void post_one(struct chase *c);

static void finish_if_over(struct chase *c)
{
  if(c->over && !c->control && !c->victim && !c->post && !c->fresh)
    script_done(c->s);
}

static void on_fresh_done(struct recording *r, void *ctx)
{
  struct chase *c = ctx;
  c->fresh = NULL;
  r->label = (struct label){.role = ROLE_FRESH, .of = c->fresh_of};
  script_keep(c->s, r);
  finish_if_over(c);
}

static const struct recorder_handler fresh_handler = {.on_done =
                                                          on_fresh_done};

/* What does one get who never had an id?  Beside each that comes back. */
static void begin_fresh(struct chase *c)
{
  struct probe_request q = {.stop = {.when = STOP_AFTER_EVENTS,
                                     .n = 1,
                                     .limit_ns = MS(VICTIM_PIECE_MS)}};
  if(c->v.seam || c->fresh || !c->v.id_n)
    return;
  c->fresh_of = c->round + 1;
  c->fresh = script_begin(c->s, &q, &fresh_handler, c);
}

static void cut_control(struct script *s)
{
  struct chase *c = script_state(s);
  if(c->control)
    recorder_cut(c->control, CUT_FIN);
  finish_if_over(c);
}

static void end_chase(struct chase *c)
{
  c->over = true;
  c->away = false;
  script_after(c->s, MS(AFTER_MS), cut_control);
}

static void come_back(struct script *s)
{
  struct chase *c = script_state(s);
  if(!c->away)
    return;
  c->away = false;
  next_victim(c);
}

static void on_control_progress(struct recorder_exchange *x,
                                const struct recording *r, void *ctx)
{
  struct chase *c = ctx;
  (void)x;
  if(r->events > c->control_events && c->posting && !c->post)
    post_one(c);
  c->control_events = r->events;
  if(!c->away || r->events < c->wait_for)
    return;
  c->wait_for = SIZE_MAX;
  script_after(c->s, MS(MISSED_MS), come_back);
}

static void on_control_done(struct recording *r, void *ctx)
{
  struct chase *c = ctx;
  c->control = NULL;
  r->label.role = ROLE_CONTROL;
  script_keep(c->s, r);
  c->over = true;
  c->away = false;
  if(c->victim)
    recorder_cut(c->victim, CUT_FIN);
  if(c->fresh)
    recorder_cut(c->fresh, CUT_FIN);
  finish_if_over(c);
}

static const struct recorder_handler control_handler = {
    .on_progress = on_control_progress, .on_done = on_control_done};

static void on_victim_progress(struct recorder_exchange *x,
                               const struct recording *r, void *ctx)
{
  struct chase *c = ctx;
  if(c->v.seam)
    return;
  if(c->v.is_cut) {
    /* Half closed: what still comes is taken in; one more event will do. */
    if(c->v.cut == CUT_HALF && r->events > c->v.want + 1)
      recorder_cut(x, CUT_FIN);
    return;
  }
  if(!victim_is_due(&c->v, r))
    return;
  c->v.is_cut = true;
  recorder_cut(x, c->v.cut);
}

static bool enough(const struct chase *c)
{
  if(clock_mono_ns() > c->until_ns)
    return true;
  if(c->round < c->rounds)
    return false;
  return !c->v.seam || c->victim_events >= SEAM_EVENTS ||
         c->round >= SEAM_MOST;
}

/* Mostly something is to be missed: away until the control got another event
 * or two; else back at once or soon. */
static void go_away(struct chase *c)
{
  uint64_t draw = rng_below(&c->v.rng, 4);
  bool misses = draw < 2 || c->round == 1;
  c->away = true;
  c->wait_for = misses ? c->control_events + 1 + draw % 2 : SIZE_MAX;
  script_after(c->s,
               misses      ? MS(VICTIM_PIECE_MS)
               : draw == 2 ? MS(1)
                           : MS(1 + rng_below(&c->v.rng, 80)),
               come_back);
}

static void on_victim_done(struct recording *r, void *ctx)
{
  struct chase *c = ctx;
  bool failed = !r->head.status;
  c->victim = NULL;
  c->victim_events += r->events;
  victim_commit(&c->v, r);
  victim_label(&c->v, r);
  script_keep(c->s, r);
  c->round++;
  if(c->over)
    finish_if_over(c);
  else if(enough(c))
    end_chase(c);
  else if(c->v.seam && !failed)
    next_victim(c);
  else
    go_away(c);
}

static const struct recorder_handler victim_handler = {
    .on_progress = on_victim_progress, .on_done = on_victim_done};

static void next_victim(struct chase *c)
{
  struct probe_request q = {.method = NULL};
  victim_draw(&c->v, c->round, c->control_events > BRISK, &q);
  c->victim = script_begin(c->s, &q, &victim_handler, c);
  if(c->victim)
    begin_fresh(c);
  if(!c->victim)
    end_chase(c);
}

static void begin_victim(struct script *s)
{
  struct chase *c = script_state(s);
  /* No event at all came: there is nothing to resume. */
  if(!c->control || !c->control_events)
    end_chase(c);
  else
    come_back(s);
}

/* Where the target has a publish hook, the seam is tried at the rate at which
 * the control connection takes events in. */
static void on_posted(struct recording *r, void *ctx)
{
  struct chase *c = ctx;
  c->post = NULL;
  c->posting = r->head.status / 100 == 2 && c->posts < MOST_POSTS;
  script_drop(c->s, r);
  finish_if_over(c);
}

static const struct recorder_handler post_handler = {.on_done = on_posted};

static void post_one(struct chase *c)
{
  const struct target *t = script_target(c->s);
  struct probe_request q = {
      .name = "publish",
      .method = t->publish_method ? t->publish_method : "POST",
      .url = t->publish_url,
      .headers = "Content-Type: text/plain; charset=utf-8",
      .body = SLICE_LIT("weir seam"),
      .stop = {.when = STOP_AFTER_HEAD, .limit_ns = NS_PER_SEC}};
  if(c->over)
    return;
  c->posts++;
  c->post = recorder_start(script_recorder(c->s), &q, &post_handler, c);
}

static uint64_t budget_ns(const struct target *t, bool seam)
{
  if(seam)
    return t->fast ? MS(SEAM_FAST_MS) : MS(SEAM_MS);
  if(t->resume_rounds)
    return MS(ROUND_MS) * t->resume_rounds;
  return t->fast ? MS(FAST_MS) : MS(BUDGET_MS);
}

static void start(struct script *s, bool seam)
{
  const struct target *t = script_target(s);
  struct chase *c = calloc(1, sizeof(*c));
  struct probe_request q = {.method = NULL};
  script_set_state(s, c);
  if(!c) {
    script_done(s);
    return;
  }
  c->s = s;
  c->v.seam = seam;
  c->rounds = seam               ? SEAM_CUTS
              : t->resume_rounds ? t->resume_rounds
              : t->fast          ? ROUNDS_FAST
                                 : ROUNDS;
  rng_seed(&c->v.rng, t->seed + seam);
  c->until_ns = clock_mono_ns() + budget_ns(t, seam);
  q.stop.limit_ns = budget_ns(t, seam) + MS(10 * VICTIM_PIECE_MS);
  c->control = script_begin(s, &q, &control_handler, c);
  if(!c->control) {
    script_done(s);
    return;
  }
  c->away = true;
  c->wait_for = 1;
  script_after(s, t->window_ns, begin_victim);
  c->posting = seam && t->publish_url;
  if(c->posting)
    post_one(c);
}

static void start_resume(struct script *s)
{
  start(s, false);
}

static void start_seam(struct script *s)
{
  start(s, true);
}

static uint64_t resume_ns(const struct target *t)
{
  return budget_ns(t, false) / 2;
}

static uint64_t seam_ns(const struct target *t)
{
  return budget_ns(t, true) / 2;
}

const struct script_row script_resume = {.id = SCRIPT_RESUME,
                                         .phase = SCRIPT_BESIDE,
                                         .start = start_resume,
                                         .expected_ns = resume_ns};
const struct script_row script_seam = {.id = SCRIPT_SEAM,
                                       .phase = SCRIPT_BESIDE,
                                       .start = start_seam,
                                       .expected_ns = seam_ns};
