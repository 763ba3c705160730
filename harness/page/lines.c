/* SPDX-License-Identifier: MIT
 * Labelled, wrapped lines; see lines.h. */
#include "page/lines.h"

#include <stdio.h>
#include <string.h>

#include "page/escape.h"

static const char *const escapes[] = {"",           "\033[1;32m", "\033[1;31m",
                                      "\033[1;33m", "\033[2m",    "\033[2m"};

const char *lines_on(const struct lines *p, enum page_grade grade)
{
  return p->colour ? escapes[grade] : "";
}

const char *lines_off(const struct lines *p, enum page_grade grade)
{
  return p->colour && grade != PAGE_PLAIN ? "\033[0m" : "";
}

size_t lines_width(const char *text, size_t bytes)
{
  size_t i, n = 0;
  for(i = 0; i < bytes; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

static bool ends_part(char c)
{
  return c == ',' || c == ';' || c == ':' || c == '.';
}

/* Bytes of text that fit into room columns, cut at a space: behind a comma or
 * the like when that leaves no more than a third of the line empty.  A word
 * that is longer than a line is not cut. */
static size_t fitting(const char *text, size_t room)
{
  size_t i, word = 0, part = 0, columns = 0;
  for(i = 0; text[i] && (columns <= room || !word); i++) {
    if(text[i] == ' ' && i && columns <= room) {
      word = i;
      if(ends_part(text[i - 1]) && columns * 3 >= room * 2)
        part = i;
    }
    columns += ((unsigned char)text[i] & 0xc0) != 0x80;
  }
  if(columns <= room || !word)
    return i;
  return part ? part : word;
}

static void body(struct buf *out, size_t indent, const char *text)
{
  for(;;) {
    size_t n = fitting(text, LINES_COLUMNS - 1 - indent);
    buf_add(out, text, n);
    buf_addc(out, '\n');
    text += n;
    while(*text == ' ')
      text++;
    if(!*text)
      return;
    buf_addf(out, "%*s", (int)indent, "");
  }
}

void lines_mark(struct lines *p, enum page_grade grade, const char *label,
                const char *text)
{
  size_t width = lines_width(label, strlen(label));
  size_t column = width < LINES_LABEL ? LINES_LABEL : width + 2;
  struct buf safe;
  buf_init(&safe, 0);
  if(escape_line(text ? text : "", &safe))
    buf_fail(p->out, safe.rc);
  buf_adds(p->out, lines_on(p, grade));
  escape_line(label, p->out);
  buf_adds(p->out, lines_off(p, grade));
  if(safe.n)
    buf_addf(p->out, "%*s", (int)(column - width), "");
  body(p->out, LINES_LABEL, buf_text(&safe));
  buf_free(&safe);
}

void lines_row(struct lines *p, const char *label, const char *text)
{
  lines_mark(p, PAGE_PLAIN, label, text);
}

void lines_blank(struct lines *p)
{
  buf_addc(p->out, '\n');
}
