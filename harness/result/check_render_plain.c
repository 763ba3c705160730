/* SPDX-License-Identifier: MIT
 * Findings as GitHub annotations, Markdown and CSV; see check_render.h. */
#include <string.h>

#include "base/markdown.h"
#include "result/check_render.h"
#include "result/doc.h"
#include "result/markup.h"

static const char *first_fix(json_t *check)
{
  return doc_text(json_array_get(doc_array(check, "fix"), 0), "text");
}

static int annotation(json_t *check, struct buf *out)
{
  const char *verdict = doc_text(check, "verdict");
  bool fails = doc_bool(check, "fails");
  struct buf title, text;
  int rc;
  if(!fails && check_render_rank(verdict) > 2)
    return 0;
  buf_init(&title, 0);
  buf_init(&text, 0);
  rc = buf_addf(&title, "weir check: %s %s", verdict, doc_text(check, "id"));
  if(!rc)
    rc = buf_addf(&text, "%s\n%s\nWhy: %s\nFix: %s", doc_text(check, "text"),
                  doc_text(check, "evidence"), doc_text(check, "why"),
                  first_fix(check));
  if(!rc)
    rc = markup_annotation(fails ? "error" : "warning", buf_text(&title),
                           buf_text(&text), out);
  buf_free(&text);
  buf_free(&title);
  return rc;
}

int check_render_github(json_t *doc, struct buf *out)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  json_t *j;
  size_t i;
  int rc = markup_verdict(pass, "weir check", check_render_verdict(doc),
                          doc_text(doc, "sentence"), out);
  json_array_foreach(doc_array(doc, "checks"), i, j)
  {
    if(!rc)
      rc = annotation(j, out);
  }
  json_array_foreach(doc_array(doc, "baseline.stale"), i, j)
  {
    if(!rc)
      rc = markup_annotation("error", "weir check: stale profile",
                             doc_text(j, "id"), out);
  }
  return rc;
}

static int markdown_row(json_t *check, struct buf *out)
{
  const char *verdict = doc_text(check, "verdict");
  bool fails = doc_bool(check, "fails");
  if(strcmp(verdict, "PASS") == 0)
    return 0;
  buf_addf(out, fails ? "| **%s** | `%s` | " : "| %s | `%s` | ", verdict,
           doc_text(check, "id"));
  markdown_text(doc_text(check, "text"), out);
  return buf_adds(out, " |\n");
}

/* A fence that the text inside cannot close. */
static void fenced(const char *text, struct buf *out)
{
  const char *fence = strstr(text, "````") ? "``````````" : "````";
  buf_addf(out, "%s\n%s\n%s\n\n", fence, text, fence);
}

static int markdown_detail(json_t *check, struct buf *out)
{
  if(check_render_rank(doc_text(check, "verdict")) > 2)
    return 0;
  buf_addf(out, "\n#### %s `%s`\n\n", doc_text(check, "verdict"),
           doc_text(check, "id"));
  markdown_text(doc_text(check, "text"), out);
  buf_adds(out, "\n\n");
  if(doc_text(check, "evidence")[0])
    fenced(doc_text(check, "evidence"), out);
  markdown_text(doc_text(check, "why"), out);
  buf_adds(out, "\n\n**Fix:** ");
  markdown_text(first_fix(check), out);
  if(doc_text(check, "reproduce")[0])
    buf_adds(out, "\n\n");
  if(doc_text(check, "reproduce")[0])
    fenced(doc_text(check, "reproduce"), out);
  return buf_addc(out, '\n');
}

static int each_rank(json_t *doc, int (*fn)(json_t *check, struct buf *out),
                     struct buf *out)
{
  int rank, rc = 0;
  json_t *check;
  size_t i;
  for(rank = 0; rank < CHECK_RENDER_RANKS; rank++) {
    json_array_foreach(doc_array(doc, "checks"), i, check)
    {
      if(!rc && check_render_rank(doc_text(check, "verdict")) == rank)
        rc = fn(check, out);
    }
  }
  return rc;
}

int check_render_markdown(json_t *doc, struct buf *out)
{
  int rc = buf_addf(out, "### weir check: %s\n\n", check_render_verdict(doc));
  if(!rc)
    rc = markdown_text(doc_text(doc, "sentence"), out);
  if(!rc)
    rc = buf_adds(out, "\n\nTarget: ");
  if(!rc)
    rc = markdown_text(doc_text(doc, "target.url"), out);
  if(!rc)
    rc =
        buf_adds(out, "\n\n| verdict | check | seen |\n| --- | --- | --- |\n");
  if(!rc)
    rc = each_rank(doc, markdown_row, out);
  return rc ? rc : each_rank(doc, markdown_detail, out);
}

static void csv_row(json_t *check, struct buf *out)
{
  static const char *const cells[] = {"id",   "verdict",   "severity", "title",
                                      "text", "recording", "expected"};
  size_t i;
  for(i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
    if(i)
      buf_addc(out, ',');
    markup_csv(doc_text(check, cells[i]), out);
  }
  buf_adds(out, "\r\n");
}

int check_render_csv(json_t *doc, struct buf *out)
{
  json_t *check;
  size_t i;
  buf_adds(out, "id,verdict,severity,title,text,recording,expected\r\n");
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    csv_row(check, out);
  }
  return out->rc;
}
