/* SPDX-License-Identifier: MIT
 * The weir.nginx/1 document: what the nginx doctor found in a configuration,
 * how to mend it, and what was measured.  Everything that is printed is read
 * from it. */
#ifndef WEIR_DOCTOR_DOCUMENT_H
#define WEIR_DOCTOR_DOCUMENT_H
#include "base/err.h"
#include "base/json.h"
#include "doctor/doctor_live.h"
#include "doctor/neighbours.h"
#include "rules/rule.h"

#define NGINX_SCHEMA "weir.nginx/1"

/* One location that was judged.  All borrowed. */
struct document_target {
  const char *uri, *host; /* as asked; host NULL where none was given */
  const struct doctor_facts *facts;
  const struct doctor_findings *findings;
  const struct doctor_live *live;  /* NULL: not run */
  const struct doctor_live *fixed; /* the corrected copy; NULL: not run */
  const char *unjudged;            /* why nothing of it can be judged; NULL */
};

/* All borrowed; what is NULL is null in the document. */
struct document_input {
  const char *path; /* of the configuration, "-" for standard input */
  const struct conf *conf;
  const struct document_target *target;
  size_t targets;
  const struct doctor_findings *text; /* of the whole text; or NULL */
  const struct edit_note *lack;       /* what it needs and is not here */
  size_t lacks;
  const char *const *assumption;
  size_t assumptions;
  const char *version;      /* "1.22.1" */
  const char *version_from; /* "given", "binary", "assumed" */
  const char *binary;       /* the nginx that was run */
  const char *static_why;   /* why only the text was judged; NULL: it ran */
  const char *unjudged;     /* why nothing of the text can be; NULL */
  const char *diff;         /* unified; NULL: none made */
  const struct neighbours *neighbours; /* asked 0: none */
  const char *written;                 /* where the corrected files went */
  uint64_t started_real_ns, elapsed_ns;
  const char *command;
  bool strict, keep_secrets, interrupted;
};

/* doctor_document returns a new document, decided, or NULL without memory.
 * Credentials in lines of the configuration are masked unless keep_secrets. */
json_t *doctor_document(const struct document_input *in);
/* document_decide sets each finding's "fails" and the document's "summary",
 * "verdict" and "sentence".  0 or E_NOMEM. */
int document_decide(json_t *doc);
bool nginx_doc_is(json_t *doc);
/* 0 pass, 1 fail, 3 unjudged, 130 interrupted. */
int doctor_exit_code(json_t *doc);

/* document_findings.c, private to document.c: the list of findings, worst
 * first, those of several locations that are one and the same told once. */
json_t *document_findings(const struct document_input *in);
/* document_mask.c: appends text with the values of secret headers, parameters
 * and variables replaced by "***". */
int document_mask(struct slice text, struct buf *out);
/* Text that may hold bytes of the configuration. */
json_t *document_safe_text(struct slice text, bool keep_secrets);

#endif
