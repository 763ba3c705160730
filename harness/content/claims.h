/* SPDX-License-Identifier: MIT
 * Which event satisfies which expectation: a largest matching, in which an
 * event is claimed once.  An earlier claim moves to another event where a
 * later expectation needs its own, so that no order of arrival and none of the
 * expectations decides.
 *
 * Pure; no allocation.  At most 64 of each side: what no expectation wants
 * need not be told. */
#ifndef WEIR_CONTENT_CLAIMS_H
#define WEIR_CONTENT_CLAIMS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define CLAIMS_MAX  64
#define CLAIMS_NONE 255

/* Zero-initialised. */
struct claims {
  uint8_t expectations, events;
  uint64_t
      wants[CLAIMS_MAX]; /* by expectation: events that would satisfy it */
  uint64_t satisfied;    /* expectations that claim an event */
  uint64_t taken;        /* events that are claimed */
  uint64_t pinned;       /* expectations whose claim stays */
  uint8_t event_of[CLAIMS_MAX]; /* by expectation, where satisfied */
  uint8_t taker_of[CLAIMS_MAX]; /* by event, where taken */
};

/* claims_expect adds an expectation that events told before would satisfy (a
 * bit each); claims_event adds an event that those expectations want.  Both
 * claim what can be claimed, earlier expectations first, and return the
 * number, or E_LIMIT when all 64 are in use. */
int claims_expect(struct claims *c, uint64_t events);
int claims_event(struct claims *c, uint64_t expectations);
/* claims_of is the event that an expectation claims by now, or CLAIMS_NONE. */
uint8_t claims_of(const struct claims *c, uint8_t expectation);
/* claims_pin keeps a claim for good: something was taken from the event. */
void claims_pin(struct claims *c, uint8_t expectation);
/* claims_rivals: the expectations that claim what this one would want. */
uint64_t claims_rivals(const struct claims *c, uint8_t expectation);

#endif
