/* SPDX-License-Identifier: MIT
 * Running flows: many at a time on one loop, each by itself. */
#ifndef WEIR_FLOW_RUN_H
#define WEIR_FLOW_RUN_H
#include "base/json.h"
#include "flow/flow.h"

struct flow_options {
  double timeout_scale; /* of all times that wait; 1 */
  uint64_t seed;
  bool strict;        /* what is unproven is red */
  const char *target; /* in place of the files'; NULL */
};

struct flow_job {
  const struct flow *flow; /* borrowed */
  uint64_t turn;           /* of --repeat, from 1 */
};

struct flow_plan {
  const struct flow_job *job; /* borrowed */
  uint32_t jobs;
  uint32_t side_by_side; /* at most so many at once */
  bool fail_fast;        /* begin no more after a red one */
  struct flow_options options;
  /* Told of each that is over; the document is borrowed.  May be NULL. */
  void (*on_over)(json_t *flow, void *ctx);
  void *ctx;
};

/* flow_run runs all of them, blocking, and gives an array with a member for
 * each, in the order of the plan (null for one that was not begun).  SIGINT
 * and SIGTERM stop them, teardown included, and set *interrupted.  NULL with a
 * sentence where there is nothing to run on. */
json_t *flow_run(const struct flow_plan *plan, bool *interrupted,
                 struct err *e);

#endif
