/* SPDX-License-Identifier: MIT
 * Whether nginx takes the configuration as it is; see doctor_run.h. */
#include <stdio.h>
#include <string.h>

#include "doctor/run.h"

static const char why_static[] = "nginx refuses the configuration";

/* As far as it can be asked here; else by the text. */
static int ask(struct doctor_run *r, const struct conf *c,
               struct refusals *out, struct err *e)
{
  int rc = E_NOT_FOUND;
  if(r->has_lab)
    rc = refusals_ask(&r->order->box, &r->nginx, c, out, e);
  if(rc == E_CLOSED) {
    r->interrupted = true;
    return 0;
  }
  if(rc == E_NOMEM)
    return rc;
  if(rc)
    refusals_read(c, r->version, out);
  return 0;
}

static void without_edits(struct doctor_findings *all)
{
  for(size_t i = 0; i < all->n; i++) {
    all->at[i].edits = 0;
    all->at[i].state = FIX_NONE;
  }
}

static bool is_taken(struct doctor_run *r, const struct patched *p,
                     struct err *e)
{
  struct refusals again;
  struct conf *c = NULL;
  bool taken = patched_conf(p, &c, e) == 0;
  if(taken)
    taken = ask(r, c, &again, e) == 0 && again.n == 0 && !r->interrupted;
  conf_free(c);
  return taken;
}

/* Repairs are shown as a change only where nginx takes all of them. */
static int try_repairs(struct doctor_run *r, struct err *e)
{
  struct patched p;
  struct err why = {0};
  bool taken;
  size_t repaired = 0;
  int rc;
  for(size_t i = 0; i < r->text_findings.n; i++)
    repaired += r->text_findings.at[i].edits > 0;
  memset(&p, 0, sizeof(p));
  rc = doctor_fix(r->conf, &r->text_findings, &p, e);
  if(rc)
    return rc;
  taken = p.edits && repaired == r->text_findings.n && is_taken(r, &p, &why);
  patched_free(&p);
  if(!taken)
    without_edits(&r->text_findings);
  else
    doctor_run_assume(r,
                      "%s takes the text with the change below: run weir "
                      "nginx on the result for what is left to mend",
                      r->refused.asked ? "nginx" : "by its tables nginx");
  return 0;
}

/* What nginx meets before it: of a whole text, since nothing was put around a
 * part that could not be read. */
static void take_preceding(struct doctor_run *r)
{
  const struct conf_directive *root = r->conf->root;
  size_t i, n = 0;
  if(!conf_child(root, "events") && !conf_child(root, "http"))
    return;
  refusals_read(r->conf, r->version, &r->refused);
  for(i = 0; i < r->refused.n && n + 1 < REFUSALS_MAX; i++) {
    const struct conf_refusal *one = &r->refused.at[i];
    if(one->at && one->file && strcmp(one->file->path, r->fault.file) == 0 &&
       one->line <= r->fault.line && one->kind != REFUSED_OTHER)
      r->refused.at[n++] = *one;
  }
  r->refused.n = n;
}

/* Braces, quotes or a semicolon: nothing behind it can be read. */
static void take_fault(struct doctor_run *r)
{
  struct conf_refusal *one;
  take_preceding(r);
  one = &r->refused.at[r->refused.n++];
  memset(one, 0, sizeof(*one));
  one->kind = REFUSED_SYNTAX;
  one->file = conf_file_of(r->conf, r->fault.file);
  one->line = r->fault.line;
  one->column = r->fault.column ? r->fault.column : 1;
  snprintf(one->sentence, sizeof(one->sentence), "%s", r->fault.sentence);
}

static void say_fix(const struct doctor_run *r, struct doctor_finding *f)
{
  if(r->fault.hint[0])
    doctor_finding_fix(f, "%s", r->fault.hint);
  else if(strstr(r->fault.sentence, "not terminated"))
    doctor_finding_fix(f, "end the directive of line %u with `;`",
                       r->fault.cause ? r->fault.cause : r->fault.line);
  else if(strstr(r->fault.sentence, "unexpected \"}\""))
    doctor_finding_fix(f, "a `;` is missing before it, or it closes a block "
                          "that is closed already");
}

bool doctor_run_template(struct doctor_run *r)
{
  const struct conf_directive *at = NULL;
  const struct conf_file *file = NULL;
  struct slice mark = {NULL, 0};
  unsigned int line = 1;
  if(!r->fault.line)
    at = conf_template_in(r->conf, &mark);
  else
    file = conf_file_of(r->conf, r->fault.file);
  if(!at && (!file || !conf_looks_like_template(file->text, &mark)))
    return false;
  for(const char *p = file ? file->text.p : mark.p; p < mark.p; p++)
    line += *p == '\n';
  snprintf(r->unjudged, sizeof(r->unjudged),
           "this is a template, not yet a configuration (%.*s in %.200s:%u); "
           "give the text that it is rendered to, or what `nginx -T` prints "
           "where nginx runs",
           (int)mark.n, mark.p, at ? at->file->path : file->path,
           at ? at->line : line);
  snprintf(r->static_why, sizeof(r->static_why),
           "the text is a template still to be rendered");
  return true;
}

int doctor_run_refused(struct doctor_run *r, struct err *e)
{
  int rc = 0;
  if(r->fault.line)
    take_fault(r);
  else
    rc = ask(r, r->conf, &r->refused, e);
  if(rc || !r->refused.n)
    return rc;
  rc = refusals_tell(&r->refused, &r->text_findings);
  if(rc)
    return err_set(e, rc, "out of memory");
  snprintf(r->static_why, sizeof(r->static_why), "%s", why_static);
  if(r->fault.line) {
    without_edits(&r->text_findings);
    say_fix(r, &r->text_findings.at[r->text_findings.n - 1]);
  }
  return r->fault.line ? 0 : try_repairs(r, e);
}

void doctor_run_hold_back(struct doctor_run *r)
{
  for(size_t i = 0; i < r->targets && r->refused.n; i++)
    without_edits(&r->target[i].findings);
}
