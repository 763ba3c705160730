/* SPDX-License-Identifier: MIT
 * weir load's command line; see load_args.h. */
#include "cli/load_args.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/places.h"
#include "load/fields.h"
#include "scenario/keys.h"

/* Options that are not keys of the scenario, and how many values each has. */
static const struct own_option {
  const char *name;
  int values;
} own_options[] = {
    {"dry-run", 0},    {"print-scenario", 0}, {"repeat", 1}, {"against", 1},
    {"interleave", 2}, {"save-runs", 1},      {"gate", 1},   {"metrics", 1},
};

static const struct own_option *own_option(const struct option_found *f)
{
  size_t i;
  for(i = 0; i < sizeof(own_options) / sizeof(own_options[0]); i++) {
    if(!f->letter && slice_eq_cstr(f->name, own_options[i].name))
      return &own_options[i];
  }
  return NULL;
}

static int unknown(const struct option_found *f, struct err *e)
{
  int nearest = OPTION_NOT_NEAR;
  const char *near =
      f->letter ? NULL : option_suggest(scenario_options(), f->name, &nearest);
  if(!near && !f->letter)
    near = common_suggest(f->name);
  return err_set(e, E_SYNTAX, "unknown option %s%s%s%s", f->text,
                 near ? " (did you mean --" : "", near ? near : "",
                 near ? "?)" : "");
}

static int set_key(struct load_args *a, struct options *o,
                   const struct option_found *f, struct err *e)
{
  bool negated = false;
  const struct option_row *k =
      f->letter ? option_find_letter(scenario_options(), f->letter)
                : option_find_switch(scenario_options(), f->name, &negated);
  const char *value;
  char where[80];
  if(!k)
    return unknown(f, e);
  if(negated && f->value)
    return options_flag(o, f, e);
  if(negated)
    value = "false";
  else if(option_takes_argument(k))
    value = options_value(o, f, e);
  else
    value = f->value ? f->value : "true";
  if(!value)
    return E_SYNTAX;
  snprintf(where, sizeof(where), "--%s", k->name);
  return scenario_set(a->scenario, k->name, value, where, e);
}

static int take_repeat(struct load_args *a, const char *text, struct err *e)
{
  uint64_t n;
  if(units_count(slice_of(text), &n) || n < 1 || n > RANK_MAX)
    return err_set(e, E_RANGE, "--repeat %s: 1 to %d runs can be made", text,
                   RANK_MAX);
  a->repeat = (uint32_t)n;
  return 0;
}

static int take_gate(struct load_args *a, const char *text, struct err *e)
{
  if(a->gates == LOAD_MAX_GATES)
    return err_set(e, E_TOO_LONG, "at most %d gates", LOAD_MAX_GATES);
  return compare_gate_parse(&a->gate[a->gates++], text, e);
}

static int take_own(struct load_args *a, const struct own_option *own,
                    struct options *o, const struct option_found *f,
                    struct err *e)
{
  const char *value = NULL, *second = NULL;
  struct option_found behind = *f; /* "--name=value" has no second one */
  behind.value = NULL;
  if(own->values == 0) {
    *(strcmp(own->name, "dry-run") == 0 ? &a->dry_run : &a->print_scenario) =
        true;
    return options_flag(o, f, e);
  }
  value = options_value(o, f, e);
  if(value && own->values == 2)
    second = options_value(o, &behind, e);
  if(!value || (own->values == 2 && !second))
    return E_SYNTAX;
  if(strcmp(own->name, "repeat") == 0)
    return take_repeat(a, value, e);
  if(strcmp(own->name, "metrics") == 0) {
    a->watched = true;
    return live_port(value, &a->live.port, e);
  }
  if(strcmp(own->name, "gate") == 0)
    return take_gate(a, value, e);
  if(strcmp(own->name, "against") == 0)
    a->against = value;
  else if(strcmp(own->name, "save-runs") == 0)
    a->save_runs = value;
  else {
    a->server_a = value;
    a->server_b = second;
  }
  return 0;
}

static int take(struct load_args *a, struct options *o,
                const struct option_found *f, struct err *e)
{
  const struct own_option *own = own_option(f);
  int rc = common_take(&a->common, o, f, e);
  if(rc)
    return rc < 0 ? rc : 0;
  return own ? take_own(a, own, o, f, e) : set_key(a, o, f, e);
}

