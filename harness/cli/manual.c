/* SPDX-License-Identifier: MIT
 * Man pages; see manual.h. */
#include "cli/manual.h"

#include <ctype.h>
#include <string.h>

#include "cli/commands.h"
#include "option/roff.h"

#define USAGE         "Usage: "
#define USAGE_FURTHER "       " /* as far to the right */
#define CODES         "Exit codes: "

/* Sections of the manual, without a date. */
#define COMMANDS "1 \"\""
#define TOPICS   "7 \"\""

/* "weir load" has the page weir-load(1). */
static void add_page_name(struct buf *out, const char *name, bool capitals)
{
  for(; *name; name++) {
    char c = *name == ' ' ? '-' : *name;
    if(capitals)
      c = (char)toupper((unsigned char)c);
    roff_add(out, (struct slice){&c, 1});
  }
}

static void add_head(struct buf *out, const char *name, const char *section,
                     const char *summary)
{
  buf_adds(out, ".TH ");
  add_page_name(out, name, true);
  buf_addf(out, " %s \"weir " WEIR_VERSION "\"\n.SH NAME\n", section);
  add_page_name(out, name, false);
  buf_adds(out, " \\- ");
  roff_add(out, slice_of(summary));
  buf_addc(out, '\n');
}

/* "weir load URL [options]": the program in bold. */
static void add_usage(struct buf *out, struct slice line, const char *name)
{
  size_t n = strlen(name);
  buf_adds(out, ".B ");
  roff_add(out, slice_of(name));
  buf_addc(out, '\n');
  if(line.n > n)
    roff_add(out, slice_trim((struct slice){line.p + n, line.n - n}));
  buf_addc(out, '\n');
}

/* Cuts the lines of usage from *text. */
static void add_synopsis(struct buf *out, struct slice *text, const char *name)
{
  struct slice line = slice_cut(text, '\n');
  if(slice_starts(line, USAGE))
    line = (struct slice){line.p + strlen(USAGE), line.n - strlen(USAGE)};
  buf_adds(out, ".SH SYNOPSIS\n");
  add_usage(out, line, name);
  while(slice_starts(*text, USAGE_FURTHER)) {
    buf_adds(out, ".br\n");
    add_usage(out, slice_trim(slice_cut(text, '\n')), name);
  }
}

/* Where the walk through a text is: its first line, in a paragraph, behind an
 * empty line, or in lines that stand as they are. */
enum place { FIRST, PARAGRAPH, GAP, EXAMPLE };

/* Lines that begin with blanks stand as they are; returns the next place. */
static enum place add_line(struct buf *out, struct slice line, enum place at)
{
  enum place next = line.n && line.p[0] == ' ' ? EXAMPLE : PARAGRAPH;
  if(!line.n && at != EXAMPLE)
    return GAP;
  if(!line.n)
    next = EXAMPLE;
  else if(next != at && at == EXAMPLE)
    buf_adds(out, ".EE\n.PP\n");
  else if(next == EXAMPLE && at != EXAMPLE)
    buf_adds(out, at == FIRST ? ".EX\n" : ".PP\n.EX\n");
  else if(at == GAP)
    buf_adds(out, ".PP\n");
  roff_add(out, line);
  buf_addc(out, '\n');
  return next;
}

static void add_paragraphs(struct buf *out, struct slice text)
{
  enum place at = FIRST;
  while(text.n)
    at = add_line(out, slice_cut(&text, '\n'), at);
  if(at == EXAMPLE)
    buf_adds(out, ".EE\n");
}

/* Cuts what stands from "Exit codes: " to the next empty line out of *body. */
static struct slice take_codes(const char *text, struct slice *before,
                               struct slice *behind)
{
  const char *at = strstr(text, CODES);
  const char *end = at ? strstr(at, "\n\n") : NULL;
  struct slice codes = {NULL, 0};
  *before = slice_of(text);
  *behind = slice_of(NULL);
  if(!at)
    return codes;
  codes = slice_of(at + strlen(CODES));
  before->n = (size_t)(at - text);
  if(end) {
    codes.n = (size_t)(end - codes.p);
    *behind = slice_of(end + 2);
  }
  return codes;
}

