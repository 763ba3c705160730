/* SPDX-License-Identifier: MIT
 * The delivery ledger: which numbered events reached one stream.
 *
 * Memory per stream is O(1) while delivery is in order; only missing ranges
 * cost memory, bounded by LEDGER_MAX_RANGES per stream.  Exact across
 * reconnects: a late number fills its gap (reordered), a number seen before is
 * a duplicate, whatever its age.  Pure; time is not its business. */
#ifndef WEIR_METRICS_LEDGER_H
#define WEIR_METRICS_LEDGER_H
#include <stdbool.h>
#include <stdint.h>

#define LEDGER_MAX_RANGES 1024

struct ledger_ranges; /* private: sorted list of missing ranges */

/* One stream's account; zero-initialised means: nothing seen, no expectation. */
struct ledger_stream {
  uint64_t next;                 /* the number expected next */
  struct ledger_ranges *missing; /* owned, NULL while nothing is missing */
  uint32_t missing_count;        /* sum of the missing ranges */
  bool started;                  /* next is valid */
  bool overflowed;               /* ranges were forgotten: not exact */
};

/* What one arrival meant. */
enum ledger_arrival {
  LEDGER_IN_ORDER, /* the number expected */
  LEDGER_AHEAD,    /* numbers before it are missing (now counted as lost) */
  LEDGER_LATE,     /* filled a gap: one lost less, one reordered more */
  LEDGER_DUPLICATE /* had arrived before */
};

struct ledger_result {
  enum ledger_arrival arrival;
  uint64_t gap_first; /* LEDGER_AHEAD: first missing number */
  uint64_t gap_count; /* LEDGER_AHEAD: how many */
};

/* ledger_expect sets the first number this stream must receive (exact mode).
 * Without it, the first arrival starts the account.  No effect once started. */
void ledger_expect(struct ledger_stream *s, uint64_t first);
/* ledger_arrive accounts for number n. */
struct ledger_result ledger_arrive(struct ledger_stream *s, uint64_t n);
/* ledger_close tells that every number up to last (inclusive) must have
 * arrived; adds the missing tail.  Returns how many the tail lacks. */
uint64_t ledger_close(struct ledger_stream *s, uint64_t last);
/* ledger_missing calls fn for each missing range, lowest first. */
void ledger_missing(const struct ledger_stream *s,
                    void (*fn)(uint64_t first, uint64_t count, void *ctx),
                    void *ctx);
void ledger_fini(struct ledger_stream *s);

/* How many streams miss which number, over all streams of a worker; lets the
 * coordinator forgive numbers that never were published, and tells a loss at
 * the source (all streams) from a loss on the way (one stream).  Sorted,
 * non-overlapping runs of equal count. */
struct ledger_tally; /* bounded to 65,536 runs; the rest is one counter */
struct ledger_tally *ledger_tally_new(void);
void ledger_tally_free(struct ledger_tally *t);
int ledger_tally_add(struct ledger_tally *t, uint64_t first, uint64_t count,
                     uint64_t streams);
/* ledger_tally_forgive removes number n; returns how many streams missed it. */
uint64_t ledger_tally_forgive(struct ledger_tally *t, uint64_t n);
uint64_t ledger_tally_total(const struct ledger_tally *t);
void ledger_tally_each(const struct ledger_tally *t,
                       void (*fn)(uint64_t first, uint64_t count,
                                  uint64_t streams, void *ctx),
                       void *ctx);

#endif
