/* SPDX-License-Identifier: MIT
 * Reading a snapshot from JSON that anybody may have written: each member is
 * checked, and the first one that does not fit is named. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "metrics/hist_json.h"
#include "metrics/members.h"
#include "metrics/series.h"

#define WIDTH_MAX_MS 1e9 /* eleven days in one slice */

static int read_counters(struct snapshot *s, json_t *j, struct err *e)
{
  size_t i;
  int rc = 0;
  for(i = 0; !rc && i < COUNTER_COUNT; i++)
    rc = members_u64(j, counter_key((enum counter)i), &s->counter[i], e);
  return rc;
}

static int read_histograms(struct snapshot *s, json_t *j, struct err *e)
{
  size_t i;
  for(i = 0; i < HIST_COUNT; i++) {
    const char *key = histogram_key((enum histogram)i);
    json_t *h = json_object_get(j, key);
    int rc = h ? hist_from_json(&s->hist[i], h, e) : 0;
    if(rc) {
      err_prefix(e, "%s", key);
      return rc;
    }
  }
  return 0;
}

static int read_slice(struct series *t, json_t *j, struct err *e)
{
  struct timeslice *slice;
  json_t *latency = json_object_get(j, "latency");
  uint64_t at = SERIES_MAX;
  size_t i;
  int rc = members_u64(j, "i", &at, e);
  if(rc)
    return rc;
  if(at >= SERIES_MAX)
    return err_set(e, E_SYNTAX, "i: must be a whole number from 0 to %d",
                   SERIES_MAX - 1);
  slice = series_at(t, at * t->width_ns);
  if(slice->filled)
    return err_set(e, E_SYNTAX, "i: %u comes twice", (unsigned)at);
  slice->filled = true;
  for(i = 0; !rc && i < SLICE_COUNTER_COUNT; i++)
    rc = members_i64(j, slice_counter_key((enum slice_counter)i),
                     &slice->counter[i], e);
  if(rc || !latency)
    return rc;
  if(!series_latency(slice))
    return err_set(e, E_NOMEM, "out of memory");
  rc = hist_from_json(slice->latency, latency, e);
  if(rc)
    err_prefix(e, "latency");
  return rc;
}

static int read_timeline(struct snapshot *s, json_t *j, struct err *e)
{
  double width_ms = 0.0;
  json_t *slices = members_need(j, "slices", JSON_ARRAY, e);
  json_t *slice;
  size_t i;
  int rc = slices ? members_real(j, "width_ms", &width_ms, e) : E_SYNTAX;
  if(rc)
    return rc;
  if(width_ms < 0.001 || width_ms > WIDTH_MAX_MS)
    return err_set(e, E_SYNTAX, "width_ms: must be from 0.001 to 1e9");
  s->series.width_ns = (uint64_t)llround(width_ms * (double)NS_PER_MS);
  json_array_foreach(slices, i, slice)
  {
    rc = read_slice(&s->series, slice, e);
    if(rc) {
      err_prefix(e, "slices[%zu]", i);
      return rc;
    }
  }
  return 0;
}

static int read_cause(struct snapshot *s, json_t *j, struct err *e)
{
  struct cause c = {0};
  int rc = members_text(j, "name", c.name, sizeof(c.name), e);
  if(!rc)
    rc = members_u64(j, "count", &c.count, e);
  if(!rc)
    rc = members_text(j, "example", c.example, sizeof(c.example), e);
  if(rc)
    return rc;
  if(!c.name[0])
    return err_set(e, E_SYNTAX, "name: is missing");
  snapshot_cause_add(s, &c);
  return 0;
}

