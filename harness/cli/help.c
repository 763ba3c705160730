/* SPDX-License-Identifier: MIT
 * --help; see help.h. */
#include "cli/help.h"

#include <stdio.h>

#include "base/err.h"
#include "document/exit_code.h"

/* Where a page goes instead of to standard output. */
static struct help_kept *keeping;

static int print(const struct help_page *p)
{
  struct buf text;
  size_t i;
  int rc;
  buf_init(&text, 0);
  buf_adds(&text, p->intro);
  for(i = 0; i < HELP_TABLES_MAX && p->table[i]; i++) {
    if(i)
      buf_addc(&text, '\n');
    option_help(p->table[i], &text);
  }
  rc = text.rc || fputs(buf_text(&text), stdout) < 0 ? EXIT_USAGE : EXIT_PASS;
  buf_free(&text);
  return rc;
}

static int keep(struct help_kept *k, const struct help_page *p)
{
  k->page = *p;
  buf_adds(&k->intro, p->intro);
  buf_adds(&k->words, p->words ? p->words : "");
  k->page.intro = buf_text(&k->intro);
  k->page.words = p->words ? buf_text(&k->words) : NULL;
  return k->intro.rc || k->words.rc ? EXIT_USAGE : EXIT_PASS;
}

int help_print_page(const struct help_page *p)
{
  return keeping ? keep(keeping, p) : print(p);
}

int help_print(const char *intro, const struct option_table *own,
               const struct option_table *more)
{
  const struct help_page p = {.intro = intro, .table = {own, more}};
  return help_print_page(&p);
}

int help_of(const char *name, int (*run)(int argc, char **argv))
{
  char word[32], option[] = "--help";
  char *argv[] = {word, option, NULL};
  snprintf(word, sizeof(word), "%s", name);
  return run(2, argv);
}

int help_keep(struct help_kept *to, const char *name,
              int (*run)(int argc, char **argv))
{
  *to = (struct help_kept){.page = {.intro = NULL}};
  buf_init(&to->intro, 0);
  buf_init(&to->words, 0);
  keeping = to;
  help_of(name, run);
  keeping = NULL;
  if(to->intro.rc || to->words.rc)
    return E_NOMEM;
  return to->page.intro ? 0 : E_INTERNAL;
}

void help_kept_free(struct help_kept *k)
{
  buf_free(&k->intro);
  buf_free(&k->words);
}
