/* SPDX-License-Identifier: MIT
 * Private to option/: lists of headers, addresses and resolves. */
#ifndef WEIR_OPTION_LIST_H
#define WEIR_OPTION_LIST_H
#include "option/option.h"

/* list_add appends what one argument or one item says: "Name: value", an
 * address or several parted by commas, a resolve.  The word none empties the
 * list.  Errors as option_set. */
int list_add(void *object, const struct option_row *o, struct slice text,
             const struct option_source *from, struct err *e);

#endif
