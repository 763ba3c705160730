/* SPDX-License-Identifier: MIT
 * Made-up outcomes of load runs, for the tests of this folder: one of each
 * kind of verdict, with figures that the tests know. */
#ifndef WEIR_LOAD_SYNTHETIC_H
#define WEIR_LOAD_SYNTHETIC_H
#include "load/outcome.h"

/* X(enumerator, name) */
#define SYNTHETIC_LIST(X)                                                     \
  X(SYNTHETIC_PASS, "pass")               /* exact ledger, all well */        \
  X(SYNTHETIC_FAIL, "fail")               /* losses, offenders, reconnects */ \
  X(SYNTHETIC_UNREACHABLE, "unreachable") /* not one stream */                \
  X(SYNTHETIC_INVALID, "invalid")         /* a worker died, CPU used up */    \
  X(SYNTHETIC_INTERRUPTED, "interrupted") /* by sequence, cut short */        \
  X(SYNTHETIC_BLIND, "blind")             /* no ledger, no stamps */

enum synthetic {
#define X(id, name) id,
  SYNTHETIC_LIST(X)
#undef X
      SYNTHETIC_COUNT
};

struct synthetic_run {
  struct load_outcome outcome; /* its total and worker are owned here too */
  struct scenario *scenario;   /* owned; the outcome's */
};

const char *synthetic_name(enum synthetic kind);
/* synthetic_new makes one; aborts without memory (tests only). */
struct synthetic_run *synthetic_new(enum synthetic kind);
void synthetic_free(struct synthetic_run *r);
/* synthetic_threshold adds one to the scenario. */
void synthetic_threshold(struct synthetic_run *r, const char *expression);
/* synthetic_record adds n events of one worker's share to s, drawn from seed;
 * the same seeds give the same total, however they are spread. */
void synthetic_record(struct snapshot *s, uint64_t seed, uint32_t n);

#endif
