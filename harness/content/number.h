/* SPDX-License-Identifier: MIT
 * JSON numbers, compared as the decimals that they are written as: exact where
 * a double is not (9007199254740993), and by value (1.0 equals 1, 1e2 equals
 * 100).  Pure; nothing is copied or allocated. */
#ifndef WEIR_CONTENT_NUMBER_H
#define WEIR_CONTENT_NUMBER_H
#include "base/slice.h"

/* number_length is how many bytes at the beginning of text are a number as
 * RFC 8259 section 6 writes it; 0 when none is. */
size_t number_length(struct slice text);
/* number_compare: below, at or above 0 as a is less than, equal to or more
 * than b.  Both must be whole numbers in the sense of number_length.
 * Exponents beyond +-10^15 count as that. */
int number_compare(struct slice a, struct slice b);

#endif
