/* SPDX-License-Identifier: MIT
 * Findings, worst first, and the matrix that leads to them; see html.h. */
#include <string.h>

#include "page/cases.h"
#include "page/escape.h"
#include "page/html.h"

static bool is_link(const char *url)
{
  return page_has(url) &&
         (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

static void term(const struct page_term *t, const struct page_term *before,
                 size_t at, struct buf *out)
{
  bool same = before && strcmp(before->label, t->label) == 0;
  bool block = t->kind == PAGE_CODE || t->kind == PAGE_SHELL;
  html_wrap(out, "<dt>", same ? "" : t->label, "</dt><dd>");
  if(page_has(t->whose))
    html_wrap(out, "<b>", t->whose, ":</b> ");
  if(block)
    html_wrap(out, "<pre tabindex=\"0\">", t->text, "</pre>");
  else if(t->kind == PAGE_RECORD) {
    buf_addf(out, "<a href=\"#r%zu-", at);
    html_wrap(out, "", t->text, "\">");
    html_wrap(out, "", t->text, "</a>");
  } else if(is_link(t->url)) {
    html_wrap(out, "<a rel=\"noreferrer\" href=\"", t->url, "\">");
    html_wrap(out, "", t->text, "</a>");
  } else
    escape_xml(t->text, out);
  buf_adds(out, "</dd>\n");
}

static void finding(const struct page_finding *f, size_t at, struct buf *out)
{
  const struct page_term *t, *before = NULL;
  bool open = f->rank < 3 && f->grade != PAGE_DIM && f->grade != PAGE_INFO;
  html_wrap(out, open ? "<details open>" : "<details>", "",
            "<summary><span class=\"badge ");
  html_wrap(out, html_class(f->grade), "", "\">");
  html_wrap(out, "", f->word, "</span> <code>");
  html_wrap(out, "", f->id, "</code> ");
  html_wrap(out, "", f->title, "");
  html_wrap(out, "", f->mark, "</summary>");
  buf_addf(out, "<div id=\"c%zu-", at);
  html_wrap(out, "", f->id, "\"><dl>\n");
  for(t = f->term; t; t = t->next) {
    term(t, before, at, out);
    before = t;
  }
  buf_adds(out, "</dl></div></details>\n");
}

static size_t of_rank(const struct page_block *b, unsigned from, unsigned to,
                      size_t at, struct buf *out)
{
  const struct page_finding *f;
  size_t n = 0;
  unsigned rank;
  for(rank = from; rank < to; rank++) {
    for(f = b->finding; f; f = f->next) {
      if(f->rank != rank || f->case_only)
        continue;
      n++;
      if(out)
        finding(f, at, out);
    }
  }
  return n;
}

#define QUIET_RANK 5 /* not applicable, and passed */

void html_findings(const struct page_block *b, size_t at, struct buf *out)
{
  if(of_rank(b, 0, QUIET_RANK, at, NULL))
    html_wrap(out, "<h3>", b->title, "</h3>\n");
  of_rank(b, 0, QUIET_RANK, at, out);
  if(!of_rank(b, QUIET_RANK, PAGE_RANKS, at, NULL))
    return;
  buf_addf(out,
           "<details class=\"quiet\"><summary>%zu that passed or did not "
           "apply</summary>\n",
           of_rank(b, QUIET_RANK, PAGE_RANKS, at, NULL));
  of_rank(b, QUIET_RANK, PAGE_RANKS, at, out);
  buf_adds(out, "</details>\n");
}

/* The matrix.  Ids stand in the order of the first page that has them. */

static const struct page_finding *find(const struct page *p, const char *id)
{
  struct cases c;
  const struct page_finding *f = p->matrix ? cases_first(&c, p) : NULL;
  while(f && (f->case_only || strcmp(f->id, id) != 0))
    f = cases_next(&c);
  return f;
}

static bool known_before(const struct page *const *p, size_t at,
                         const char *id)
{
  size_t i;
  for(i = 0; i < at; i++) {
    if(find(p[i], id))
      return true;
  }
  return false;
}

static bool in_group(const char *id, const char *group, size_t n)
{
  return page_group_length(id) == n && strncmp(id, group, n) == 0;
}

static void matrix_cell(const struct page *p, size_t at, const char *id,
                        struct buf *out)
{
  const struct page_finding *f = find(p, id);
  if(!f) {
    buf_adds(out, "<td class=\"v soft\" title=\"not run\">\xe2\x80\x93</td>");
    return;
  }
  html_wrap(out, "<td class=\"v ", html_class(f->grade), "\">");
  buf_addf(out, "<a href=\"#c%zu-", at);
  html_wrap(out, "", id, "\">");
  html_wrap(out, "", f->word, page_has(f->mark) ? "*</a></td>" : "</a></td>");
}

static void matrix_row(const struct page *const *p, size_t count,
                       const struct page_finding *f, struct buf *out)
{
  size_t i;
  html_wrap(out, "<tr><th scope=\"row\" class=\"id\">", f->id, "</th>");
  for(i = 0; i < count; i++)
    matrix_cell(p[i], i, f->id, out);
  html_wrap(out, "<td class=\"title\">", f->title, "</td></tr>\n");
}

/* "3 of 3" of what was judged. */
static void group_sum(const struct page *p, const char *group, size_t n,
                      struct buf *out)
{
  struct cases c;
  const struct page_finding *f;
  size_t passed = 0, judged = 0;
  bool bad = false, warned = false;
  for(f = cases_first(&c, p); f; f = cases_next(&c)) {
    if(f->case_only || !in_group(f->id, group, n) ||
       f->outcome == PAGE_SKIPPED)
      continue;
    judged++;
    passed += f->outcome == PAGE_PASSED;
    bad = bad || f->outcome == PAGE_FAILED || f->outcome == PAGE_ERROR;
    warned = warned || f->grade == PAGE_WARN || f->grade == PAGE_BAD;
  }
  buf_addf(out, " <span class=\"badge %s\">%zu of %zu</span>",
           !judged  ? "dim"
           : bad    ? "bad"
           : warned ? "warn"
                    : "good",
           passed, judged);
}

/* One group, from the first of its findings that any page has. */
static void matrix_group(const struct page *const *p, size_t count,
                         const char *id, struct buf *out)
{
  size_t n = page_group_length(id), i;
  buf_adds(out, "<details class=\"group\"><summary><code>");
  escape_xml_part((struct slice){id, n}, out);
  buf_adds(out, "</code>");
  for(i = 0; i < count; i++) {
    if(p[i]->matrix)
      group_sum(p[i], id, n, out);
  }
  buf_adds(out, "</summary><div class=\"scroll\" tabindex=\"0\"><table "
                "class=\"matrix\"><tbody>\n");
  for(i = 0; i < count; i++) {
    struct cases c;
    const struct page_finding *f = p[i]->matrix ? cases_first(&c, p[i]) : NULL;
    for(; f; f = cases_next(&c)) {
      if(!f->case_only && in_group(f->id, id, n) && !known_before(p, i, f->id))
        matrix_row(p, count, f, out);
    }
  }
  buf_adds(out, "</tbody></table></div></details>\n");
}

/* True for the first finding of its group, over all pages. */
static bool opens_group(const struct page *const *p, size_t at,
                        const struct page_finding *f)
{
  size_t n = page_group_length(f->id), i;
  for(i = 0; i <= at; i++) {
    struct cases c;
    const struct page_finding *o = p[i]->matrix ? cases_first(&c, p[i]) : NULL;
    for(; o && o != f; o = cases_next(&c)) {
      if(!o->case_only && in_group(o->id, f->id, n))
        return false;
    }
  }
  return true;
}

void html_matrix(const struct page *const *p, size_t count, struct buf *out)
{
  size_t i;
  bool any = false;
  for(i = 0; i < count; i++) {
    struct cases c;
    const struct page_finding *f = p[i]->matrix ? cases_first(&c, p[i]) : NULL;
    for(; f; f = cases_next(&c)) {
      if(f->case_only || !opens_group(p, i, f))
        continue;
      if(!any)
        buf_adds(out, "<h2>Matrix</h2>\n<p class=\"soft\">Passed of what was "
                      "judged, by group; each verdict leads to its "
                      "finding.</p>\n");
      any = true;
      matrix_group(p, count, f->id, out);
    }
  }
}
