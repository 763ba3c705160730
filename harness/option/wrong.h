/* SPDX-License-Identifier: MIT
 * Private to option/: the sentence about a value beyond its bounds. */
#ifndef WEIR_OPTION_WRONG_H
#define WEIR_OPTION_WRONG_H
#include "option/option.h"

/* wrong_range sets the sentence and returns E_RANGE, or E_NOMEM. */
int wrong_range(const struct option_row *o, struct slice text,
                const char *where, struct err *e);

#endif
