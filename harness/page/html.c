/* SPDX-License-Identifier: MIT
 * The page of one or several results; see write.h.  Its frame is page.html. */
#include "page/html.h"

#include <string.h>

#include "page/escape.h"
#include "page/write.h"

#define CONTENT_MARK "@CONTENT@"
#define TITLE_MARK   "@TITLE@"

/* page.html, embedded by the build. */
extern const unsigned char page_frame[];

static void numbers(const struct page *p, struct buf *out)
{
  size_t i;
  if(!page_has(p->number[0].label))
    return;
  buf_adds(out, "<dl class=\"numbers\">");
  for(i = 0; i < PAGE_NUMBERS; i++) {
    html_wrap(out, "<div><dt>", p->number[i].label, "</dt>");
    html_wrap(out, "<dd>", p->number[i].text, "</dd></div>");
  }
  buf_adds(out, "</dl>\n");
}

static void head(const struct page *p, size_t at, bool named, struct buf *out)
{
  buf_adds(out, "<div class=\"card head\"><p class=\"soft\">");
  if(named) {
    buf_adds(out, "<span class=\"mark\">");
    html_letter(out, at);
    buf_adds(out, "</span> ");
  }
  html_wrap(out, "", p->command, "");
  if(page_has(p->file))
    html_wrap(out, ", ", p->file, "");
  buf_adds(out, " <span class=\"url\">");
  escape_xml(p->about ? p->about : "", out);
  buf_adds(out, "</span></p>\n<h2><span class=\"badge ");
  html_wrap(out, html_class(p->grade), "", "\">");
  html_wrap(out, "", p->verdict, "</span> ");
  html_wrap(out, "", p->sentence, "</h2>\n");
  if(page_has(p->circumstances))
    html_wrap(out, "<p class=\"soft\">", p->circumstances, "</p>\n");
  numbers(p, out);
  buf_adds(out, "</div>\n");
}

static void block(const struct page_block *b, size_t at, struct buf *out)
{
  if(b->kind == PAGE_FACTS)
    html_facts(b, out);
  else if(b->kind == PAGE_FINDINGS && !b->table.columns)
    html_findings(b, at, out);
  else if(b->kind == PAGE_FINDINGS || b->kind == PAGE_TABLE)
    html_table(b, out);
  else if(b->kind == PAGE_DIFF)
    html_diff(b, out);
  else if(b->kind == PAGE_PICTURE)
    html_picture(b, out);
  else
    html_log(b, at, out);
}

/* Pictures and logs that follow each other stand together. */
static void blocks(const struct page *p, size_t at, bool logs, struct buf *out)
{
  const struct page_block *b, *before = NULL;
  for(b = p->block; b; b = b->next) {
    bool picture = b->kind == PAGE_PICTURE;
    bool more = picture && b->next && b->next->kind == PAGE_PICTURE;
    if(b->where == PAGE_NOT_ON_PAGES || logs != (b->kind == PAGE_LOG))
      continue;
    if(more && (!before || before->kind != PAGE_PICTURE))
      buf_adds(out, "<div class=\"plots\">\n");
    block(b, at, out);
    if(picture && !more && before && before->kind == PAGE_PICTURE)
      buf_adds(out, "</div>\n");
    before = b;
  }
}

static void contents(const struct page *const *p, size_t count,
                     struct buf *out)
{
  size_t i;
  buf_adds(out, "<nav aria-label=\"results\"><ul>");
  for(i = 0; i < count; i++) {
    buf_adds(out, "<li><a href=\"#");
    html_letter(out, i);
    buf_adds(out, "\">");
    html_letter(out, i);
    html_wrap(out, "</a> <b>", page_has(p[i]->file) ? p[i]->file : p[i]->about,
              "</b>: ");
    html_wrap(out, "", p[i]->sentence, "</li>\n");
  }
  buf_adds(out, "</ul></nav>\n");
}

static bool any_log(const struct page *p)
{
  const struct page_block *b = p->block;
  while(b && b->kind != PAGE_LOG)
    b = b->next;
  return b != NULL;
}

static void logs(const struct page *const *p, size_t count, struct buf *out)
{
  size_t i;
  for(i = 0; i < count; i++) {
    if(!any_log(p[i]))
      continue;
    html_wrap(out, "<h2>Wire logs of ", p[i]->about, "</h2>\n");
    buf_adds(out, "<p class=\"soft\">Times in milliseconds since the exchange "
                  "began; client lines are weir's request.</p>\n");
    blocks(p[i], i, true, out);
  }
}

static void content(const struct page *const *p, size_t count, struct buf *out)
{
  size_t i;
  html_wrap(out, "<h1>", p[0]->heading, "</h1>\n");
  if(count > 1)
    contents(p, count, out);
  for(i = 0; i < count; i++) {
    buf_adds(out, "<section class=\"result\" id=\"");
    html_letter(out, i);
    buf_adds(out, "\">\n");
    head(p[i], i, count > 1, out);
    blocks(p[i], i, false, out);
    buf_adds(out, "</section>\n");
  }
  html_matrix(p, count, out);
  logs(p, count, out);
}

int page_html_all(const struct page *const *p, size_t count, struct buf *out)
{
  const char *frame = (const char *)page_frame;
  const char *title = strstr(frame, TITLE_MARK);
  const char *mark = title ? strstr(title, CONTENT_MARK) : NULL;
  size_t i;
  for(i = 0; i < count; i++) {
    if(p[i]->rc)
      return p[i]->rc;
  }
  if(!mark || !count)
    return E_INTERNAL;
  buf_add(out, frame, (size_t)(title - frame));
  escape_xml(count > 1 ? "weir report" : p[0]->command, out);
  title += strlen(TITLE_MARK);
  buf_add(out, title, (size_t)(mark - title));
  content(p, count, out);
  return buf_adds(out, mark + strlen(CONTENT_MARK));
}

int page_html(const struct page *p, bool colour, struct buf *out)
{
  (void)colour;
  return page_html_all(&p, 1, out);
}
