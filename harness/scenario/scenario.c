/* SPDX-License-Identifier: MIT
 * A scenario's life: defaults, single keys, the end.  YAML stands in
 * scenario_yaml.c, what spans keys in finish.c, printing in print.c. */
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/feeder.h"
#include "scenario/list.h"
#include "scenario/origin.h"
#include "scenario/value.h"

static int set_defaults(struct scenario *s)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < KEY_COUNT && rc == 0; i++) {
    const struct key *k = key_at(i);
    if(k->fallback[0])
      rc = value_read(s, k, slice_of(k->fallback));
  }
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
static bool replaces(const struct scenario *s, const struct key *k)
{
  return (k->id == KEY_STAGES || k->id == KEY_SOURCE_IP) &&
         s->origin->layer[k->id] == LAYER_FILE &&
         s->origin->now == LAYER_COMMAND;
}

static int unknown_key(const char *key, const char *where, struct err *e)
{
  const char *near = key_suggest(slice_of(key));
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
  const struct key *k = key_find(slice_of(key));
  int rc;
  if(!k)
    return unknown_key(key, where, e);
  if(replaces(s, k))
    list_clear(s, k);
  rc = key_repeats(k) ? list_add(s, k, slice_of(value), where, e)
                      : value_set(s, k, slice_of(value), where, e);
  if(rc)
    return rc;
  rc = origin_mark(s, k->id, where);
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

static void free_text(struct scenario *s, const struct key *k)
{
  char *text;
  if(!value_is_text(k) || k->type == VALUE_SEQUENCE || k->type == VALUE_STAMP)
    return;
  memcpy(&text, (char *)s + k->offset, sizeof(text));
  free(text);
}

static void free_lists(struct scenario *s)
{
  size_t i;
  for(i = 0; i < KEY_COUNT; i++) {
    if(key_repeats(key_at(i)))
      list_clear(s, key_at(i));
  }
  free(s->header);
  free(s->publish.header);
  free(s->source_ip);
  free(s->resolve);
  free(s->stage);
  free(s->threshold);
}

void scenario_free(struct scenario *s)
{
  size_t i;
  if(!s)
    return;
  for(i = 0; i < KEY_COUNT; i++)
    free_text(s, key_at(i));
  if(s->origin)
    free_lists(s);
  free(s->description);
  free(s->sequence_pointer);
  free(s->stamp_pointer);
  feeder_free(s);
  origin_free(s->origin);
  free(s);
}
