/* SPDX-License-Identifier: MIT
 * The weir.check/1 document: the one thing a conformance run leaves behind.
 * Everything that is printed, baselined or compared later is read from it. */
#ifndef WEIR_CONFORMANCE_CHECK_DOC_H
#define WEIR_CONFORMANCE_CHECK_DOC_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "checks/core/check.h"

#define CHECK_SCHEMA "weir.check/1"

/* All borrowed; what is NULL is null in the document. */
struct check_doc_input {
  const struct target *target;
  const struct finding *finding; /* of the checks that were judged */
  size_t findings;
  struct slice assumptions; /* sentences, a line each */
  uint64_t started_real_ns, elapsed_ns;
  uint64_t events;    /* that clients got, over all recorded streams */
  uint32_t exchanges; /* recorded in the run */
  const char *from;   /* the folder of recordings, when judged again */
  const char *libcurl, *libuv, *command;
  bool keep_secrets, interrupted;
  const char *stopped; /* why nothing could be judged */
  const char *lost;    /* since when the target was not there any more */
  const char *stack;   /* whose fixes alone are told, where there are any */
  const char *seen;    /* whose fixes are told first */
};

/* check_doc_build returns a new document, decided, or NULL without memory.
 * Bytes of the target that could command a terminal are made visible;
 * credentials are masked unless keep_secrets. */
json_t *check_doc_build(const struct check_doc_input *in);
/* check_doc_decide sets each check's "fails", and "summary", "verdict" and
 * "sentence" of the whole.  FAIL fails; with target.strict WARN does too, and
 * UNTESTABLE of a check that is not merely informative, since what could not
 * be seen is not a pass.  What "expected" names does not fail; entries in
 * "baseline.stale" do.  Returns 0 or E_NOMEM. */
int check_doc_decide(json_t *doc);
/* A stream that had too little to say (target.min_events) passes nothing: its
 * verdict is "unjudged", unless something failed. */
/* check_doc_exit_code: 0 pass, 1 fail, 3 nothing could be judged, 4 weir's
 * own trouble, 130 interrupted. */
int check_doc_exit_code(json_t *doc);
bool check_doc_is(json_t *doc);
/* check_doc_find is the result of one check; borrowed, NULL when it was not
 * selected. */
json_t *check_doc_find(json_t *doc, const char *id);

/* check_doc_expect compares with a baseline (--profile): lines
 *   check.id VERDICT reason...
 * and '#' comments.  A check with the listed verdict gets its "expected"
 * reason; a listed one with another verdict (unless it was flaky) is put in
 * baseline.stale; what was not judged is let be.  Decides anew.  Returns 0,
 * E_NOMEM, or E_SYNTAX with "name:line: ". */
int check_doc_expect(json_t *doc, struct slice text, const char *name,
                     struct err *e);

#endif
