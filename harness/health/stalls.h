/* SPDX-License-Identifier: MIT
 * When a loop stood still, and for how long: what was seen meanwhile was seen
 * late, and is no evidence of when anybody else did something. */
#ifndef WEIR_HEALTH_STALLS_H
#define WEIR_HEALTH_STALLS_H
#include <stddef.h>
#include <stdint.h>

#include "health/lag.h"

/* Shorter ones are not kept. */
#define STALLS_LEAST_NS (50 * NS_PER_MS)
#define STALLS_MAX      64 /* the longest of more are kept */

struct stall {
  uint64_t from_ns, to_ns; /* CLOCK_REALTIME, as recordings have it */
};

struct stalls {
  struct lag_meter meter;
  struct stall stall[STALLS_MAX];
  size_t count;
};

/* stalls_start watches loop, without keeping it alive, until stalls_stop; s
 * must live until the loop has closed the handle that stalls_stop closes. */
void stalls_start(struct stalls *s, uv_loop_t *loop);
void stalls_stop(struct stalls *s);
/* stalls_add notes that the loop was lag_ns late at now_ns. */
void stalls_add(struct stalls *s, uint64_t now_ns, uint64_t lag_ns);
/* stalls_longest_ns is the longest one that has a part of from..to; 0 = none.
 */
uint64_t stalls_longest_ns(const struct stalls *s, uint64_t from_ns,
                           uint64_t to_ns);

#endif
