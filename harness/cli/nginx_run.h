/* SPDX-License-Identifier: MIT
 * One run of the doctor: which locations are judged, and what is found. */
#ifndef WEIR_CLI_NGINX_RUN_H
#define WEIR_CLI_NGINX_RUN_H
#include "cli/nginx_args.h"
#include "doctor/doctor_live.h"
#include "doctor/refusal.h"
#include "doctor/rule.h"

#define NGINX_MAX_TARGETS     8
#define NGINX_MAX_ASSUMPTIONS 16

/* A location under examination. */
struct nginx_target {
  char uri[CONF_URI_MAX];
  struct conf_request request; /* its uri points into this struct */
  struct conf_route *route;    /* owned */
  struct doctor_facts facts;
  struct doctor_findings findings; /* owned */
  struct doctor_live *live;        /* owned; NULL: not run */
  struct doctor_proof proof;       /* made: the corrected copy was run */
};

struct nginx_run {
  const struct nginx_args *args;
  struct conf *conf; /* owned */
  struct conf_version version;
  struct nginx_target *target; /* owned, NGINX_MAX_TARGETS places */
  size_t targets;
  char assumption[NGINX_MAX_ASSUMPTIONS][300];
  size_t assumptions;
  struct doctor_nginx nginx; /* where one was found */
  bool has_nginx;
  char static_why[600];    /* "" when nginx was run */
  struct refusals refused; /* n > 0: nginx does not take the text */
  struct doctor_findings refused_findings; /* owned: of these */
  struct buf diff;                         /* owned */
  char written[600];                       /* what --fix wrote */
  uint64_t started_real_ns, elapsed_ns;
  bool interrupted;
};

/* nginx_run_open reads the configuration.  nginx_run_free after any outcome.
 * 0 or E_* with a sentence. */
int nginx_run_open(struct nginx_run *r, const struct nginx_args *a,
                   struct err *e);
void nginx_run_free(struct nginx_run *r);
/* nginx_run_choose (nginx_choose.c) fills the targets; E_NOT_FOUND when no
 * location can be told. */
int nginx_run_choose(struct nginx_run *r, struct err *e);
/* nginx_run_refused (nginx_refused.c) asks whether nginx takes the text, and
 * tries the likely repairs.  nginx_run_hold_back: where it does not, no other
 * change is offered. */
int nginx_run_refused(struct nginx_run *r, struct err *e);
void nginx_run_hold_back(struct nginx_run *r);
/* nginx_run_judge runs the rules on all targets. */
int nginx_run_judge(struct nginx_run *r, struct err *e);
/* nginx_run_live (nginx_live.c) runs nginx, judges with what was measured, and
 * proves the fixes; what keeps it from that is told in static_why. */
int nginx_run_live(struct nginx_run *r, struct err *e);
/* For what runs nginx: options that end with Ctrl-C and tell what happens. */
void nginx_live_begin(struct nginx_run *r, struct doctor_live_options *o);
void nginx_live_end(struct nginx_run *r);
/* nginx_run_fix makes the diff, and the corrected files where asked. */
int nginx_run_fix(struct nginx_run *r, struct err *e);
/* nginx_run_document: the weir.nginx/1 document, NULL without memory. */
json_t *nginx_run_document(const struct nginx_run *r, const char *command);
void nginx_run_assume(struct nginx_run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