static struct slice without_empty_lines(struct slice text)
{
  while(text.n && text.p[0] == '\n')
    text = (struct slice){text.p + 1, text.n - 1};
  while(text.n && text.p[text.n - 1] == '\n')
    text.n--;
  return text;
}

static void add_section(struct buf *out, const char *title, struct slice text)
{
  if(!text.n)
    return;
  buf_addf(out, ".SH %s\n", title);
  add_paragraphs(out, text);
}

static void add_tables(struct buf *out, const struct help_page *p)
{
  size_t i;
  buf_adds(out, ".SH OPTIONS\n");
  for(i = 0; i < HELP_TABLES_MAX && p->table[i]; i++)
    roff_options(p->table[i], out);
}

static void add_see(struct buf *out, const char *name)
{
  const struct weir_command *c;
  buf_adds(out, ".SH SEE ALSO\n");
  if(strcmp(name, "weir") != 0)
    buf_adds(out, ".BR weir (1),\n");
  for(c = commands; c->name && strcmp(name, "weir") == 0; c++)
    buf_addf(out, ".BR weir\\-%s (1),\n", c->name);
  if(strcmp(name, "weir-server") != 0)
    buf_adds(out, ".BR weir\\-server (1),\n");
  buf_adds(out, ".BR weir\\-cookbook (7)\n");
}

int manual_of_command(const char *name, const char *summary,
                      const struct help_page *p, struct buf *out)
{
  struct slice before, behind;
  struct slice codes = take_codes(p->intro, &before, &behind);
  add_head(out, name, COMMANDS, summary);
  add_synopsis(out, &before, name);
  buf_adds(out, ".SH DESCRIPTION\n");
  add_paragraphs(out, without_empty_lines(before));
  add_tables(out, p);
  add_section(out, "NOTES", without_empty_lines(behind));
  add_section(out, "EXIT STATUS", codes);
  add_see(out, name);
  return out->rc;
}

static const char environment[] =
    ".SH OPTIONS\n"
    ".TP\n.BR \\-h \", \" \\-\\-help\nWhat commands there are\n"
    ".TP\n.BR \\-V \", \" \\-\\-version\nThe version\n"
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\npassed\n"
    ".TP\n.B 1\nthe target failed\n"
    ".TP\n.B 2\nbad usage, or a file that cannot be used\n"
    ".TP\n.B 3\nthe target was not reached, or there was nothing to judge\n"
    ".TP\n.B 4\ninvalid: weir itself was the limit\n"
    ".TP\n.B 130\ninterrupted; what was known by then is written\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B NO_COLOR\nwhere it is not empty, no colours\n"
    ".TP\n.B TERM\ndumb: no colours, and no line that is drawn anew\n"
    ".TP\n.B GITHUB_STEP_SUMMARY\nthe file that \\-f github adds its Markdown "
    "to\n";

int manual_of_weir(struct buf *out)
{
  const struct weir_command *c;
  add_head(out, "weir", COMMANDS,
           "load testing and conformance for Server-Sent Events");
  buf_adds(out, ".SH SYNOPSIS\n.B weir\n.I COMMAND\n[arguments]\n"
                ".SH COMMANDS\n");
  for(c = commands; c->name; c++) {
    buf_addf(out, ".TP\n.BR weir\\-%s (1)\n", c->name);
    roff_add(out, slice_of(c->summary));
    buf_addc(out, '\n');
  }
  buf_adds(out, environment);
  add_see(out, "weir");
  return out->rc;
}

int manual_of_topic(const struct topic *t, struct buf *out)
{
  struct buf name;
  buf_init(&name, 0);
  buf_addf(&name, "weir %s", t->name);
  add_head(out, buf_text(&name), TOPICS, t->summary);
  buf_fail(out, name.rc);
  buf_free(&name);
  return topic_roff(t->text, out);
}
