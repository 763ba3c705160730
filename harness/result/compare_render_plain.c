/* SPDX-License-Identifier: MIT
 * A comparison as Markdown, JUnit, GitHub workflow commands and CSV; see
 * compare_text.h. */
#include <string.h>

#include "base/markdown.h"
#include "document/doc.h"
#include "page/escape.h"
#include "result/compare_text.h"

static const char *const lists[][2] = {
    {"newly_failing", "newly failing"},
    {"newly_warning", "newly warned of"},
    {"newly_passing", "newly passing"},
    {"no_longer_judged", "no longer judged"},
};

typedef int row_fn(json_t *row, const char *what, struct buf *out);

/* Every metric that was measured and every check that changed. */
static int each(json_t *doc, row_fn *metric, row_fn *check, struct buf *out)
{
  json_t *one, *row;
  size_t i, k, n;
  int rc = 0;
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
  {
    json_array_foreach(doc_array(one, "metrics"), k, row)
    {
      if(!rc && strcmp(doc_text(row, "verdict"), "not measured") != 0)
        rc = metric(row, doc_text(one, "now.name"), out);
    }
    for(n = 0; n < sizeof(lists) / sizeof(lists[0]); n++) {
      json_array_foreach(doc_array(one, lists[n][0]), k, row)
      {
        if(!rc)
          rc = check(row, lists[n][1], out);
      }
    }
  }
  return rc;
}

static int cell(json_t *m, const char *side, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = side ? compare_text_value(m, side, &text)
            : compare_text_percent(m, &text);
  if(!rc)
    rc = markdown_text(buf_text(&text), out);
  buf_free(&text);
  return rc ? rc : buf_adds(out, " | ");
}

static int metric_markdown(json_t *m, const char *name, struct buf *out)
{
  double low, high;
  int rc = buf_addf(out, "| %s | ", doc_text(m, "metric"));
  (void)name;
  if(!rc)
    rc = cell(m, "base", out);
  if(!rc)
    rc = cell(m, "now", out);
  if(!rc)
    rc = cell(m, NULL, out);
  if(!rc && doc_find(m, "ratio_low", &low) && doc_find(m, "ratio_high", &high))
    rc =
        buf_addf(out, "%+.1f to %+.1f %% ", 100 * (low - 1), 100 * (high - 1));
  if(rc)
    return rc;
  return buf_addf(out,
                  strcmp(doc_text(m, "verdict"), "worse") == 0 ? "| **%s** |\n"
                                                               : "| %s |\n",
                  doc_text(m, "verdict"));
}

static int check_markdown(json_t *c, const char *what, struct buf *out)
{
  buf_addf(out, "- **%s** `%s`: %s before, now %s. ", what, doc_text(c, "id"),
           doc_text(c, "was"), doc_text(c, "verdict"));
  markdown_text(doc_text(c, "text"), out);
  return buf_addc(out, '\n');
}

int compare_render_markdown(json_t *doc, struct buf *out)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  int rc = buf_addf(out, "## weir compare: %s\n\n", pass ? "held" : "worse");
  if(!rc)
    rc = markdown_text(doc_text(doc, "sentence"), out);
  if(!rc && strcmp(doc_text(doc, "kind"), "load") == 0)
    rc = buf_adds(out, "\n\n| metric | base | now | change | 95 % | verdict "
                       "|\n| --- | ---: | ---: | ---: | --- | --- |\n");
  else if(!rc)
    rc = buf_adds(out, "\n\n");
  return rc ? rc : each(doc, metric_markdown, check_markdown, out);
}

static int metric_csv(json_t *m, const char *name, struct buf *out)
{
  static const char *const path[] = {"base.median", "now.median", "base.sum",
                                     "now.sum",     "difference", "ratio",
                                     "ratio_low",   "ratio_high", "p_worse"};
  size_t i;
  escape_csv(name, out);
  buf_addf(out, ",%s,%s,%s", doc_text(m, "metric"), doc_text(m, "unit"),
           doc_text(m, "verdict"));
  for(i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
    double v;
    if(doc_find(m, path[i], &v))
      buf_addf(out, ",%.6g", v);
    else
      buf_addc(out, ',');
  }
  return buf_adds(out, "\r\n");
}

