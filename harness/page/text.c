/* SPDX-License-Identifier: MIT
 * A screen of text; see write.h. */
#include <string.h>

#include "page/escape.h"
#include "page/lines.h"
#include "page/write.h"

#define CODE_LINES  24
#define ALIKE_NAMED 12

static void blank(struct lines *l)
{
  const struct buf *b = l->out;
  if(b->n < 2 || b->p[b->n - 1] != '\n' || b->p[b->n - 2] != '\n')
    lines_blank(l);
}

/* Proof is not wrapped: columns mean something in it. */
static void code(struct lines *l, const char *text)
{
  struct slice rest = slice_of(text);
  size_t n = 0;
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    if(++n > CODE_LINES) {
      buf_adds(l->out, "    ... (all of it in the JSON document)\n");
      return;
    }
    buf_adds(l->out, "    ");
    escape_visible(line, l->out);
    buf_addc(l->out, '\n');
  }
}

static void term(struct lines *l, const struct page_term *t,
                 const struct page_term *before)
{
  struct buf label, text;
  if(t->kind == PAGE_RECORD || t->kind == PAGE_DETAIL)
    return;
  if(t->kind == PAGE_CODE) {
    code(l, t->text);
    return;
  }
  buf_init(&label, 0);
  buf_init(&text, 0);
  if(!before || strcmp(before->label, t->label) != 0)
    buf_addf(&label, "  %s", t->label);
  if(page_has(t->whose))
    buf_addf(&text, "%s: ", t->whose);
  buf_adds(&text, t->text);
  if(page_has(t->url) && strcmp(t->url, t->text) != 0)
    buf_addf(&text, ", %s", t->url);
  lines_row(l, buf_text(&label), buf_text(&text));
  buf_fail(l->out, label.rc ? label.rc : text.rc);
  buf_free(&label);
  buf_free(&text);
}

static void whole(struct lines *l, const struct page_finding *f)
{
  const struct page_term *t, *before = NULL;
  struct buf head;
  buf_init(&head, 0);
  if(buf_addf(&head, "%s: %s%s", f->id, f->title, f->mark ? f->mark : ""))
    buf_fail(l->out, head.rc);
  lines_mark(l, f->grade, f->word, buf_text(&head));
  buf_free(&head);
  for(t = f->term; t; t = t->next) {
    term(l, t, before);
    before = t;
  }
  blank(l);
}

static bool same_line(const struct page_finding *a,
                      const struct page_finding *b)
{
  return b->alike && strcmp(a->word, b->word) == 0 &&
         strcmp(page_term_text(a, PAGE_SEEN), page_term_text(b, PAGE_SEEN)) ==
             0;
}

/* Those that have the same to say, on one row; of many, some. */
static void alike(struct lines *l, const struct page_block *b,
                  const struct page_finding *f)
{
  const struct page_finding *other;
  bool met = false;
  size_t n = 0;
  struct buf row;
  buf_init(&row, 0);
  for(other = b->finding; other; other = other->next) {
    met = met || other == f;
    if(!same_line(f, other))
      continue;
    if(!met) { /* told there already */
      buf_free(&row);
      return;
    }
    if(n++ < ALIKE_NAMED)
      buf_addf(&row, "%s%s", n > 1 ? ", " : "", other->id);
  }
  if(n > ALIKE_NAMED)
    buf_addf(&row, " and %zu more (-v names all)", n - ALIKE_NAMED);
  if(buf_addf(&row, ": %s", page_term_text(f, PAGE_SEEN)))
    buf_fail(l->out, row.rc);
  lines_mark(l, f->grade, f->word, buf_text(&row));
  buf_free(&row);
}

static void one_line(struct lines *l, const struct page_finding *f)
{
  struct buf row;
  buf_init(&row, 0);
  if(page_has(f->line))
    buf_adds(&row, f->line);
  else
    buf_addf(&row, "%s: %s", f->id, page_term_text(f, PAGE_SEEN));
  buf_fail(l->out, row.rc);
  lines_mark(l, f->grade, f->word, buf_text(&row));
  buf_free(&row);
}

static void findings(struct lines *l, const struct page_block *b)
{
  const struct page_finding *f;
  unsigned rank;
  for(rank = 0; rank < PAGE_RANKS; rank++) {
    for(f = b->finding; f; f = f->next) {
      if(f->rank != rank || f->case_only || f->show == PAGE_NOT)
        continue;
      if(f->show == PAGE_WHOLE)
        whole(l, f);
      else if(f->alike)
        alike(l, b, f);
      else
        one_line(l, f);
    }
  }
}

static void facts(struct lines *l, const struct page_block *b)
{
  const struct page_fact *f;
  for(f = b->fact; f; f = f->next)
    lines_mark(l, f->grade, f->label, f->text);
}

static void diff(struct lines *l, const struct page_block *b)
{
  struct slice rest = slice_of(b->text);
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    enum page_grade g = line.n && line.p[0] == '+'   ? PAGE_GOOD
                        : line.n && line.p[0] == '-' ? PAGE_BAD
                                                     : PAGE_PLAIN;
    buf_adds(l->out, lines_on(l, g));
    escape_visible(line, l->out);
    buf_adds(l->out, lines_off(l, g));
    buf_addc(l->out, '\n');
  }
}

static size_t width_of(const char *text)
{
  return text ? lines_width(text, strlen(text)) : 0;
}

/* The widest cell of a column, the title in it as well. */
static size_t column_width(const struct page_table *t, size_t c)
{
  const struct page_row *r;
  size_t most = width_of(t->column[c]);
  for(r = t->row; r; r = r->next) {
    size_t n = width_of(r->cell[c].text);
    most = n > most ? n : most;
  }
  if(!c && most < LINES_LABEL - 2)
    most = LINES_LABEL - 2;
  return most;
}

static void cell(struct lines *l, const struct page_table *t, size_t c,
                 const char *text)
{
  size_t room = column_width(t, c), n = width_of(text);
  int pad = (int)(room > n ? room - n : 0);
  bool last = c + 1 == t->columns;
  if(c)
    buf_adds(l->out, "  ");
  if(t->align[c] == PAGE_RIGHT)
    buf_addf(l->out, "%*s", pad, "");
  escape_line(text ? text : "", l->out);
  if(t->align[c] == PAGE_LEFT && !last)
    buf_addf(l->out, "%*s", pad, "");
}

static void table(struct lines *l, const struct page_table *t)
{
  const struct page_row *r;
  size_t c;
  for(c = 0; c < t->columns; c++)
    cell(l, t, c, t->column[c]);
  buf_addc(l->out, '\n');
  for(r = t->row; r; r = r->next) {
    for(c = 0; c < t->columns; c++)
      cell(l, t, c, r->cell[c].text);
    buf_addc(l->out, '\n');
  }
}

static void block(struct lines *l, const struct page_block *b)
{
  if(!b->tight)
    blank(l);
  if(b->kind == PAGE_FACTS)
    facts(l, b);
  else if(b->kind == PAGE_FINDINGS)
    findings(l, b);
  else if(b->kind == PAGE_TABLE)
    table(l, &b->table);
  else if(b->kind == PAGE_DIFF)
    diff(l, b);
}

int page_text(const struct page *p, bool colour, struct buf *out)
{
  struct lines l = {.out = out, .colour = colour};
  const struct page_block *b;
  lines_mark(&l, p->grade, p->verdict, p->sentence);
  for(b = p->block; b; b = b->next) {
    if(b->where != PAGE_ON_PAGES && b->kind != PAGE_PICTURE &&
       b->kind != PAGE_LOG)
      block(&l, b);
  }
  return out->rc;
}
