/* SPDX-License-Identifier: MIT
 * The proof of a fix: the corrected texts, read, run and judged like the
 * user's own; see doctor_live.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "doctor/doctor_live.h"
#include "doctor/rule.h"

#define SERVERS_MAX 256

static int parse(const struct patched *p, struct doctor_proof *out,
                 struct err *e)
{
  struct conf_memory m;
  struct conf_source source;
  struct conf_fault fault;
  int rc = 0;
  conf_memory_init(&m);
  for(size_t i = 0; !rc && i < p->files; i++)
    rc = conf_memory_add(&m, p->file[i].path, buf_slice(&p->file[i].text));
  source = conf_memory_source(&m);
  if(rc)
    err_set(e, rc, "out of memory");
  else
    rc = conf_parse(&out->conf, &source, p->file[0].path, &fault);
  if(rc && rc != E_NOMEM)
    *e = fault.e;
  conf_memory_fini(&m);
  return rc;
}

/* The server block that stands where the one of the request stood. */
static const struct conf_directive *same_server(const struct conf *old,
                                                const struct conf *now,
                                                const struct conf_directive *s)
{
  const struct conf_directive *a[SERVERS_MAX], *b[SERVERS_MAX];
  size_t na = conf_servers(old, a, SERVERS_MAX);
  size_t nb = conf_servers(now, b, SERVERS_MAX);
  for(size_t i = 0; s && i < na && i < nb && i < SERVERS_MAX; i++) {
    if(a[i] == s)
      return b[i];
  }
  return NULL;
}

static int locate(const struct doctor_facts *f,
                  const struct conf_request *request, struct doctor_proof *out,
                  struct doctor_facts *now, struct err *e)
{
  struct conf_request again = *request;
  int rc;
  again.server = same_server(f->conf, out->conf, request->server);
  rc = conf_locate(out->conf, &again, &out->route, e);
  if(rc)
    return rc;
  facts_init(now, out->conf, out->route, f->version);
  now->declared = f->declared;
  return 0;
}

/* Whether nginx said so of the user's own text already. */
static bool was_refused(const struct doctor_live *before,
                        const struct doctor_live_note *n)
{
  for(size_t i = 0; before && i < before->notes; i++) {
    if(before->note[i].refused && strcmp(before->note[i].text, n->text) == 0)
      return true;
  }
  return false;
}

static void look_at_refusals(const struct doctor_live *before,
                             struct doctor_proof *out)
{
  const struct doctor_live *l = &out->live;
  out->accepted = !l->refused && l->nginx.path[0];
  if(l->refused)
    snprintf(out->refusal, sizeof(out->refusal), "%s", l->why_not);
  for(size_t i = 0; i < l->notes && before; i++) {
    if(!l->note[i].refused || was_refused(before, &l->note[i]))
      continue;
    out->accepted = false;
    snprintf(out->refusal, sizeof(out->refusal), "%s", l->note[i].text);
  }
}

/* Which probe shows best what a rule is about. */
static enum doctor_probe probe_for(const char *id)
{
  static const struct {
    const char *part;
    enum doctor_probe probe;
  } MAP[] = {{"timeout", PROBE_QUIET},
             {"large", PROBE_SIZES},
             {"gzip", PROBE_GZIP},
             {"brotli", PROBE_GZIP},
             {"x-accel", PROBE_ACCEL},
             {"cache-lock", PROBE_TWINS},
             {"cache-hides", PROBE_LEAVE},
             {"abort", PROBE_LEAVE_QUIET},
             {"cache-", PROBE_AGAIN},
             {"spool", PROBE_STALLED},
             {"last-event-id", PROBE_REQUEST},
             {"intercept", PROBE_ERROR},
             {"gateway", PROBE_REFUSED},
             {"sub-filter", PROBE_BAIT},
             {"ssi", PROBE_BAIT},
             {"charset", PROBE_BAIT},
             {"addition", PROBE_BAIT},
             {"cors", PROBE_RESPONSE},
             {"http10", PROBE_CLOSED}};
  for(size_t i = 0; i < sizeof(MAP) / sizeof(MAP[0]); i++) {
    if(strstr(id, MAP[i].part))
      return MAP[i].probe;
  }
  return PROBE_REGULAR;
}

