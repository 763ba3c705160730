/* SPDX-License-Identifier: MIT
 * Parts of a step.  Private to content/. */
#ifndef WEIR_CONTENT_GRAMMAR_PRIVATE_H
#define WEIR_CONTENT_GRAMMAR_PRIVATE_H
#include "content/grammar.h"

#define GRAMMAR_BIT(i) (UINT64_C(1) << (i))

/* A step on its way. */
struct grammar_stepping {
  struct grammar_run *run;
  uint64_t held;    /* classes whose expression holds in some row */
  uint64_t failed;  /* requirements that failed in some row */
  uint64_t faulted; /* lane rules that were broken */
};

/* grammar_lanes (grammar_lane.c): the lanes of one row; here: classes that
 * hold in it. */
void grammar_lanes(struct grammar_stepping *s, struct look *l, uint8_t scope,
                   uint64_t here);
/* grammar_lanes_end: what is left open or unread at the end; rules. */
uint64_t grammar_lanes_end(struct grammar_run *run);
/* grammar_lane_open: whether some lane that can be closed is open. */
bool grammar_lane_open(const struct grammar_run *run);
/* grammar_rules (grammar_rules.c): rules that an event broke. */
uint64_t grammar_rules(struct grammar_stepping *s, struct look *l,
                       const struct grammar_told *told);
/* grammar_digest goes on with a digest (0: begins one) of a value. */
uint64_t grammar_digest(uint64_t digest, const struct value *v);

#endif
