/* SPDX-License-Identifier: MIT
 * weir capacity's command line; see capacity_args.h. */
#include "cli/capacity_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "capacity/capacity_doc.h"

#define GROWTH         2.0
#define WARMUP_SHARE   5 /* a step's length divided by it */
#define WARMUP_MOST_NS (5 * NS_PER_SEC)
#define SLO_MAX        16
#define COUNT_MOST     1e15

/* "a < 1; b == 0" as thresholds of the scenario. */
static int add_objectives(struct capacity_args *a, struct slice list,
                          const char *where, struct err *e)
{
  int rc = 0;
  while(list.n && !rc) {
    struct slice one = slice_trim(slice_cut(&list, ';'));
    char *text;
    if(!one.n)
      continue;
    if(a->objectives++ == SLO_MAX)
      return err_set(e, E_RANGE, "%s: at most %d objectives", where, SLO_MAX);
    text = slice_dup(one);
    rc = text ? scenario_set(a->load.scenario, "thresholds", text, where, e)
              : err_set(e, E_NOMEM, "out of memory");
    free(text);
  }
  return rc;
}

static int set_slo(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  (void)o;
  return add_objectives(object, text, from->where, e);
}

#define ARG(n, m) .name = n, OPTION_MEMBER(struct capacity_args, m)

static const char *const axis_words[] = {
#define X(id, name, unit) name,
    CAPACITY_AXES(X)
#undef X
        NULL};

static const struct option_row rows[] = {
    {ARG("axis", options.axis), .type = OPTION_CHOICE, .choice = axis_words,
     .expected = "connections, rate, publish, concurrency or requests",
     .group = "Search", .argument = "AXIS", .fallback = "connections",
     .help = "What is raised: connections, rate (events per second over all "
             "streams; {rate} in the URL is replaced with each stream's) or "
             "publish (publishes per second); with --app concurrency (users, "
             "as connections) or requests (per second, as rate)"},
    {.name = "slo",
     .type = OPTION_OWN_LIST,
     .set = set_slo,
     .argument = "LIST",
     .help = "Objectives, separated by ';' (default: " CAPACITY_SLO ")"},
    {ARG("from", from), .type = OPTION_COUNT, .least = 1, .most = COUNT_MOST,
     .argument = "N",
     .help = "Where to start (-c or 100 streams, 1 event/s a stream, 10 "
             "publishes/s)"},
    {ARG("max", max), .type = OPTION_COUNT, .least = 1, .most = COUNT_MOST,
     .argument = "N", .help = "Do not go higher"},
    {ARG("step-time", options.step_ns), .type = OPTION_DURATION, .least = 1e6,
     .most = 86400e9, .argument = "TIME",
     .help = "Measured time of a step (10s); the run that confirms takes "
             "twice as long"},
    {ARG("tolerance", options.search.tolerance), .type = OPTION_SHARE,
     .least = 0.0001, .most = 1, .argument = "SHARE", .fallback = "5%",
     .help = "How near to come to the limit"},
    {ARG("budget", options.budget_ns), .type = OPTION_DURATION, .least = 1e6,
     .most = 30 * 86400e9, .argument = "TIME", .fallback = "20m",
     .help = "Time for everything"},
    {ARG("require", required), .type = OPTION_COUNT, .least = 1,
     .most = COUNT_MOST, .argument = "N", .help = "Fail unless N holds"},
    {ARG("no-reference", no_reference), .type = OPTION_BOOL,
     .help = "Leave weir-server out"},
};

const struct option_table capacity_options = {rows,
                                              sizeof(rows) / sizeof(rows[0])};

static void set_search(struct capacity_args *a)
{
  static const uint64_t most[] = {1000000, 10000000, 100000, 1000000, 100000};
  static const uint64_t least[] = {100, 1, 10, 1, 1};
  struct capacity_options *o = &a->options;
  struct scenario *sc = a->load.scenario;
  struct search_config *c = &o->search;
  c->growth = GROWTH;
  c->max = a->max ? a->max : most[o->axis];
  c->start = least[o->axis];
  if(o->axis == CAPACITY_RATE)
    c->start = sc->connections; /* one event per second and stream */
  else if((o->axis == CAPACITY_CONNECTIONS ||
           o->axis == CAPACITY_CONCURRENCY) &&
          sc->connections > 1)
    c->start = sc->connections;
  if(a->from)
    c->start = a->from;
  if(c->start > c->max)
    c->start = c->max;
  if(!o->step_ns)
    o->step_ns = sc->duration_ns;
  o->warmup_ns = o->step_ns / WARMUP_SHARE;
  if(o->warmup_ns > WARMUP_MOST_NS)
    o->warmup_ns = WARMUP_MOST_NS;
  if(!sc->seed) /* one for all steps, so that they differ in load alone */
    sc->seed = rng_fresh_seed();
}

/* Streams and events of those that stand are users and requests here, and
 * weir-server answers as it is asked, so that there is nothing to compare. */
static void of_requests(struct capacity_args *a)
{
  if(a->options.axis == CAPACITY_CONNECTIONS)
    a->options.axis = CAPACITY_CONCURRENCY;
  if(a->options.axis == CAPACITY_RATE)
    a->options.axis = CAPACITY_REQUESTS;
  a->no_reference = true;
}

int capacity_args_read(struct capacity_args *a, int argc, char **argv,
                       struct err *e)
{
  const struct command_part own = {&capacity_options, a, NULL};
  int rc;
  memset(a, 0, sizeof(*a));
  rc = option_set_default(a, &capacity_options);
  if(!rc)
    rc = load_args_parse(&a->load, &own, argc, argv, e);
  if(rc || a->load.common.help)
    return rc;
  if(a->load.scenario->app)
    of_requests(a);
  a->slo_is_default = !a->load.scenario->threshold_count;
  if(a->slo_is_default)
    rc = add_objectives(a,
                        a->load.scenario->app ? SLICE_LIT(CAPACITY_SLO_APP)
                                              : SLICE_LIT(CAPACITY_SLO),
                        "--slo", e);
  if(!rc)
    rc = load_args_finish(&a->load, e);
  if(!rc)
    rc = capacity_check(a->load.scenario, a->options.axis, e);
  if(!rc)
    set_search(a);
  return rc;
}

void capacity_args_free(struct capacity_args *a)
{
  load_args_free(&a->load);
}
