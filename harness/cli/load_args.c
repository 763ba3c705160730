/* SPDX-License-Identifier: MIT
 * weir load's command line; see load_args.h. */
#include "cli/load_args.h"

#include <stdio.h>
#include <string.h>

#include "result/fields.h"
#include "scenario/keys.h"

static bool own_flag(const struct option_found *f)
{
  return !f->letter && (slice_eq_cstr(f->name, "dry-run") ||
                        slice_eq_cstr(f->name, "print-scenario"));
}

static int unknown(const struct option_found *f, struct err *e)
{
  const char *near = f->letter ? NULL : key_suggest(f->name);
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
  const struct key *k = f->letter ? key_find_short(f->letter)
                                  : key_find_option(f->name, &negated);
  const char *value;
  char where[80];
  if(!k)
    return unknown(f, e);
  if(negated && f->value)
    return options_flag(o, f, e);
  if(negated)
    value = "false";
  else if(key_takes_argument(k))
    value = options_value(o, f, e);
  else
    value = f->value ? f->value : "true";
  if(!value)
    return E_SYNTAX;
  snprintf(where, sizeof(where), "--%s", k->name);
  return scenario_set(a->scenario, k->name, value, where, e);
}

static int take(struct load_args *a, struct options *o,
                const struct option_found *f, struct err *e)
{
  int rc = common_take(&a->common, o, f, e);
  if(rc)
    return rc < 0 ? rc : 0;
  if(!own_flag(f))
    return set_key(a, o, f, e);
  if(slice_eq_cstr(f->name, "dry-run"))
    a->dry_run = true;
  else
    a->print_scenario = true;
  return options_flag(o, f, e);
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
    const struct key *k;
    bool negated;
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
    k = f.letter ? key_find_short(f.letter)
                 : key_find_option(f.name, &negated);
    if(!rc && !k && !own_flag(&f))
      return unknown(&f, e);
    if(!rc && k && key_takes_argument(k) && !options_value(&o, &f, e))
      return E_SYNTAX;
  }
  return 0;
}

static int open_scenario(struct load_args *a, const char *target,
                         struct err *e)
{
  if(target && !strstr(target, "://")) {
    a->scenario = scenario_load(target, e);
    return a->scenario ? 0 : e->code;
  }
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
  rc = scenario_finish(a->scenario, e);
  return rc ? rc : fields_check_thresholds(a->scenario, e);
}

void load_args_free(struct load_args *a)
{
  scenario_free(a->scenario);
  a->scenario = NULL;
}
