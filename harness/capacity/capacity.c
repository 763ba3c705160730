/* SPDX-License-Identifier: MIT
 * The steps of a capacity search, one after the other, target and reference in
 * turn, until both searches are over or something ends them; see capacity.h.
 */
#include "capacity/capacity.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "capacity/capacity_private.h"

#define SETTLE_MS    200  /* for a server to see that all have left */
#define BUSY_MS      1500 /* for whatever kept the generator */
#define SILENT_MS    1000 /* for a server that gave no answer */
#define SILENT_STEPS 3
#define MEASURING    "measuring"

static const struct {
  const char *name, *unit;
} axes[] = {
#define X(id, name, unit) {name, unit},
    CAPACITY_AXES(X)
#undef X
};

const char *capacity_axis_name(enum capacity_axis a)
{
  return axes[a].name;
}

const char *capacity_axis_unit(enum capacity_axis a)
{
  return axes[a].unit;
}

int capacity_check(const struct scenario *s, enum capacity_axis axis,
                   struct err *e)
{
  struct buf yaml;
  bool marked;
  if(s->stage_count || s->arrival_rate > 0)
    return err_set(e, E_MISMATCH,
                   "a capacity search holds one number of streams at each "
                   "step: give connections instead of %s",
                   s->stage_count ? "stages" : "arrival.rate");
  if(s->storm.enabled)
    return err_set(e, E_MISMATCH,
                   "a capacity search cuts no streams: leave storm out");
  if(!s->app && (axis == CAPACITY_CONCURRENCY || axis == CAPACITY_REQUESTS))
    return err_set(e, E_MISMATCH,
                   "--axis %s is for streams that answer requests: give --app",
                   capacity_axis_name(axis));
  if(s->app)
    return 0;
  if(axis == CAPACITY_PUBLISH && !s->publish.enabled)
    return err_set(e, E_MISMATCH,
                   "--axis publish raises what weir itself publishes: give "
                   "--publish.url");
  if(axis != CAPACITY_RATE)
    return 0;
  buf_init(&yaml, 0);
  marked = scenario_print(s, &yaml) == 0 &&
           strstr(buf_text(&yaml), CAPACITY_RATE_MARK);
  buf_free(&yaml);
  return marked ? 0
                : err_set(e, E_MISMATCH,
                          "--axis rate needs to tell the target how fast to "
                          "send: put " CAPACITY_RATE_MARK
                          " into the URL, such as ?rate=" CAPACITY_RATE_MARK
                          " (or publish yourself, with --axis publish)");
}

struct lane { /* the search on one server */
  struct search search;
  bool open;       /* takes part */
  uint32_t silent; /* steps in a row without an answer */
};

enum { TARGET, REFERENCE, LANES };

struct hunt {
  const struct scenario *s;
  const struct capacity_options *o;
  struct capacity_outcome *out;
  struct err *e;
  struct buf yaml;
  struct lane lane[LANES];
  uint32_t turn;
  struct reference reference;
  double rate, size; /* of the target's events */
  uint64_t start_ns;
  struct capacity_watch watch;
};

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
  (void)number;
  signalled = 1;
}

/* Each load run takes the signals for itself and lets go of them again. */
static void catch_signals(void (*handler)(int))
{
  struct sigaction a, was;
  memset(&a, 0, sizeof(a));
  a.sa_handler = handler;
  sigaction(SIGINT, &a, NULL);
  sigaction(SIGTERM, &a, NULL);
  if(sigaction(SIGHUP, NULL, &was) == 0 && was.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &a, NULL);
}

static void on_progress(const struct load_progress *p, void *ctx)
{
  struct hunt *h = ctx;
  watch_sample(&h->watch, strcmp(p->phase, MEASURING) == 0, clock_mono_ns());
  if(h->o->on_progress)
    h->o->on_progress(p, h->o->progress_ctx);
}

static void stop(struct hunt *h, enum capacity_stop why)
{
  uint32_t i;
  if(h->out->stop == CAPACITY_COMPLETE)
    h->out->stop = why;
  for(i = 0; i < LANES; i++)
    search_stop(&h->lane[i].search);
}

static struct step_plan plan_of(const struct hunt *h, uint32_t lane,
                                const struct search_probe *probe)
{
  return (struct step_plan){.options = h->o,
                            .yaml = buf_text(&h->yaml),
                            .s = h->s,
                            .probe = *probe,
                            .reference =
                                lane == REFERENCE ? &h->reference : NULL,
                            .rate = h->rate,
                            .size = h->size};
}

/* The next step in turn; false when there is none. */
static bool pick(struct hunt *h, uint32_t *lane, struct search_probe *probe)
{
  uint32_t i;
  for(i = 0; i < LANES; i++) {
    *lane = (h->turn + i) % LANES;
    if(h->lane[*lane].open && search_next(&h->lane[*lane].search, probe)) {
      h->turn = *lane + 1;
      return true;
    }
  }
  return false;
}

static bool out_of_time(const struct hunt *h, const struct step_plan *p)
{
  uint64_t spent = clock_mono_ns() - h->start_ns;
  return h->out->steps && spent + step_ns(p) > h->o->budget_ns;
}

/* Something other than the target kept the step from being run. */
static bool is_ours(int rc)
{
  return rc == E_LIMIT || rc == E_INTERNAL || rc == E_IO;
}

