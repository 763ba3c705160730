/* SPDX-License-Identifier: MIT
 * The proof of a fix: the corrected texts, read, run and judged like the
 * user's own; see doctor_live.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/prove_measure.h"
#include "rules/rule.h"

#define SERVERS_MAX 256

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
                        const struct edit_note *n)
{
  for(size_t i = 0; before && i < before->notes.n; i++) {
    if(before->notes.at[i].refused &&
       strcmp(before->notes.at[i].text, n->text) == 0)
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
  for(size_t i = 0; i < l->notes.n && before; i++) {
    if(!l->notes.at[i].refused || was_refused(before, &l->notes.at[i]))
      continue;
    out->accepted = false;
    snprintf(out->refusal, sizeof(out->refusal), "%s", l->notes.at[i].text);
  }
}

static void conclude(struct doctor_finding *f,
                     const struct doctor_live *before,
                     struct doctor_proof *out)
{
  const struct doctor_finding *still =
      doctor_findings_find(&out->after, f->rule->id);
  bool gone = !still || still->severity == DOCTOR_INFO;
  enum doctor_probe probe = prove_probe(f->rule->id, before);
  if(!f->before.made && before && before->symptoms.made)
    prove_measure(probe, before, before, &f->before);
  if(still && still->before.made)
    f->after = still->before;
  else
    prove_measure(probe, before, &out->live, &f->after);
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

int doctor_prove(const struct sandbox_options *o, const struct doctor_facts *f,
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
  rc = patched_conf(patched, &out->conf, e);
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
