/* SPDX-License-Identifier: MIT
 * The reader of JSON in event data: one pass that proves it well-formed (RFC
 * 8259) and finds the values of a set of pointers.  Pure, no allocation; depth
 * is bounded, and time grows with the bytes alone. */
#ifndef WEIR_CONTENT_READER_H
#define WEIR_CONTENT_READER_H
#include "content/pointer.h"

#define READER_DEPTH_MAX 1024 /* arrays and objects inside each other */

/* reader_read sets value[i] to what set->at[i] points to, KIND_ABSENT where
 * that is nothing.  Of members of one name the last one counts.  set may be
 * NULL: only the form is looked at.
 *
 * E_SYNTAX (no JSON) or E_LIMIT (too deep) leave all values absent, and *at
 * (may be NULL) the offset where it could not go on. */
int reader_read(const struct pointer_set *set, struct slice data,
                struct value *value, size_t *at);

/* reader_next does so with the next element of an array, as seen from it, and
 * takes it off; start with *rest the text of an array that reader_read gave.
 * false behind the last one. */
bool reader_next(const struct pointer_set *set, struct slice *rest,
                 struct value *value);

#endif
