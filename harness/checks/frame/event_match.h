/* SPDX-License-Identifier: MIT
 * How much later one reader got each event than another one of the same
 * stream did.  Pure; times are put on one clock by the recordings' starts. */
#ifndef WEIR_CHECKS_FRAME_EVENT_MATCH_H
#define WEIR_CHECKS_FRAME_EVENT_MATCH_H
#include "recording/recording.h"

#define EVENT_MATCH_MAX 4096 /* events compared; more are left out */

struct event_match {
  size_t compared; /* events of the peer that the late reader could have got */
  size_t found;    /* of those, that it did get */
  size_t late;     /* later than the limit, or never */
  size_t one_behind; /* of those, that came with the peer's next event */
  int64_t max_late_ns;
  bool early; /* some came earlier than at the peer by more than the limit: the
                 two do not run in step */
  size_t worst; /* index in the peer of the latest one */
};

/* event_match_read compares what `reader` got with what `peer` got.  Events
 * are equal by id, or without one by type and data; each is used once.  Those
 * that the peer got less than limit_ns before the reader's end are left out:
 * the reader had no time for them. */
void event_match_read(const struct recording *reader,
                      const struct recording *peer, int64_t limit_ns,
                      struct event_match *out);

#endif
