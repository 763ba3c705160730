/* SPDX-License-Identifier: MIT
 * weir capacity's command line; see capacity_args.h.
 *
 * Its own options are taken out first, the objectives among them turned into
 * thresholds, and what is left is a command line of weir load. */
#include "cli/capacity_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/units.h"
#include "capacity/capacity_doc.h"

#define BUDGET_NS      (20 * 60 * NS_PER_SEC)
#define GROWTH         2.0
#define TOLERANCE      0.05
#define WARMUP_SHARE   5 /* a step's length divided by it */
#define WARMUP_MOST_NS (5 * NS_PER_SEC)
#define SLO_MAX        16

enum own {
  OWN_AXIS,
  OWN_SLO,
  OWN_FROM,
  OWN_MAX,
  OWN_STEP,
  OWN_BUDGET,
  OWN_REQUIRE,
  OWN_NO_REFERENCE,
  OWN_TOLERANCE,
  OWN_COUNT
};

static const char *const own_names[OWN_COUNT] = {
    "axis",   "slo",     "from",         "max",      "step-time",
    "budget", "require", "no-reference", "tolerance"};

struct split {
  struct capacity_args *a;
  char **rest; /* owned array of borrowed texts */
  int rest_count;
  struct buf slo; /* all objectives given, each ended by ';' */
  uint64_t from, max;
  uint64_t step_ns;
  char **added; /* owned texts: the objectives again */
  size_t added_count;
};

static int bad(struct err *e, const char *name, const char *value,
               const char *want)
{
  return err_set(e, E_SYNTAX, "--%s %s: %s", name, value, want);
}

static int take_count(const char *name, const char *value, uint64_t *out,
                      struct err *e)
{
  if(units_count(slice_of(value), out) || *out == 0)
    return bad(e, name, value, "a whole number above 0, such as 5000");
  return 0;
}

static int take_time(const char *name, const char *value, uint64_t *out,
                     struct err *e)
{
  if(units_duration_ns(slice_of(value), out) || *out == 0)
    return bad(e, name, value, "a time such as 10s or 5m");
  return 0;
}

static int take_share(const char *name, const char *value, double *out,
                      struct err *e)
{
  if(units_share(slice_of(value), out) || *out <= 0 || *out > 1)
    return bad(e, name, value, "a share such as 5%");
  return 0;
}

static int take_own(struct split *s, enum own which, const char *value,
                    struct err *e)
{
  struct capacity_options *o = &s->a->options;
  const char *name = own_names[which];
  switch(which) {
  case OWN_AXIS:
    return capacity_axis_by_name(value, &o->axis, e);
  case OWN_SLO:
    return buf_addf(&s->slo, "%s;", value);
  case OWN_FROM:
    return take_count(name, value, &s->from, e);
  case OWN_MAX:
    return take_count(name, value, &s->max, e);
  case OWN_STEP:
    return take_time(name, value, &s->step_ns, e);
  case OWN_BUDGET:
    return take_time(name, value, &o->budget_ns, e);
  case OWN_REQUIRE:
    return take_count(name, value, &s->a->required, e);
  case OWN_NO_REFERENCE:
    s->a->no_reference = true;
    return 0;
  case OWN_TOLERANCE:
    return take_share(name, value, &o->search.tolerance, e);
  case OWN_COUNT:
    break;
  }
  return E_INTERNAL;
}

/* Which own option text is; its value behind '=' in *value, else NULL. */
static enum own own_of(const char *text, const char **value)
{
  enum own i;
  *value = NULL;
  if(strncmp(text, "--", 2) != 0)
    return OWN_COUNT;
  for(i = 0; i < OWN_COUNT; i++) {
    size_t n = strlen(own_names[i]);
    if(strncmp(text + 2, own_names[i], n) != 0)
      continue;
    if(text[2 + n] == '=')
      *value = text + 3 + n;
    if(text[2 + n] == '=' || text[2 + n] == '\0')
      return i;
  }
  return OWN_COUNT;
}