/* What of the repeating belongs together. */
static int settle_series(struct load_args *a, struct err *e)
{
  if(a->server_a && a->against)
    return err_set(e, E_SYNTAX,
                   "--against and --interleave: give one of them");
  if(a->gates && !a->against && !a->server_a)
    return err_set(e, E_SYNTAX,
                   "--gate compares: it needs --against FILE or --interleave "
                   "A B (a limit for one run is --threshold)");
  if(!a->repeat && (a->server_a || a->against))
    a->repeat = COMPARE_DEFAULT_RUNS;
  if(a->save_runs && !a->repeat)
    return err_set(e, E_SYNTAX, "--save-runs needs --repeat");
  return 0;
}

/* An option's values are not targets. */
static int skip_values(struct options *o, const struct option_found *f,
                       struct err *e)
{
  const struct own_option *own = own_option(f);
  struct option_found behind = *f;
  bool negated;
  const struct option_row *k;
  int n = own ? own->values : 0;
  if(!own) {
    k = f->letter ? option_find_letter(scenario_options(), f->letter)
                  : option_find_switch(scenario_options(), f->name, &negated);
    if(!k)
      return unknown(f, e);
    n = option_takes_argument(k);
  }
  behind.value = NULL;
  if(n > 0 && !options_value(o, f, e))
    return E_SYNTAX;
  if(n > 1 && !options_value(o, &behind, e))
    return E_SYNTAX;
  return 0;
}

/* The target decides where the scenario comes from, so it is looked for first:
 * the one argument that is neither an option nor an option's value. */
static int find_target(int argc, char **argv, const char **target,
                       struct err *e)
{
  struct options o;
  struct option_found f;
  struct common scratch;
  common_init(&scratch);
  options_init(&o, argc, argv);
  *target = NULL;
  while(options_next(&o, &f)) {
    int rc;
    if(f.positional) {
      if(*target)
        return err_set(e, E_SYNTAX, "two targets, \"%s\" and \"%s\": give one",
                       *target, f.text);
      *target = f.text;
      continue;
    }
    rc = common_take(&scratch, &o, &f, e);
    if(rc < 0)
      return rc;
    if(!rc)
      rc = skip_values(&o, &f, e);
    if(rc < 0)
      return rc;
  }
  return 0;
}

/* A file, or one of the ready scenarios by its name: "hello". */
static int load_scenario(struct load_args *a, const char *target,
                         struct err *e)
{
  bool is_name = !strpbrk(target, "/.") && access(target, F_OK);
  struct buf name, path;
  int rc = 0;
  buf_init(&name, 0);
  buf_init(&path, 0);
  if(is_name)
    rc = buf_addf(&name, "scenarios/load/%s.yaml", target);
  if(is_name && !rc)
    rc = places_data(buf_text(&name), &path);
  if(rc)
    err_set(e, rc,
            "%s: neither a file nor a ready scenario; weir list scenarios "
            "shows those",
            target);
  else
    a->scenario = scenario_load(is_name ? buf_text(&path) : target, e);
  buf_free(&path);
  buf_free(&name);
  return a->scenario ? 0 : e->code;
}

static int open_scenario(struct load_args *a, const char *target,
                         struct err *e)
{
  if(target && !strstr(target, "://"))
    return load_scenario(a, target, e);
  a->scenario = scenario_default();
  if(!a->scenario)
    return err_set(e, E_NOMEM, "out of memory");
  return target ? scenario_set(a->scenario, "url", target, "the target", e)
                : 0;
}

int load_args_read(struct load_args *a, int argc, char **argv, struct err *e)
{
  struct options o;
  struct option_found f;
  const char *target;
  int rc;
  memset(a, 0, sizeof(*a));
  common_init(&a->common);
  rc = find_target(argc, argv, &target, e);
  if(!rc)
    rc = open_scenario(a, target, e);
  options_init(&o, argc, argv);
  while(!rc && !a->common.help && options_next(&o, &f)) {
    if(!f.positional)
      rc = take(a, &o, &f, e);
  }
  if(rc || a->common.help)
    return rc;
  rc = settle_series(a, e);
  if(!rc)
    rc = scenario_finish(a->scenario, e);
  return rc ? rc : fields_check_thresholds(a->scenario, e);
}

void load_args_free(struct load_args *a)
{
  scenario_free(a->scenario);
  a->scenario = NULL;
}
