/* SPDX-License-Identifier: MIT
 * A capacity document as it grows, step by step; see capacity_doc.h. */
#include "capacity/capacity_doc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "capacity/capacity_close.h"
#include "document/doc.h"
#include "document/environment.h"
#include "document/secrets.h"

static const char *const axis_units[][2] = {
#define X(id, name, unit) {name, unit},
    CAPACITY_AXES(X)
#undef X
};

static const char *const verdicts[] = {
#define X(id, name) name,
    SEARCH_VERDICTS(X)
#undef X
};

static const char *const phases[] = {
#define X(id, name) name,
    SEARCH_PHASES(X)
#undef X
};

static json_t *masked(const char *text)
{
  return text ? secrets_text(text) : json_null();
}

static json_t *method(const struct capacity_facts *f)
{
  const struct capacity_options *o = f->options;
  return json_pack(
      "{s:s, s:s, s:o, s:o, s:f, s:f, s:o, s:o, s:o, s:o, s:b, s:o}", "axis",
      axis_units[o->axis][0], "unit", axis_units[o->axis][1], "start",
      doc_integer(o->search.start), "max", doc_integer(o->search.max),
      "growth", o->search.growth, "tolerance", o->search.tolerance, "step_ms",
      json_ms(o->step_ns), "warmup_ms",
      json_ms(f->scenario->warmup_ns ? f->scenario->warmup_ns : o->warmup_ns),
      "confirm_ms", json_ms(2 * o->step_ns), "budget_ms",
      json_ms(o->budget_ns), "slo_is_default", f->slo_is_default,
      "connections",
      o->axis == CAPACITY_CONNECTIONS || o->axis == CAPACITY_CONCURRENCY ||
              o->axis == CAPACITY_REQUESTS
          ? json_null()
          : doc_integer(f->scenario->connections));
}

static json_t *target(const struct scenario *s)
{
  const char *method_name =
      s->endpoint.method && s->endpoint.method[0] ? s->endpoint.method : "GET";
  return json_pack("{s:o, s:s}", "url", secrets_text(s->endpoint.url),
                   "method", method_name);
}

static json_t *scenario(const struct scenario *s)
{
  json_t *plain = scenario_to_json(s);
  json_t *clean = plain ? secrets_mask_json(plain) : NULL;
  json_decref(plain);
  return clean;
}

/* What is asked, without what was seen of it.  Whatever else is asked, streams
 * have to be there. */
static json_t *objectives(const struct scenario *s)
{
  static const char *const seen[] = {"observed", "pass", "why"};
  json_t *list = gate_from_scenario(s), *t;
  size_t i, k;
  if(list && !s->app && gate_add(list, GATE_PRESENT)) {
    json_decref(list);
    return NULL;
  }
  json_array_foreach(list, i, t)
  {
    for(k = 0; k < sizeof(seen) / sizeof(seen[0]); k++)
      json_object_del(t, seen[k]);
  }
  return list;
}

json_t *capacity_doc_new(const struct capacity_facts *f)
{
  const struct load_doc_context *c = f->context;
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:[],"
      " s:b, s:o, s:o, s:[]}",
      "schema", CAPACITY_SCHEMA, "weir", WEIR_VERSION, "verdict", "",
      "sentence", "", "started", "", "ended", "", "elapsed_ms", 0, "seed",
      doc_integer(f->scenario->seed), "command", masked(c->command_line),
      "target", target(f->scenario), "environment",
      environment_build(c->libcurl, c->libuv), "scenario",
      scenario(f->scenario), "method", method(f), "assumptions", "interrupted",
      0, "required", f->required ? doc_integer(f->required) : json_null(),
      "slo", objectives(f->scenario), "steps");
}

/* A rate that was asked for has to arrive: 99 % of it, but for an event a
 * stream, which may lie on the other side of the span's ends. */
static int add_offered(json_t *doc, json_t *load, uint64_t asked, json_t *slo)
{
  const char *axis = doc_text(doc, "method.axis");
  double seconds = doc_number(load, "measured_ms", 0) / 1000;
  double slack = doc_number(load, "summary.connections.peak", 0) / seconds;
  char text[80];
  if(strcmp(axis, axis_units[CAPACITY_RATE][0]) != 0 || seconds <= 0)
    return 0;
  snprintf(text, sizeof(text), "events.per_second >= %.6g",
           fmax(0, 0.99 * (double)asked - slack));
  return gate_add(slo, text);
}

/* The objectives of this step, observed.  What a default asks and this target
 * can never answer is taken out of the document's own list, with a note. */
static json_t *observe(json_t *doc, json_t *load, uint64_t asked)
{
  json_t *slo = json_deep_copy(json_object_get(doc, "slo"));
  if(slo && (add_offered(doc, load, asked, slo) ||
             gate_apply(slo, json_object_get(load, "summary")))) {
    json_decref(slo);
    return NULL;
  }
  return slo;
}

