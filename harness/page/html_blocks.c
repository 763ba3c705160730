/* SPDX-License-Identifier: MIT
 * What is no finding: facts, tables, changes, pictures, logs; see html.h. */
#include <string.h>

#include "page/escape.h"
#include "page/html.h"
#include "page/svg.h"

static void title(const char *text, struct buf *out)
{
  if(page_has(text))
    html_wrap(out, "<h3>", text, "</h3>\n");
}

void html_facts(const struct page_block *b, struct buf *out)
{
  const struct page_fact *f;
  if(!b->fact)
    return;
  title(b->title, out);
  buf_adds(out, "<dl class=\"facts\">\n");
  for(f = b->fact; f; f = f->next) {
    html_wrap(out, "<dt>", f->label, "</dt>");
    html_wrap(out, "<dd>", f->text, "</dd>\n");
  }
  buf_adds(out, "</dl>\n");
}

static void cell(const struct page_table *t, const struct page_cell *c,
                 size_t at, struct buf *out)
{
  bool right = t->align[at] == PAGE_RIGHT;
  buf_adds(out, !at     ? "<th scope=\"row\">"
                : right ? "<td class=\"n\">"
                        : "<td>");
  if(c->grade != PAGE_PLAIN)
    html_wrap(out, "<span class=\"badge ", html_class(c->grade), "\">");
  if(page_has(c->href))
    html_wrap(out, "<a href=\"", c->href, "\">");
  escape_xml(c->text ? c->text : "", out);
  buf_adds(out, page_has(c->href) ? "</a>" : "");
  buf_adds(out, c->grade != PAGE_PLAIN ? "</span>" : "");
  buf_adds(out, at ? "</td>" : "</th>");
}

void html_table(const struct page_block *b, struct buf *out)
{
  const struct page_table *t = &b->table;
  const struct page_row *r;
  size_t c;
  if(!t->row)
    return;
  if(b->folded)
    html_wrap(out, "<details><summary>", b->title, "</summary>\n");
  else
    title(b->title, out);
  html_wrap(out, "<section class=\"scroll\" tabindex=\"0\" aria-label=\"",
            b->title, "\"><table><thead><tr>");
  for(c = 0; c < t->columns; c++)
    html_wrap(out,
              t->align[c] == PAGE_RIGHT ? "<th scope=\"col\" class=\"n\">"
                                        : "<th scope=\"col\">",
              t->column[c], "</th>");
  buf_adds(out, "</tr></thead><tbody>\n");
  for(r = t->row; r; r = r->next) {
    buf_adds(out, "<tr>");
    for(c = 0; c < t->columns; c++)
      cell(t, &r->cell[c], c, out);
    buf_adds(out, "</tr>\n");
  }
  buf_adds(out, "</tbody></table></section>\n");
  buf_adds(out, b->folded ? "</details>\n" : "");
}

static void diff_line(struct slice line, struct buf *out)
{
  struct buf text;
  const char *tag = "span";
  buf_init(&text, 0);
  if(buf_add(&text, line.p, line.n))
    buf_fail(out, text.rc);
  if(strncmp(buf_text(&text), "--- ", 4) == 0 ||
     strncmp(buf_text(&text), "+++ ", 4) == 0)
    tag = "b";
  else if(buf_text(&text)[0] == '+')
    tag = "ins";
  else if(buf_text(&text)[0] == '-')
    tag = "del";
  buf_addf(out, "<%s>", tag);
  escape_xml(buf_text(&text), out);
  buf_addf(out, "</%s>\n", tag);
  buf_free(&text);
}

void html_diff(const struct page_block *b, struct buf *out)
{
  struct slice rest = slice_of(b->text);
  title(b->title, out);
  buf_adds(out, "<pre class=\"diff\" tabindex=\"0\">");
  while(rest.n)
    diff_line(slice_cut(&rest, '\n'), out);
  buf_adds(out, "</pre>\n");
}

void html_picture(const struct page_block *b, struct buf *out)
{
  html_wrap(out, "<figure><h3>", b->title, "</h3>\n");
  svg_inline(slice_of(b->text), b->caption, out);
  html_wrap(out, "<figcaption>", b->caption, "</figcaption></figure>\n");
}

void html_log(const struct page_block *b, size_t at, struct buf *out)
{
  const struct page_log_line *l;
  html_wrap(out, "<details><summary><code>", b->title, "</code>");
  html_wrap(out, " <span class=\"soft\">", b->caption, "</span></summary>");
  buf_addf(out, "<div class=\"scroll\" id=\"r%zu-", at);
  html_wrap(out, "", b->title, "\"><table class=\"log\">\n");
  for(l = b->line; l; l = l->next) {
    html_wrap(out, "<tr class=\"", l->from, "\"><td class=\"t\">");
    html_wrap(out, "", l->time, "</td>");
    html_wrap(out, "<td>", l->text, "</td></tr>\n");
  }
  buf_adds(out, "</table></div></details>\n");
}
