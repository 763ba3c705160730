/* SPDX-License-Identifier: MIT
 * Pages of weir help; see topic.h. */
#include "cli/topic.h"

#include <ctype.h>
#include <string.h>

#include "option/roff.h"

/* scenarios/COOKBOOK.md, embedded by the build. */
extern const unsigned char topic_cookbook[];

const struct topic topics[] = {
    {"cookbook", "commands for common cases, tried",
     (const char *)topic_cookbook},
    {NULL, NULL, NULL},
};

const struct topic *topic_find(const char *name)
{
  const struct topic *t = topics;
  while(t->name && strcmp(t->name, name) != 0)
    t++;
  return t->name ? t : NULL;
}

/* Takes the marks of a heading away; false where it is none. */
static bool is_heading(struct slice *line)
{
  if(line->n == 0 || line->p[0] != '#')
    return false;
  while(line->n && (line->p[0] == '#' || line->p[0] == ' '))
    *line = (struct slice){line->p + 1, line->n - 1};
  return true;
}

static bool is_fence(struct slice line)
{
  return slice_starts(line, "```");
}

static void add_plain(struct buf *out, struct slice line)
{
  for(size_t i = 0; i < line.n; i++) {
    if(line.p[i] != '`')
      buf_addc(out, line.p[i]);
  }
}

int topic_text(const char *markdown, struct buf *out)
{
  struct slice rest = slice_of(markdown);
  bool block = false;
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    if(is_fence(line)) {
      block = !block;
      continue;
    }
    if(block) {
      buf_adds(out, line.n ? "    " : "");
      buf_add(out, line.p, line.n);
    } else {
      is_heading(&line);
      add_plain(out, line);
    }
    buf_addc(out, '\n');
  }
  return out->rc;
}

static void roff_heading(struct buf *out, struct slice line)
{
  buf_adds(out, ".SH ");
  for(size_t i = 0; i < line.n; i++) {
    char c = (char)toupper((unsigned char)line.p[i]);
    roff_add(out, (struct slice){&c, 1});
  }
  buf_addc(out, '\n');
}

/* `code` is bold. */
static void roff_line(struct buf *out, struct slice line, bool *code)
{
  for(size_t i = 0; i < line.n; i++) {
    if(line.p[i] == '`') {
      buf_adds(out, *code ? "\\fR" : "\\fB");
      *code = !*code;
    } else
      roff_add(out, (struct slice){line.p + i, 1});
  }
  buf_addc(out, '\n');
}

int topic_roff(const char *markdown, struct buf *out)
{
  struct slice rest = slice_of(markdown);
  bool block = false, code = false, gap = false;
  slice_cut(&rest, '\n'); /* the title, which NAME tells */
  buf_adds(out, ".SH DESCRIPTION\n");
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    if(is_fence(line)) {
      block = !block;
      buf_adds(out, block ? ".PP\n.RS 4\n.EX\n" : ".EE\n.RE\n");
    } else if(block) {
      roff_add(out, line);
      buf_addc(out, '\n');
    } else if(is_heading(&line))
      roff_heading(out, line);
    else if(line.n) {
      buf_adds(out, gap ? ".PP\n" : "");
      roff_line(out, line, &code);
    }
    gap = !line.n;
  }
  return out->rc;
}
