/* SPDX-License-Identifier: MIT
 * The doctor's run from configuration to document; see nginx_run.h. */
#include "cli/nginx_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/nginx_files.h"
#include "result/nginx_doc.h"

void nginx_run_assume(struct nginx_run *r, const char *fmt, ...)
{
  va_list ap;
  if(r->assumptions == NGINX_MAX_ASSUMPTIONS)
    return;
  va_start(ap, fmt);
  vsnprintf(r->assumption[r->assumptions++], sizeof(r->assumption[0]), fmt,
            ap);
  va_end(ap);
}

/* What was given holds; then what the nginx at hand says. */
static void find_version(struct nginx_run *r)
{
  struct err e = {0};
  r->version = r->args->version;
  if(r->args->static_only)
    return;
  if(doctor_nginx_find(r->args->binary, &r->nginx, &e)) {
    snprintf(r->static_why, sizeof(r->static_why), "%s", e.text);
    return;
  }
  r->has_nginx = true;
  if(!r->args->version_text)
    r->version = r->nginx.version;
}

int nginx_run_open(struct nginx_run *r, const struct nginx_args *a,
                   struct err *e)
{
  memset(r, 0, sizeof(*r));
  r->args = a;
  r->started_real_ns = clock_real_ns();
  buf_init(&r->diff, 0);
  doctor_findings_init(&r->refused_findings);
  r->target = calloc(NGINX_MAX_TARGETS, sizeof(*r->target));
  if(!r->target)
    return err_set(e, E_NOMEM, "out of memory");
  if(a->static_only)
    snprintf(r->static_why, sizeof(r->static_why), "--static-only");
  find_version(r);
  if(!conf_version_known(r->version))
    nginx_run_assume(r, "nginx 1.22.1 or alike (HTTP/1.0 to applications by "
                        "default until 1.29.7): --nginx-version tells");
  return nginx_files_read(a->path, &r->conf, e);
}

void nginx_run_free(struct nginx_run *r)
{
  size_t i;
  for(i = 0; i < r->targets && r->target; i++) {
    conf_route_free(r->target[i].route);
    doctor_findings_free(&r->target[i].findings);
    doctor_proof_free(&r->target[i].proof);
    if(r->target[i].live) {
      doctor_live_free(r->target[i].live);
      free(r->target[i].live);
    }
  }
  free(r->target);
  doctor_findings_free(&r->refused_findings);
  if(r->has_nginx)
    doctor_nginx_free(&r->nginx);
  conf_free(r->conf);
  buf_free(&r->diff);
}

int nginx_run_judge(struct nginx_run *r, struct err *e)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < r->targets && !rc; i++) {
    struct nginx_target *t = &r->target[i];
    doctor_findings_free(&t->findings);
    rc = doctor_judge(&t->facts, &t->findings);
    doctor_findings_sort(&t->findings);
  }
  return rc ? err_set(e, rc, "out of memory") : 0;
}

/* The edits of what is worse than information, of all targets. */
static int gather(const struct nginx_run *r, struct doctor_findings *out)
{
  size_t i, k;
  int rc = 0;
  for(i = 0; i < r->refused_findings.n && !rc; i++)
    rc = doctor_findings_add(out, &r->refused_findings.at[i]);
  for(i = 0; i < r->targets; i++) {
    const struct doctor_findings *f = &r->target[i].findings;
    for(k = 0; k < f->n && !rc; k++) {
      if(f->at[k].severity != DOCTOR_INFO)
        rc = doctor_findings_add(out, &f->at[k]);
    }
  }
  return rc;
}

static int write_fix(struct nginx_run *r, const struct patched *p,
                     struct err *e)
{
  int rc;
  if(!r->args->fix)
    return 0;
  if(r->refused.n && !p->edits) {
    nginx_run_assume(r, "--fix writes nothing: nginx refuses the text, and "
                        "no change is known that it takes");
    return 0;
  }
  rc = patch_write(r->conf, p, r->args->fix, r->args->force, e);
  if(!rc)
    snprintf(r->written, sizeof(r->written), "%s: %zu edit%s", r->args->fix,
             p->edits, p->edits == 1 ? "" : "s");
  return rc;
}

int nginx_run_fix(struct nginx_run *r, struct err *e)
{
  struct doctor_findings all;
  struct patched p;
  int rc;
  memset(&p, 0, sizeof(p));
  doctor_findings_init(&all);
  rc = gather(r, &all);
  if(!rc)
    rc = patch_apply(r->conf, &all, &p, e);
  if(!rc)
    rc = patch_diff(r->conf, &p, &r->diff);
  if(!rc)
    rc = write_fix(r, &p, e);
  patched_free(&p);
  doctor_findings_free(&all);
  if(rc && !e->text[0])
    err_set(e, rc, "%s", err_name(rc));
  return rc;
}

static void version_text(const struct nginx_run *r, char *out, size_t size)
{
  struct conf_version v = r->version;
  if(conf_version_known(v))
    snprintf(out, size, "%u.%u.%u", v.major, v.minor, v.patch);
  else
    snprintf(out, size, "unknown, taken for 1.22.1");
}

json_t *nginx_run_document(const struct nginx_run *r, const char *command)
{
  struct nginx_doc_target target[NGINX_MAX_TARGETS];
  const char *assumption[NGINX_MAX_ASSUMPTIONS];
  char version[60];
  size_t i;
  struct nginx_doc_input in = {.path = r->args->path,
                               .conf = r->conf,
                               .target = target,
                               .targets = r->targets,
                               .refused = &r->refused_findings,
                               .lack = r->refused.lack,
                               .lacks = r->refused.n ? r->refused.lacks : 0,
                               .assumption = assumption,
                               .assumptions = r->assumptions,
                               .version = version,
                               .version_from = r->args->version_text ? "given"
                                               : r->has_nginx        ? "binary"
                                                              : "assumed",
                               .binary = r->has_nginx ? r->nginx.path : NULL,
                               .static_why =
                                   r->static_why[0] ? r->static_why : NULL,
                               .diff = r->diff.n ? buf_text(&r->diff) : NULL,
                               .written = r->written[0] ? r->written : NULL,
                               .started_real_ns = r->started_real_ns,
                               .elapsed_ns = r->elapsed_ns,
                               .command = command,
                               .strict = r->args->strict,
                               .keep_secrets = r->args->keep_secrets,
                               .interrupted = r->interrupted};
  version_text(r, version, sizeof(version));
  for(i = 0; i < r->assumptions; i++)
    assumption[i] = r->assumption[i];
  for(i = 0; i < r->targets; i++) {
    const struct nginx_target *t = &r->target[i];
    target[i] = (struct nginx_doc_target){
        t->uri,       t->request.host, &t->facts,
        &t->findings, t->live,         t->proof.made ? &t->proof.live : NULL};
  }
  return nginx_doc_build(&in);
}
