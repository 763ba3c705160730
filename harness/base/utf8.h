/* SPDX-License-Identifier: MIT
 * UTF-8 validity and repair after the Encoding Standard ("UTF-8 decode"):
 * each maximal subpart of an ill-formed sequence becomes one U+FFFD. */
#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H
#include "base/buf.h"

/* utf8_check returns the offset of the first ill-formed byte, or text.n. */
size_t utf8_check(struct slice text);
/* utf8_repair appends text with every ill-formed part replaced. */
int utf8_repair(struct buf *out, struct slice text);

#endif
