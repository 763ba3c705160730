/* SPDX-License-Identifier: MIT
 * weir-server's --help as a page.  The server shares no code with weir, so
 * what it prints is read. */
#ifndef WEIR_CLI_SERVER_HELP_H
#define WEIR_CLI_SERVER_HELP_H
#include "cli/help.h"

#define SERVER_HELP_ROWS 64

struct server_help {
  struct help_page page;
  struct option_table table;
  struct option_row row[SERVER_HELP_ROWS];
  struct buf intro;
  struct {
    char *name, *argument;
    struct buf help;
  } text[SERVER_HELP_ROWS]; /* what the rows borrow */
};

/* server_help_read: 0; E_SYNTAX where it has no options, E_TOO_LONG, E_NOMEM.
 * Free it in any case. */
int server_help_read(struct server_help *s, struct slice help);
void server_help_free(struct server_help *s);

#endif
