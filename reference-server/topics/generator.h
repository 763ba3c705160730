/* SPDX-License-Identifier: MIT
 * When the events of an open-loop generator are due: a pure function of the
 * number, so that every worker knows the same times without talking, and
 * nothing is skipped after a stall. */
#ifndef WEIR_SERVER_TOPICS_GENERATOR_H
#define WEIR_SERVER_TOPICS_GENERATOR_H
#include <stdint.h>

struct generator {
  uint64_t t0_ns;     /* when first_seq is due (before jitter), monotonic */
  uint64_t first_seq; /* first number of this generator */
  double interval_ns; /* 1e9 / rate; 0 = never generates */
  double jitter;      /* 0..1: each event is late by up to this share of the
                         interval */
  uint64_t seed;      /* of the jitter */
};

/* generator_due_ns is when number seq is due, monotonic clock.  Numbers before
 * first_seq are due at t0_ns. */
uint64_t generator_due_ns(const struct generator *g, uint64_t seq);
/* generator_due_seq is the highest number due at now_ns; first_seq - 1 when
 * none is. */
uint64_t generator_due_seq(const struct generator *g, uint64_t now_ns);

#endif