static int split_off(struct split *s, int argc, char **argv, struct err *e)
{
  int i, rc = 0;
  bool only_rest = false;
  for(i = 0; i < argc && !rc; i++) {
    const char *value;
    enum own which = i ? own_of(argv[i], &value) : OWN_COUNT;
    only_rest = only_rest || strcmp(argv[i], "--") == 0;
    if(which == OWN_COUNT || only_rest) {
      s->rest[s->rest_count++] = argv[i];
      continue;
    }
    if(which == OWN_NO_REFERENCE && value)
      return err_set(e, E_SYNTAX, "--no-reference takes no value");
    if(which != OWN_NO_REFERENCE && !value) {
      if(i + 1 == argc)
        return err_set(e, E_SYNTAX, "%s needs a value", argv[i]);
      value = argv[++i];
    }
    rc = take_own(s, which, value, e);
  }
  return rc;
}

/* "a < 1; b == 0" as --thresholds 'a < 1' --thresholds 'b == 0'. */
static int add_objectives(struct split *s, const char *list, struct err *e)
{
  static char option[] = "--thresholds";
  struct slice rest = slice_of(list);
  while(rest.n) {
    struct slice one = slice_trim(slice_cut(&rest, ';'));
    char *text;
    if(!one.n)
      continue;
    if(s->added_count == SLO_MAX)
      return err_set(e, E_RANGE, "--slo: at most %d objectives", SLO_MAX);
    text = slice_dup(one);
    if(!text)
      return err_set(e, E_NOMEM, "out of memory");
    s->added[s->added_count++] = text;
    s->rest[s->rest_count++] = option;
    s->rest[s->rest_count++] = text;
  }
  return 0;
}

static int read_load(struct split *s, struct err *e)
{
  struct load_args *load = &s->a->load;
  int rc = add_objectives(s, buf_text(&s->slo), e);
  if(!rc)
    rc = load_args_read(load, s->rest_count, s->rest, e);
  if(rc || load->common.help || load->scenario->threshold_count)
    return rc;
  s->a->slo_is_default = true;
  load_args_free(load);
  rc = add_objectives(s, CAPACITY_SLO, e);
  return rc ? rc : load_args_read(load, s->rest_count, s->rest, e);
}

static void set_search(struct split *s)
{
  static const uint64_t most[] = {1000000, 10000000, 100000};
  static const uint64_t least[] = {100, 1, 10};
  struct capacity_options *o = &s->a->options;
  struct scenario *sc = s->a->load.scenario;
  struct search_config *c = &o->search;
  c->growth = GROWTH;
  c->max = s->max ? s->max : most[o->axis];
  c->start = least[o->axis];
  if(o->axis == CAPACITY_RATE)
    c->start = sc->connections; /* one event per second and stream */
  else if(o->axis == CAPACITY_CONNECTIONS && sc->connections > 1)
    c->start = sc->connections;
  if(s->from)
    c->start = s->from;
  if(c->start > c->max)
    c->start = c->max;
  o->step_ns = s->step_ns ? s->step_ns : sc->duration_ns;
  o->warmup_ns = o->step_ns / WARMUP_SHARE;
  if(o->warmup_ns > WARMUP_MOST_NS)
    o->warmup_ns = WARMUP_MOST_NS;
  if(!sc->seed) /* one for all steps, so that they differ in load alone */
    sc->seed = rng_fresh_seed();
}

static int read_all(struct split *s, int argc, char **argv, struct err *e)
{
  int rc = split_off(s, argc, argv, e);
  if(!rc)
    rc = read_load(s, e);
  if(rc || s->a->load.common.help)
    return rc;
  rc = capacity_check(s->a->load.scenario, s->a->options.axis, e);
  if(!rc)
    set_search(s);
  return rc;
}

int capacity_args_read(struct capacity_args *a, int argc, char **argv,
                       struct err *e)
{
  struct split s;
  size_t i;
  int rc;
  memset(a, 0, sizeof(*a));
  memset(&s, 0, sizeof(s));
  s.a = a;
  a->options.budget_ns = BUDGET_NS;
  a->options.search.tolerance = TOLERANCE;
  buf_init(&s.slo, 4096);
  s.rest = calloc((size_t)argc + 4 * SLO_MAX + 1, sizeof(*s.rest));
  s.added = calloc(2 * SLO_MAX, sizeof(*s.added));
  rc = s.rest && s.added ? read_all(&s, argc, argv, e)
                         : err_set(e, E_NOMEM, "out of memory");
  for(i = 0; i < s.added_count; i++)
    free(s.added[i]);
  free(s.added);
  free(s.rest);
  buf_free(&s.slo);
  return rc;
}

void capacity_args_free(struct capacity_args *a)
{
  load_args_free(&a->load);
}
