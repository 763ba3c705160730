/* SPDX-License-Identifier: MIT
 * From a run's outcome to its document; see load_doc.h. */
#include "load/load_doc.h"

#include "base/clock.h"
#include "document/doc.h"
#include "document/environment.h"
#include "document/secrets.h"
#include "load/offenders.h"
#include "load/summary.h"

static json_t *instant(uint64_t real_ns)
{
  char text[40];
  clock_iso8601(real_ns, text, sizeof(text));
  return json_string(text);
}

static json_t *text_or_null(const char *text)
{
  return text && text[0] ? json_text(slice_of(text)) : json_null();
}

static json_t *masked_or_null(const char *text)
{
  return text ? secrets_text(text) : json_null();
}

static json_t *target(const struct scenario *s)
{
  static const char *const http[] = {"auto", "1.1", "2"};
  const char *method =
      s->endpoint.method && s->endpoint.method[0] ? s->endpoint.method : "GET";
  return json_pack("{s:o, s:o, s:s}", "url", secrets_text(s->endpoint.url),
                   "method", json_text(slice_of(method)), "http",
                   http[s->endpoint.http]);
}

static json_t *scenario(const struct scenario *s)
{
  json_t *plain = scenario_to_json(s);
  json_t *masked = plain ? secrets_mask_json(plain) : NULL;
  json_decref(plain);
  return masked;
}

/* Appends and reports; *failed is sticky. */
static void append(json_t *list, json_t *item, bool *failed)
{
  if(json_array_append_new(list, item))
    *failed = true;
}

static json_t *or_null(json_t *list, bool failed)
{
  if(!failed)
    return list;
  json_decref(list);
  return NULL;
}

static json_t *assumptions(const struct load_outcome *o)
{
  json_t *list = json_array();
  bool failed = false;
  uint32_t i;
  for(i = 0; i < o->note_count; i++)
    append(list, secrets_text(o->note[i]), &failed);
  return or_null(list, failed);
}

static json_t *reasons(const struct load_outcome *o)
{
  json_t *list = json_array();
  bool failed = false;
  uint32_t i;
  for(i = 0; i < o->invalid_count; i++) {
    const struct invalid_reason *r = &o->invalid[i];
    append(list,
           json_pack("{s:o, s:o, s:o}", "code", json_text(slice_of(r->code)),
                     "sentence", secrets_text(r->sentence), "advice",
                     secrets_text(r->advice)),
           &failed);
  }
  return or_null(list, failed);
}

static json_t *workers(const struct load_outcome *o)
{
  json_t *list = json_array();
  bool failed = false;
  uint32_t i;
  for(i = 0; i < o->worker_count; i++) {
    const struct worker_report *w = &o->worker[i];
    append(list,
           json_pack("{s:I, s:I, s:o, s:b, s:o, s:o, s:o}", "index",
                     (json_int_t)w->index, "pid", (json_int_t)w->pid,
                     "streams", doc_integer(w->streams), "died", w->died,
                     "how", text_or_null(w->how), "cpu_percent",
                     doc_real(w->cpu_share * 100), "loop_lag_p99_ms",
                     doc_real(w->loop_lag_p99_ms)),
           &failed);
  }
  return or_null(list, failed);
}

static double busiest_percent(const struct load_outcome *o)
{
  double most = -1;
  uint32_t i;
  for(i = 0; i < o->worker_count; i++) {
    if(!o->worker[i].died && o->worker[i].cpu_share * 100 > most)
      most = o->worker[i].cpu_share * 100;
  }
  return most;
}

static uint64_t elapsed_ns(const struct load_outcome *o)
{
  return o->ended_real_ns > o->started_real_ns
             ? o->ended_real_ns - o->started_real_ns
             : 0;
}

/* What stood before the counting: verdict and sentence are filled last and
 * stand near the top for people who open the file. */
