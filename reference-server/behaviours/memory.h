/* SPDX-License-Identifier: MIT
 * What some faults make a worker remember from one connection to the next:
 * ids that are used up, streams that were reset, how many went at once.
 * Nothing is kept without such a fault; all of it is bounded.  No I/O. */
#ifndef WEIR_SERVER_BEHAVIOURS_MEMORY_H
#define WEIR_SERVER_BEHAVIOURS_MEMORY_H
#include "behaviours/faults.h"

#define MEMORY_IDS     64u
#define MEMORY_RESETS  16u
#define MEMORY_ADDRESS 48u

struct memory {
  char home[MEMORY_ADDRESS];      /* ip-bound: who came first */
  uint64_t used[MEMORY_IDS];      /* resume-once: hashes of ids, a ring */
  uint64_t used_n;                /* ever */
  uint64_t reset[MEMORY_RESETS];  /* resume-after-rst-late: last events
                                     written, a ring; 0 = taken */
  uint64_t resets;                /* ever */
  uint64_t early_resets;          /* rst-crash */
  uint64_t together, together_ns; /* storm-refuse: streams lost at once */
  uint64_t to_refuse;       /* storm-refuse: so many of those who return */
  uint64_t refuse_until_ns; /* storm-refuse */
  uint64_t doubles;         /* dup-header-random */
  uint64_t leaked;          /* slot-leak, head-leak: places never given back */
};

/* How a stream went. */
struct memory_loss {
  uint64_t began_ns, now_ns;
  uint64_t events;       /* that were written */
  uint64_t place;        /* of the next */
  uint64_t resumed_from; /* hash of the id it came with; 0 = none */
  bool reset;            /* not in an orderly way */
};

void memory_lost(struct memory *m, const struct memory_loss *l);

enum memory_verdict { MEMORY_FINE, MEMORY_REFUSE, MEMORY_DROP };
/* memory_judges a request by what happened before. */
enum memory_verdict memory_judges(struct memory *m, const struct fault_set *f,
                                  uint64_t now_ns);
/* Where a request names one; p NULL = it does not. */
struct id_offer {
  struct slice first, second; /* of its headers by this name */
  struct slice exact;         /* the first that is written Last-Event-ID */
  struct slice query;         /* lastEventId */
  bool direct;                /* behind a redirect */
  const char *peer;           /* the client's address */
};

/* memory_heeds is the Last-Event-ID that counts; p NULL = none. */
struct slice memory_heeds(const struct fault_set *f, struct memory *m,
                          const struct id_offer *o);
/* memory_place is where a resume goes on that would go on at place. */
uint64_t memory_place(struct memory *m, uint64_t place);
/* Never 0. */
uint64_t memory_hash(struct slice text);

#endif
