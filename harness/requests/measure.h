/* SPDX-License-Identifier: MIT
 * The times of one request, and what becomes of them in a snapshot.  Pure.
 *
 * A token event is one with a piece of the answer: text, thinking, a part of a
 * call.  Tokens are counted as the answer tells, else by their events. */
#ifndef WEIR_REQUESTS_MEASURE_H
#define WEIR_REQUESTS_MEASURE_H
#include "base/buf.h"
#include "metrics/snapshot.h"

#define MEASURE_GAPS_MAX ((size_t)1 << 20) /* of one request that are held */

/* CLOCK_MONOTONIC; 0: it has not come. */
struct request_times {
  uint64_t intended_ns; /* when it was to be sent */
  uint64_t sent_ns;
  uint64_t first_ns; /* first token event */
  uint64_t out_ns;   /* first one that is of the answer, not of thinking */
  uint64_t last_ns;  /* last token event */
  uint64_t marker_ns;
  uint64_t told_first; /* tokens that the first token event told of */
  uint64_t told;       /* tokens that the answer told last */
  uint32_t events;     /* token events */
  bool usage;          /* it told */
};

/* measure_gaps_init: where gaps of one request wait for its end, for those of
 * failed ones count for nothing; to be freed with buf_free. */
void measure_gaps_init(struct buf *gaps);
/* measure_token notes a token event; s NULL: not measured.  What gaps cannot
 * hold goes to s at once. */
void measure_token(struct request_times *t, uint64_t at_ns, bool out,
                   struct buf *gaps, struct snapshot *s);
/* measure_gaps records those of a request that completed or that weir ended,
 * and forgets them. */
void measure_gaps(struct buf *gaps, struct snapshot *s);
/* measure_usage: the event at hand, after measure_token where it is one, says
 * that there are so many tokens by now. */
void measure_usage(struct request_times *t, uint64_t tokens, bool token);
/* measure_tokens: how many it had. */
uint64_t measure_tokens(const struct request_times *t);
/* measure_itl_ns: from its first to its last token event, per token behind
 * those of the first; 0 where there are none. */
uint64_t measure_itl_ns(const struct request_times *t);
/* measure_cancelled records what is known of one that weir ended. */
void measure_cancelled(const struct request_times *t, struct snapshot *s);
/* measure_completed records all of one that completed; its body ended at
 * eof_ns. */
void measure_completed(const struct request_times *t, uint64_t eof_ns,
                       struct snapshot *s);
/* measure_latency_ns: from the intended start to the end marker, or the end
 * of the body where there is none. */
uint64_t measure_latency_ns(const struct request_times *t, uint64_t eof_ns);

#endif
