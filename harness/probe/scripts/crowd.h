/* SPDX-License-Identifier: MIT
 * What scripts share: naming recordings, and crowds of
 * exchanges that run side by side. */
#ifndef WEIR_PROBE_SCRIPTS_CROWD_H
#define WEIR_PROBE_SCRIPTS_CROWD_H
#include "plan/roles.h"
#include "probe/scripts/script.h"

/* script_begin is recorder_start under the script's next name. */
struct recorder_exchange *script_begin(struct script *s,
                                       struct probe_request *q,
                                       const struct recorder_handler *h,
                                       void *ctx);
/* script_keep_next gives the recording the script's next name and keeps it:
 * for those of a crowd, of which many are dropped. */
void script_keep_next(struct script *s, struct recording *r);
/* a where the target asks for a fast run, else b. */
uint64_t script_pick(const struct script *s, uint64_t fast, uint64_t normal);

#define MS(n) ((uint64_t)(n)*UINT64_C(1000000))

/* So many without an answer, then no more are begun: it is clear enough, and
 * each costs a head's patience. */
#define CROWD_MOST_HANGS 3

/* A crowd: total exchanges, of which at most lanes are being opened (until
 * their head is there or they are over). */
struct crowd;
struct crowd_plan {
  /* Fills the zeroed request for member i.  What it points to must last until
   * recorder_start returned (a pattern: until done). */
  void (*prepare)(struct crowd *c, unsigned i, struct probe_request *q);
  /* The member is over; the callee keeps it (script_keep_next) or drops it.
   */
  void (*done)(struct crowd *c, unsigned i, struct recording *r);
  /* A member is cut when its head is there, and holds its lane until it is
   * over. */
  bool brief;
  /* Every member has its head or is over; may be NULL. */
  void (*opened)(struct crowd *c);
  /* Every member is over.  The crowd may be started anew from here. */
  void (*over)(struct crowd *c);
};

struct crowd_member {
  struct crowd *crowd;
  unsigned i;
  bool opening;
  struct recorder_exchange *x; /* NULL: over */
};

struct crowd {
  struct script *script;
  const struct crowd_plan *plan;
  unsigned total, lanes, begun, opening, open, hangs;
  bool told;                   /* opened was called */
  struct crowd_member *member; /* owned */
};

/* crowd_start begins; over is called later, also without memory. */
void crowd_start(struct crowd *c, struct script *s,
                 const struct crowd_plan *plan, unsigned total,
                 unsigned lanes);
/* crowd_cut ends all that are open; those with an odd number by `odd`. */
void crowd_cut(struct crowd *c, enum cut_how even, enum cut_how odd);

#endif
