/* SPDX-License-Identifier: MIT
 * What a cell of the matrix leads to: the finding, its proof, the wire log;
 * see check_html.h. */
#include <stdio.h>
#include <string.h>

#include "result/check_html.h"
#include "result/check_render.h"
#include "result/doc.h"

static void term(struct html *h, const char *name, const char *text)
{
  if(!text[0])
    return;
  html_wrap(h, "<dt>", name, "</dt>");
  html_wrap(h, "<dd>", text, "</dd>\n");
}

static void block(struct html *h, const char *name, const char *text)
{
  if(!text[0])
    return;
  html_wrap(h, "<dt>", name, "</dt><dd><pre tabindex=\"0\">");
  html_wrap(h, "", text, "</pre></dd>\n");
}

static void fixes(struct html *h, json_t *check)
{
  json_t *fix;
  size_t i;
  json_array_foreach(doc_array(check, "fix"), i, fix)
  {
    const char *stack = doc_text(fix, "stack");
    html_add(h, i ? "<dt></dt><dd>" : "<dt>fix</dt><dd>");
    if(strcmp(stack, "any") != 0)
      html_wrap(h, "<b>", stack, ":</b> ");
    html_wrap(h, "", doc_text(fix, "text"), "</dd>\n");
  }
}

static bool is_link(const char *url)
{
  return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

static void clause(struct html *h, json_t *check)
{
  const char *url = doc_text(check, "clause.url");
  const char *text = doc_text(check, "clause.reference");
  if(!is_link(url)) {
    term(h, "clause", text[0] ? text : url);
    return;
  }
  html_wrap(h, "<dt>clause</dt><dd><a rel=\"noreferrer\" href=\"", url, "\">");
  html_wrap(h, "", text[0] ? text : url, "</a></dd>\n");
}

static void wire_link(struct html *h, json_t *check, size_t column)
{
  const char *name = doc_text(check, "recording");
  if(!name[0])
    return;
  html_number(h, "<dt>wire log</dt><dd><a href=\"#r", column);
  html_wrap(h, "-", name, "\">");
  html_wrap(h, "", name, "</a></dd>\n");
}

static void check_section(struct html *h, json_t *check, size_t column)
{
  const char *verdict = doc_text(check, "verdict");
  html_number(h, "<details id=\"c", column);
  html_wrap(h, "-", doc_text(check, "id"),
            check_render_rank(verdict) == 0 ? "\" open>" : "\">");
  html_add(h, "<summary><span class=\"badge ");
  html_wrap(h, "", check_html_class(verdict), "\">");
  html_wrap(h, "", verdict, "</span> <code>");
  html_wrap(h, "", doc_text(check, "id"), "</code> ");
  html_wrap(h, "", doc_text(check, "title"), "</summary><div><dl>\n");
  term(h, "seen", doc_text(check, "text"));
  term(h, "expected", doc_text(check, "expected"));
  block(h, "evidence", doc_text(check, "evidence"));
  wire_link(h, check, column);
  term(h, "why", doc_text(check, "why"));
  term(h, "causes", doc_text(check, "causes"));
  fixes(h, check);
  block(h, "reproduce", doc_text(check, "reproduce"));
  clause(h, check);
  html_add(h, "</dl></div></details>\n");
}

static void log_line(struct html *h, json_t *line)
{
  char time[32] = "";
  double t;
  if(doc_find(line, "t_ms", &t))
    snprintf(time, sizeof(time), "%.3f", t);
  html_wrap(h, "<tr class=\"", doc_text(line, "from"), "\"><td class=\"t\">");
  html_wrap(h, "", time, "</td><td>");
  html_wrap(h, "", doc_text(line, "text"), "</td></tr>\n");
}

static void wire_section(struct html *h, json_t *recording, size_t column)
{
  json_t *line;
  size_t i;
  html_number(h, "<details id=\"r", column);
  html_wrap(h, "-", doc_text(recording, "name"), "\"><summary><code>");
  html_wrap(h, "", doc_text(recording, "name"),
            "</code> <span class=\"soft\">from ");
  html_wrap(h, "", doc_text(recording, "local"), ", end: ");
  html_wrap(h, "", doc_text(recording, "end"),
            "</span></summary><div class=\"scroll\"><table class=\"log\">\n");
  json_array_foreach(doc_array(recording, "log"), i, line)
  {
    log_line(h, line);
  }
  html_add(h, "</table></div></details>\n");
}

static void heading(struct html *h, const char *what, json_t *doc,
                    const size_t *column)
{
  html_wrap(h, "<h2>", what, column ? " of <span class=\"mark\">" : "");
  if(column) {
    check_html_mark(h, *column);
    html_wrap(h, "</span> ", doc_text(doc, "target.url"), "");
  }
  html_add(h, "</h2>\n");
}

void check_html_details(struct html *h, json_t *doc, size_t column, bool named)
{
  json_t *j;
  size_t i;
  int rank;
  if(json_array_size(doc_array(doc, "checks")))
    heading(h, "Findings", doc, named ? &column : NULL);
  for(rank = 0; rank < CHECK_RENDER_RANKS; rank++) {
    json_array_foreach(doc_array(doc, "checks"), i, j)
    {
      if(check_render_rank(doc_text(j, "verdict")) == rank)
        check_section(h, j, column);
    }
  }
  if(!json_array_size(doc_array(doc, "recordings")))
    return;
  heading(h, "Wire logs", doc, named ? &column : NULL);
  html_add(h, "<p class=\"soft\">Times in milliseconds since the exchange "
              "began; client lines are weir's request.</p>\n");
  json_array_foreach(doc_array(doc, "recordings"), i, j)
  {
    wire_section(h, j, column);
  }
}
