/* SPDX-License-Identifier: MIT
 * The doctor's document; see document.h. */
#include "doctor/document.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "document/doc.h"
#include "document/environment.h"

bool nginx_doc_is(json_t *doc)
{
  return strcmp(doc_text(doc, "schema"), NGINX_SCHEMA) == 0;
}

static json_t *safe(const struct document_input *in, const char *text)
{
  return text ? document_safe_text(slice_of(text), in->keep_secrets)
              : json_null();
}

static json_t *title_of(const struct document_input *in,
                        const struct conf_directive *d)
{
  struct buf text;
  json_t *j = NULL;
  if(!d)
    return json_null();
  buf_init(&text, 0);
  if(conf_title(d, &text) == 0)
    j = safe(in, buf_text(&text));
  buf_free(&text);
  return j;
}

/* ---- the locations that were judged --------------------------------------
 */

static json_t *listeners(const struct doctor_facts *f)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < f->listeners; i++) {
    const struct conf_listener *l = &f->listener[i];
    json_array_append_new(list, json_pack("{s:s, s:I, s:b, s:b, s:b}",
                                          "address", l->address, "port",
                                          (json_int_t)l->port, "tls", l->ssl,
                                          "http2", l->http2, "quic", l->quic));
  }
  return list;
}

static json_t *steps(const struct document_input *in,
                     const struct conf_route *r)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < r->nsteps; i++)
    json_array_append_new(list, safe(in, r->steps[i].text));
  return list;
}

static json_t *symptom_build(enum doctor_probe p, enum doctor_transport t,
                             const struct symptom *s)
{
  static const char *const end[] = {"alive", "clean", "truncated", "reset",
                                    "refused"};
  json_t *j =
      json_pack("{s:s, s:s, s:s, s:I, s:b, s:b, s:I, s:I, s:I, s:s}", "probe",
                doctor_probe_id(p), "text", doctor_probe_text(p), "transport",
                doctor_transport_name(t), "status", (json_int_t)s->status,
                "stream", s->is_stream, "coded", s->is_coded, "sent",
                (json_int_t)s->sent, "received", (json_int_t)s->received,
                "bursts", (json_int_t)s->bursts, "end", end[s->end]);
  static const char *const name[] = {"headers_ms", "p50_ms", "max_ms",
                                     "cut_ms", "told_ms"};
  const double value[] = {s->headers_ms, s->p50_ms, s->max_ms, s->cut_ms,
                          s->told_ms};
  size_t i;
  for(i = 0; i < sizeof(value) / sizeof(value[0]); i++)
    json_object_set_new(j, name[i],
                        value[i] < 0 ? json_null() : doc_real(value[i]));
  json_object_set_new(j, "scale", json_integer((json_int_t)s->scale));
  return j;
}

static json_t *symptoms(const struct doctor_live *live)
{
  json_t *list = json_array();
  int p, t;
  for(p = 0; p < DOCTOR_PROBE_COUNT && live; p++) {
    for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
      const struct symptom *s = symptom_get(
          &live->symptoms, (enum doctor_probe)p, (enum doctor_transport)t);
      if(s)
        json_array_append_new(
            list,
            symptom_build((enum doctor_probe)p, (enum doctor_transport)t, s));
    }
  }
  return list;
}

static json_t *timelines(const struct doctor_live *live)
{
  json_t *list = json_array();
  size_t i;
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT && live; t++) {
    const struct doctor_timeline *line = &live->timeline[t];
    json_t *points = json_array();
    for(i = 0; i < line->points; i++)
      json_array_append_new(
          points, json_pack("[o, o]", doc_real(line->point[i].written_ms),
                            line->point[i].arrived_ms < 0
                                ? json_null()
                                : doc_real(line->point[i].arrived_ms)));
    if(line->points)
      json_array_append_new(
          list, json_pack("{s:s, s:o}", "transport",
                          doctor_transport_name((enum doctor_transport)t),
                          "points", points));
    else
      json_decref(points);
  }
  return list;
}

/* null where nothing was measured. */
static json_t *measured_build(const struct doctor_live *live)
{
  if(!live || !live->symptoms.made)
    return json_null();
  return json_pack("{s:o, s:o}", "measurements", symptoms(live), "timelines",
                   timelines(live));
}

static json_t *target_build(const struct document_input *in,
                            const struct document_target *t)
{
  const struct conf_route *r = t->facts->route;
  const struct conf_directive *at = r->block;
  json_t *j = json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:b, s:o, s:o, s:o, s:o, s:o}",
      "uri", safe(in, t->uri), "host", safe(in, t->host), "server",
      title_of(in, r->server), "location", title_of(in, at), "file",
      safe(in, at && at->file ? at->file->path : NULL), "line",
      (json_int_t)(at ? at->line : 0), "family",
      conf_family_name(t->facts->family), "certain", r->certain, "listeners",
      listeners(t->facts), "steps", steps(in, r), "measurements",
      symptoms(t->live), "timelines", timelines(t->live), "fixed",
      measured_build(t->fixed));
  if(j && t->unjudged)
    json_object_set_new(j, "unjudged", safe(in, t->unjudged));
  return j;
}

