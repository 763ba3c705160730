/* SPDX-License-Identifier: MIT
 * The page of conformance results: targets and the matrix; see
 * check_render.h.  What a cell leads to is in check_html_detail.c. */
#include <string.h>

#include "base/units.h"
#include "result/check_doc.h"
#include "result/check_html.h"
#include "result/check_render.h"
#include "result/doc.h"

#define CONTENT_MARK "@CONTENT@"

/* reports/page/check.html, embedded by the build. */
extern const unsigned char check_page[];

const char *check_html_class(const char *verdict)
{
  static const char *const names[] = {"fail", "error", "warn", "untestable",
                                      "info", "skip",  "pass"};
  return names[check_render_rank(verdict)];
}

static const char *badge_class(json_t *doc)
{
  const char *verdict = doc_text(doc, "verdict");
  if(strcmp(verdict, "pass") == 0 || strcmp(verdict, "fail") == 0)
    return verdict;
  return "warn";
}

void check_html_mark(struct html *h, size_t column)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if(column >= sizeof(letters) - 1)
    html_number(h, "", column + 1);
  else if(!h->rc)
    h->rc = buf_addc(h->out, letters[column]);
}

/* The verdict as a link to its finding. */
static void verdict_link(struct html *h, json_t *check, size_t column)
{
  html_number(h, "<a href=\"#c", column);
  html_wrap(h, "-", doc_text(check, "id"), "\">");
  html_wrap(h, "", doc_text(check, "verdict"),
            doc_text(check, "expected")[0] ? "*</a>" : "</a>");
}

/* What failed and what warned, to begin with. */
static void wrong_list(struct html *h, json_t *doc, size_t column)
{
  json_t *check;
  size_t i;
  int rank;
  html_add(h, "<ul class=\"wrong\">");
  for(rank = 0; rank < 3; rank++) {
    json_array_foreach(doc_array(doc, "checks"), i, check)
    {
      const char *id = doc_text(check, "id");
      if(check_render_rank(doc_text(check, "verdict")) != rank)
        continue;
      html_wrap(h, "<li class=\"v ",
                check_html_class(doc_text(check, "verdict")), "\">");
      verdict_link(h, check, column);
      html_wrap(h, " <code>", id, "</code> ");
      html_wrap(h, "", doc_text(check, "title"), "</li>");
    }
  }
  html_add(h, "</ul>");
}

static void target_card(struct html *h, json_t *doc, size_t column, bool named)
{
  char took[UNITS_MAX];
  json_t *text;
  size_t i;
  html_add(h, "<div class=\"card\">");
  if(named) {
    html_add(h, "<span class=\"mark\">");
    check_html_mark(h, column);
    html_add(h, "</span> ");
  }
  html_wrap(h, "<span class=\"badge ", badge_class(doc), "\">");
  html_wrap(h, "", check_render_verdict(doc), "</span> <span class=\"url\">");
  html_text(h, doc_text(doc, "target.url"));
  html_wrap(h, "</span><p>", doc_text(doc, "sentence"),
            "</p><p class=\"soft\">");
  html_wrap(h, "", doc_text(doc, "target.mode"), " mode, ");
  html_number(h, "", (size_t)doc_count(doc, "exchanges"));
  html_wrap(h,
            doc_count(doc, "exchanges") == 1 ? " exchange, " : " exchanges, ",
            units_fmt_ms(doc_number(doc, "elapsed_ms", 0), took), ", ");
  html_wrap(h, "", doc_text(doc, "started"), ", weir ");
  html_wrap(h, "", doc_text(doc, "weir"), "</p>");
  json_array_foreach(doc_array(doc, "assumptions"), i, text)
  {
    html_wrap(h, "<p class=\"soft\">assumed: ",
              json_string_value(text) ? json_string_value(text) : "", "</p>");
  }
  wrong_list(h, doc, column);
  html_add(h, "</div>\n");
}

/* Ids in the order of the first document that has them; the same number in
 * each document's list would do for results of one version only. */
static json_t *all_checks(json_t *const *docs, size_t count)
{
  json_t *all = json_object(), *check;
  size_t d, i;
  for(d = 0; d < count; d++) {
    json_array_foreach(doc_array(docs[d], "checks"), i, check)
    {
      const char *id = doc_text(check, "id");
      if(!json_object_get(all, id))
        json_object_set(all, id, check);
    }
  }
  return all;
}