static bool all_pass(json_t *slo)
{
  json_t *t;
  size_t i;
  json_array_foreach(slo, i, t)
  {
    if(!doc_bool(t, "pass"))
      return false;
  }
  return true;
}

/* Whatever could be measured holds, and streams stood. */
static bool well_as_far_as_seen(json_t *load, json_t *slo)
{
  json_t *t;
  size_t i;
  json_array_foreach(slo, i, t)
  {
    if(!doc_text(t, "why")[0] && !doc_bool(t, "pass"))
      return false;
  }
  return !gate_nothing_opened(load) &&
         !json_array_size(doc_array(load, "summary.generator.reasons"));
}

static bool has_held(json_t *doc)
{
  json_t *step;
  size_t i;
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    if(strcmp(doc_text(step, "verdict"), verdicts[SEARCH_HELD]) == 0)
      return true;
  }
  return false;
}

static int note(json_t *doc, json_t *threshold)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = buf_addf(&text, "not part of the objectives: %s (%s)",
                doc_text(threshold, "expression"), doc_text(threshold, "why"));
  if(!rc && json_array_append_new(json_object_get(doc, "assumptions"),
                                  json_text(buf_slice(&text))))
    rc = E_NOMEM;
  buf_free(&text);
  return rc;
}

static int drop_unmeasurable(json_t *doc, json_t *slo)
{
  json_t *kept = json_object_get(doc, "slo");
  size_t i = 0;
  while(i < json_array_size(slo)) {
    json_t *t = json_array_get(slo, i);
    if(!doc_text(t, "why")[0] || doc_bool(t, "default")) {
      i++;
      continue;
    }
    if(note(doc, t) || json_array_remove(kept, i) || json_array_remove(slo, i))
      return E_NOMEM;
  }
  return 0;
}

/* Encoded histograms of everything but latency are bulk nobody reads. */
static void slim(json_t *summary)
{
  static const char *const bulky[] = {
      "connect_ms", "headers_ms",   "first_event_ms",
      "gap_ms",     "reconnect_ms", "latency_ms.uncorrected"};
  size_t i;
  for(i = 0; i < sizeof(bulky) / sizeof(bulky[0]); i++) {
    json_t *h = json_dotted_get(summary, bulky[i]);
    if(json_is_object(h))
      json_object_set_new(h, "hdr", json_null());
  }
}

static void judge(json_t *doc, json_t *load, json_t *slo, uint64_t wanted,
                  struct capacity_judgement *out)
{
  double peak = doc_number(load, "summary.connections.peak", 0);
  double events = doc_number(load, "summary.events.per_second", 0);
  double bytes = doc_number(load, "summary.events.bytes_per_second", 0);
  bool by_streams =
      strcmp(doc_text(doc, "method.axis"), axis_units[0][0]) == 0;
  out->rate = peak > 0 ? events / peak : 0;
  out->size = events > 0 ? bytes / events : 0;
  if(json_array_size(doc_array(load, "summary.generator.reasons")))
    out->verdict = SEARCH_INVALID;
  else if(gate_nothing_opened(load) || !all_pass(slo))
    out->verdict = SEARCH_BROKE;
  else
    out->verdict = SEARCH_HELD;
  if(out->verdict == SEARCH_BROKE && by_streams && peak < (double)wanted &&
     (doc_count(load, "summary.connections.failed") ||
      doc_count(load, "summary.connections.broken")))
    out->hint = (uint64_t)peak;
}

static json_t *server(const struct capacity_step *step, json_t *load)
{
  const struct capacity_server *s = &step->server;
  json_t *cost = json_dotted_get(load, "summary.server"), *j;
  if(!s->known && !s->gone)
    return json_null();
  j = json_pack(
      "{s:I, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "pid",
      (json_int_t)s->pid, "name", json_text(slice_of(s->name)), "gone",
      s->gone, "fds", doc_integer(s->fds), "fds_fullest",
      doc_integer(s->fds_fullest), "fds_limit",
      s->fds_limit ? doc_integer(s->fds_limit) : json_null(),
      "busiest_percent", doc_real(s->busiest_percent), "starved_percent",
      doc_real(s->starved_percent), "memory_available_bytes",
      s->memory_total ? doc_integer(s->memory_available) : json_null(),
      "memory_total_bytes",
      s->memory_total ? doc_integer(s->memory_total) : json_null());
  if(j && json_is_object(cost))
    json_object_update_missing(j, cost);
  return j;
}

/* How busy the machine was with all that ran on it. */
static json_t *machine(const struct capacity_step *step)
{
  double busy = step->server.machine_percent;
  return busy < 0 ? json_null() : doc_real(busy);
}

