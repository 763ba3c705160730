/* SPDX-License-Identifier: MIT
 * Whether events come in an order: a subsequence of patterns, each so many
 * times, found by an automaton whose states are the bits of one word.  Exact
 * where taking the first that fits is not: all ways are followed at once.
 *
 * Pure; no allocation.  One word of states and the masks of at most 64
 * candidates is all that a running one holds. */
#ifndef WEIR_CONTENT_SEQUENCE_H
#define WEIR_CONTENT_SEQUENCE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define SEQUENCE_SLOTS_MAX      63 /* steps, with their repetitions unrolled */
#define SEQUENCE_PATTERNS_MAX   64
#define SEQUENCE_CANDIDATES_MAX 64
#define SEQUENCE_MANY           UINT32_MAX

/* Zero-initialised; slot k leads from state k to k + 1. */
struct sequence {
  bool adjacent; /* no other event may stand between */
  uint8_t slots, steps;
  uint64_t optional, loops;                 /* bit per slot */
  uint64_t slots_of[SEQUENCE_PATTERNS_MAX]; /* by pattern */
  uint8_t step_of[SEQUENCE_SLOTS_MAX];
};

/* Zero-initialised, then sequence_begin. */
struct sequence_run {
  uint64_t states;     /* bit k: so many slots may be filled by now */
  uint64_t reached;    /* the most slots ever filled */
  bool done, overflow; /* more candidates than are kept */
  uint8_t candidates;
  uint64_t grew; /* candidates that led to a state which none had led to */
  uint64_t fits[SEQUENCE_CANDIDATES_MAX];   /* slots that one would fill */
  uint64_t number[SEQUENCE_CANDIDATES_MAX]; /* the caller's, of the event */
};

struct sequence_claim {
  uint64_t number; /* of the event */
  uint8_t step;
};

/* sequence_step adds "pattern, least to most times" (SEQUENCE_MANY: no end).
 * E_RANGE or E_LIMIT with a sentence. */
int sequence_step(struct sequence *s, uint8_t pattern, uint32_t least,
                  uint32_t most, struct err *e);
void sequence_begin(const struct sequence *s, struct sequence_run *r);
/* sequence_event: the next event meets these patterns (a bit each).  Returns
 * true once the order is complete. */
bool sequence_event(const struct sequence *s, struct sequence_run *r,
                    uint64_t patterns, uint64_t number);
/* sequence_claims gives the leftmost events that make up the order of a run
 * that is done, at most SEQUENCE_CANDIDATES_MAX; their count, or E_LIMIT where
 * there were more candidates than are kept. */
int sequence_claims(const struct sequence *s, const struct sequence_run *r,
                    struct sequence_claim *out);
/* sequence_reached is the step that the farthest way waits in (steps when
 * none): those before it were met. */
uint8_t sequence_reached(const struct sequence *s,
                         const struct sequence_run *r);

#endif
