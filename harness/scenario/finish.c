/* SPDX-License-Identifier: MIT
 * The last step: one workload, defaults that hang on other keys, users. */
#include "scenario/finish.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/feeder.h"
#include "scenario/own.h"
#include "scenario/template.h"

static const enum key_id workloads[] = {KEY_CONNECTIONS, KEY_STAGES,
                                        KEY_ARRIVAL_RATE};
#define REQUESTS_DRAIN_NS (30 * UINT64_C(1000000000))
#define WORKLOADS         (sizeof(workloads) / sizeof(workloads[0]))

int finish_pick_workload(const struct scenario *s, enum key_id *picked,
                         struct err *e)
{
  const enum layer *layer = s->origin->layer;
  enum key_id best = KEY_CONNECTIONS;
  size_t i;
  for(i = 1; i < WORKLOADS; i++) {
    enum key_id id = workloads[i];
    if(!settings_given(s->origin, id) || layer[id] < layer[best])
      continue;
    if(layer[id] == layer[best])
      return settings_error(s->origin, id, e,
                            "excludes %s (%s): a run has one of connections, "
                            "stages and arrival.rate",
                            key_at(best)->name,
                            settings_where(s->origin, best));
    best = id;
  }
  *picked = best;
  return 0;
}

/* "-c 100" on the command line takes the place of a file's stages. */
static void drop_workload(struct scenario *s, enum key_id id)
{
  if(id == KEY_CONNECTIONS)
    s->connections = 0;
  else if(id == KEY_STAGES)
    own_clear(s, key_at(KEY_STAGES));
  else {
    s->arrival_rate = 0;
    s->lifetime_ns = 0;
    settings_forget(s->origin, KEY_ARRIVAL_LIFETIME);
  }
  settings_forget(s->origin, id);
}

static int drop_ramp(struct scenario *s, enum key_id picked, struct err *e)
{
  const enum layer *layer = s->origin->layer;
  if(!settings_given(s->origin, KEY_RAMP))
    return 0;
  if(layer[KEY_RAMP] >= layer[picked] && s->ramp_ns)
    return settings_error(
        s->origin, KEY_RAMP, e,
        "belongs to connections, but the workload is %s "
        "(%s)%s",
        key_at(picked)->name, settings_where(s->origin, picked),
        picked == KEY_STAGES ? ": each stage has its own ramp" : "");
  s->ramp_ns = 0;
  settings_forget(s->origin, KEY_RAMP);
  return 0;
}

static int finish_stages(struct scenario *s, struct err *e)
{
  const enum layer *layer = s->origin->layer;
  uint64_t sum = 0, most = 0;
  uint32_t i;
  for(i = 0; i < s->stage_count; i++) {
    sum += s->stage[i].ramp_ns + s->stage[i].hold_ns;
    if(s->stage[i].connections > most)
      most = s->stage[i].connections;
  }
  if(most == 0 || (double)sum < key_at(KEY_DURATION)->least)
    return settings_error(s->origin, KEY_STAGES, e, "the stages %s",
                          most == 0 ? "open no stream at all"
                                    : "take no time: give ramp or hold");
  if((double)sum > KEY_MONTH_NS)
    return settings_error(s->origin, KEY_STAGES, e,
                          "longer than 30 days in all");
  if(layer[KEY_DURATION] >= layer[KEY_STAGES])
    return 0; /* somebody wants them cut short, or the last one prolonged */
  if((double)s->warmup_ns + key_at(KEY_DURATION)->least > (double)sum)
    return settings_error(s->origin, KEY_WARMUP, e,
                          "as long as all stages together: nothing would be "
                          "measured");
  s->duration_ns = sum - s->warmup_ns;
  return 0;
}

static int finish_workload(struct scenario *s, struct err *e)
{
  enum key_id picked = KEY_CONNECTIONS;
  size_t i;
  int rc;
  if(settings_given(s->origin, KEY_STAGES) && s->stage_count == 0)
    settings_forget(s->origin, KEY_STAGES); /* "none" */
  rc = finish_pick_workload(s, &picked, e);
  if(rc)
    return rc;
  if(picked == KEY_ARRIVAL_RATE && s->arrival_rate <= 0)
    return settings_error(s->origin, picked, e, "must be more than 0/s");
  if(picked != KEY_ARRIVAL_RATE &&
     !settings_given(s->origin, KEY_ARRIVAL_RATE) && s->lifetime_ns)
    return settings_error(s->origin, KEY_ARRIVAL_LIFETIME, e,
                          "needs arrival.rate beside it");
  for(i = 0; i < WORKLOADS; i++) {
    if(workloads[i] != picked)
      drop_workload(s, workloads[i]);
  }
  rc = picked == KEY_CONNECTIONS ? 0 : drop_ramp(s, picked, e);
  return rc || picked != KEY_STAGES ? rc : finish_stages(s, e);
}

/* Answers are not cut off in the middle, and so many requests take as long as
 * they take. */
static void fill_requests(struct scenario *s)
{
  if(!settings_given(s->origin, KEY_DRAIN))
    s->drain_ns = REQUESTS_DRAIN_NS;
  if(s->requests && !settings_given(s->origin, KEY_DURATION))
    s->duration_ns = (uint64_t)KEY_DAY_NS;
}

static int fill_dependent(struct scenario *s, struct err *e)
{
  int rc;
  if(s->app)
    fill_requests(s);
  if(s->retry_max_ns < s->retry_ns &&
     !settings_given(s->origin, KEY_RECONNECT_RETRY_MAX))
    s->retry_max_ns = s->retry_ns;
  if(s->publish.body && !settings_given(s->origin, KEY_PUBLISH_MATCH_STAMP) &&
     !template_uses(s->publish.body, "t")) {
    free(s->publish.match_stamp);
    s->publish.match_stamp = NULL;
  }
  rc = endpoint_finish(&s->endpoint, settings_given(s->origin, KEY_METHOD));
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}

static int load_users(struct scenario *s, struct err *e)
{
  int rc = s->users_file ? feeder_load(s, e) : 0;
  if(rc == E_IO && settings_given(s->origin, KEY_USERS))
    err_prefix(e, "%s", settings_where(s->origin, KEY_USERS));
  return rc;
}

int scenario_finish(struct scenario *s, struct err *e)
{
  int rc = finish_workload(s, e);
  if(rc == 0)
    rc = fill_dependent(s, e);
  if(rc == 0)
    rc = load_users(s, e);
  if(rc == 0)
    rc = finish_check(s, e);
  return rc ? rc : finish_check_templates(s, e);
}
