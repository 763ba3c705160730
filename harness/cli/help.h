/* SPDX-License-Identifier: MIT
 * What --help prints: a command's introduction, then its options. */
#ifndef WEIR_CLI_HELP_H
#define WEIR_CLI_HELP_H
#include "option/option.h"

/* help_print prints to standard output and returns the exit code.  more may be
 * NULL. */
int help_print(const char *intro, const struct option_table *own,
               const struct option_table *more);

#endif
