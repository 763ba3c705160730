/* SPDX-License-Identifier: MIT
 * The expectations of one round, and which event is whose.  An event satisfies
 * one expectation; who gets which is decided for all of them at once, so that
 * neither the order of the steps nor that of arrival matters.  Pure. */
#ifndef WEIR_FLOW_ROUND_H
#define WEIR_FLOW_ROUND_H
#include "content/claims.h"
#include "flow/expect.h"

#define ROUND_EXPECTS_MAX 48

/* Why a step is not green; the words stand in documents. */
#define MISS_LIST(X)                                                          \
  X(MISS_NONE, "")                                                            \
  X(MISS_LATE, "late")                                                        \
  X(MISS_OTHER_STREAM, "other-stream")                                        \
  X(MISS_BEFORE, "before-trigger")                                            \
  X(MISS_CLAIMED, "claimed")                                                  \
  X(MISS_NEAR, "near")                                                        \
  X(MISS_NOT_JSON, "not-json")                                                \
  X(MISS_NOT_OPEN, "not-open")                                                \
  X(MISS_ABSENT, "absent")                                                    \
  X(MISS_ORDER, "order")                                                      \
  X(MISS_TOO_MANY, "too-many")                                                \
  X(MISS_UNWANTED, "unwanted")                                                \
  X(MISS_RELATION, "relation")                                                \
  X(MISS_END, "end")                                                          \
  X(MISS_UNPROVEN, "unproven")                                                \
  X(MISS_ANSWER, "answer")                                                    \
  X(MISS_REQUEST, "request")                                                  \
  X(MISS_OPEN, "open")                                                        \
  X(MISS_RUN, "run")                                                          \
  X(MISS_TIMEOUT, "timeout")                                                  \
  X(MISS_VALUE, "value")                                                      \
  X(MISS_LIMIT, "limit")

enum miss {
#define X(id, word) id,
  MISS_LIST(X)
#undef X
};

const char *miss_word(enum miss m);

/* What is known of a stream at a moment. */
struct stream_state {
  bool open;        /* and was so since it was subscribed or opened anew */
  int64_t quiet_ns; /* all that arrived by then was read */
  int64_t ended_ns; /* where it ended */
  const char *ended_how; /* "fin", "rst", "204"; NULL: it has not */
  uint64_t bytes;        /* that ever came */
};

enum round_state { ROUND_WAITING, ROUND_MET, ROUND_MISSED, ROUND_UNCERTAIN };

struct round_said {
  enum round_state state;
  enum miss miss;
  uint32_t item;        /* that decided; UINT32_MAX: none */
  const char *relation; /* of MISS_RELATION: its key */
};

struct round {
  struct expect *expect[ROUND_EXPECTS_MAX]; /* owned */
  uint32_t count;
  /* Of the last judgement. */
  struct claims claims;
  uint32_t candidate[CLAIMS_MAX]; /* items of the record */
  uint32_t candidates;
  uint32_t owner[CLAIMS_MAX]; /* by slot of the claims: the expectation */
  bool crowded; /* more events were candidates than are matched */
};

/* round_arm adds an expectation, which the round owns from then on; E_LIMIT
 * where there are too many, or they want more events than are matched. */
int round_arm(struct round *r, struct expect *x);
void round_clear(struct round *r);
/* round_has: an expectation of that branch is armed; round_drop takes off
 * those of it, whose claims are kept or given up. */
bool round_has(const struct round *r, uint32_t branch);
void round_drop(struct round *r, uint32_t branch);
/* round_judge judges expectation i by what has come. */
struct round_said round_judge(struct round *r, struct record *record,
                              uint32_t i, const struct stream_state *stream);
/* round_excess: of what must come a given number of times, or must not come,
 * has too much come by now? */
struct round_said round_excess(struct round *r, struct record *record,
                               uint32_t i, const struct stream_state *stream);
/* round_meet: expectation i was met; from now on its claims come first, but
 * may move.  Returns the first item claimed by now, or UINT32_MAX; *last the
 * one that met it. */
uint32_t round_meet(struct round *r, struct record *record, uint32_t i,
                    uint32_t *last);
/* round_find is the expectation of a step. */
uint32_t round_find(const struct round *r, const struct flow_step *s);
/* round_keep makes the claims of expectation i final, since a value was taken
 * or the round is over.  Returns the first item claimed, or UINT32_MAX. */
uint32_t round_keep(struct round *r, struct record *record, uint32_t i);

#endif