static json_t *targets(const struct document_input *in)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < in->targets; i++)
    json_array_append_new(list, target_build(in, &in->target[i]));
  return list;
}

/* ---- what was given ------------------------------------------------------
 */

static json_t *declared(const struct doctor_declared *d)
{
  json_t *sizes = json_array(), *transports = json_array();
  size_t i;
  for(i = 0; i < d->sizes; i++)
    json_array_append_new(sizes, doc_integer(d->size_bytes[i]));
  for(i = 0; i < DOCTOR_TRANSPORT_COUNT; i++) {
    if(d->transports & (1u << i))
      json_array_append_new(transports, json_string(doctor_transport_name(
                                            (enum doctor_transport)i)));
  }
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o}", "heartbeat_ms",
      d->heartbeat_ms ? doc_integer(d->heartbeat_ms) : json_null(), "quiet_ms",
      d->quiet_ms ? doc_integer(d->quiet_ms) : json_null(), "streams",
      d->streams ? doc_integer(d->streams) : json_null(), "event_bytes", sizes,
      "transports", transports);
}

static json_t *assumptions(const struct document_input *in)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < in->assumptions; i++)
    json_array_append_new(list, safe(in, in->assumption[i]));
  return list;
}

static json_t *live_note(const struct document_input *in,
                         const struct edit_note *n)
{
  char text[sizeof(n->text) + 400];
  if(!n->file || !n->line)
    return safe(in, n->text);
  snprintf(text, sizeof(text), "%.300s:%u: %s", n->file, n->line, n->text);
  return safe(in, text);
}

static json_t *notes(const struct document_input *in)
{
  json_t *list = json_array();
  size_t i, t;
  for(i = 0; i < in->conf->nnotes; i++)
    json_array_append_new(list, safe(in, in->conf->notes[i]->text));
  for(i = 0; i < in->lacks; i++)
    json_array_append_new(list, live_note(in, &in->lack[i]));
  for(t = 0; t < in->targets; t++) {
    const struct doctor_live *live = in->target[t].live;
    for(i = 0; live && i < live->notes.n; i++)
      json_array_append_new(list, live_note(in, &live->notes.at[i]));
  }
  return list;
}

static json_t *config(const struct document_input *in)
{
  static const char *const shape[] = {"whole", "http", "server", "location"};
  return json_pack("{s:o, s:s, s:I, s:o}", "path", safe(in, in->path), "shape",
                   shape[in->conf->shape], "files",
                   (json_int_t)in->conf->nfiles, "notes", notes(in));
}

/* Of the whole text, or of the first location that cannot be judged. */
static const char *first_unjudged(const struct document_input *in)
{
  const char *why = in->unjudged;
  for(size_t i = 0; i < in->targets && !why; i++)
    why = in->target[i].unjudged;
  return why;
}

/* Who else was looked at, before and after the change. */
static int add_neighbours(const struct document_input *in, json_t *doc)
{
  const struct neighbours *n = in->neighbours;
  if(!n || !n->asked)
    return 0;
  return json_object_set_new(
      doc, "neighbours",
      json_pack("{s:I, s:I, s:o}", "asked", (json_int_t)n->asked, "changed",
                (json_int_t)n->changed, "first",
                n->changed ? safe(in, n->first) : json_null()));
}

json_t *doctor_document(const struct document_input *in)
{
  char started[40];
  json_t *doc;
  clock_iso8601(in->started_real_ns, started, sizeof(started));
  doc = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:{s:o, s:s, s:o}, s:o,"
      " s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b}",
      "schema", NGINX_SCHEMA, "weir", WEIR_VERSION, "verdict", "pass",
      "sentence", "", "started", started, "elapsed_ms",
      json_ms(in->elapsed_ns), "command", safe(in, in->command), "environment",
      environment_build(NULL, NULL), "config", config(in), "nginx", "version",
      safe(in, in->version), "version_from", in->version_from, "binary",
      safe(in, in->binary), "declared",
      in->targets ? declared(&in->target[0].facts->declared) : json_object(),
      "mode", in->static_why ? "static" : "live", "static_why",
      safe(in, in->static_why), "assumptions", assumptions(in), "targets",
      targets(in), "findings", document_findings(in), "diff",
      safe(in, in->diff), "written", safe(in, in->written), "strict",
      in->strict, "interrupted", in->interrupted);
  if(doc && first_unjudged(in))
    json_object_set_new(doc, "unjudged", safe(in, first_unjudged(in)));
  if(doc && add_neighbours(in, doc) == 0 && document_decide(doc) == 0)
    return doc;
  json_decref(doc);
  return NULL;
}