static int load_step(struct hunt *h, const struct scenario *s,
                     struct capacity_step *step, struct load_outcome *outcome)
{
  struct load_options lo = {.program = h->o->program,
                            .on_progress = on_progress,
                            .progress_ctx = h,
                            .live = h->o->live};
  struct err e = {0};
  int rc;
  watch_begin(&h->watch, s->server_pid, s->server_name);
  rc = load_run(s, &lo, outcome, &e);
  catch_signals(on_signal);
  step->server = watch_end(&h->watch);
  step->outcome = rc ? NULL : outcome;
  step->no_answer = rc == E_UNREACHABLE;
  step->cannot = is_ours(rc);
  if(rc)
    *h->e = e;
  step->sentence = rc ? h->e->text : "";
  return step->no_answer || step->cannot ? 0 : rc;
}

static void start_reference(struct hunt *h)
{
  struct err e = {0};
  if(!h->o->server_program || h->lane[REFERENCE].open ||
     h->out->reference_why[0])
    return;
  if(reference_start(&h->reference, h->o->server_program, &e)) {
    snprintf(h->out->reference_why, sizeof(h->out->reference_why), "%.199s",
             e.text);
    return;
  }
  search_init(&h->lane[REFERENCE].search, &h->o->search);
  h->lane[REFERENCE].open = true;
  h->turn = REFERENCE;
}

static void count_silence(struct hunt *h, const struct capacity_step *step)
{
  struct lane *l = &h->lane[step->reference ? REFERENCE : TARGET];
  if(!step->no_answer) {
    l->silent = 0;
    return;
  }
  poll(NULL, 0, SILENT_MS);
  if(++l->silent < SILENT_STEPS)
    return;
  if(step->reference) {
    search_stop(&l->search);
    return;
  }
  snprintf(h->out->gone, sizeof(h->out->gone), "%.299s", step->sentence);
  stop(h, CAPACITY_TARGET_GONE);
}

/* What a step that was run means for the search. */
static int learn(struct hunt *h, const struct capacity_step *step)
{
  struct capacity_judgement j;
  struct lane *l = &h->lane[step->reference ? REFERENCE : TARGET];
  int rc;
  memset(&j, 0, sizeof(j));
  rc = h->o->judge(step, &j, h->o->judge_ctx);
  if(rc)
    return err_set(h->e, rc, "%s", err_name(rc));
  if(step->outcome && step->outcome->interrupted) {
    stop(h, CAPACITY_INTERRUPTED);
    return 0;
  }
  search_tell(&l->search, j.verdict, j.hint);
  if(j.verdict == SEARCH_INVALID && step->outcome)
    poll(NULL, 0, BUSY_MS);
  count_silence(h, step);
  if(step->reference || j.verdict != SEARCH_HELD || h->rate > 0)
    return 0;
  h->rate = j.rate;
  h->size = j.size;
  start_reference(h);
  return 0;
}

/* An answer that never came says something about the target only when it has
 * answered before. */
static int first_without_answer(const struct hunt *h,
                                const struct capacity_step *step)
{
  return step->no_answer && h->out->steps == 1 ? E_UNREACHABLE : 0;
}

static int run_step(struct hunt *h, uint32_t lane,
                    const struct step_plan *plan)
{
  struct capacity_step step = {.number = h->out->steps + 1,
                               .reference = lane == REFERENCE,
                               .probe = plan->probe,
                               .sentence = ""};
  struct load_outcome outcome;
  struct scenario *s = step_scenario(plan, h->e);
  int rc;
  if(!s)
    return h->e->code;
  if(h->o->begin)
    h->o->begin(&step, h->o->ctx);
  if(lane == REFERENCE) {
    h->out->has_reference = true;
    step_reference_url(plan, h->out->reference_url,
                       sizeof(h->out->reference_url));
  }
  memset(&outcome, 0, sizeof(outcome));
  rc = load_step(h, s, &step, &outcome);
  h->out->steps += rc == 0;
  if(!rc)
    rc = first_without_answer(h, &step);
  if(!rc)
    rc = learn(h, &step);
  if(step.outcome)
    load_outcome_free(&outcome);
  scenario_free(s);
  return rc;
}

static int hunt(struct hunt *h)
{
  struct search_probe probe;
  uint32_t lane;
  int rc = 0;
  while(!rc && pick(h, &lane, &probe)) {
    struct step_plan plan = plan_of(h, lane, &probe);
    if(signalled) {
      stop(h, CAPACITY_INTERRUPTED);
      break;
    }
    if(out_of_time(h, &plan)) {
      stop(h, CAPACITY_BUDGET);
      break;
    }
    rc = run_step(h, lane, &plan);
    if(rc == E_CLOSED && h->out->steps) {
      stop(h, CAPACITY_INTERRUPTED);
      rc = 0;
    }
    poll(NULL, 0, SETTLE_MS);
  }
  return rc;
}

int capacity_run(const struct scenario *s, const struct capacity_options *o,
                 struct capacity_outcome *out, struct err *e)
{
  struct hunt h;
  int rc;
  memset(&h, 0, sizeof(h));
  memset(out, 0, sizeof(*out));
  h.s = s;
  h.o = o;
  h.out = out;
  h.e = e;
  h.start_ns = clock_mono_ns();
  out->started_real_ns = clock_real_ns();
  search_init(&h.lane[TARGET].search, &o->search);
  search_init(&h.lane[REFERENCE].search, &o->search);
  h.lane[TARGET].open = true;
  signalled = 0;
  catch_signals(on_signal);
  buf_init(&h.yaml, 0);
  rc = scenario_print(s, &h.yaml);
  if(!rc)
    rc = hunt(&h);
  reference_stop(&h.reference);
  catch_signals(SIG_DFL);
  buf_free(&h.yaml);
  out->target = search_result(&h.lane[TARGET].search);
  out->reference = search_result(&h.lane[REFERENCE].search);
  out->elapsed_ns = clock_mono_ns() - h.start_ns;
  return rc;
}
