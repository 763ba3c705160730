/* SPDX-License-Identifier: MIT
 * Made-up capacity searches; see capacity_synthetic.h. */
#include "capacity/capacity_synthetic.h"

#include <stdlib.h>

#include "base/clock.h"
#include "load/synthetic.h"

#define STARTED_NS 1767225600000000000ull /* 2026-01-01T00:00:00Z */

static const char *const names[] = {
#define X(id, name) name,
    CAPACITY_SYNTHETIC_LIST(X)
#undef X
};

const char *capacity_synthetic_name(enum capacity_synthetic kind)
{
  return names[kind];
}

/* One step: which side, at which load, and which made-up run it was. */
struct play {
  bool reference;
  uint64_t load;
  enum search_phase phase;
  enum synthetic run; /* SYNTHETIC_COUNT: there was no answer */
};

#define PLAYS_MAX 8

static const struct story {
  struct play play[PLAYS_MAX]; /* load 0 ends it */
  struct capacity_outcome outcome;
} stories[CAPACITY_SYNTHETIC_COUNT] = {
    [CAPACITY_SYNTHETIC_KNEE] =
        {{{false, 100, SEARCH_RAMP, SYNTHETIC_PASS},
          {true, 100, SEARCH_RAMP, SYNTHETIC_PASS},
          {false, 200, SEARCH_RAMP, SYNTHETIC_FAIL},
          {true, 200, SEARCH_RAMP, SYNTHETIC_PASS},
          {false, 200, SEARCH_RAMP, SYNTHETIC_FAIL},
          {true, 200, SEARCH_CONFIRM, SYNTHETIC_PASS},
          {false, 100, SEARCH_CONFIRM, SYNTHETIC_PASS}},
         {.target = {SEARCH_KNEE, 100, 200, false, true, 0},
          .reference = {SEARCH_AT_MAX, 200, 0, false, true, 0},
          .has_reference = true,
          .reference_url = "http://127.0.0.1:1/stream?rate=10&size=80"}},
    [CAPACITY_SYNTHETIC_MAX] = {{{false, 100, SEARCH_RAMP, SYNTHETIC_PASS},
                                 {false, 100, SEARCH_CONFIRM, SYNTHETIC_PASS}},
                                {.target = {SEARCH_AT_MAX, 100, 0, false, true,
                                            0},
                                 .reference_why =
                                     "weir-server did not start"}},
    [CAPACITY_SYNTHETIC_GENERATOR] =
        {{{false, 100, SEARCH_RAMP, SYNTHETIC_PASS},
          {false, 200, SEARCH_RAMP, SYNTHETIC_INVALID},
          {false, 200, SEARCH_RAMP, SYNTHETIC_INVALID},
          {false, 100, SEARCH_CONFIRM, SYNTHETIC_PASS}},
         {.target = {SEARCH_GENERATOR, 100, 200, true, true, 0}}},
    [CAPACITY_SYNTHETIC_NOTHING] = {{{false, 1, SEARCH_RAMP, SYNTHETIC_FAIL},
                                     {false, 1, SEARCH_RAMP, SYNTHETIC_FAIL}},
                                    {.target = {SEARCH_NOTHING, 0, 1, false,
                                                false, 0}}},
    [CAPACITY_SYNTHETIC_GONE] = {{{false, 100, SEARCH_RAMP, SYNTHETIC_PASS},
                                  {false, 200, SEARCH_RAMP, SYNTHETIC_COUNT},
                                  {false, 200, SEARCH_RAMP, SYNTHETIC_COUNT}},
                                 {.target = {SEARCH_STOPPED, 100, 200, false,
                                             false, 0},
                                  .stop = CAPACITY_TARGET_GONE,
                                  .gone = "connection refused"}},
    [CAPACITY_SYNTHETIC_INTERRUPTED] = {
        {{false, 100, SEARCH_RAMP, SYNTHETIC_PASS},
         {false, 200, SEARCH_RAMP, SYNTHETIC_INTERRUPTED}},
        {.target = {SEARCH_STOPPED, 100, 0, false, false, 0},
         .stop = CAPACITY_INTERRUPTED}}};

static void must(bool ok)
{
  if(!ok)
    abort();
}

/* Costs that lie on a line: 4 KiB a stream above 1 MiB. */
static void add_server(struct capacity_step *step, struct load_outcome *o,
                       uint64_t load)
{
  step->server = (struct capacity_server){.known = true,
                                          .pid = 4711,
                                          .name = "server",
                                          .fds = load + 10,
                                          .fds_fullest = load + 10,
                                          .fds_limit = 1024,
                                          .busiest_percent = 40,
                                          .starved_percent = 1,
                                          .memory_available = 1u << 30,
                                          .memory_total = 2147483648u,
                                          .machine_percent = 55.5};
  o->server = (struct server_cost){.known = true,
                                   .pid = 4711,
                                   .processes = 1,
                                   .cpu_percent = 4,
                                   .rss_base_bytes = 1u << 20,
                                   .rss_bytes = (1u << 20) + 4096 * load};
}

static void add_step(json_t *doc, const struct play *p, uint32_t number)
{
  struct capacity_judgement j;
  struct capacity_step step = {.number = number,
                               .reference = p->reference,
                               .probe = {p->load, p->phase, false},
                               .sentence = "connection refused"};
  struct synthetic_run *r;
  if(p->run == SYNTHETIC_COUNT) {
    step.no_answer = true;
    must(capacity_doc_step(doc, &step, &j) == 0);
    return;
  }
  r = synthetic_new(p->run);
  add_server(&step, &r->outcome, p->load);
  step.outcome = &r->outcome;
  must(capacity_doc_step(doc, &step, &j) == 0);
  synthetic_free(r);
}

static json_t *begin(struct scenario *s, uint64_t required)
{
  static const struct load_doc_context context = {
      .libcurl = "7.88.1",
      .libuv = "1.44.2",
      .command_line = "weir capacity http://h/?token=s3cret"};
  const struct capacity_options options = {
      .search = {.start = 100, .max = 200, .growth = 2, .tolerance = 0.05},
      .step_ns = 10 * NS_PER_SEC,
      .warmup_ns = 2 * NS_PER_SEC,
      .budget_ns = 1200 * NS_PER_SEC};
  const struct capacity_facts facts = {.scenario = s,
                                       .options = &options,
                                       .context = &context,
                                       .required = required};
  return capacity_doc_new(&facts);
}

json_t *capacity_synthetic_doc(enum capacity_synthetic kind, uint64_t required)
{
  const struct story *story = &stories[kind];
  struct capacity_outcome outcome = story->outcome;
  struct scenario *s = scenario_default();
  json_t *doc;
  uint32_t i;
  must(s && !scenario_set(s, "url", "http://h/?token=s3cret", "t", NULL) &&
       !scenario_set(s, "thresholds", "latency.p99 < 250ms", "t", NULL) &&
       !scenario_set(s, "thresholds", "events.lost == 0", "t", NULL) &&
       !scenario_finish(s, NULL));
  doc = begin(s, required);
  must(doc);
  for(i = 0; i < PLAYS_MAX && story->play[i].load; i++)
    add_step(doc, &story->play[i], i + 1);
  outcome.started_real_ns = STARTED_NS;
  outcome.elapsed_ns = 90 * NS_PER_SEC;
  outcome.steps = i;
  must(capacity_doc_finish(doc, &outcome) == 0);
  scenario_free(s);
  return doc;
}
