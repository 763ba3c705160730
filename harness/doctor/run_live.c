/* SPDX-License-Identifier: MIT
 * The doctor's measured half: a real nginx on a private copy; see
 * doctor_run.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/run.h"

static int measure(struct doctor_target *t, const struct sandbox_options *o,
                   struct err *e)
{
  int rc;
  t->live = calloc(1, sizeof(*t->live));
  if(!t->live)
    return err_set(e, E_NOMEM, "out of memory");
  rc = doctor_live_run(o, &t->facts, &t->request, t->live, e);
  if(rc)
    return rc;
  if(t->live->symptoms.made)
    t->facts.symptoms = &t->live->symptoms;
  return 0;
}

static void tell_kept(struct doctor_run *r, const struct doctor_live *live)
{
  if(live && live->kept[0])
    doctor_run_assume(r, "the private folder was kept: %s", live->kept);
}

/* The whole was judged by its text where nothing could be measured; else only
 * what could not. */
static void tell_unmeasured(struct doctor_run *r)
{
  size_t i, made = 0;
  for(i = 0; i < r->targets; i++)
    made += r->target[i].facts.symptoms != NULL;
  for(i = 0; i < r->targets; i++) {
    const struct doctor_target *t = &r->target[i];
    tell_kept(r, t->live);
    if(t->facts.symptoms || !t->live)
      continue;
    if(made)
      doctor_run_assume(r, "%.80s was not measured: %s", t->uri,
                        t->live->why_not);
    else
      snprintf(r->static_why, sizeof(r->static_why), "%s", t->live->why_not);
  }
}

/* What cannot be run is judged from its text, and said so. */
static int settle(struct doctor_run *r, int rc, struct err *e)
{
  if(rc == E_CLOSED) {
    r->interrupted = true;
    rc = 0;
  } else if(rc && rc != E_NOMEM) {
    snprintf(r->static_why, sizeof(r->static_why), "%s", e->text);
    rc = 0;
  }
  return rc;
}

static int prove(struct doctor_run *r, struct doctor_target *t,
                 const struct sandbox_options *o, struct err *e)
{
  struct doctor_findings mend;
  struct patched p;
  size_t i;
  int rc = 0;
  memset(&p, 0, sizeof(p));
  doctor_findings_init(&mend);
  for(i = 0; i < t->findings.n && !rc; i++) {
    if(t->findings.at[i].severity != DOCTOR_INFO)
      rc = doctor_findings_add(&mend, &t->findings.at[i]);
  }
  if(!rc)
    rc = doctor_fix(r->conf, &mend, &p, e);
  if(!rc && p.edits)
    rc = doctor_prove(o, &t->facts, &t->request, &p, t->live, &t->findings,
                      &t->proof, e);
  if(!rc && t->proof.refusal[0])
    doctor_run_assume(r, "nginx refuses the corrected text: %s",
                      t->proof.refusal);
  tell_kept(r, &t->proof.live);
  patched_free(&p);
  doctor_findings_free(&mend);
  return rc;
}

int doctor_run_live(struct doctor_run *r, struct err *e)
{
  const struct sandbox_options *o = &r->order->box;
  size_t i;
  int rc = 0;
  for(i = 0; i < r->targets && !rc; i++)
    rc = measure(&r->target[i], o, e);
  if(!rc)
    tell_unmeasured(r);
  if(!rc)
    rc = doctor_run_judge(r, e);
  for(i = 0; i < r->targets && !rc; i++) {
    if(r->target[i].live)
      rc = prove(r, &r->target[i], o, e);
  }
  return settle(r, rc, e);
}
