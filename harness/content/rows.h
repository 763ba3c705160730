/* SPDX-License-Identifier: MIT
 * An event's data, row by row: JSON pointers in which the step "*" stands for
 * every element of an array.
 *
 * The event itself is the first row; every element that "*" reaches is one
 * more, seen together with what it stands in: a choice beside the members of
 * the event, a call of a choice beside those of the choice.
 *
 * Pure; reading allocates nothing.  A level is read once for itself and once
 * within each level around it. */
#ifndef WEIR_CONTENT_ROWS_H
#define WEIR_CONTENT_ROWS_H
#include "content/look.h"

#define ROWS_SCOPES_MAX 8  /* different arrays, the event itself included */
#define ROWS_SCOPE_MAX  32 /* pointers that are looked for in one of them */
#define ROWS_ROOT       0  /* the scope of the event itself */

/* One kind of row: the elements of one array. */
struct rows_scope {
  struct slice
      way; /* into the text of a pointer: that of "/choices" and "*" */
  struct pointer_set set;       /* as seen from an element */
  uint8_t slot[ROWS_SCOPE_MAX]; /* by place in set: in the look's set */
  uint8_t parent;               /* scope that the array stands in */
  uint8_t array;                /* where in its set */
};

/* Zero-initialised. */
struct rows {
  struct rows_scope scope[ROWS_SCOPES_MAX];
  uint8_t scopes;
  uint8_t scope_of[POINTER_SET_MAX]; /* by slot of the look's set */
};

#define ROWS_ALL UINT64_MAX

/* rows_plan adds the rows of those pointers of a set whose bits are given; the
 * set must stay as it is while they are used.  Scopes are numbered as they are
 * come upon.  E_LIMIT or E_SYNTAX with a sentence, E_NOMEM. */
int rows_plan(struct rows *r, const struct pointer_set *set, uint64_t slots,
              struct err *e);
void rows_fini(struct rows *r);

/* Told of each row, its values being in the look. */
typedef void (*rows_fn)(struct look *l, uint8_t scope, void *ctx);

/* rows_read tells each row of the look's item.  What no row of the moment has
 * is absent.  Data that is no JSON is one row in which nothing is known; the
 * look says so (l->json).  At most ROWS_TOLD_MAX rows; false where there were
 * more. */
#define ROWS_TOLD_MAX 256
bool rows_read(const struct rows *r, struct look *l, rows_fn fn, void *ctx);

#endif
