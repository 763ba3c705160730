/* SPDX-License-Identifier: MIT
 * JSON pointers (RFC 6901), read once, and sets of them, so that one pass over
 * an event's data finds the values of all.  Pure. */
#ifndef WEIR_CONTENT_POINTER_H
#define WEIR_CONTENT_POINTER_H
#include "base/err.h"
#include "content/value.h"

#define POINTER_TEXT_MAX  1024 /* bytes */
#define POINTER_STEPS_MAX 16
#define POINTER_SET_MAX   64 /* different pointers of one set */
#define POINTER_LENGTHS   16 /* lengths of names that are told apart */

struct pointer {
  char *text;         /* owned: as it was written, NUL, then the steps */
  struct slice whole; /* as it was written */
  struct slice step[POINTER_STEPS_MAX]; /* "~1" and "~0" undone */
  uint64_t index[POINTER_STEPS_MAX];    /* of an element; UINT64_MAX: none */
  uint8_t steps;
};

/* Zero-initialised when empty. */
struct pointer_set {
  struct pointer at[POINTER_SET_MAX];
  uint64_t having[POINTER_STEPS_MAX + 1]; /* bit i: at[i] has so many steps */
  /* bit i: a step of at[i] has so many bytes, modulo POINTER_LENGTHS */
  uint64_t named[POINTER_STEPS_MAX][POINTER_LENGTHS];
  uint8_t count;
};

/* pointer_parse reads "/a/0/b" ("" is the whole data).  The last element "-"
 * of an array is none.  E_SYNTAX, E_TOO_LONG (with a sentence) or E_NOMEM. */
int pointer_parse(struct slice text, struct pointer *out, struct err *e);
void pointer_fini(struct pointer *p);
/* pointer_set_add returns the place of a pointer in the set, which it gets
 * where it is new; negative: an error of pointer_parse, or E_LIMIT. */
int pointer_set_add(struct pointer_set *set, struct slice text, struct err *e);
void pointer_set_fini(struct pointer_set *set);

#endif
