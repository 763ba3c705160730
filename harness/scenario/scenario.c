/* SPDX-License-Identifier: MIT
 * A scenario's life: defaults, single keys, the end.  YAML stands in
 * scenario_yaml.c, what spans keys in finish.c, printing in print.c. */
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/feeder.h"
#include "scenario/origin.h"
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
  s->origin = origin_new();
  if(!s->origin || set_defaults(s)) {
    scenario_free(s);
    return NULL;
  }
  return s;
}

/* A file's list of these is replaced by the command line's, not extended. */
static bool replaces(const struct scenario *s, const struct option_row *k)
{
  return (key_id(k) == KEY_STAGES || key_id(k) == KEY_SOURCE_IP) &&
         s->origin->layer[key_id(k)] == LAYER_FILE &&
         s->origin->now == LAYER_COMMAND;
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
  struct option_source from = {where, s->origin->folder, 0};
  int rc;
  if(!k)
    return unknown_key(key, where, e);
  if(replaces(s, k))
    own_clear(s, k);
  from.inherited = origin_inherited(s, k);
  rc = option_set(s, k, slice_of(value), &from, e);
  if(option_is_list(k) && !option_count_of(s, k))
    origin_disinherit(s, k);
  if(rc)
    return rc;
  rc = origin_mark(s, key_id(k), where);
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}

uint64_t scenario_run_ns(const struct scenario *s)
{
  return s->ramp_ns + s->warmup_ns + s->duration_ns;
}

uint64_t scenario_peak(const struct scenario *s)
{
  uint64_t peak = s->connections, stay;
  uint32_t i;
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
  feeder_free(s);
  origin_free(s->origin);
  free(s);
}