static json_t *head(const struct load_outcome *o,
                    const struct load_doc_context *c)
{
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
      " s:o, s:o, s:b, s:o, s:o}",
      "schema", LOAD_SCHEMA, "weir", WEIR_VERSION, "verdict", "", "sentence",
      "", "run", text_or_null(o->run), "seed", doc_integer(o->seed), "started",
      instant(o->started_real_ns), "ended", instant(o->ended_real_ns),
      "elapsed_ms", json_ms(elapsed_ns(o)), "measured_ms",
      json_ms(o->measured_ns), "command", masked_or_null(c->command_line),
      "target", target(o->scenario), "environment",
      environment_build(c->libcurl, c->libuv), "scenario",
      scenario(o->scenario), "assumptions", assumptions(o), "interrupted",
      o->interrupted, "sequence_from", text_or_null(o->sequence_from),
      "stamp_from", text_or_null(o->stamp_from));
}

static json_t *summary(const struct load_outcome *o)
{
  json_t *why = reasons(o);
  struct summary_facts f = {.total = o->total,
                            .measured_ns = o->measured_ns,
                            .ledger = o->ledger,
                            .latency = o->latency,
                            .busiest_worker_percent = busiest_percent(o),
                            .reasons = why,
                            .server = &o->server};
  json_t *j = why ? summary_build(&f) : NULL;
  json_decref(why);
  return j;
}

static json_t *percent(double share)
{
  return share < 0 ? json_null() : doc_real(share * 100);
}

/* How busy the machine was with all that ran on it; null: not looked at. */
static json_t *machine(const struct load_outcome *o)
{
  struct machine_use use;
  if(!o->machine[1].at_ns)
    return json_null();
  machine_between(&o->machine[0], &o->machine[1], &use);
  return json_pack("{s:o, s:o, s:o, s:o, s:o}", "cpus",
                   json_integer((json_int_t)use.cpus), "load_average",
                   use.load < 0 ? json_null() : doc_real(use.load),
                   "busy_percent", percent(use.busy), "waited_percent",
                   percent(use.waited), "stolen_percent", percent(use.stolen));
}

/* Texts from the network inside the snapshot. */
static int mask_member(json_t *snapshot, const char *list, const char *member)
{
  json_t *item;
  size_t i;
  json_array_foreach(json_object_get(snapshot, list), i, item)
  {
    if(json_object_set_new(item, member, secrets_text(doc_text(item, member))))
      return E_NOMEM;
  }
  return 0;
}

static json_t *snapshot(const struct snapshot *total)
{
  json_t *j = snapshot_to_json(total);
  if(j && (mask_member(j, "causes", "example") ||
           mask_member(j, "offenders", "detail"))) {
    json_decref(j);
    return NULL;
  }
  return j;
}

static int fill(json_t *doc, const struct load_outcome *o)
{
  bool failed =
      json_object_set_new(doc, "machine", machine(o)) ||
      json_object_set_new(doc, "summary", summary(o)) ||
      json_object_set_new(doc, "thresholds",
                          gate_from_scenario(o->scenario)) ||
      json_object_set_new(doc, "first_offenders", offenders_build(o->total)) ||
      json_object_set_new(doc, "workers", workers(o)) ||
      json_object_set_new(doc, "slice_ms",
                          json_ms(o->total->series.width_ns)) ||
      json_object_set_new(doc, "timeline", timeline_build(o->total)) ||
      json_object_set_new(doc, "snapshot", snapshot(o->total));
  if(failed || gate_apply(json_object_get(doc, "thresholds"),
                          json_object_get(doc, "summary")))
    return E_NOMEM;
  return gate_decide(doc);
}

json_t *load_doc_build(const struct load_outcome *o,
                       const struct load_doc_context *c)
{
  json_t *doc = head(o, c);
  if(doc && fill(doc, o)) {
    json_decref(doc);
    return NULL;
  }
  return doc;
}

int load_doc_exit_code(json_t *doc)
{
  return (int)gate_exit_code(doc);
}