static void measure_quiet(const struct symptom *s,
                          const struct doctor_live *live, const char *over,
                          struct doctor_measure *m)
{
  char text[UNITS_MAX];
  m->value = s->cut_ms;
  snprintf(m->unit, sizeof(m->unit), "ms");
  if(!s->received)
    snprintf(m->text, sizeof(m->text), "no event came over %s (status %d)",
             over, s->status);
  else if(s->end == SYMPTOM_ALIVE || s->cut_ms < 0)
    snprintf(m->text, sizeof(m->text), "not cut in silence over %s", over);
  else
    snprintf(m->text, sizeof(m->text),
             "cut after %s of silence over %s, timeouts divided by %.0f",
             units_fmt_duration((uint64_t)(s->cut_ms * 1e6), text), over,
             live->scale);
}

static const char *shape_of(enum doctor_probe p)
{
  switch(p) {
  case PROBE_CLOSED:
    return " (the application does not send chunks)";
  case PROBE_GZIP:
    return " (the client accepts gzip)";
  case PROBE_SIZES:
    return " (of 1 to 70 kB)";
  case PROBE_ACCEL:
    return " (with X-Accel-Buffering: no)";
  default:
    return "";
  }
}

static void measure_late(enum doctor_probe p, const struct symptom *s,
                         const char *over, struct doctor_measure *m)
{
  char text[UNITS_MAX];
  m->value = s->p50_ms;
  snprintf(m->unit, sizeof(m->unit), "ms");
  units_fmt_ms(s->p50_ms < 0 ? 0 : s->p50_ms, text);
  if(s->received == s->sent && s->bursts == 1 && s->sent > 1)
    snprintf(m->text, sizeof(m->text),
             "all %u events%s in one burst over %s, half of them later than "
             "%s",
             s->sent, shape_of(p), over, text);
  else
    snprintf(m->text, sizeof(m->text),
             "%u of %u events%s over %s, p50 %s late", s->received, s->sent,
             shape_of(p), over, text);
}

static void measure_told(const struct symptom *s, const char *over,
                         struct doctor_measure *m)
{
  char text[UNITS_MAX];
  m->value = s->told_ms;
  snprintf(m->unit, sizeof(m->unit), "ms");
  if(s->never_told)
    snprintf(m->text, sizeof(m->text),
             "the application is not told that a client left");
  else
    snprintf(m->text, sizeof(m->text),
             "the application is told %s after a client left over %s",
             units_fmt_ms(s->told_ms < 0 ? 0 : s->told_ms, text), over);
}

static void measure_other(enum doctor_probe p, const struct symptom *s,
                          const char *over, struct doctor_measure *m)
{
  switch(p) {
  case PROBE_AGAIN:
    m->value = s->asked;
    snprintf(m->unit, sizeof(m->unit), "requests");
    snprintf(m->text, sizeof(m->text),
             "%u of %u requests reached the application", s->asked,
             s->streams);
    break;
  case PROBE_TWINS:
    m->value = s->headers_ms;
    snprintf(m->unit, sizeof(m->unit), "ms");
    snprintf(m->text, sizeof(m->text),
             "the second client had its headers after %.1f ms",
             s->headers_ms < 0 ? 0 : s->headers_ms);
    break;
  case PROBE_STALLED:
    m->value = s->spooled_bytes;
    snprintf(m->unit, sizeof(m->unit), "bytes");
    snprintf(m->text, sizeof(m->text), "%s",
             s->upstream_blocked ? "the application is held back"
                                 : "the application is not held back");
    break;
  case PROBE_BAIT:
    snprintf(m->text, sizeof(m->text), "the bytes arrive %s over %s",
             s->body_differs ? "changed" : "unchanged", over);
    break;
  case PROBE_REQUEST:
  case PROBE_RESPONSE:
    snprintf(m->text, sizeof(m->text), "%s%s",
             s->lost[0] ? "not as sent: " : "all headers as they were sent",
             s->lost);
    break;
  default:
    m->value = s->status;
    snprintf(m->text, sizeof(m->text), "status %d, %s", s->status,
             s->is_stream ? "an event stream" : "no event stream");
    break;
  }
}

