/* SPDX-License-Identifier: MIT
 * Exact merge of documents; see merge.h. */
#include "result/merge.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "document/doc.h"
#include "load/gate.h"
#include "load/load_doc.h"
#include "load/offenders.h"
#include "load/summary.h"
#include "result/merge_fit.h"

struct merging {
  const struct merge_input *in; /* borrowed */
  size_t count;
  struct snapshot *total; /* owned */
  json_t *reasons;        /* owned */
  json_t *origins;        /* owned */
  struct server_cost server;
};

static int fit_all(struct merging *m, struct err *e)
{
  size_t i;
  for(i = 1; i < m->count; i++) {
    int rc = merge_fit(&m->in[0], &m->in[i], e);
    if(rc)
      return rc;
  }
  m->origins = merge_origins(m->in, m->count);
  if(!m->origins)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  return merge_origins_check(m->origins, e);
}

static int add_snapshots(struct merging *m, struct err *e)
{
  size_t i;
  for(i = 0; i < m->count; i++) {
    struct snapshot *s =
        snapshot_from_json(json_object_get(m->in[i].doc, "snapshot"), e);
    if(!s)
      return err_prefix(e, "%s: ", m->in[i].name);
    if(!m->total) {
      m->total = s;
      continue;
    }
    int rc = snapshot_merge(m->total, s);
    snapshot_free(s);
    if(rc)
      return err_set(e, rc, "%s: %s", m->in[i].name, err_name(rc));
  }
  return 0;
}

static double largest(const struct merging *m, const char *path,
                      double otherwise)
{
  double most = otherwise;
  size_t i;
  for(i = 0; i < m->count; i++)
    most = fmax(most, doc_number(m->in[i].doc, path, otherwise));
  return most;
}

/* ISO 8601 instants of one form sort as text. */
static const char *extreme(const struct merging *m, const char *path, int sign)
{
  const char *best = doc_text(m->in[0].doc, path);
  size_t i;
  for(i = 1; i < m->count; i++) {
    const char *t = doc_text(m->in[i].doc, path);
    if(strcmp(t, best) * sign > 0)
      best = t;
  }
  return best;
}

static double unix_seconds(const char *iso)
{
  struct tm tm = {0};
  return strptime(iso, "%Y-%m-%dT%H:%M:%S", &tm) ? (double)timegm(&tm) : 0;
}

static bool is_listed(json_t *list, json_t *v)
{
  json_t *seen;
  size_t i;
  json_array_foreach(list, i, seen)
  {
    if(json_equal(seen, v))
      return true;
  }
  return false;
}

/* Objects tell which result they came from, the first time they are merged. */
static int append_copy(json_t *list, json_t *v, const char *source)
{
  json_t *copy = json_deep_copy(v);
  if(json_is_object(copy) && !json_object_get(copy, "result") &&
     json_object_set_new(copy, "result", json_text(slice_of(source)))) {
    json_decref(copy);
    return E_NOMEM;
  }
  return json_array_append_new(list, copy);
}

/* All members of each document's list; once: without repeats. */
static json_t *join(const struct merging *m, const char *path, bool once)
{
  json_t *all = json_array(), *v;
  size_t i, k;
  for(i = 0; i < m->count; i++) {
    json_array_foreach(doc_array(m->in[i].doc, path), k, v)
    {
      if(once && is_listed(all, v))
        continue;
      if(append_copy(all, v, m->in[i].name)) {
        json_decref(all);
        return NULL;
      }
    }
  }
  return all;
}

/* The timelines are laid over one another from each run's own start. */
static int note_starts(const struct merging *m, json_t *notes)
{
  double apart = unix_seconds(extreme(m, "started", 1)) -
                 unix_seconds(extreme(m, "started", -1));
  json_t *note;
  if(apart < 2)
    return 0;
  note = json_sprintf("the results started %.0f s apart; their timelines are "
                      "laid over one another from each one's own start, and "
                      "the peak adds up accordingly",
                      apart);
  return json_array_append_new(notes, note);
}

static json_t *assumptions(const struct merging *m)
{
  json_t *notes = join(m, "assumptions", true);
  if(note_starts(m, notes)) {
    json_decref(notes);
    return NULL;
  }
  return notes;
}

static json_t *copy_or_null(json_t *doc, const char *key)
{
  json_t *v = json_object_get(doc, key);
  return v ? json_deep_copy(v) : json_null();
}

/* One machine watched the server, all of them loaded it: its cost is spread
 * over all streams and events.  Two watchers cannot be told apart from two
 * servers; then each stands in "merged" alone. */
