/* SPDX-License-Identifier: MIT
 * The doctor's work from a text to its mended one, step by step; see run.h. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "doctor/run.h"
#include "nginxbox/isolation.h"

/* The edits of what is worse than information, of all targets. */
static int gather(const struct doctor_run *r, struct doctor_findings *out)
{
  size_t i, k;
  int rc = 0;
  for(i = 0; i < r->text_findings.n && !rc; i++)
    rc = doctor_findings_add(out, &r->text_findings.at[i]);
  for(i = 0; i < r->targets; i++) {
    const struct doctor_findings *f = &r->target[i].findings;
    for(k = 0; k < f->n && !rc; k++) {
      if(f->at[k].severity != DOCTOR_INFO)
        rc = doctor_findings_add(out, &f->at[k]);
    }
  }
  return rc;
}

static int write_fix(struct doctor_run *r, const struct patched *p,
                     struct err *e)
{
  int rc;
  if(!r->order->fix)
    return 0;
  if(r->refused.n && !p->edits) {
    doctor_run_assume(r, "--fix writes nothing: nginx refuses the text, and "
                         "no change is known that it takes");
    return 0;
  }
  rc = patch_write(r->conf, p, r->order->fix, r->order->force, e);
  if(!rc)
    snprintf(r->written, sizeof(r->written), "%s: %zu edit%s", r->order->fix,
             p->edits, p->edits == 1 ? "" : "s");
  return rc;
}

/* What the change does to all else. */
static int look_around(struct doctor_run *r, const struct patched *p)
{
  struct neighbours_of stream[DOCTOR_MAX_TARGETS];
  struct conf *after = NULL;
  struct err e = {0};
  int rc = 0;
  for(size_t i = 0; i < r->targets; i++) {
    const struct doctor_target *t = &r->target[i];
    stream[i].uri = t->uri;
    stream[i].own = t->facts.carve ? NULL : t->route->location;
  }
  if(!p->edits || r->refused.n || patched_conf(p, &after, &e))
    return 0;
  rc = neighbours_compare(r->conf, after, stream, r->targets, r->version,
                          &r->neighbours);
  conf_free(after);
  return rc;
}

static int mend(struct doctor_run *r, struct err *e)
{
  struct doctor_findings all;
  struct patched p;
  int rc;
  memset(&p, 0, sizeof(p));
  doctor_findings_init(&all);
  rc = gather(r, &all);
  if(!rc)
    rc = doctor_fix(r->conf, &all, &p, e);
  if(!rc)
    rc = patch_diff(r->conf, &p, &r->diff);
  if(!rc)
    rc = look_around(r, &p);
  if(!rc)
    rc = write_fix(r, &p, e);
  patched_free(&p);
  doctor_findings_free(&all);
  if(rc && !e->text[0])
    err_set(e, rc, "%s", err_name(rc));
  return rc;
}

/* What nginx makes of the text, and the probes, are among themselves; where
 * that cannot be, nginx is not run unless that was asked for. */
static void isolate(struct doctor_run *r)
{
  char why[200];
  if(!r->has_nginx || r->static_why[0])
    return;
  r->has_lab = true;
  if(r->order->box.plain)
    doctor_run_assume(r, "nginx and the probes shared this machine's loopback "
                         "and files (--lab plain)");
  else if(!isolation_enter(why, sizeof(why))) {
    r->has_lab = false;
    snprintf(r->static_why, sizeof(r->static_why),
             "%s; --lab plain runs nginx without, as a user that is not root",
             why);
  }
}

int doctor_run_examine(struct doctor_run *r, struct err *e)
{
  uint64_t began = clock_mono_ns();
  int rc;
  isolate(r);
  rc = doctor_run_template(r) ? 0 : doctor_run_refused(r, e);
  if(!rc && !r->unjudged[0] && !r->fault.line)
    rc = doctor_run_choose(r, e);
  /* A text without a place to judge is refused all the same. */
  if(r->refused.n && rc != E_NOMEM)
    rc = 0;
  if(!rc)
    rc = doctor_run_judge(r, e);
  doctor_run_hold_back(r);
  if(!rc && !r->static_why[0] && !r->interrupted)
    rc = doctor_run_live(r, e);
  if(!rc)
    rc = mend(r, e);
  r->elapsed_ns = clock_mono_ns() - began;
  return rc;
}
