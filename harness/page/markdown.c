/* SPDX-License-Identifier: MIT
 * Markdown for job summaries; see write.h. */
#include <string.h>

#include "page/escape.h"
#include "page/write.h"

static void paragraph(const char *before, const char *text, struct buf *out)
{
  if(!page_has(text))
    return;
  buf_adds(out, before);
  escape_markdown(text, out);
  buf_adds(out, "\n\n");
}

/* The first fix, escaped, behind what introduces it. */
static void fix(const struct page_finding *f, const char *before,
                const char *behind, struct buf *out)
{
  struct buf text;
  buf_init(&text, 0);
  page_add_fix(f, &text);
  if(text.n) {
    buf_adds(out, before);
    escape_markdown(buf_text(&text), out);
    buf_adds(out, behind);
  }
  buf_fail(out, text.rc);
  buf_free(&text);
}

static void facts(const struct page_block *b, struct buf *out)
{
  const struct page_fact *f;
  buf_adds(out, "| | |\n| --- | --- |\n");
  for(f = b->fact; f; f = f->next) {
    buf_adds(out, "| ");
    escape_markdown(f->label, out);
    buf_adds(out, " | ");
    escape_markdown(f->text, out);
    buf_adds(out, " |\n");
  }
  buf_addc(out, '\n');
}

static void cell(const struct page_cell *c, struct buf *out)
{
  bool bad = c->grade == PAGE_BAD;
  buf_adds(out, bad ? " **" : " ");
  escape_markdown(c->text ? c->text : "", out);
  buf_adds(out, bad ? "** |" : " |");
}

static void table(const struct page_table *t, struct buf *out)
{
  const struct page_row *r;
  size_t c;
  if(!t->row)
    return;
  buf_addc(out, '|');
  for(c = 0; c < t->columns; c++)
    cell(&(struct page_cell){.text = t->column[c]}, out);
  buf_adds(out, "\n|");
  for(c = 0; c < t->columns; c++)
    buf_adds(out, t->align[c] == PAGE_RIGHT ? " ---: |" : " --- |");
  buf_addc(out, '\n');
  for(r = t->row; r; r = r->next) {
    buf_addc(out, '|');
    for(c = 0; c < t->columns; c++)
      cell(&r->cell[c], out);
    buf_addc(out, '\n');
  }
  buf_addc(out, '\n');
}

static bool is_told(const struct page_finding *f, unsigned rank)
{
  return f->rank == rank && !f->case_only && f->outcome != PAGE_PASSED;
}

static bool has_places(const struct page_block *b)
{
  const struct page_finding *f = b->finding;
  while(f && !page_has(f->place.file))
    f = f->next;
  return f != NULL;
}

static void place(const struct page_finding *f, struct buf *out)
{
  if(!page_has(f->place.file))
    return;
  escape_markdown(f->place.file, out);
  buf_addf(out, ":%llu:%llu", (unsigned long long)f->place.line,
           (unsigned long long)f->place.column);
}

static void row(const struct page_finding *f, bool placed, struct buf *out)
{
  buf_addc(out, '|');
  cell(&(struct page_cell){.text = f->word,
                           .grade = f->outcome == PAGE_FAILED ? PAGE_BAD
                                                              : PAGE_PLAIN},
       out);
  buf_addc(out, ' ');
  escape_code(f->id, out);
  buf_adds(out, " | ");
  if(placed)
    place(f, out);
  buf_adds(out, placed ? " | " : "");
  escape_markdown(page_term_text(f, PAGE_SEEN), out);
  buf_adds(out, " | ");
  fix(f, "", "", out);
  buf_adds(out, " |\n");
}

/* What is told in full. */
static void detail(const struct page_finding *f, struct buf *out)
{
  const char *code = page_term_text(f, PAGE_EVIDENCE);
  const char *again = page_term_text(f, PAGE_REPRODUCE);
  buf_adds(out, "#### ");
  escape_markdown(f->word, out);
  buf_addc(out, ' ');
  escape_code(f->id, out);
  buf_adds(out, "\n\n");
  paragraph("", page_term_text(f, PAGE_SEEN), out);
  if(code[0])
    escape_fence("", code, out);
  buf_adds(out, code[0] ? "\n" : "");
  paragraph("", page_term_text(f, PAGE_WHY), out);
  fix(f, "**Fix:** ", "\n\n", out);
  if(again[0])
    escape_fence("", again, out);
  buf_addc(out, '\n');
}

/* Those that were skipped, or the others, as one table. */
static size_t rows(const struct page_block *b, bool skipped, struct buf *out)
{
  const struct page_finding *f;
  bool placed = has_places(b);
  size_t told = 0;
  unsigned rank;
  for(rank = 0; rank < PAGE_RANKS; rank++) {
    for(f = b->finding; f; f = f->next) {
      if(!is_told(f, rank) || (f->outcome == PAGE_SKIPPED) != skipped)
        continue;
      if(!told++)
        buf_adds(out, placed ? "| verdict | what | at | seen | fix |\n"
                               "| --- | --- | --- | --- | --- |\n"
                             : "| verdict | what | seen | fix |\n"
                               "| --- | --- | --- | --- |\n");
      row(f, placed, out);
    }
  }
  buf_adds(out, told ? "\n" : "");
  return told;
}

/* Opened on demand: they are many, and nobody has to mend them. */
static void folded(const struct page_block *b, struct buf *out)
{
  struct buf table;
  size_t told;
  buf_init(&table, 0);
  told = rows(b, true, &table);
  buf_fail(out, table.rc);
  if(told) {
    buf_addf(out, "<details><summary>%zu not judged</summary>\n\n", told);
    buf_add(out, table.p, table.n);
    buf_adds(out, "</details>\n\n");
  }
  buf_free(&table);
}

static void findings(const struct page_block *b, struct buf *out)
{
  const struct page_finding *f;
  unsigned rank;
  if(b->table.columns) {
    table(&b->table, out);
    return;
  }
  rows(b, false, out);
  for(rank = 0; rank < PAGE_RANKS; rank++) {
    for(f = b->finding; f; f = f->next) {
      if(is_told(f, rank) && f->show == PAGE_WHOLE)
        detail(f, out);
    }
  }
  folded(b, out);
}

int page_markdown(const struct page *p, bool colour, struct buf *out)
{
  const struct page_block *b;
  (void)colour;
  buf_addf(out, "### %s: %s\n\n", p->command, p->verdict);
  paragraph("", p->sentence, out);
  for(b = p->block; b; b = b->next) {
    if(b->where == PAGE_ON_PAGES)
      continue;
    if(b->kind == PAGE_FACTS && b->fact)
      facts(b, out);
    else if(b->kind == PAGE_FINDINGS)
      findings(b, out);
    else if(b->kind == PAGE_TABLE)
      table(&b->table, out);
    else if(b->kind == PAGE_DIFF)
      escape_fence("diff", b->text, out);
  }
  return out->rc;
}
