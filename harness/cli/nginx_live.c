/* SPDX-License-Identifier: MIT
 * The doctor's measured half: a real nginx on a private copy; see
 * nginx_run.h. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/nginx_run.h"
#include "cli/places.h"

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
  (void)number;
  stopped = 1;
}

static bool is_stopped(void *ctx)
{
  (void)ctx;
  return stopped != 0;
}

static void on_progress(const char *what, void *ctx)
{
  const struct nginx_run *r = ctx;
  if(!r->args->common.quiet && isatty(STDERR_FILENO))
    fprintf(stderr, "\r\033[K%s", what);
}

static void watch_signals(bool on)
{
  static struct sigaction before[2];
  struct sigaction now;
  if(!on) {
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGTERM, &before[1], NULL);
    return;
  }
  memset(&now, 0, sizeof(now));
  now.sa_handler = on_signal;
  sigaction(SIGINT, &now, &before[0]);
  sigaction(SIGTERM, &now, &before[1]);
}

static int measure(struct nginx_target *t, const struct doctor_live_options *o,
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

static void tell_kept(struct nginx_run *r, const struct doctor_live *live)
{
  if(live && live->kept[0])
    nginx_run_assume(r, "the private folder was kept: %s", live->kept);
}

/* The whole was judged by its text where nothing could be measured; else only
 * what could not. */
static void tell_unmeasured(struct nginx_run *r)
{
  size_t i, made = 0;
  for(i = 0; i < r->targets; i++)
    made += r->target[i].facts.symptoms != NULL;
  for(i = 0; i < r->targets; i++) {
    const struct nginx_target *t = &r->target[i];
    tell_kept(r, t->live);
    if(t->facts.symptoms || !t->live)
      continue;
    if(made)
      nginx_run_assume(r, "%.80s was not measured: %s", t->uri,
                       t->live->why_not);
    else
      snprintf(r->static_why, sizeof(r->static_why), "%s", t->live->why_not);
  }
}

/* What cannot be run is judged from its text, and said so. */
static int settle(struct nginx_run *r, int rc, struct err *e)
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

static int prove(struct nginx_run *r, struct nginx_target *t,
                 const struct doctor_live_options *o, struct err *e)
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
    rc = patch_apply(r->conf, &mend, &p, e);
  if(!rc && p.edits)
    rc = doctor_prove(o, &t->facts, &t->request, &p, t->live, &t->findings,
                      &t->proof, e);
  if(!rc && t->proof.refusal[0])
    nginx_run_assume(r, "nginx refuses the corrected text: %s",
                     t->proof.refusal);
  tell_kept(r, &t->proof.live);
  patched_free(&p);
  doctor_findings_free(&mend);
  return rc;
}

void nginx_live_begin(struct nginx_run *r, struct doctor_live_options *o)
{
  *o = (struct doctor_live_options){.nginx_binary = r->args->binary,
                                    .keep = r->args->keep,
                                    .is_stopped = is_stopped,
                                    .on_progress = on_progress,
                                    .ctx = r};
  watch_signals(true);
}

void nginx_live_end(struct nginx_run *r)
{
  watch_signals(false);
  on_progress("", r);
}

int nginx_run_live(struct nginx_run *r, struct err *e)
{
  struct doctor_live_options o;
  struct buf server;
  size_t i;
  int rc;
  buf_init(&server, 0);
  nginx_live_begin(r, &o);
  rc = places_program("weir-server", &server);
  o.server_binary = rc ? NULL : buf_text(&server);
  for(i = 0; i < r->targets && !rc; i++)
    rc = measure(&r->target[i], &o, e);
  if(!rc)
    tell_unmeasured(r);
  if(!rc)
    rc = nginx_run_judge(r, e);
  for(i = 0; i < r->targets && !rc; i++) {
    if(r->target[i].live)
      rc = prove(r, &r->target[i], &o, e);
  }
  nginx_live_end(r);
  buf_free(&server);
  return settle(r, rc, e);
}
