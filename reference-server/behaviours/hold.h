/* SPDX-License-Identifier: MIT
 * Fault family "time": events that exist but are held back (stall, burst).
 * Pure functions of the clock, so that all workers hold alike. */
#ifndef WEIR_SERVER_BEHAVIOURS_HOLD_H
#define WEIR_SERVER_BEHAVIOURS_HOLD_H
#include <stdbool.h>
#include <stdint.h>

struct hold {
  uint64_t burst_ns;                    /* 0 = off */
  uint64_t stall_ns;                    /* of every second; 0 = off */
  uint64_t once_from_ns, once_until_ns; /* one stall; equal = none */
};

bool hold_active(const struct hold *h);
/* hold_limit_ns: at now_ns, events due up to this time may be sent. */
uint64_t hold_limit_ns(const struct hold *h, uint64_t now_ns);
/* hold_release_ns is when an event due at due_ns may be sent. */
uint64_t hold_release_ns(const struct hold *h, uint64_t due_ns);

#endif
