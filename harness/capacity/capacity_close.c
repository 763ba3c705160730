/* SPDX-License-Identifier: MIT
 * The end of a capacity document: knee, what ran out, the reference beside
 * it; see capacity_doc.h. */
#include "capacity/capacity_close.h"

#include <string.h>

#include "base/clock.h"
#include "capacity/capacity_doc.h"
#include "capacity/capacity_limit.h"
#include "document/doc.h"
#include "document/secrets.h"

static const char *const ends[] = {
#define X(id, name) name,
    SEARCH_ENDS(X)
#undef X
};

static const char *const stops[] = {
#define X(id, name) name,
    CAPACITY_STOPS(X)
#undef X
};

struct side {
  const char *name; /* "target" or "reference" */
  const struct search_result *result;
  const char *end; /* as in "knee.end" */
};

static bool is(json_t *step, const char *member, const char *text)
{
  return strcmp(doc_text(step, member), text) == 0;
}

/* The last step of that side at that load with that verdict; a long run is
 * preferred, since it shows most. */
static json_t *step_at(json_t *steps, const struct side *side, uint64_t load,
                       const char *verdict)
{
  json_t *best = NULL, *step;
  size_t i;
  json_array_foreach(steps, i, step)
  {
    if(!is(step, "side", side->name) || doc_count(step, "load") != load ||
       (verdict && !is(step, "verdict", verdict)))
      continue;
    if(!best || !is(best, "phase", "confirm") || is(step, "phase", "confirm"))
      best = step;
  }
  return best;
}

static json_t *step_above(json_t *steps, const struct side *side)
{
  const struct search_result *r = side->result;
  if(r->above)
    return step_at(steps, side, r->above,
                   r->above_is_generator ? "invalid" : "broke");
  return NULL;
}

static json_t *copy_of(json_t *step, const char *path)
{
  double v;
  return doc_find(step, path, &v) ? json_real(v) : json_null();
}

static json_t *knee(json_t *steps, const struct side *side)
{
  const struct search_result *r = side->result;
  json_t *held = r->held ? step_at(steps, side, r->held, "held") : NULL;
  return json_pack("{s:o, s:o, s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "load",
                   r->held ? doc_integer(r->held) : json_null(), "above",
                   r->above ? doc_integer(r->above) : json_null(), "above_is",
                   !r->above               ? "unknown"
                   : r->above_is_generator ? "invalid"
                                           : "broken",
                   "end", side->end, "confirmed", r->confirmed, "flaky_loads",
                   doc_integer(r->flaky), "step",
                   held ? doc_integer(doc_count(held, "number")) : json_null(),
                   "latency_p99_ms", copy_of(held, "summary.latency_ms.p99"),
                   "events_per_second",
                   copy_of(held, "summary.events.per_second"));
}

static json_t *reference(json_t *doc, const struct capacity_outcome *o,
                         const char *stop)
{
  json_t *steps = json_object_get(doc, "steps");
  struct side side = {"reference", &o->reference, ends[o->reference.end]};
  if(!o->has_reference)
    return json_null();
  if(o->reference.end == SEARCH_STOPPED) /* by itself when it fell silent */
    side.end = o->stop == CAPACITY_COMPLETE ? "gone" : stop;
  return json_pack("{s:s, s:s, s:o, s:o, s:o}", "server",
                   "weir-server " WEIR_VERSION, "url", o->reference_url,
                   "knee", knee(steps, &side), "limited_by",
                   capacity_limit_build(side.end, step_above(steps, &side)),
                   "slopes", capacity_slopes(steps, side.name));
}

static int add_times(json_t *doc, const struct capacity_outcome *o)
{
  char from[40], to[40];
  clock_iso8601(o->started_real_ns, from, sizeof(from));
  clock_iso8601(o->started_real_ns + o->elapsed_ns, to, sizeof(to));
  return json_object_set_new(doc, "started", json_string(from)) ||
         json_object_set_new(doc, "ended", json_string(to)) ||
         json_object_set_new(doc, "elapsed_ms", json_ms(o->elapsed_ns)) ||
         json_object_set_new(doc, "interrupted",
                             json_boolean(o->stop == CAPACITY_INTERRUPTED));
}

static int add_note(json_t *doc, const char *text)
{
  return text[0] ? json_array_append_new(json_object_get(doc, "assumptions"),
                                         secrets_text(text))
                 : 0;
}

/* Where the reference server does not do all that the target does. */
static const char *unlike(json_t *doc)
{
  bool is_tls = strncmp(doc_text(doc, "target.url"), "https", 5) == 0;
  return is_tls ? "the reference server was asked over plain HTTP/1.1, the "
                  "target over TLS"
                : "";
}

static int add_ratio(json_t *doc)
{
  json_t *other = json_object_get(doc, "reference");
  json_t *ratio = json_is_object(other)
                      ? capacity_ratio(json_object_get(doc, "knee"),
                                       json_object_get(other, "knee"))
                      : json_null();
  return json_object_set_new(doc, "ratio", ratio);
}

int capacity_doc_finish(json_t *doc, const struct capacity_outcome *o)
{
  json_t *steps = json_object_get(doc, "steps");
  const char *stop = stops[o->stop];
  struct side side = {"target", &o->target, ends[o->target.end]};
  if(o->target.end == SEARCH_STOPPED)
    side.end = stop;
  if(add_times(doc, o) || add_note(doc, o->reference_why) ||
     add_note(doc, o->has_reference ? unlike(doc) : "") ||
     json_object_set_new(doc, "knee", knee(steps, &side)) ||
     json_object_set_new(
         doc, "limited_by",
         capacity_limit_build(side.end, step_above(steps, &side))) ||
     json_object_set_new(doc, "slopes", capacity_slopes(steps, side.name)) ||
     json_object_set_new(doc, "reference", reference(doc, o, stop)) ||
     add_ratio(doc))
    return E_NOMEM;
  return capacity_decide(doc);
}
