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
/* No jump leads beyond this number; what claims to is not accounted. */
#define LEDGER_NUMBER_MAX INT64_MAX

struct ledger_ranges; /* private: sorted list of missing ranges */

/* One stream's account; zero-initialised means: nothing seen, no expectation.
 */
struct ledger_stream {
  uint64_t next;                 /* the number expected next */
  uint64_t first;                /* the number the account starts with */
  struct ledger_ranges *missing; /* owned, NULL while nothing is missing */
  uint64_t missing_count;        /* all that is missing, forgotten included */
  bool started;                  /* next and first are valid */
  bool sealed;                   /* first is not to be lowered any more */
  /* The oldest ranges were forgotten, for want of room: still counted as
   * missing, but should one of their numbers arrive late, it passes for a
   * duplicate. */
  bool overflowed;
};

/* What one arrival meant. */
enum ledger_arrival {
  LEDGER_IN_ORDER, /* the number expected */
  LEDGER_AHEAD,    /* numbers before it are missing (now counted as lost) */
  LEDGER_LATE,     /* filled a gap: one lost less, one reordered more */
  /* Below the first number, which it is from now on: one reordered more, and
   * what lies between the two is missing (now counted as lost) */
  LEDGER_EARLIER,
  LEDGER_DUPLICATE, /* had arrived before */
  /* Below the first number of a sealed account (a server replaying history
   * from before the stream began), or a jump beyond LEDGER_NUMBER_MAX: neither
   * owed nor objectionable, and not accounted. */
  LEDGER_BEFORE
};

struct ledger_result {
  enum ledger_arrival arrival;
  /* LEDGER_AHEAD and LEDGER_EARLIER: the numbers that are now missing */
  uint64_t gap_first;
  uint64_t gap_count; /* may be 0 with LEDGER_EARLIER */
};

/* ledger_expect sets the first number this stream must receive (exact mode).
 * Without it, the first arrival starts the account.  No effect once started.
 */
void ledger_expect(struct ledger_stream *s, uint64_t first);
/* ledger_seal: what comes below the first number is history from now on, and
 * not of this account; so it is with ledger_expect. */
static inline void ledger_seal(struct ledger_stream *s)
{
  s->sealed = true;
}
/* ledger_arrive_other is ledger_arrive without the quick way. */
struct ledger_result ledger_arrive_other(struct ledger_stream *s, uint64_t n);
/* ledger_arrive accounts for number n. */
static inline struct ledger_result ledger_arrive(struct ledger_stream *s,
                                                 uint64_t n)
{
  if(s->started && n == s->next) {
    s->next = n + 1;
    return (struct ledger_result){LEDGER_IN_ORDER, 0, 0};
  }
  return ledger_arrive_other(s, n);
}
/* ledger_close tells that every number up to last (inclusive) must have
 * arrived; adds the missing tail.  Returns how many the tail lacks: 0 for an
 * account that neither expected nor saw anything. */
uint64_t ledger_close(struct ledger_stream *s, uint64_t last);
/* ledger_missing calls fn for each missing range, lowest first.  Forgotten
 * ranges are not among them. */
void ledger_missing(const struct ledger_stream *s,
                    void (*fn)(uint64_t first, uint64_t count, void *ctx),
                    void *ctx);
/* ledger_forgotten: how many of missing_count are in no range any more. */
uint64_t ledger_forgotten(const struct ledger_stream *s);
/* ledger_fini frees and zeroes the account. */
void ledger_fini(struct ledger_stream *s);

/* How many streams miss which number, over all streams of a worker; lets the
 * coordinator forgive numbers that never were published, and tells a loss at
 * the source (all streams) from a loss on the way (one stream).  Sorted,
 * non-overlapping runs of equal count. */
#define LEDGER_TALLY_RUNS 65536
struct ledger_tally; /* bounded to LEDGER_TALLY_RUNS; the rest is one counter
                      */
/* ledger_tally_new: NULL without memory; nothing later needs more. */
struct ledger_tally *ledger_tally_new(void);
void ledger_tally_free(struct ledger_tally *t);
/* ledger_tally_add counts numbers first .. first + count - 1 as missed by so
 * many streams more.  Returns 0, or E_RANGE when the range leads beyond
 * LEDGER_NUMBER_MAX (nothing is added then). */
int ledger_tally_add(struct ledger_tally *t, uint64_t first, uint64_t count,
                     uint64_t streams);
/* ledger_tally_add_overflow adds n missed numbers without saying which. */
void ledger_tally_add_overflow(struct ledger_tally *t, uint64_t n);
/* ledger_tally_merge adds src to dst. */
void ledger_tally_merge(struct ledger_tally *dst,
                        const struct ledger_tally *src);
/* ledger_tally_total: numbers times streams, with what fits in no run. */
uint64_t ledger_tally_total(const struct ledger_tally *t);
/* ledger_tally_overflow: the part of the total that fits in no run. */
uint64_t ledger_tally_overflow(const struct ledger_tally *t);
void ledger_tally_each(const struct ledger_tally *t,
                       void (*fn)(uint64_t first, uint64_t count,
                                  uint64_t streams, void *ctx),
                       void *ctx);

#endif
