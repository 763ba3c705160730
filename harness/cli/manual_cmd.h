/* SPDX-License-Identifier: MIT
 * "weir write-manual DIR [SERVER]", for the build: man pages and completions
 * of weir, and those of weir-server from its --help in the file SERVER. */
#ifndef WEIR_CLI_MANUAL_CMD_H
#define WEIR_CLI_MANUAL_CMD_H

int manual_cmd(int argc, char **argv);

#endif
