/* SPDX-License-Identifier: MIT
 * Where a target's limit is looked for next, from what the steps so far have
 * shown: a geometric ramp, then bisection, then a longer run that confirms.
 * Pure: knows nothing of processes, clocks or servers, and does not care what
 * a load is counted in.
 *
 * A load that broke is tried once more, and broke only when it did twice.  A
 * step that says nothing certain (the generator was the limit) is tried
 * twice more; after that the search goes no higher, but never calls that the
 * target's limit. */
#ifndef WEIR_CAPACITY_SEARCH_H
#define WEIR_CAPACITY_SEARCH_H
#include <stdbool.h>
#include <stdint.h>

/* X(enumerator, name): names are those of documents. */
#define SEARCH_VERDICTS(X)                                                    \
  X(SEARCH_HELD, "held")       /* the objectives were met */                  \
  X(SEARCH_BROKE, "broke")     /* they were not */                            \
  X(SEARCH_INVALID, "invalid") /* the generator was the limit */

#define SEARCH_PHASES(X)                                                      \
  X(SEARCH_RAMP, "ramp")                                                      \
  X(SEARCH_BISECT, "bisect")                                                  \
  X(SEARCH_CONFIRM, "confirm")

#define SEARCH_ENDS(X)                                                        \
  X(SEARCH_GOES_ON, "running")                                                \
  X(SEARCH_KNEE, "knee")  /* between two loads close enough together */       \
  X(SEARCH_AT_MAX, "max") /* the largest load allowed holds */                \
  X(SEARCH_GENERATOR, "generator") /* no higher load could be made */         \
  X(SEARCH_NOTHING, "nothing")     /* not even the smallest load holds */     \
  X(SEARCH_STEPS, "steps")         /* no agreement within so many steps */    \
  X(SEARCH_STOPPED, "stopped")     /* search_stop: time, interruption, ... */

enum search_verdict {
#define X(id, name) id,
  SEARCH_VERDICTS(X)
#undef X
};

enum search_phase {
#define X(id, name) id,
  SEARCH_PHASES(X)
#undef X
};

enum search_end {
#define X(id, name) id,
  SEARCH_ENDS(X)
#undef X
};

struct search_config {
  uint64_t start, max; /* 1 <= start <= max */
  double growth;       /* of the ramp, > 1 */
  double tolerance;    /* how near the loads around the knee come, > 0 */
  uint32_t steps_max;  /* 0 = SEARCH_STEPS_MAX */
};

#define SEARCH_STEPS_MAX  96
#define SEARCH_POINTS_MAX 64

struct search_point { /* one load that was tried */
  uint64_t load;
  uint64_t hint;  /* smaller load that would probably hold; 0 = none */
  bool from_hint; /* was tried because of one */
  uint32_t held, broke, invalid; /* how often, ramp and bisection */
  uint32_t long_held, long_broke, long_void; /* the same, confirming */
};

struct search_probe { /* what to run next */
  uint64_t load;
  enum search_phase phase;
  bool repeat; /* the load was tried before in this phase */
};

struct search_result {
  enum search_end end;
  uint64_t held;           /* the largest load that holds, 0 = none */
  uint64_t above;          /* the smallest that does not, 0 = none was found */
  bool above_is_generator; /* ...because no such load could be made */
  bool confirmed;          /* by a longer run at `held` */
  uint32_t flaky;          /* loads that broke once and held once */
};

struct search { /* private but for the unit test */
  struct search_config config;
  struct search_point point[SEARCH_POINTS_MAX]; /* by load, ascending */
  uint32_t points;
  uint32_t steps;
  struct search_probe probe; /* the one handed out last */
  bool waiting;              /* ...and not told of yet */
  enum search_end end;
};

void search_init(struct search *s, const struct search_config *config);
/* search_next puts the next step into *out; false when the search is over.
 * Asked again before search_tell, it gives the same step again. */
bool search_next(struct search *s, struct search_probe *out);
/* search_tell says how the step of search_next went.  hint: a smaller load at
 * which a broken step would probably have held (so many got in), or 0. */
void search_tell(struct search *s, enum search_verdict v, uint64_t hint);
/* search_stop ends it where it stands. */
void search_stop(struct search *s);
struct search_result search_result(const struct search *s);

#endif
