/* SPDX-License-Identifier: MIT
 * How long a stream lives and what it says beside events.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_LIFE_H
#define WEIR_SERVER_BEHAVIOURS_LIFE_H
#include "behaviours/faults.h"

/* One stream's, as it was opened; times of 0 mean: not at all. */
struct life {
  uint64_t head_ns;      /* the head waits so long for the first event */
  bool hello;            /* says a line with the head */
  uint64_t silence_ns;   /* before a heartbeat */
  uint64_t late_ns;      /* that the first heartbeat is late by */
  const char *heartbeat; /* its text */
  uint64_t pause_ns;     /* in the middle of events that are struck */
  uint64_t most_events;  /* then it is ended */
  uint64_t idle_ns;      /* it is ended after such a pause */
  uint64_t ends_ns;      /* or at this time; UINT64_MAX = never */
};

/* life_of begins now; silence_ns is what the request asks for. */
struct life life_of(const struct fault_set *f, uint64_t now_ns,
                    uint64_t silence_ns);
/* life_says_retry tells whether a wanted retry is said with the head. */
bool life_says_retry(const struct fault_set *f);
/* life_begins_again: one that is finished is replayed instead of answered with
 * 204. */
bool life_begins_again(const struct fault_set *f);
/* life_leaks_head: an answer to HEAD uses up a place of the limit. */
bool life_leaks_head(const struct fault_set *f);

#endif
