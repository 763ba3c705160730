/* SPDX-License-Identifier: MIT
 * A borrowed run of bytes: not terminated, may contain NUL. */
#ifndef WEIR_BASE_SLICE_H
#define WEIR_BASE_SLICE_H
#include <stdbool.h>
#include <stddef.h>

struct slice {
  const char *p; /* borrowed; may be NULL when n is 0 */
  size_t n;      /* bytes */
};

#define SLICE_LIT(s) ((struct slice){(s), sizeof(s) - 1})

struct slice slice_of(const char *cstr); /* NULL gives the empty slice */
bool slice_eq(struct slice a, struct slice b);
bool slice_eq_cstr(struct slice a, const char *cstr);
/* ASCII letters compared without case. */
bool slice_ieq_cstr(struct slice a, const char *cstr);
bool slice_starts(struct slice a, const char *prefix);
/* slice_trim drops SPACE, TAB, CR and LF from both ends. */
struct slice slice_trim(struct slice a);
/* slice_find returns the offset of needle in a, or -1. */
long slice_find(struct slice a, const char *needle);
/* slice_cut takes what stands before the first sep off *rest and returns it;
 * *rest then starts behind sep, or is empty (p NULL) after the last part. */
struct slice slice_cut(struct slice *rest, char sep);
/* slice_dup returns a terminated heap copy, or NULL without memory. */
char *slice_dup(struct slice a);

#endif
