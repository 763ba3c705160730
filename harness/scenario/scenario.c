/* SPDX-License-Identifier: MIT
 * A scenario's life: defaults, single keys, the end.  YAML stands in
 * scenario_yaml.c, what spans keys in finish.c, printing in print.c. */
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/feeder.h"
#include "scenario/own.h"

static int set_defaults(struct scenario *s)
{
  int rc = option_set_default(s, scenario_options());
  if(rc == 0) {
    s->name = slice_dup(slice_of("cli"));
    s->description = slice_dup(slice_of(""));
  }
  return s->name && s->description ? rc : E_NOMEM;
}

struct scenario *scenario_default(void)
{
  struct scenario *s = calloc(1, sizeof(*s));
  if(!s)
    return NULL;
  s->origin = settings_new(s, scenario_options(), &scenario_owner);
  if(!s->origin || set_defaults(s)) {
    scenario_free(s);
    return NULL;
  }
  return s;
}

static int unknown_key(const char *key, const char *where, struct err *e)
{
  int nearest = OPTION_NOT_NEAR;
  const char *near =
      option_suggest(scenario_options(), slice_of(key), &nearest);
  bool option = where[0] == '-';
  const char *dash = option ? "--" : "";
  if(near)
    return err_set(e, E_NOT_FOUND, "%s: unknown %s (did you mean \"%s%s\"?)",
                   where, option ? "option" : "key", dash, near);
  return err_set(e, E_NOT_FOUND, "%s: unknown %s", where,
                 option ? "option" : "key");
}

int scenario_set(struct scenario *s, const char *key, const char *value,
                 const char *where, struct err *e)
{
  const struct option_row *k = option_find(scenario_options(), slice_of(key));
  return k ? settings_set(s->origin, k, slice_of(value), where, e)
           : unknown_key(key, where, e);
}

uint64_t scenario_run_ns(const struct scenario *s)
{
  return s->ramp_ns + s->warmup_ns + s->duration_ns;
}

uint64_t scenario_peak(const struct scenario *s)
{
  uint64_t peak = s->connections, stay;
  uint32_t i;
  if(s->app && s->arrival_rate > 0)
    return s->max_inflight;
  if(s->arrival_rate > 0) {
    stay = scenario_run_ns(s);
    if(s->lifetime_ns && s->lifetime_ns < stay)
      stay = s->lifetime_ns;
    return (uint64_t)(s->arrival_rate * ((double)stay / 1e9)) + 1;
  }
  for(i = 0; i < s->stage_count; i++) {
    if(s->stage[i].connections > peak)
      peak = s->stage[i].connections;
  }
  return peak;
}

void scenario_free(struct scenario *s)
{
  if(!s)
    return;
  own_free(s);
  option_free(s, scenario_options());
  free(s->description);
  free(s->app_file);
  feeder_free(s);
  settings_free(s->origin);
  free(s);
}
