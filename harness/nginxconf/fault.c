/* SPDX-License-Identifier: MIT
 * Sentences with a position and a caret; see fault.h. */
#include "nginxconf/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_MAX 100 /* bytes of a line around the caret */

static void append(struct conf_fault *f, const char *text)
{
  size_t n = strlen(f->e.text);
  snprintf(f->e.text + n, sizeof(f->e.text) - n, "%s", text);
}

int conf_fault_at(struct conf_fault *f, int code, struct conf_spot said,
                  const char *fmt, ...)
{
  va_list ap;
  if(!f)
    return code;
  va_start(ap, fmt);
  vsnprintf(f->sentence, sizeof(f->sentence), fmt, ap);
  va_end(ap);
  snprintf(f->file, sizeof(f->file), "%s", said.file->path);
  f->line = said.line;
  f->column = said.column;
  return err_set(&f->e, code, "%s in %.250s:%u", f->sentence, said.file->path,
                 said.line);
}

void conf_fault_hint(struct conf_fault *f, const char *fmt, ...)
{
  char text[200];
  va_list ap;
  if(!f)
    return;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  snprintf(f->hint, sizeof(f->hint), "%s", text);
  append(f, "; ");
  append(f, text);
}

void conf_fault_show(struct conf_fault *f, struct conf_spot spot)
{
  struct buf b;
  if(!f)
    return;
  f->column = spot.line == f->line ? spot.column : 0;
  f->cause = spot.line;
  buf_init(&b, 0);
  if(conf_show_line(spot.file, spot.line, spot.column, &b) == 0 && b.n > 0) {
    b.p[b.n - 1] = '\0';
    append(f, "\n");
    append(f, b.p);
  }
  buf_free(&b);
}

int conf_fault_plain(struct conf_fault *f, int code, const char *fmt, ...)
{
  va_list ap;
  if(!f)
    return code;
  memset(f, 0, sizeof(*f));
  va_start(ap, fmt);
  vsnprintf(f->sentence, sizeof(f->sentence), fmt, ap);
  va_end(ap);
  return err_set(&f->e, code, "%s", f->sentence);
}

/* ---- The line itself ---- */

static struct slice find_line(struct slice text, unsigned int line)
{
  unsigned int at = 1;
  struct slice rest = text, found = {NULL, 0};
  while(rest.p && at <= line) {
    found = slice_cut(&rest, '\n');
    at++;
  }
  if(at <= line)
    return (struct slice){NULL, 0};
  if(found.n > 0 && found.p[found.n - 1] == '\r')
    found.n--;
  return found;
}

static bool is_tail(char c)
{
  return ((unsigned char)c & 0xc0u) == 0x80u;
}

/* The part of a long line to show, starting at a character. */
static size_t window_start(struct slice text, size_t at)
{
  size_t start = 0;
  if(text.n > SHOWN_MAX && at > SHOWN_MAX / 2)
    start = at - SHOWN_MAX / 2;
  while(start > 0 && start < text.n && is_tail(text.p[start]))
    start--;
  return start;
}

static int add_caret(struct buf *out, struct slice shown, size_t at)
{
  size_t i;
  buf_adds(out, "       | ");
  for(i = 0; i < at; i++) {
    if(i < shown.n && is_tail(shown.p[i]))
      continue;
    buf_addc(out, i < shown.n && shown.p[i] == '\t' ? '\t' : ' ');
  }
  return buf_adds(out, "^\n");
}

static int add_shown(struct buf *out, struct slice shown)
{
  size_t i;
  for(i = 0; i < shown.n; i++) {
    unsigned char c = (unsigned char)shown.p[i];
    bool plain = c == '\t' || (c >= 0x20 && c != 0x7f);
    buf_addc(out, plain ? (char)c : '?');
  }
  return buf_addc(out, '\n');
}

int conf_show_line(const struct conf_file *file, unsigned int line,
                   unsigned int column, struct buf *out)
{
  struct slice text = find_line(file->text, line);
  size_t at = column > 0 ? column - 1 : 0;
  size_t start = window_start(text, at);
  struct slice shown = {text.p ? text.p + (start < text.n ? start : text.n)
                               : NULL,
                        start < text.n ? text.n - start : 0};
  int rc;
  if(shown.n > SHOWN_MAX)
    shown.n = SHOWN_MAX;
  while(shown.n > 0 && start + shown.n < text.n &&
        is_tail(text.p[start + shown.n]))
    shown.n--;
  rc = buf_addf(out, "%6u | ", line);
  if(rc == 0)
    rc = add_shown(out, shown);
  if(rc == 0 && column > 0)
    rc = add_caret(out, shown, at - start);
  return rc;
}
