/* SPDX-License-Identifier: MIT
 * One run of the doctor: which locations are judged, and what is found. */
#ifndef WEIR_DOCTOR_RUN_H
#define WEIR_DOCTOR_RUN_H
#include "base/json.h"
#include "confedit/carve.h"
#include "doctor/conf_place.h"
#include "doctor/doctor_live.h"
#include "doctor/fix.h"
#include "doctor/neighbours.h"
#include "doctor/refusal.h"
#include "rules/rule.h"

#define DOCTOR_MAX_TARGETS     8
#define DOCTOR_MAX_ASSUMPTIONS 16

/* What is asked for.  All borrowed. */
struct doctor_order {
  const char *path;            /* of the configuration, "-": standard input */
  struct conf_places places;   /* of the files that it names */
  const char *location;        /* of the stream; NULL: the likeliest */
  const char *host;            /* of the request; NULL */
  const char *fix;             /* where the corrected texts go; NULL */
  struct conf_version version; /* that it is meant for; 0.0.0: see below */
  bool version_given;          /* else that of the nginx at hand holds */
  struct doctor_declared declared;
  bool static_only; /* nginx is not run */
  bool strict;      /* warnings fail, too */
  bool force;       /* fix may replace what the configuration was read from */
  bool keep_secrets;
  struct sandbox_options box;
};

/* A location under examination. */
struct doctor_target {
  char uri[CONF_URI_MAX];
  struct conf_request request; /* its uri points into this struct */
  struct conf_route *route;    /* owned */
  struct doctor_facts facts;
  struct conf_carve carve;         /* facts.carve, or unused */
  struct doctor_findings findings; /* owned */
  char unjudged[600];        /* why nothing of a stream can be judged; "" */
  struct doctor_live *live;  /* owned; NULL: not run */
  struct doctor_proof proof; /* made: the corrected copy was run */
};

struct doctor_run {
  const struct doctor_order *order;
  struct conf *conf;       /* owned */
  struct conf_fault fault; /* line > 0: the text is none, conf what preceded */
  char unjudged[600];      /* of the whole text; "": see the targets */
  struct conf_version version;
  struct doctor_target *target; /* owned, DOCTOR_MAX_TARGETS places */
  size_t targets;
  char assumption[DOCTOR_MAX_ASSUMPTIONS][300];
  size_t assumptions;
  struct nginx_program nginx; /* where one was found */
  bool has_nginx, has_lab;    /* where it may be run, too */
  char static_why[600];       /* "" when nginx was run */
  struct refusals refused;    /* n > 0: nginx does not take the text */
  struct doctor_findings text_findings; /* owned: of no location */
  struct buf diff;                      /* owned */
  struct neighbours neighbours;         /* of what diff changes */
  char written[600];                    /* what --fix wrote */
  uint64_t started_real_ns, elapsed_ns;
  bool interrupted;
};

/* doctor_run_open reads the configuration.  doctor_run_free after any outcome.
 * 0 or E_* with a sentence. */
int doctor_run_open(struct doctor_run *r, const struct doctor_order *order,
                    struct err *e);
void doctor_run_free(struct doctor_run *r);
/* doctor_run_examine (examine.c) does all that was ordered: what it could not
 * do is told in the document.  0 or E_* with a sentence. */
int doctor_run_examine(struct doctor_run *r, struct err *e);
/* doctor_run_document: the weir.nginx/1 document, NULL without memory. */
json_t *doctor_run_document(const struct doctor_run *r, const char *command);
/* doctor_run_choose (run_choose.c) fills the targets; E_NOT_FOUND when no
 * location can be told. */
int doctor_run_choose(struct doctor_run *r, struct err *e);

/* Private to run*.c and examine.c. */
/* doctor_run_refused (run_refused.c) asks whether nginx takes the text, and
 * tries the likely repairs.  doctor_run_hold_back: where it does not, no other
 * change is offered. */
int doctor_run_refused(struct doctor_run *r, struct err *e);
void doctor_run_hold_back(struct doctor_run *r);
/* doctor_run_template (run_refused.c): the text is still to be rendered; what
 * to give instead is in unjudged then. */
bool doctor_run_template(struct doctor_run *r);
/* doctor_run_judge runs the rules on all targets. */
int doctor_run_judge(struct doctor_run *r, struct err *e);
/* doctor_run_live (run_live.c) runs nginx, judges with what was measured, and
 * proves the fixes; what keeps it from that is told in static_why. */
int doctor_run_live(struct doctor_run *r, struct err *e);
void doctor_run_assume(struct doctor_run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
