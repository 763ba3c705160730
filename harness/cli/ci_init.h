/* SPDX-License-Identifier: MIT
 * weir ci init, the beginning of weir ci. */
#ifndef WEIR_CLI_CI_INIT_H
#define WEIR_CLI_CI_INIT_H
#include "option/option.h"

/* ci_init is a command like those of commands.h; argv[0] is "init". */
int ci_init(int argc, char **argv);
/* Its options, for --help. */
extern const struct option_table ci_init_options;

#endif
