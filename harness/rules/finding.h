/* SPDX-License-Identifier: MIT
 * What a doctor rule says about one location: where, how bad, how sure, and
 * the edits that mend it.
 *
 * A finding owns nothing but its own arrays; rule, file and value texts are
 * borrowed from the rule table and the configuration, which outlive it. */
#ifndef WEIR_RULES_FINDING_H
#define WEIR_RULES_FINDING_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "confedit/edit.h"

struct doctor_rule;

/* error: events late, lost, doubled, broken, or clients gone for good; warn:
 * works now, breaks under load, another transport, size, or silence; info: no
 * effect, or worth knowing. */
enum doctor_severity { DOCTOR_ERROR, DOCTOR_WARN, DOCTOR_INFO };

/* certain: measured, or follows from the text alone; likely: follows unless
 * the application does something unusual; possible: depends on what a file
 * cannot tell. */
enum doctor_confidence { DOCTOR_CERTAIN, DOCTOR_LIKELY, DOCTOR_POSSIBLE };

/* none: nothing to change here by itself; proposed: edits stand, not tried;
 * proven: measured again and well; not proven: measured again and not. */
enum doctor_fix_state { FIX_NONE, FIX_PROPOSED, FIX_PROVEN, FIX_NOT_PROVEN };

#define DOCTOR_MAX_EDITS 12

/* A measurement as a sentence part ("2.0 s late", "0.4 ms") and its number. */
struct doctor_measure {
  bool made;
  double value;   /* in unit */
  char unit[16];  /* "ms", "bytes", "streams", "" */
  char text[160]; /* "p50 2.0 s late over https http/1.1, one burst" */
};

struct doctor_finding {
  const struct doctor_rule *rule; /* borrowed */
  size_t rank; /* of the rule in the catalogue: what matters most is first */
  bool hit;    /* the rule found something */
  enum doctor_severity severity;
  enum doctor_confidence confidence;
  /* Where the cause stands; a built-in default has no directive, then file and
   * line are those of the location that it applies to. */
  const char *file;         /* borrowed; NULL: no place, e.g. measured only */
  uint32_t line, column;    /* from 1; 0 without a place */
  char directive[64];       /* "proxy_buffering"; "" where none */
  char effective[200];      /* "on"; the value that holds */
  char inherited_from[120]; /* "http", "server :443"; "" own, or "default" */
  char block[120];          /* the location that handles the request */
  char symptom[700];        /* what happens because of it, for a person */
  char fix[600];            /* the concrete change in words, "" where none */
  struct doctor_measure before, after;
  struct conf_edit edit[DOCTOR_MAX_EDITS];
  size_t edits;
  enum doctor_fix_state state;
};

/* All findings about one configuration and location, worst first when
 * sorted. */
struct doctor_findings {
  struct doctor_finding *at; /* owned */
  size_t n, cap;
};

void doctor_findings_init(struct doctor_findings *f);
void doctor_findings_free(struct doctor_findings *f);
/* Copies; 0 or E_NOMEM. */
int doctor_findings_add(struct doctor_findings *f,
                        const struct doctor_finding *one);
/* Worst severity first, then in the order of the catalogue. */
void doctor_findings_sort(struct doctor_findings *f);
/* doctor_findings_find: by id of the rule; NULL when it said nothing. */
struct doctor_finding *doctor_findings_find(const struct doctor_findings *f,
                                            const char *rule);

/* For rules.  Sets hit, severity, confidence and the sentence (printf-like);
 * the last one set counts. */
void doctor_finding_hit(struct doctor_finding *f, enum doctor_severity s,
                        enum doctor_confidence c, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Appends a sentence to the symptom. */
void doctor_finding_say(struct doctor_finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets what is to be changed, in words. */
void doctor_finding_fix(struct doctor_finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_finding_measured(struct doctor_finding *f, double value,
                             const char *unit, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

const char *doctor_severity_name(enum doctor_severity s);     /* "error" */
const char *doctor_confidence_name(enum doctor_confidence c); /* "certain" */
const char *doctor_fix_state_name(enum doctor_fix_state s);   /* "proven" */

#endif