/* For what is about lateness in general, the probe that was late. */
static enum doctor_probe choose(const char *rule,
                                const struct doctor_live *before)
{
  static const enum doctor_probe LATE[] = {PROBE_REGULAR, PROBE_CLOSED,
                                           PROBE_GZIP, PROBE_SIZES};
  enum doctor_probe p = probe_for(rule);
  for(size_t i = 0; p == PROBE_REGULAR && before && i < 4; i++) {
    const struct symptom *s = symptom_worst(&before->symptoms, LATE[i], NULL);
    if(s && symptom_is_late(s))
      return LATE[i];
  }
  return p;
}

/* Over the transport that was worst before. */
static void measure(enum doctor_probe p, const struct doctor_live *before,
                    const struct doctor_live *live, struct doctor_measure *m)
{
  enum doctor_transport t = DOCTOR_H1;
  const struct symptom *s = NULL;
  const char *over;
  if(before && symptom_worst(&before->symptoms, p, &t))
    s = symptom_get(&live->symptoms, p, t);
  if(!s)
    s = symptom_worst(&live->symptoms, p, &t);
  over = doctor_transport_name(t);
  memset(m, 0, sizeof(*m));
  if(!s)
    return;
  m->made = true;
  if(p == PROBE_QUIET)
    measure_quiet(s, live, over, m);
  else if(p == PROBE_LEAVE || p == PROBE_LEAVE_QUIET)
    measure_told(s, over, m);
  else if(p == PROBE_REGULAR || p == PROBE_CLOSED || p == PROBE_ACCEL ||
          p == PROBE_GZIP || p == PROBE_SIZES)
    measure_late(p, s, over, m);
  else
    measure_other(p, s, over, m);
}

static void conclude(struct doctor_finding *f,
                     const struct doctor_live *before,
                     struct doctor_proof *out)
{
  const struct doctor_finding *still =
      doctor_findings_find(&out->after, f->rule->id);
  bool gone = !still || still->severity == DOCTOR_INFO;
  enum doctor_probe probe = choose(f->rule->id, before);
  if(!f->before.made && before && before->symptoms.made)
    measure(probe, before, before, &f->before);
  if(still && still->before.made)
    f->after = still->before;
  else
    measure(probe, before, &out->live, &f->after);
  if(!out->live.symptoms.made && !out->refusal[0])
    return;
  f->state = gone && out->accepted ? FIX_PROVEN : FIX_NOT_PROVEN;
  if(f->state == FIX_PROVEN)
    out->proven++;
  else
    out->not_proven++;
}

/* The corrected text is none. */
static int give_up(struct doctor_findings *findings, struct doctor_proof *out,
                   const struct err *e)
{
  out->made = true;
  snprintf(out->refusal, sizeof(out->refusal), "%.399s", e->text);
  for(size_t i = 0; i < findings->n; i++) {
    struct doctor_finding *f = &findings->at[i];
    if(!f->edits || f->severity == DOCTOR_INFO)
      continue;
    f->state = FIX_NOT_PROVEN;
    out->not_proven++;
  }
  return 0;
}

int doctor_prove(const struct doctor_live_options *o,
                 const struct doctor_facts *f,
                 const struct conf_request *request,
                 const struct patched *patched,
                 const struct doctor_live *before,
                 struct doctor_findings *findings, struct doctor_proof *out,
                 struct err *e)
{
  struct doctor_facts now;
  int rc;
  memset(out, 0, sizeof(*out));
  doctor_findings_init(&out->after);
  rc = parse(patched, out, e);
  rc = rc ? rc : locate(f, request, out, &now, e);
  if(rc && rc != E_NOMEM)
    return give_up(findings, out, e);
  rc = rc ? rc : doctor_live_run(o, &now, request, &out->live, e);
  if(rc)
    return rc;
  out->made = true;
  look_at_refusals(before, out);
  now.symptoms = out->live.symptoms.made ? &out->live.symptoms : NULL;
  if(doctor_judge(&now, &out->after))
    return err_set(e, E_NOMEM, "out of memory");
  for(size_t i = 0; i < findings->n; i++) {
    if(findings->at[i].edits && findings->at[i].severity != DOCTOR_INFO)
      conclude(&findings->at[i], before, out);
  }
  return 0;
}

void doctor_proof_free(struct doctor_proof *p)
{
  doctor_findings_free(&p->after);
  doctor_live_free(&p->live);
  conf_route_free(p->route);
  conf_free(p->conf);
  memset(p, 0, sizeof(*p));
}
