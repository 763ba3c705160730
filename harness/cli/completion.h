/* SPDX-License-Identifier: MIT
 * What bash, zsh and fish complete, from what commands tell of themselves. */
#ifndef WEIR_CLI_COMPLETION_H
#define WEIR_CLI_COMPLETION_H
#include "cli/help.h"

struct completion_command {
  const char *name; /* NULL: the program has no commands, and this is it */
  const char *summary;
  const struct help_page *page;
};

struct completion {
  const char *program;
  const struct completion_command *command;
  size_t commands;
};

/* Each appends one shell's whole file. */
int completion_bash(const struct completion *c, struct buf *out);
int completion_zsh(const struct completion *c, struct buf *out);
int completion_fish(const struct completion *c, struct buf *out);

#endif
