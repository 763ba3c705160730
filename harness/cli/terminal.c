/* SPDX-License-Identifier: MIT
 * Terminals; see terminal.h. */
#include "cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *value)
{
  return value && value[0];
}

bool terminal_draws(int fd)
{
  const char *term = getenv("TERM");
  return isatty(fd) && is_set(term) && strcmp(term, "dumb") != 0;
}

bool terminal_wants_colour(int fd)
{
  return terminal_draws(fd) && !is_set(getenv("NO_COLOR"));
}

void terminal_line(const char *text)
{
  if(terminal_draws(STDERR_FILENO))
    fprintf(stderr, "\r\033[K%s", text);
  fflush(stderr);
}
