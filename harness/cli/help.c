/* SPDX-License-Identifier: MIT
 * --help; see help.h. */
#include "cli/help.h"

#include <stdio.h>

#include "document/exit_code.h"

int help_print(const char *intro, const struct option_table *own,
               const struct option_table *more)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  buf_adds(&text, intro);
  option_help(own, &text);
  if(more) {
    buf_addc(&text, '\n');
    option_help(more, &text);
  }
  rc = text.rc || fputs(buf_text(&text), stdout) < 0 ? EXIT_USAGE : EXIT_PASS;
  buf_free(&text);
  return rc;
}
