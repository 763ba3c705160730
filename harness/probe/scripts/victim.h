/* SPDX-License-Identifier: MIT
 * The victim of "resume" and "seam": when and how it is cut, and the id that a
 * client which was cut like that would send.  Private to probe/. */
#ifndef WEIR_PROBE_SCRIPTS_VICTIM_H
#define WEIR_PROBE_SCRIPTS_VICTIM_H
#include "base/rng.h"
#include "probe/scripts/crowd.h"

#define VICTIM_ID_MAX   1024
#define VICTIM_PIECE_MS 1500 /* the longest wait for an event */

struct victim {
  struct rng rng;
  bool seam;
  char last_id[VICTIM_ID_MAX];
  size_t id_n; /* 0 = none */
  /* of the connection that is open */
  enum victim_phase phase;
  enum cut_how cut;
  size_t want; /* events */
  bool is_cut;
};

/* victim_draw chooses the next connection's end: round counts from 0, brisk =
 * events come fast.  Sets the request's stop rule and id (borrowed). */
void victim_draw(struct victim *v, unsigned round, bool brisk,
                 struct probe_request *q);
/* victim_is_due tells whether it is to be cut now. */
bool victim_is_due(const struct victim *v, const struct recording *r);
/* victim_commit takes in what the connection that is over brought. */
void victim_commit(struct victim *v, const struct recording *r);
/* victim_label says of the recording how it was cut. */
void victim_label(const struct victim *v, struct recording *r);

#endif
