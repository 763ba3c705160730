/* SPDX-License-Identifier: MIT
 * The doctor's run from configuration to document; see doctor_run.h. */
#include "doctor/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "doctor/conf_files.h"
#include "doctor/document.h"
#include "rules/unjudged.h"

void doctor_run_assume(struct doctor_run *r, const char *fmt, ...)
{
  va_list ap;
  if(r->assumptions == DOCTOR_MAX_ASSUMPTIONS)
    return;
  va_start(ap, fmt);
  vsnprintf(r->assumption[r->assumptions++], sizeof(r->assumption[0]), fmt,
            ap);
  va_end(ap);
}

/* What was given holds; then what the nginx at hand says. */
static void find_version(struct doctor_run *r)
{
  struct err e = {0};
  r->version = r->order->version;
  if(r->order->static_only)
    return;
  if(nginx_program_find(r->order->box.nginx_binary, &r->nginx, &e)) {
    snprintf(r->static_why, sizeof(r->static_why), "%s", e.text);
    return;
  }
  r->has_nginx = true;
  if(!r->order->version_given)
    r->version = r->nginx.version;
}

int doctor_run_open(struct doctor_run *r, const struct doctor_order *order,
                    struct err *e)
{
  int rc;
  memset(r, 0, sizeof(*r));
  r->order = order;
  r->started_real_ns = clock_real_ns();
  buf_init(&r->diff, 0);
  doctor_findings_init(&r->text_findings);
  r->target = calloc(DOCTOR_MAX_TARGETS, sizeof(*r->target));
  if(!r->target)
    return err_set(e, E_NOMEM, "out of memory");
  if(order->static_only)
    snprintf(r->static_why, sizeof(r->static_why), "--static-only");
  find_version(r);
  if(!conf_version_known(r->version))
    doctor_run_assume(r, "nginx 1.22.1 or alike (HTTP/1.0 to applications by "
                         "default until 1.29.7): --nginx-version tells");
  rc = conf_files_read(order->path, &order->places, &r->conf, &r->fault, e);
  return rc == E_SYNTAX && r->conf ? 0 : rc;
}

void doctor_run_free(struct doctor_run *r)
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
  doctor_findings_free(&r->text_findings);
  if(r->has_nginx)
    nginx_program_free(&r->nginx);
  conf_free(r->conf);
  buf_free(&r->diff);
}

int doctor_run_judge(struct doctor_run *r, struct err *e)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < r->targets && !rc; i++) {
    struct doctor_target *t = &r->target[i];
    doctor_findings_free(&t->findings);
    doctor_unjudged(&t->facts, t->unjudged, sizeof(t->unjudged));
    rc = doctor_judge(&t->facts, &t->findings);
    doctor_findings_sort(&t->findings);
  }
  return rc ? err_set(e, rc, "out of memory") : 0;
}

static void version_text(const struct doctor_run *r, char *out, size_t size)
{
  struct conf_version v = r->version;
  if(conf_version_known(v))
    snprintf(out, size, "%u.%u.%u", v.major, v.minor, v.patch);
  else
    snprintf(out, size, "unknown, taken for 1.22.1");
}

static struct document_input input_of(const struct doctor_run *r)
{
  return (struct document_input){
      .path = r->order->path,
      .conf = r->conf,
      .targets = r->targets,
      .text = &r->text_findings,
      .lack = r->refused.lack,
      .lacks = r->refused.n || !r->targets ? r->refused.lacks : 0,
      .assumptions = r->assumptions,
      .version_from = r->order->version_given ? "given"
                      : r->has_nginx          ? "binary"
                                              : "assumed",
      .binary = r->has_nginx ? r->nginx.path : NULL,
      .static_why = r->static_why[0] ? r->static_why : NULL,
      .diff = r->diff.n ? buf_text(&r->diff) : NULL,
      .neighbours = &r->neighbours,
      .written = r->written[0] ? r->written : NULL,
      .started_real_ns = r->started_real_ns,
      .elapsed_ns = r->elapsed_ns,
      .unjudged = r->unjudged[0] ? r->unjudged : NULL,
      .strict = r->order->strict,
      .keep_secrets = r->order->keep_secrets,
      .interrupted = r->interrupted};
}

json_t *doctor_run_document(const struct doctor_run *r, const char *command)
{
  struct document_target target[DOCTOR_MAX_TARGETS];
  const char *assumption[DOCTOR_MAX_ASSUMPTIONS];
  char version[60];
  size_t i;
  struct document_input in = input_of(r);
  in.target = target;
  in.assumption = assumption;
  in.version = version;
  in.command = command;
  version_text(r, version, sizeof(version));
  for(i = 0; i < r->assumptions; i++)
    assumption[i] = r->assumption[i];
  for(i = 0; i < r->targets; i++) {
    const struct doctor_target *t = &r->target[i];
    target[i] = (struct document_target){t->uri,
                                         t->request.host,
                                         &t->facts,
                                         &t->findings,
                                         t->live,
                                         t->proof.made ? &t->proof.live : NULL,
                                         t->unjudged[0] ? t->unjudged : NULL};
  }
  return doctor_document(&in);
}
