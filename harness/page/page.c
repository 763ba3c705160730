/* SPDX-License-Identifier: MIT
 * The model of a result; see page.h. */
#include "page/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct page_piece {
  struct page_piece *next;
  max_align_t bytes[];
};

/* What is added to when memory ended. */
static union {
  struct page_block block;
  struct page_fact fact;
  struct page_finding finding;
  struct page_term term;
  struct page_edit edit;
  struct page_row row;
} nothing;

static void *grow(struct page *p, size_t n)
{
  struct page_piece *piece = p->rc ? NULL : calloc(1, sizeof(*piece) + n);
  if(!piece) {
    p->rc = E_NOMEM;
    memset(&nothing, 0, sizeof(nothing));
    return NULL;
  }
  piece->next = p->piece;
  p->piece = piece;
  return piece->bytes;
}

static void table_init(struct page_table *t)
{
  t->last_row = &t->row;
}

void page_init(struct page *p, const char *command)
{
  memset(p, 0, sizeof(*p));
  p->command = command;
  p->last_block = &p->block;
  table_init(&p->data);
}

void page_free(struct page *p)
{
  while(p->piece) {
    struct page_piece *piece = p->piece;
    p->piece = piece->next;
    free(piece);
  }
  page_init(p, p->command);
}

const char *page_copy(struct page *p, struct slice text)
{
  char *own = grow(p, text.n + 1);
  if(!own)
    return "";
  if(text.n)
    memcpy(own, text.p, text.n);
  return own;
}

const char *page_take(struct page *p, struct buf *b)
{
  const char *own = "";
  if(b->rc && !p->rc)
    p->rc = b->rc;
  else
    own = page_copy(p, buf_slice(b));
  buf_free(b);
  return own;
}

const char *page_say(struct page *p, const char *fmt, ...)
{
  char *own;
  va_list ap;
  int n;
  va_start(ap, fmt);
  n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  own = grow(p, n < 0 ? 1 : (size_t)n + 1);
  if(!own || n < 0)
    return "";
  va_start(ap, fmt);
  vsnprintf(own, (size_t)n + 1, fmt, ap);
  va_end(ap);
  return own;
}

#define APPEND(last, item)                                                    \
  do {                                                                        \
    *(last) = (item);                                                         \
    (last) = &(item)->next;                                                   \
  } while(0)

struct page_block *page_block(struct page *p, enum page_block_kind kind,
                              const char *title)
{
  struct page_block *b = grow(p, sizeof(*b));
  if(b)
    APPEND(p->last_block, b);
  else
    b = &nothing.block;
  b->kind = kind;
  b->title = title;
  b->last_fact = &b->fact;
  b->last_finding = &b->finding;
  b->last_line = &b->line;
  table_init(&b->table);
  return b;
}

struct page_fact *page_fact(struct page *p, struct page_block *b,
                            const char *label, const char *text)
{
  struct page_fact *f = page_has(text) ? grow(p, sizeof(*f)) : NULL;
  if(!f)
    return &nothing.fact;
  f->label = label;
  f->text = text;
  APPEND(b->last_fact, f);
  return f;
}

struct page_finding *page_finding(struct page *p, struct page_block *b,
                                  const char *word, const char *id)
{
  struct page_finding *f = grow(p, sizeof(*f));
  if(f)
    APPEND(b->last_finding, f);
  else
    f = &nothing.finding;
  f->word = word;
  f->id = id;
  f->last_term = &f->term;
  f->last_edit = &f->edit;
  return f;
}

struct page_term *page_term(struct page *p, struct page_finding *f,
                            const char *label, const char *text)
{
  struct page_term *t = page_has(text) ? grow(p, sizeof(*t)) : NULL;
  if(!t)
    return &nothing.term;
  t->label = label;
  t->text = text;
  APPEND(f->last_term, t);
  return t;
}

struct page_edit *page_edit(struct page *p, struct page_finding *f)
{
  struct page_edit *e = grow(p, sizeof(*e));
  if(!e)
    return &nothing.edit;
  APPEND(f->last_edit, e);
  return e;
}

void page_log_line(struct page *p, struct page_block *b, const char *time,
                   const char *from, const char *text)
{
  struct page_log_line *l = grow(p, sizeof(*l));
  if(!l)
    return;
  *l = (struct page_log_line){.time = time, .from = from, .text = text};
  APPEND(b->last_line, l);
}

void page_columns(struct page *p, struct page_table *t, const char *names)
{
  struct slice rest = slice_of(names);
  while(rest.n && t->columns < PAGE_COLUMNS_MAX) {
    struct slice one = slice_cut(&rest, '|');
    bool right = one.n && one.p[0] == '>';
    one.p += right;
    one.n -= right;
    t->align[t->columns] = right ? PAGE_RIGHT : PAGE_LEFT;
    t->column[t->columns++] = page_copy(p, one);
  }
}

struct page_row *page_row(struct page *p, struct page_table *t)
{
  struct page_row *r = grow(p, sizeof(*r));
  if(!r)
    return &nothing.row;
  APPEND(t->last_row, r);
  return r;
}

const char *page_term_text(const struct page_finding *f, const char *label)
{
  const struct page_term *t;
  for(t = f->term; t; t = t->next) {
    if(strcmp(t->label, label) == 0)
      return t->text;
  }
  return "";
}

void page_add_fix(const struct page_finding *f, struct buf *out)
{
  const struct page_term *t = f->term;
  while(t && strcmp(t->label, PAGE_FIX) != 0)
    t = t->next;
  if(t)
    buf_addf(out, "%s%s%s", page_has(t->whose) ? t->whose : "",
             page_has(t->whose) ? ": " : "", t->text);
}

size_t page_group_length(const char *id)
{
  const char *dot = strrchr(id, '.');
  return dot ? (size_t)(dot - id) : strlen(id);
}
