/* SPDX-License-Identifier: MIT
 * What all JUnit documents of weir have in common: the suite around the cases,
 * and a case that passed or has one problem.  All append to out and return 0
 * or a negative E_* code. */
#ifndef WEIR_RESULT_JUNIT_H
#define WEIR_RESULT_JUNIT_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/json.h"

struct junit_count {
  size_t tests, failures, errors, skipped;
};

struct junit_case {
  const char *group, *name;
  const char *element; /* "failure", "error", "skipped"; NULL: it passed */
  const char *type;    /* NULL: none is written */
  const char *text;
};

/* junit_tally counts a case of this element; NULL: it passed. */
void junit_tally(struct junit_count *n, const char *element);
/* junit_case writes a case and counts it. */
int junit_case(struct junit_count *n, const struct junit_case *c,
               struct buf *out);
/* junit_open begins a document with one suite of the cases that were counted;
 * time and host are the run's of doc. */
int junit_open(const char *name, const struct junit_count *n, json_t *doc,
               struct buf *out);
/* junit_property writes the suite's only property. */
int junit_property(const char *name, const char *value, struct buf *out);
/* junit_text writes what a renderer makes of doc, without colours, as the
 * suite's output. */
int junit_text(int (*render)(json_t *doc, bool colour, struct buf *out),
               json_t *doc, struct buf *out);
/* junit_close ends suite and document. */
int junit_close(struct buf *out);

#endif
