/* SPDX-License-Identifier: MIT
 * What a stream says when it has nothing to say: the fillers of a recording,
 * their kinds and times.  Judged in heartbeat_judges.c and heartbeat_cost.c,
 * described in heartbeat_judges.c. */
#ifndef WEIR_CHECKS_HEARTBEAT_HEARTBEAT_H
#define WEIR_CHECKS_HEARTBEAT_HEARTBEAT_H
#include "checks/core/check.h"

#define NS_PER_S  1000000000LL
#define NS_PER_MS 1000000LL

#define BEAT_KIND_LIST(X)                                                     \
  X(BEAT_COMMENT, "comment")                                                  \
  X(BEAT_EMPTY, "event with empty data")                                      \
  X(BEAT_PING, "ping event")                                                  \
  X(BEAT_MESSAGE, "keep-alive among the messages")                            \
  X(BEAT_BLANK, "blank line")

enum beat_kind {
#define X(name, text) name,
  BEAT_KIND_LIST(X)
#undef X
      BEAT_KINDS
};

struct beat {
  int64_t t_ns;
  size_t offset, n; /* in the body, line ends included */
  enum beat_kind kind;
  size_t events_before; /* that say something */
  bool own_block;       /* a comment with a blank line of its own */
};

struct beats {
  struct beat *beat; /* owned; those that came out of a silence, in order */
  size_t count, kind[BEAT_KINDS];
  int64_t *interval; /* owned; ns between beats of a kind with no event
                        between, sorted */
  size_t intervals;
  size_t events;         /* that are no beats */
  int64_t last_event_ns; /* -1 none */
  int64_t gap_ns;        /* the longest silence, from the head to the end */
  int64_t gap_at_ns;     /* when it began */
  bool gap_open;         /* it lasted until we closed */
};

/* What comes this soon behind the head is a greeting, no heartbeat. */
#define BEAT_GREETING_NS (100 * NS_PER_MS)

/* beats_find fills out, which the caller frees.  0 or E_NOMEM. */
int beats_find(const struct recording *r, struct beats *out);
void beats_free(struct beats *b);
const char *beat_kind_name(enum beat_kind kind);
/* The interval at that rank; intervals must not be 0. */
int64_t beats_percentile(const struct beats *b, size_t percent);
/* The period: declared or assumed of the target, else the median that was
 * seen, else 0. */
int64_t beats_period_ns(const struct beats *b, const struct target *t);

/* heartbeat_begin is input_stream on "idle", with its heartbeats. */
const struct recording *heartbeat_begin(const struct check_input *in,
                                        struct finding *f, struct beats *b);
/* True when there are none; the finding then says whether any were due. */
bool heartbeat_none(const struct check_input *in, struct finding *f,
                    const struct beats *b);

#endif
