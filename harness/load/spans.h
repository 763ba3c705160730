/* SPDX-License-Identifier: MIT
 * Numbers as sorted runs: publishes that failed, gaps that span a
 * reconnection.  Grows at its end only, and to SPANS_MAX runs.  Pure. */
#ifndef WEIR_LOAD_SPANS_H
#define WEIR_LOAD_SPANS_H
#include <stdbool.h>
#include <stdint.h>

#define SPANS_MAX 65536

struct span {
  uint64_t first, count;
};

struct spans {      /* zero-initialised: empty */
  struct span *run; /* owned, sorted, at least one number between two */
  uint32_t count, cap;
  bool blurred; /* the last run was drawn over numbers that do not belong */
};

/* spans_add adds first .. first + count - 1, which lie behind all that was
 * added before.  Without room the last run is drawn out to hold them. */
void spans_add(struct spans *s, uint64_t first, uint64_t count);
/* spans_overlap: how many of the numbers first .. first + count - 1 are in. */
uint64_t spans_overlap(const struct spans *s, uint64_t first, uint64_t count);
void spans_fini(struct spans *s);

/* Whose numbers: see schedule.h. */
struct share {
  uint64_t user, users;
};

/* spans_each_owed looks at a user's own numbers and calls fn (may be NULL) for
 * the runs of them whose publishes are not among the failed.  Returns how many
 * numbers those are. */
uint64_t spans_each_owed(const struct spans *failed, struct span numbers,
                         struct share share,
                         void (*fn)(struct span owed, void *ctx), void *ctx);

#endif
