/* SPDX-License-Identifier: MIT
 * Texts and tables of options in the language of man pages (man(7) of groff
 * and mandoc). */
#ifndef WEIR_OPTION_ROFF_H
#define WEIR_OPTION_ROFF_H
#include "option/option.h"

/* roff_add appends text that stands as it is: a minus, quotes and backslashes
 * are what they were when copied from the page.  Where it begins a line, a
 * leading dot is no request. */
int roff_add(struct buf *out, struct slice text);
/* roff_options appends a table's rows, a subsection for each group. */
int roff_options(const struct option_table *t, struct buf *out);

#endif
