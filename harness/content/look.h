/* SPDX-License-Identifier: MIT
 * What a stream brought, and a look at it: the data is read as JSON once, when
 * the first condition asks, for all conditions whose pointers are in one set.
 * Pure; no allocation per item beyond room that is kept. */
#ifndef WEIR_CONTENT_LOOK_H
#define WEIR_CONTENT_LOOK_H
#include "content/pointer.h"

enum item_kind { ITEM_EVENT, ITEM_COMMENT, ITEM_RETRY };

#define GAP_NONE INT64_MIN

/* All borrowed.  What is not of its kind counts for nothing. */
struct stream_item {
  enum item_kind kind;
  struct slice event, id, data; /* of an event; id is the last event ID */
  struct slice comment;
  uint64_t retry_ms;
  int64_t at_ns;  /* after the trigger; below 0: before it */
  int64_t gap_ns; /* since the event before it, or GAP_NONE */
};

#define LOOK_UNREAD 1

struct look {
  const struct pointer_set *set;  /* borrowed */
  const struct stream_item *item; /* borrowed */
  int json;          /* LOOK_UNREAD, 0: it was read, or why it is no JSON */
  size_t fault;      /* where, in the data */
  struct buf undone; /* owned: the string with escapes looked at last */
  struct value value[POINTER_SET_MAX];
};

void look_init(struct look *l, const struct pointer_set *set);
void look_fini(struct look *l);
/* look_at begins with another item, which must live as long as it is looked
 * at. */
void look_at(struct look *l, const struct stream_item *item);
/* look_value is what pointer `slot` of the set finds, KIND_ABSENT for nothing;
 * NULL where the item is no event, or its data no JSON. */
const struct value *look_value(struct look *l, uint8_t slot);

#endif
