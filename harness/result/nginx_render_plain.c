/* SPDX-License-Identifier: MIT
 * The doctor's findings as GitHub annotations, Markdown and CSV; see
 * nginx_render.h. */
#include <string.h>

#include "base/markdown.h"
#include "page/escape.h"
#include "result/doc.h"
#include "result/nginx_render.h"

static bool is(json_t *j, const char *path, const char *word)
{
  return strcmp(doc_text(j, path), word) == 0;
}

/* ---- GitHub --------------------------------------------------------------
 */

static int place_properties(json_t *finding, struct buf *out)
{
  if(!doc_text(finding, "file")[0])
    return 0;
  buf_adds(out, "file=");
  escape_github(doc_text(finding, "file"), true, out);
  return buf_addf(out, ",line=%llu,col=%llu,",
                  (unsigned long long)doc_count(finding, "line"),
                  (unsigned long long)doc_count(finding, "column"));
}

static int annotation(json_t *finding, struct buf *out)
{
  const char *level = doc_bool(finding, "fails")        ? "error"
                      : is(finding, "severity", "warn") ? "warning"
                                                        : "notice";
  struct buf text;
  int rc = buf_addf(out, "::%s ", level);
  buf_init(&text, 0);
  if(!rc)
    rc = place_properties(finding, out);
  if(!rc)
    rc = buf_adds(out, "title=");
  if(!rc)
    rc = escape_github(doc_text(finding, "rule"), true, out);
  if(!rc)
    rc = buf_addf(&text, "%s\nFix: %s", doc_text(finding, "symptom"),
                  doc_text(finding, "fix")[0] ? doc_text(finding, "fix")
                                              : "see weir explain");
  if(!rc)
    rc = buf_adds(out, "::");
  if(!rc)
    rc = escape_github(buf_text(&text), false, out);
  buf_free(&text);
  return rc ? rc : buf_addc(out, '\n');
}

int nginx_render_github(json_t *doc, struct buf *out)
{
  json_t *j;
  size_t i;
  int rc = buf_addf(out, "::%s title=weir nginx%%3A %s::",
                    is(doc, "verdict", "pass") ? "notice" : "error",
                    nginx_render_verdict(doc));
  if(!rc)
    rc = escape_github(doc_text(doc, "sentence"), false, out);
  if(!rc)
    rc = buf_addc(out, '\n');
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(!rc)
      rc = annotation(j, out);
  }
  return rc;
}

/* ---- Markdown ------------------------------------------------------------
 */

static int cell(const char *text, const char *behind, struct buf *out)
{
  markdown_text(text, out);
  return buf_adds(out, behind);
}

static int markdown_row(json_t *finding, struct buf *out)
{
  struct buf place;
  int rc = buf_addf(out,
                    doc_bool(finding, "fails") ? "| **%s** | `%s` | "
                                               : "| %s | `%s` | ",
                    doc_text(finding, "severity"), doc_text(finding, "rule"));
  buf_init(&place, 0);
  if(!rc)
    rc = nginx_render_place(finding, &place);
  if(!rc)
    rc = cell(buf_text(&place), " | ", out);
  if(!rc)
    rc = cell(doc_text(finding, "symptom"), " | ", out);
  if(!rc)
    rc = cell(doc_text(finding, "fix"), " |\n", out);
  buf_free(&place);
  return rc;
}

int nginx_render_markdown(json_t *doc, struct buf *out)
{
  const char *diff = doc_text(doc, "diff");
  const char *fence = strstr(diff, "````") ? "``````````" : "````";
  json_t *j;
  size_t i;
  int rc = buf_addf(out, "### weir nginx: %s\n\n", nginx_render_verdict(doc));
  if(!rc)
    rc = cell(doc_text(doc, "sentence"), "\n\n", out);
  if(!rc && json_array_size(doc_array(doc, "findings")))
    rc = buf_adds(out, "| severity | rule | at | seen | fix |\n"
                       "| --- | --- | --- | --- | --- |\n");
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(!rc)
      rc = markdown_row(j, out);
  }
  if(!rc && diff[0])
    rc = buf_addf(out, "\n%sdiff\n%s\n%s\n", fence, diff, fence);
  return rc;
}

/* ---- CSV -----------------------------------------------------------------
 */

static void csv_row(json_t *finding, struct buf *out)
{
  static const char *const cells[] = {
      "rule",      "severity", "confidence", "file", "directive",
      "effective", "block",    "symptom",    "fix",  "proof",
  };
  size_t i;
  buf_addf(out, "%llu", (unsigned long long)doc_count(finding, "line"));
  for(i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
    buf_addc(out, ',');
    escape_csv(doc_text(finding, cells[i]), out);
  }
  buf_adds(out, "\r\n");
}

int nginx_render_csv(json_t *doc, struct buf *out)
{
  json_t *j;
  size_t i;
  buf_adds(out, "line,rule,severity,confidence,file,directive,"
                "effective,block,symptom,fix,proof\r\n");
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    csv_row(j, out);
  }
  return out->rc;
}
