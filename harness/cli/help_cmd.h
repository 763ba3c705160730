/* SPDX-License-Identifier: MIT
 * weir help: of commands and topics. */
#ifndef WEIR_CLI_HELP_CMD_H
#define WEIR_CLI_HELP_CMD_H
#include <stdio.h>

/* help_overview prints what commands there are; EXIT_PASS. */
int help_overview(FILE *to);
/* help_cmd: "weir help [COMMAND|TOPIC]"; the exit code. */
int help_cmd(int argc, char **argv);

#endif
