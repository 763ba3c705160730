/* SPDX-License-Identifier: MIT
 * weir-server's --help as a page; see server_help.h. */
#include "cli/server_help.h"

#include <stdlib.h>

#define OPTION_MARK "  --"
#define FURTHER     "                        " /* where explanations stand */

/* "  --host ADDRESS        listen address" */
static int add_option(struct server_help *s, struct slice line)
{
  size_t at = s->table.count;
  struct slice left, name;
  long gap;
  line = slice_trim(line);
  gap = slice_find(line, "  ");
  if(at == SERVER_HELP_ROWS)
    return E_TOO_LONG;
  if(gap < 0)
    return E_SYNTAX;
  left = (struct slice){line.p + 2, (size_t)gap - 2};
  name = slice_cut(&left, ' ');
  if(name.n && name.p[name.n - 1] == ',') { /* "--version, -V" */
    s->row[at].letter = left.n ? left.p[left.n - 1] : '\0';
    left.n = 0;
    name.n--;
  }
  s->text[at].name = slice_dup(name);
  s->text[at].argument = left.n ? slice_dup(left) : NULL;
  s->table.count++;
  line = slice_trim((struct slice){line.p + gap, line.n - (size_t)gap});
  return buf_add(&s->text[at].help, line.p, line.n);
}

static int add_further(struct server_help *s, struct slice line)
{
  struct buf *help = &s->text[s->table.count - 1].help;
  line = slice_trim(line);
  buf_addc(help, ' ');
  return buf_add(help, line.p, line.n);
}

static int add_line(struct server_help *s, struct slice line)
{
  if(slice_starts(line, OPTION_MARK))
    return add_option(s, line);
  if(s->table.count && slice_starts(line, FURTHER))
    return add_further(s, line);
  buf_add(&s->intro, line.p, line.n);
  return buf_addc(&s->intro, '\n');
}

static int settle(struct server_help *s)
{
  size_t i;
  for(i = 0; i < s->table.count; i++) {
    struct option_row *o = &s->row[i];
    o->name = s->text[i].name;
    o->argument = s->text[i].argument;
    o->help = buf_text(&s->text[i].help);
    o->type = o->argument ? OPTION_ARGUMENT : OPTION_BOOL;
    if(!o->name)
      return E_NOMEM;
  }
  s->table.row = s->row;
  s->page.intro = buf_text(&s->intro);
  s->page.table[0] = &s->table;
  return s->table.count ? 0 : E_SYNTAX;
}

int server_help_read(struct server_help *s, struct slice help)
{
  size_t i;
  int rc = 0;
  *s = (struct server_help){.table = {.count = 0}};
  buf_init(&s->intro, 0);
  for(i = 0; i < SERVER_HELP_ROWS; i++)
    buf_init(&s->text[i].help, 0);
  while(help.n && !rc)
    rc = add_line(s, slice_cut(&help, '\n'));
  return rc ? rc : settle(s);
}

void server_help_free(struct server_help *s)
{
  size_t i;
  for(i = 0; i < SERVER_HELP_ROWS; i++) {
    free(s->text[i].name);
    free(s->text[i].argument);
    buf_free(&s->text[i].help);
  }
  buf_free(&s->intro);
}