static int check_csv(json_t *c, const char *what, struct buf *out)
{
  return buf_addf(out, "%s,%s,%s,%s,,,,,,,,,\r\n", what, doc_text(c, "id"),
                  doc_text(c, "was"), doc_text(c, "verdict"));
}

int compare_render_csv(json_t *doc, struct buf *out)
{
  int rc = buf_adds(out, "now,metric,unit,verdict,base_median,now_median,"
                         "base_sum,now_sum,difference,ratio,ratio_low,"
                         "ratio_high,p_worse\r\n");
  return rc ? rc : each(doc, metric_csv, check_csv, out);
}

static int metric_github(json_t *m, const char *name, struct buf *out)
{
  struct buf text;
  int rc;
  (void)name;
  if(!doc_bool(m, "judged") || strcmp(doc_text(m, "verdict"), "worse") != 0)
    return 0;
  buf_init(&text, 0);
  rc = compare_text_change(m, &text);
  if(!rc)
    rc = escape_annotation("error", "weir compare: worse", buf_text(&text),
                           out);
  buf_free(&text);
  return rc;
}

static int check_github(json_t *c, const char *what, struct buf *out)
{
  struct buf text;
  int rc;
  if(strcmp(what, "newly failing") != 0)
    return 0;
  buf_init(&text, 0);
  rc = buf_addf(&text, "%s: %s", doc_text(c, "id"), doc_text(c, "text"));
  if(!rc)
    rc = escape_annotation("error", "weir compare: newly failing",
                           buf_text(&text), out);
  buf_free(&text);
  return rc;
}

int compare_render_github(json_t *doc, struct buf *out)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  int rc = escape_verdict(pass, "weir compare", pass ? "held" : "worse",
                          doc_text(doc, "sentence"), out);
  return rc ? rc : each(doc, metric_github, check_github, out);
}

struct junit_case {
  bool failed, skipped;
  const char *name;
};

static int junit_case(const struct junit_case *c, const char *text,
                      struct buf *out)
{
  int rc = buf_adds(out, "    <testcase classname=\"weir.compare\"");
  if(!rc)
    rc = escape_attribute("name", c->name, out);
  if(rc || (!c->failed && !c->skipped))
    return rc ? rc : buf_adds(out, "/>\n");
  rc = buf_addf(out, ">\n      <%s", c->failed ? "failure" : "skipped");
  if(!rc)
    rc = escape_attribute("message", text, out);
  return rc ? rc : buf_adds(out, "/>\n    </testcase>\n");
}

static int metric_junit(json_t *m, const char *name, struct buf *out)
{
  const char *verdict = doc_text(m, "verdict");
  struct junit_case c = {strcmp(verdict, "worse") == 0,
                         strcmp(verdict, "too noisy to say") == 0,
                         doc_text(m, "metric")};
  struct buf text;
  int rc;
  (void)name;
  if(!doc_bool(m, "judged"))
    return 0;
  buf_init(&text, 0);
  rc = compare_text_change(m, &text);
  if(!rc)
    rc = junit_case(&c, buf_text(&text), out);
  buf_free(&text);
  return rc;
}

static int check_junit(json_t *check, const char *what, struct buf *out)
{
  struct junit_case c = {strcmp(what, "newly failing") == 0,
                         strcmp(what, "no longer judged") == 0,
                         doc_text(check, "id")};
  return junit_case(&c, doc_text(check, "text"), out);
}

static size_t occurrences(const struct buf *text, const char *part)
{
  const char *at = strstr(buf_text(text), part);
  size_t n = 0;
  while(at) {
    n++;
    at = strstr(at + strlen(part), part);
  }
  return n;
}

int compare_render_junit(json_t *doc, struct buf *out)
{
  struct buf cases;
  int rc;
  buf_init(&cases, 0);
  rc = each(doc, metric_junit, check_junit, &cases);
  if(!rc)
    rc = buf_addf(out,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites>\n  <testsuite name=\"weir.compare\" "
                  "tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
                  "skipped=\"%zu\">\n%s  </testsuite>\n</testsuites>\n",
                  occurrences(&cases, "<testcase "),
                  occurrences(&cases, "<failure "),
                  occurrences(&cases, "<skipped "), buf_text(&cases));
  buf_free(&cases);
  return rc;
}