static void cell(struct html *h, json_t *doc, size_t column, const char *id)
{
  json_t *check = check_doc_find(doc, id);
  if(!check) {
    html_add(h, "<td class=\"v soft\" title=\"not run\">\xe2\x80\x93</td>");
    return;
  }
  html_wrap(h, "<td class=\"v ", check_html_class(doc_text(check, "verdict")),
            "\">");
  verdict_link(h, check, column);
  html_add(h, "</td>");
}

/* True when every column passed, was skipped or not run. */
static bool is_quiet(json_t *const *docs, size_t count, const char *id)
{
  size_t d;
  for(d = 0; d < count; d++) {
    json_t *check = check_doc_find(docs[d], id);
    if(check && check_render_rank(doc_text(check, "verdict")) < 5)
      return false;
  }
  return true;
}

static size_t group_length(const char *id)
{
  const char *dot = strrchr(id, '.');
  return dot ? (size_t)(dot - id) : strlen(id);
}

static void group_row(struct html *h, const char *id, size_t columns)
{
  struct buf name;
  buf_init(&name, 0);
  if(!h->rc)
    h->rc = buf_add(&name, id, group_length(id));
  html_number(h, "<tr class=\"group\"><td colspan=\"", columns);
  html_wrap(h, "\">", buf_text(&name), "</td></tr>\n");
  buf_free(&name);
}

/* Where there is little room, the group above says the first part. */
static void id_cell(struct html *h, const char *id)
{
  struct buf group;
  size_t n = group_length(id);
  n += id[n] == '.';
  buf_init(&group, 0);
  if(!h->rc)
    h->rc = buf_add(&group, id, n);
  html_wrap(h, "<th scope=\"row\" class=\"id\"><span class=\"above\">",
            buf_text(&group), "</span>");
  html_wrap(h, "", id + n, "</th>");
  buf_free(&group);
}

static void matrix_head(struct html *h, json_t *const *docs, size_t count)
{
  size_t d;
  html_add(h, "<h2>Matrix</h2>\n<p class=\"toggle\"><label><input "
              "type=\"checkbox\" id=\"quiet\"> hide what passed</label></p>\n"
              "<div class=\"scroll\" tabindex=\"0\"><table "
              "class=\"matrix\"><thead><tr>"
              "<th scope=\"col\">check</th>");
  for(d = 0; d < count; d++) {
    html_wrap(h, "<th scope=\"col\" title=\"", doc_text(docs[d], "target.url"),
              "\">");
    if(count > 1)
      check_html_mark(h, d);
    else
      html_add(h, "verdict");
    html_add(h, "</th>");
  }
  html_add(h, "<th scope=\"col\" "
              "class=\"title\">requirement</th></tr></thead><tbody>\n");
}

static void matrix(struct html *h, json_t *const *docs, size_t count)
{
  json_t *all = all_checks(docs, count), *check;
  const char *id, *before = "";
  size_t d;
  if(!json_object_size(all)) {
    json_decref(all);
    return;
  }
  matrix_head(h, docs, count);
  json_object_foreach(all, id, check)
  {
    if(group_length(id) != group_length(before) ||
       strncmp(id, before, group_length(id)) != 0)
      group_row(h, id, count + 2);
    before = id;
    html_add(h, is_quiet(docs, count, id) ? "<tr class=\"quiet\">" : "<tr>");
    id_cell(h, id);
    for(d = 0; d < count; d++)
      cell(h, docs[d], d, id);
    html_wrap(h, "<td class=\"title\">", doc_text(check, "title"),
              "</td></tr>\n");
  }
  html_add(h, "</tbody></table></div>\n");
  json_decref(all);
}

static void content(struct html *h, json_t *const *docs, size_t count)
{
  size_t d;
  html_add(h, "<h1>Conformance of event streams</h1>\n"
              "<div class=\"targets\">\n");
  for(d = 0; d < count; d++)
    target_card(h, docs[d], d, count > 1);
  html_add(h, "</div>\n");
  matrix(h, docs, count);
  for(d = 0; d < count; d++)
    check_html_details(h, docs[d], d, count > 1);
}

int check_render_html(json_t *const *docs, size_t count, struct buf *out)
{
  struct html h = {.out = out};
  const char *page = (const char *)check_page;
  const char *mark = strstr(page, CONTENT_MARK);
  if(!mark)
    return E_INTERNAL;
  h.rc = buf_add(out, page, (size_t)(mark - page));
  content(&h, docs, count);
  html_add(&h, mark + strlen(CONTENT_MARK));
  return h.rc;
}
