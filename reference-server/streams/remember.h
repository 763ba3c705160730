/* SPDX-License-Identifier: MIT
 * What some faults make a worker remember from one connection to the next:
 * ids that are used up, streams that were reset, how many went at once.
 * Nothing is kept without such a fault; all of it is bounded. */
#ifndef WEIR_SERVER_STREAMS_REMEMBER_H
#define WEIR_SERVER_STREAMS_REMEMBER_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define REMEMBER_IDS     64u
#define REMEMBER_RESETS  16u
#define REMEMBER_ADDRESS 48u

struct conn;
struct stream;

struct remember {
  char home[REMEMBER_ADDRESS];     /* ip-bound: who came first */
  uint64_t used[REMEMBER_IDS];     /* resume-once: hashes of ids, a ring */
  uint64_t used_n;                 /* ever */
  uint64_t reset[REMEMBER_RESETS]; /* resume-after-rst-late: last events
                                      written, a ring; 0 = taken */
  uint64_t resets;                 /* ever */
  uint64_t early_resets;           /* rst-crash */
  uint64_t together, together_ns;  /* storm-refuse: streams lost at once */
  uint64_t to_refuse;       /* storm-refuse: so many of those who return */
  uint64_t refuse_until_ns; /* storm-refuse */
  uint64_t doubles;         /* dup-header-random */
  uint64_t leaked;          /* slot-leak, head-leak: places never given back */
};

/* remember_gone: the stream's connection is no more, by a reset or in an
 * orderly way.  Called again it does nothing. */
void remember_gone(struct stream *s, bool reset);
/* remember_refuses answers a request where a fault says so by what happened
 * before. */
bool remember_refuses(struct conn *c);
/* remember_is_foreign: another address than the first one. */
bool remember_is_foreign(struct conn *c);
/* remember_is_used: a stream that was resumed from this id broke early. */
bool remember_is_used(const struct conn *c, struct slice id);
/* remember_place is where a resume goes on that would go on at place. */
uint64_t remember_place(struct conn *c, uint64_t place);
uint64_t remember_hash(struct slice text, uint64_t seed);

#endif