static int read_offender(struct snapshot *s, json_t *j, struct err *e)
{
  struct offender o = {0};
  int rc = members_text(j, "kind", o.kind, sizeof(o.kind), e);
  if(!rc)
    rc = members_u64(j, "stream", &o.stream, e);
  if(!rc)
    rc = members_u64(j, "number", &o.number, e);
  if(!rc)
    rc = members_u64(j, "count", &o.count, e);
  if(!rc)
    rc = members_real(j, "t_s", &o.t_s, e);
  if(!rc)
    rc = members_text(j, "detail", o.detail, sizeof(o.detail), e);
  if(!rc)
    snapshot_offender(s, &o);
  return rc;
}

static int read_run(struct snapshot *s, json_t *j, struct err *e)
{
  uint64_t v[3] = {0};
  size_t i;
  for(i = 0; i < 3; i++) {
    json_t *n = json_array_get(j, i);
    if(!json_is_integer(n) || json_integer_value(n) < 0)
      return err_set(e, E_SYNTAX,
                     "must be [first, count, streams], whole numbers");
    v[i] = (uint64_t)json_integer_value(n);
  }
  if(ledger_tally_add(s->missing, v[0], v[1], v[2]))
    return err_set(e, E_SYNTAX, "leads beyond the largest number");
  return 0;
}

static int read_each(struct snapshot *s, json_t *list,
                     int (*read)(struct snapshot *s, json_t *j, struct err *e),
                     struct err *e)
{
  json_t *j;
  size_t i;
  json_array_foreach(list, i, j)
  {
    int rc = read(s, j, e);
    if(rc) {
      err_prefix(e, "[%zu]", i);
      return rc;
    }
  }
  return 0;
}

static int read_causes(struct snapshot *s, json_t *j, struct err *e)
{
  return read_each(s, j, read_cause, e);
}

static int read_offenders(struct snapshot *s, json_t *j, struct err *e)
{
  return read_each(s, j, read_offender, e);
}

static int read_missing(struct snapshot *s, json_t *j, struct err *e)
{
  return read_each(s, j, read_run, e);
}

static const struct {
  const char *key;
  json_type type;
  bool needed;
  int (*read)(struct snapshot *s, json_t *j, struct err *e);
} parts[] = {
    {"counters", JSON_OBJECT, true, read_counters},
    {"histograms", JSON_OBJECT, true, read_histograms},
    {"timeline", JSON_OBJECT, true, read_timeline},
    {"causes", JSON_ARRAY, false, read_causes},
    {"offenders", JSON_ARRAY, false, read_offenders},
    {"missing", JSON_ARRAY, false, read_missing},
};

static int read_parts(struct snapshot *s, json_t *j, struct err *e)
{
  size_t i;
  for(i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
    json_t *part;
    int rc;
    if(!parts[i].needed && !json_object_get(j, parts[i].key))
      continue;
    part = members_need(j, parts[i].key, parts[i].type, e);
    if(!part)
      return E_SYNTAX;
    rc = parts[i].read(s, part, e);
    if(rc) {
      err_prefix(e, "%s", parts[i].key);
      return rc;
    }
  }
  return 0;
}

static int read_overflow(struct snapshot *s, json_t *j, struct err *e)
{
  json_t *flag = json_object_get(j, "ledger_overflowed");
  uint64_t n = 0;
  int rc = members_u64(j, "missing_overflow", &n, e);
  if(rc)
    return rc;
  if(flag && !json_is_boolean(flag))
    return err_set(e, E_SYNTAX, "ledger_overflowed: must be true or false");
  ledger_tally_add_overflow(s->missing, n);
  s->ledger_overflowed = json_is_true(flag);
  return 0;
}

struct snapshot *snapshot_from_json(json_t *j, struct err *e)
{
  struct snapshot *s;
  if(!json_is_object(j)) {
    err_set(e, E_SYNTAX, "a snapshot must be an object");
    return NULL;
  }
  s = snapshot_new(0);
  if(!s) {
    err_set(e, E_NOMEM, "out of memory");
    return NULL;
  }
  if(read_parts(s, j, e) == 0 && read_overflow(s, j, e) == 0)
    return s;
  snapshot_free(s);
  return NULL;
}
