/* SPDX-License-Identifier: MIT
 * What weir watch waits for: whether an item of the stream is it, and in time,
 * and if none was, which came nearest.  No clock: times come with the items.
 */
#ifndef WEIR_CLI_WATCH_UNTIL_H
#define WEIR_CLI_WATCH_UNTIL_H
#include "content/expr.h"

struct watch_until {
  const char *text;   /* borrowed; NULL: nothing is waited for */
  uint64_t within_ns; /* 0: no limit */
  struct expr *expr;  /* owned, as all below */
  struct pointer_set set;
  struct look look;
  bool met;
  bool uncertain;     /* it was read along with what came after the limit, so
                         that nobody knows when it came itself */
  int nearest_met;    /* of its tests that held; -1: no item yet */
  struct buf nearest; /* a line about it */
};

/* watch_until_init takes NULL for nothing to wait for.  E_* with a sentence
 * where the text is no expression. */
int watch_until_init(struct watch_until *w, const char *text,
                     uint64_t within_ns, struct err *e);
void watch_until_fini(struct watch_until *w);
/* watch_until_item: true where this item is what was waited for, in time.  Its
 * at_ns is when the newest byte came of those read along with it. */
bool watch_until_item(struct watch_until *w, const struct stream_item *item);
/* watch_until_miss appends what is to be said where it was not met, behind
 * what stopped it ("within 2 s"). */
void watch_until_miss(const struct watch_until *w, struct buf *out);

#endif
