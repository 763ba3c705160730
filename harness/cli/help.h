/* SPDX-License-Identifier: MIT
 * What a command tells of itself: an introduction, then its options.  --help
 * prints it; man pages and completions are written from the same. */
#ifndef WEIR_CLI_HELP_H
#define WEIR_CLI_HELP_H
#include "option/option.h"

#define HELP_TABLES_MAX 4

struct help_page {
  /* "Usage: ...", an empty line, paragraphs; lines that begin with blanks
   * stand as they are; "Exit codes: ..."; an empty line at the end. */
  const char *intro;
  /* Printed in this order; behind the last, NULL. */
  const struct option_table *table[HELP_TABLES_MAX];
  /* Taken as well, and told elsewhere; behind the last, NULL. */
  const struct option_table *further[HELP_TABLES_MAX];
  const char *words; /* what its argument may be, parted by spaces; or NULL */
  const char *lists; /* of weir list, parted by spaces: their names are what
                        its argument may be; or NULL */
};

/* help_print prints to standard output and returns the exit code.  more may be
 * NULL. */
int help_print(const char *intro, const struct option_table *own,
               const struct option_table *more);
/* help_print_page does the same with all of it. */
int help_print_page(const struct help_page *p);
/* help_of calls a command for its --help; the exit code. */
int help_of(const char *name, int (*run)(int argc, char **argv));

/* A page that was kept rather than printed. */
struct help_kept {
  struct help_page page; /* its texts are the buffers' */
  struct buf intro, words;
};

/* help_keep calls run for --help of the command `name` and keeps what it would
 * have printed; free it with help_kept_free in any case.  0, or E_INTERNAL
 * where the command printed no page, E_NOMEM. */
int help_keep(struct help_kept *to, const char *name,
              int (*run)(int argc, char **argv));
void help_kept_free(struct help_kept *k);

#endif
