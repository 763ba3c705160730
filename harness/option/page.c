/* SPDX-License-Identifier: MIT
 * Tables of options as text for --help and as Markdown; see option.h. */
#include <stdio.h>
#include <string.h>

#include "option/option.h"

#define LEFT 30 /* columns for the option */

bool option_defaults_on(const struct option_row *o)
{
  return o->type == OPTION_BOOL && o->fallback &&
         strcmp(o->fallback, "true") == 0;
}

static void add_left(struct buf *out, const struct option_row *o)
{
  if(o->letter)
    buf_addf(out, "  -%c, ", o->letter);
  else
    buf_adds(out, "      ");
  buf_addf(out, "--%s%s%s%s", option_defaults_on(o) ? "[no-]" : "", o->name,
           o->argument ? " " : "", o->argument ? o->argument : "");
}

static void add_option(struct buf *out, const struct option_row *o)
{
  struct buf left, help;
  buf_init(&left, 0);
  buf_init(&help, 0);
  add_left(&left, o);
  buf_adds(&help, o->help);
  if(o->fallback && o->type != OPTION_BOOL)
    buf_addf(&help, " [%s]", o->fallback);
  buf_fail(out, left.rc ? left.rc : help.rc);
  if(left.n + 2 > LEFT)
    buf_addf(out, "%s\n%*s", buf_text(&left), LEFT, "");
  else
    buf_addf(out, "%-*s", LEFT, buf_text(&left));
  buf_add_wrapped(out, LEFT, buf_text(&help));
  buf_free(&left);
  buf_free(&help);
}

const char *option_heading(const struct option_table *t, size_t i)
{
  const char *before = NULL;
  size_t j;
  for(j = 0; j < i; j++)
    before = t->row[j].group ? t->row[j].group : before;
  if(!t->row[i].group || (before && strcmp(t->row[i].group, before) == 0))
    return NULL;
  return t->row[i].group;
}

int option_help(const struct option_table *t, struct buf *out)
{
  size_t i;
  for(i = 0; i < t->count; i++) {
    const char *heading = option_heading(t, i);
    if(heading)
      buf_addf(out, "%s%s:\n", i ? "\n" : "", heading);
    if(t->row[i].help)
      add_option(out, &t->row[i]);
  }
  return out->rc;
}

/* In a table cell a bar would begin the next one. */
static void add_cell(struct buf *out, const char *text)
{
  for(; *text; text++) {
    if(*text == '|')
      buf_adds(out, "\\|");
    else
      buf_addc(out, *text);
  }
}

static void add_row(struct buf *out, const struct option_row *o)
{
  const char *const *choice = o->choice;
  const char *tick = o->fallback ? "`" : "";
  buf_addf(out, "| `%s` | ", o->name);
  if(!choice)
    buf_adds(out, option_type_name(o));
  for(; choice && *choice; choice++)
    buf_addf(out, "`%s`%s", *choice, choice[1] ? ", " : "");
  buf_addf(out, " | %s%s%s | ", tick, o->fallback ? o->fallback : "", tick);
  add_cell(out, o->help);
  buf_adds(out, " |\n");
}

int option_markdown(const struct option_table *t, struct buf *out)
{
  size_t i;
  for(i = 0; i < t->count; i++) {
    const char *heading = option_heading(t, i);
    if(heading)
      buf_addf(out,
               "%s### %s\n\n| key | value | default | meaning |\n"
               "| --- | --- | --- | --- |\n",
               i ? "\n" : "", heading);
    if(t->row[i].help)
      add_row(out, &t->row[i]);
  }
  return out->rc;
}
