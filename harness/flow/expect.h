/* SPDX-License-Identifier: MIT
 * One expectation over what streams brought: what it wants, from when to when,
 * what meets it.  No clock: instants come along, in ns since the flow began.
 *
 * Windows are half open.  An arrival is an interval: what ends before the
 * deadline is in time, what begins at or behind it is late, and nothing is
 * certain of what lies across. */
#ifndef WEIR_FLOW_EXPECT_H
#define WEIR_FLOW_EXPECT_H
#include "content/pattern.h"
#include "content/sequence.h"
#include "flow/record.h"
#include "flow/vars.h"

#define EXPECT_PATTERNS_MAX 32
#define EXPECT_FOREVER      INT64_MAX

enum quantity {
  QUANTITY_TIMES, /* the pattern, so many times */
  QUANTITY_IN_ORDER,
  QUANTITY_ANY_ORDER,
  QUANTITY_NONE,
  QUANTITY_ONLY,
  QUANTITY_EVERY,
  QUANTITY_SILENCE,
  QUANTITY_ENDS,
  QUANTITY_OPEN
};

struct expect_match {
  uint32_t item;     /* of the record */
  uint64_t patterns; /* that it meets, a bit each */
};

/* What pieces of text say together. */
struct expect_joined {
  struct pointer_set from; /* the pieces' place */
  struct pointer_set set;
  struct look look;
  struct pattern pattern; /* of an item whose data is that text */
};

struct expect {
  const struct flow_step *step; /* borrowed */
  enum quantity quantity;
  struct pointer_set set;
  struct look look;
  struct pattern pattern[EXPECT_PATTERNS_MAX];
  struct node_times times[EXPECT_PATTERNS_MAX];
  uint8_t patterns;
  struct sequence sequence;
  uint32_t stream;
  int64_t start_ns;           /* what arrived by then does not count */
  int64_t origin_ns;          /* times are told from here */
  int64_t deadline_ns;        /* for what must come */
  int64_t until_ns;           /* so long it is watched for what must not */
  uint32_t seen;              /* items of the record that were looked at */
  struct expect_match *match; /* owned: those of its stream and window */
  uint32_t matches, room;
  struct expect_joined *joined; /* owned; NULL: nothing is joined */
  bool comments;                /* silence of bytes: comments count */
  bool met; /* it was: its claims move, but it keeps as many */
};

/* Where an item lies in the window. */
enum expect_when { WHEN_BEFORE, WHEN_IN_TIME, WHEN_ACROSS, WHEN_LATE };

/* expect_new compiles a step with the variables as they are now.  NULL with a
 * sentence. */
struct expect *expect_new(const struct flow *f, const struct flow_step *s,
                          struct vars *v, struct err *e);
/* expect_answer: the data and where of a request's answer, as its only
 * pattern. */
struct expect *expect_answer(const struct flow *f, const struct flow_step *s,
                             struct vars *v, struct err *e);
/* expect_ready: what must have come for a subscribe to be done; NULL with a
 * sentence. */
struct expect *expect_ready(const struct flow *f, const struct flow_step *s,
                            struct vars *v, struct err *e);
/* take_value keeps what a pointer finds in data, with its type.  E_SYNTAX,
 * E_NOT_FOUND with a sentence. */
int take_value(struct vars *v, const char *name, struct slice pointer,
               struct slice data, struct err *e);
void expect_free(struct expect *x);
/* expect_look takes notice of the items that came since it was last called;
 * 0, or E_NOMEM. */
int expect_look(struct expect *x, const struct record *r);
enum expect_when expect_when(const struct expect *x,
                             const struct record_item *i);
/* expect_point has the look at an item, its times by this window. */
void expect_point(struct expect *x, const struct record_item *i,
                  struct stream_item *view);
/* expect_is_negative: it passes when something has not come. */
bool expect_is_negative(const struct expect *x);
/* expect_relates: match k is one of those that relations speak of: it met a
 * pattern; of an end, each event. */
bool expect_relates(const struct expect *x, uint32_t k);
/* expect_needs is how many events it has to claim. */
uint32_t expect_needs(const struct expect *x);

#endif