/* A step in which nothing could be run. */
static int add_empty(json_t *doc, const struct capacity_step *s,
                     enum search_verdict v)
{
  char now[40];
  clock_iso8601(clock_real_ns(), now, sizeof(now));
  return json_array_append_new(
      json_object_get(doc, "steps"),
      json_pack("{s:i, s:s, s:s, s:b, s:o, s:s, s:o, s:s, s:n, s:[], s:n,"
                " s:o, s:n}",
                "number", (int)s->number, "side",
                s->reference ? "reference" : "target", "phase",
                phases[s->probe.phase], "repeat", s->probe.repeat, "load",
                doc_integer(s->probe.load), "verdict", verdicts[v], "sentence",
                secrets_text(s->sentence), "started", now, "measured_ms",
                "slo", "summary", "server", server(s, NULL),
                "machine_cpu_percent"));
}

/* Which objectives were missed, or why nothing is certain; "" when it held. */
static json_t *step_sentence(json_t *load, json_t *slo, const char *verdict)
{
  struct buf text;
  json_t *t, *j;
  size_t i;
  int rc = 0;
  if(strcmp(verdict, verdicts[SEARCH_BROKE]) != 0)
    return json_string(strcmp(verdict, verdicts[SEARCH_HELD]) == 0
                           ? ""
                           : doc_text(load, "sentence"));
  buf_init(&text, 0);
  json_array_foreach(slo, i, t)
  {
    if(rc || doc_bool(t, "pass"))
      continue;
    rc = buf_addf(&text, "%s%s (", text.n ? ", " : "",
                  doc_text(t, "expression"));
    if(!rc)
      rc = gate_observed(t, &text);
    if(!rc)
      rc = buf_addc(&text, ')');
  }
  j = rc ? NULL : json_text(buf_slice(&text));
  buf_free(&text);
  return j;
}

static int add_step(json_t *doc, const struct capacity_step *s, json_t *load,
                    json_t *slo, const char *verdict)
{
  json_t *summary = json_object_get(load, "summary");
  json_t *seen = server(s, load);
  json_t *sentence = step_sentence(load, slo, verdict);
  slim(summary);
  return json_array_append_new(
      json_object_get(doc, "steps"),
      json_pack("{s:i, s:s, s:s, s:b, s:o, s:s, s:o, s:s, s:O, s:O, s:O,"
                " s:o, s:o}",
                "number", (int)s->number, "side",
                s->reference ? "reference" : "target", "phase",
                phases[s->probe.phase], "repeat", s->probe.repeat, "load",
                doc_integer(s->probe.load), "verdict", verdict, "sentence",
                sentence, "started", doc_text(load, "started"), "measured_ms",
                json_object_get(load, "measured_ms"), "slo", slo, "summary",
                summary, "server", seen, "machine_cpu_percent", machine(s)));
}

static int measured_step(json_t *doc, const struct capacity_step *step,
                         json_t *load, struct capacity_judgement *out)
{
  json_t *slo = observe(doc, load, step->probe.load);
  bool first = json_array_size(doc_array(doc, "steps")) == 0;
  int rc = slo ? 0 : E_NOMEM;
  if(!rc && first && /* how numbers and send times are read */
     json_array_extend(json_object_get(doc, "assumptions"),
                       json_object_get(load, "assumptions")))
    rc = E_NOMEM;
  if(!rc && doc_bool(doc, "method.slo_is_default") && !has_held(doc) &&
     well_as_far_as_seen(load, slo))
    rc = drop_unmeasurable(doc, slo);
  if(!rc) {
    judge(doc, load, slo, step->probe.load, out);
    rc = add_step(doc, step, load, slo,
                  step->outcome->interrupted ? "interrupted"
                                             : verdicts[out->verdict]);
  }
  json_decref(slo);
  return rc ? E_NOMEM : 0;
}

int capacity_doc_step(json_t *doc, const struct capacity_step *step,
                      struct capacity_judgement *out)
{
  static const struct load_doc_context nothing;
  json_t *load;
  int rc;
  memset(out, 0, sizeof(*out));
  if(!step->outcome) {
    out->verdict = step->cannot ? SEARCH_INVALID : SEARCH_BROKE;
    return add_empty(doc, step, out->verdict) ? E_NOMEM : 0;
  }
  load = load_doc_build(step->outcome, &nothing);
  rc = load ? measured_step(doc, step, load, out) : E_NOMEM;
  json_decref(load);
  return rc;
}

bool capacity_doc_is(json_t *doc)
{
  return strcmp(doc_text(doc, "schema"), CAPACITY_SCHEMA) == 0;
}

int capacity_doc_exit_code(json_t *doc)
{
  static const struct {
    const char *verdict;
    enum exit_code code;
  } codes[] = {{"pass", EXIT_PASS},
               {"fail", EXIT_FAIL},
               {"unjudged", EXIT_UNREACHABLE},
               {"invalid", EXIT_INVALID},
               {"interrupted", EXIT_INTERRUPTED}};
  size_t i;
  for(i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    if(strcmp(codes[i].verdict, doc_text(doc, "verdict")) == 0)
      return (int)codes[i].code;
  }
  return EXIT_INVALID;
}
