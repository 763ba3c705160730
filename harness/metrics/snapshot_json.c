/* SPDX-License-Identifier: MIT
 * Writing a snapshot as JSON; snapshot_read.c reads it.
 *
 * Every value is a number, a string or a plain list, so that a document's
 * reader needs nothing of weir to use it. */
#include "metrics/hist_json.h"
#include "metrics/members.h"
#include "metrics/snapshot.h"

/* Puts value at the end of list, which it takes; false without memory. */
static bool append(json_t *list, json_t *value)
{
  return json_array_append_new(list, value) == 0;
}

/* value if all went well, else NULL and value is gone. */
static json_t *all_or_nothing(json_t *value, bool ok)
{
  if(ok)
    return value;
  json_decref(value);
  return NULL;
}

static json_t *counters_json(const struct snapshot *s)
{
  json_t *j = json_object();
  bool ok = j != NULL;
  size_t i;
  for(i = 0; ok && i < COUNTER_COUNT; i++)
    ok = members_put(j, counter_key((enum counter)i),
                     members_number(s->counter[i]));
  return all_or_nothing(j, ok);
}

static json_t *histograms_json(const struct snapshot *s)
{
  json_t *j = json_object();
  bool ok = j != NULL;
  size_t i;
  for(i = 0; ok && i < HIST_COUNT; i++)
    if(s->hist[i].total)
      ok = members_put(j, histogram_key((enum histogram)i),
                       hist_to_json(&s->hist[i]));
  return all_or_nothing(j, ok);
}

static json_t *slice_json(const struct timeslice *slice, uint32_t index)
{
  json_t *j = json_object();
  bool ok = members_put(j, "i", json_integer(index));
  size_t i;
  for(i = 0; ok && i < SLICE_COUNTER_COUNT; i++)
    ok = members_put(j, slice_counter_key((enum slice_counter)i),
                     json_integer(slice->counter[i]));
  if(ok && slice->latency && slice->latency->total)
    ok = members_put(j, "latency", hist_to_json(slice->latency));
  return all_or_nothing(j, ok);
}

static json_t *slices_json(const struct series *t)
{
  json_t *list = json_array();
  bool ok = list != NULL;
  uint32_t i;
  for(i = 0; ok && i < t->count; i++)
    if(t->slice[i].filled)
      ok = append(list, slice_json(&t->slice[i], i));
  return all_or_nothing(list, ok);
}

static json_t *width_json(uint64_t ns)
{
  if(ns % 1000000 == 0)
    return members_number(ns / 1000000);
  return json_real((double)ns / 1e6);
}

static json_t *timeline_json(const struct series *t)
{
  json_t *j = json_object();
  bool ok = members_put(j, "width_ms", width_json(t->width_ns)) &&
            members_put(j, "slices", slices_json(t));
  return all_or_nothing(j, ok);
}

static json_t *causes_json(const struct snapshot *s)
{
  json_t *list = json_array();
  bool ok = list != NULL;
  uint32_t i;
  for(i = 0; ok && i < s->cause_count; i++) {
    const struct cause *c = &s->cause[i];
    json_t *j = json_object();
    ok = members_put(j, "name", json_string(c->name)) &&
         members_put(j, "count", members_number(c->count)) &&
         members_put(j, "example", json_string(c->example));
    ok = append(list, all_or_nothing(j, ok));
  }
  return all_or_nothing(list, ok);
}

static json_t *offender_json(const struct offender *o)
{
  json_t *j = json_object();
  bool ok = members_put(j, "kind", json_string(o->kind)) &&
            members_put(j, "stream", members_number(o->stream)) &&
            members_put(j, "number", members_number(o->number)) &&
            members_put(j, "count", members_number(o->count)) &&
            members_put(j, "t_s", json_real(o->t_s)) &&
            members_put(j, "detail", json_string(o->detail));
  return all_or_nothing(j, ok);
}

static json_t *offenders_json(const struct snapshot *s)
{
  json_t *list = json_array();
  bool ok = list != NULL;
  uint32_t i;
  for(i = 0; ok && i < s->offender_count; i++)
    ok = append(list, offender_json(&s->offender[i]));
  return all_or_nothing(list, ok);
}

struct runs {
  json_t *list;
  bool ok;
};

static void add_run(uint64_t first, uint64_t count, uint64_t streams,
                    void *ctx)
{
  struct runs *runs = ctx;
  json_t *run = runs->ok ? json_array() : NULL;
  runs->ok = append(run, members_number(first)) &&
             append(run, members_number(count)) &&
             append(run, members_number(streams));
  runs->ok = append(runs->list, all_or_nothing(run, runs->ok));
}

static json_t *missing_json(const struct ledger_tally *t)
{
  struct runs runs = {json_array(), true};
  ledger_tally_each(t, add_run, &runs);
  return all_or_nothing(runs.list, runs.ok);
}

json_t *snapshot_to_json(const struct snapshot *s)
{
  json_t *j = json_object();
  bool ok =
      members_put(j, "counters", counters_json(s)) &&
      members_put(j, "histograms", histograms_json(s)) &&
      members_put(j, "timeline", timeline_json(&s->series)) &&
      members_put(j, "causes", causes_json(s)) &&
      members_put(j, "offenders", offenders_json(s)) &&
      members_put(j, "missing", missing_json(s->missing)) &&
      members_put(j, "missing_overflow",
                  members_number(ledger_tally_overflow(s->missing))) &&
      members_put(j, "ledger_overflowed", json_boolean(s->ledger_overflowed));
  return all_or_nothing(j, ok);
}
