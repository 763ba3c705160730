/* SPDX-License-Identifier: MIT
 * Labelled, wrapped lines; see page.h. */
#include "result/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const escapes[] = {"", "\033[1;32m", "\033[1;31m",
                                      "\033[1;33m", "\033[2m"};

size_t page_width(const char *text, size_t bytes)
{
  size_t i, n = 0;
  for(i = 0; i < bytes; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

static void add(struct page *p, const char *text, size_t n)
{
  if(!p->rc)
    p->rc = buf_add(p->out, text, n);
}

static void pad(struct page *p, size_t columns)
{
  while(columns-- && !p->rc)
    p->rc = buf_addc(p->out, ' ');
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

static void body(struct page *p, size_t indent, const char *text)
{
  size_t n;
  for(;;) {
    n = fitting(text, PAGE_COLUMNS - 1 - indent);
    add(p, text, n);
    add(p, "\n", 1);
    text += n;
    while(*text == ' ')
      text++;
    if(!*text || p->rc)
      return;
    pad(p, indent);
  }
}

void page_mark(struct page *p, enum page_colour c, const char *label,
               const char *text)
{
  size_t width = page_width(label, strlen(label));
  size_t column = width < PAGE_LABEL ? PAGE_LABEL : width + 2;
  bool coloured = p->colour && c != PAGE_PLAIN;
  if(coloured)
    add(p, escapes[c], strlen(escapes[c]));
  add(p, label, strlen(label));
  if(coloured)
    add(p, "\033[0m", 4);
  if(text[0])
    pad(p, column - width);
  body(p, PAGE_LABEL, text);
}

void page_row(struct page *p, const char *label, const char *text)
{
  page_mark(p, PAGE_PLAIN, label, text);
}

void page_rowf(struct page *p, const char *label, const char *fmt, ...)
{
  char text[1024];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  page_row(p, label, text);
}

void page_verdict(struct page *p, const char *verdict, const char *sentence)
{
  enum page_colour c = PAGE_WARN;
  if(strcmp(verdict, "PASS") == 0)
    c = PAGE_GOOD;
  else if(strcmp(verdict, "FAIL") == 0)
    c = PAGE_BAD;
  page_mark(p, c, verdict, sentence);
}

void page_blank(struct page *p)
{
  add(p, "\n", 1);
}