static void merge_server(struct merging *m, double measured_s)
{
  struct server_cost *s = &m->server;
  json_t *found = NULL;
  size_t i, watchers = 0;
  double gained;
  for(i = 0; i < m->count; i++) {
    json_t *j = json_dotted_get(m->in[i].doc, "summary.server");
    if(json_is_object(j)) {
      found = j;
      watchers++;
    }
  }
  if(watchers != 1)
    return;
  s->known = true;
  s->pid = (int64_t)doc_count(found, "pid");
  s->processes = (uint32_t)doc_count(found, "processes");
  s->cpu_percent = doc_number(found, "cpu_percent", NAN);
  s->rss_bytes = doc_count(found, "rss_bytes");
  s->rss_base_bytes = doc_count(found, "rss_base_bytes");
  gained = (double)s->rss_bytes - (double)s->rss_base_bytes;
  s->bytes_per_connection =
      fmax(gained, 0) / (double)m->total->counter[C_PEAK];
  s->cpu_us_per_event = s->cpu_percent * 1e4 * measured_s /
                        (double)m->total->counter[C_EVENTS_MEASURED];
}

static json_t *summary(struct merging *m, double measured_ms)
{
  json_t *first = m->in[0].doc;
  struct summary_facts f = {.total = m->total, .server = &m->server};
  f.measured_ns = (uint64_t)(measured_ms * 1e6);
  f.ledger = (enum ledger_mode)ledger_mode_parse(
      doc_text(first, "summary.events.ledger"));
  f.latency = (enum latency_source)latency_source_parse(
      doc_text(first, "summary.latency_ms.source"));
  f.busiest_worker_percent =
      largest(m, "summary.generator.busiest_worker_percent", -1);
  merge_server(m, measured_ms / 1000);
  m->reasons = join(m, "summary.generator.reasons", false);
  f.reasons = m->reasons;
  return m->reasons ? summary_build(&f) : NULL;
}

static bool any_interrupted(const struct merging *m)
{
  size_t i;
  for(i = 0; i < m->count; i++) {
    if(doc_bool(m->in[i].doc, "interrupted"))
      return true;
  }
  return false;
}

static json_t *head(const struct merging *m, double measured_ms)
{
  json_t *first = m->in[0].doc;
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:n, s:o, s:o, s:o,"
      " s:o, s:b, s:o, s:o, s:O}",
      "schema", LOAD_SCHEMA, "weir", WEIR_VERSION, "verdict", "", "sentence",
      "", "run", copy_or_null(first, "run"), "seed",
      copy_or_null(first, "seed"), "started", extreme(m, "started", -1),
      "ended", extreme(m, "ended", 1), "elapsed_ms",
      doc_real(largest(m, "elapsed_ms", 0)), "measured_ms",
      doc_real(measured_ms), "command", "target",
      copy_or_null(first, "target"), "environment",
      copy_or_null(first, "environment"), "scenario",
      copy_or_null(first, "scenario"), "assumptions", assumptions(m),
      "interrupted", any_interrupted(m), "sequence_from",
      copy_or_null(first, "sequence_from"), "stamp_from",
      copy_or_null(first, "stamp_from"), "merged", m->origins);
}

static int fill(struct merging *m, json_t *doc, double measured_ms)
{
  bool failed =
      json_object_set_new(doc, "summary", summary(m, measured_ms)) ||
      json_object_set_new(doc, "thresholds",
                          copy_or_null(m->in[0].doc, "thresholds")) ||
      json_object_set_new(doc, "first_offenders", offenders_build(m->total)) ||
      json_object_set_new(doc, "workers", join(m, "workers", false)) ||
      json_object_set_new(doc, "slice_ms",
                          json_ms(m->total->series.width_ns)) ||
      json_object_set_new(doc, "timeline", timeline_build(m->total)) ||
      json_object_set_new(doc, "snapshot", snapshot_to_json(m->total));
  if(failed || gate_apply(json_object_get(doc, "thresholds"),
                          json_object_get(doc, "summary")))
    return E_NOMEM;
  return gate_decide(doc);
}

json_t *merge_docs(const struct merge_input *in, size_t count, struct err *e)
{
  struct merging m = {.in = in, .count = count};
  json_t *doc = NULL;
  double measured_ms;
  if(count == 0)
    err_set(e, E_MISMATCH, "nothing to merge");
  else if(fit_all(&m, e) == 0 && add_snapshots(&m, e) == 0) {
    measured_ms = largest(&m, "measured_ms", 0);
    doc = head(&m, measured_ms);
    if(!doc || fill(&m, doc, measured_ms)) {
      err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
      json_decref(doc);
      doc = NULL;
    }
  }
  snapshot_free(m.total);
  json_decref(m.reasons);
  json_decref(m.origins);
  return doc;
}
