/* SPDX-License-Identifier: MIT
 * Man pages, from what commands tell of themselves. */
#ifndef WEIR_CLI_MANUAL_H
#define WEIR_CLI_MANUAL_H
#include "cli/help.h"
#include "cli/topic.h"

/* manual_of_command appends the page of "weir load", "weir-server". */
int manual_of_command(const char *name, const char *summary,
                      const struct help_page *p, struct buf *out);
/* manual_of_topic appends that of a page of weir help. */
int manual_of_topic(const struct topic *t, struct buf *out);
/* manual_of_weir appends the page of all commands. */
int manual_of_weir(struct buf *out);

#endif
