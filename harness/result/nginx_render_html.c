/* SPDX-License-Identifier: MIT
 * The doctor's findings as one page; see nginx_render.h.  The frame is that
 * of conformance results. */
#include <string.h>

#include "result/doc.h"
#include "result/html.h"
#include "result/nginx_html.h"
#include "result/nginx_render.h"

#define CONTENT_MARK "@CONTENT@"
#define TITLE        "<title>weir check</title>"

/* reports/page/check.html, embedded by the build. */
extern const unsigned char check_frame[];

static bool is(json_t *j, const char *path, const char *word)
{
  return strcmp(doc_text(j, path), word) == 0;
}

static const char *class_of(json_t *finding)
{
  if(is(finding, "severity", "error"))
    return "fail";
  return is(finding, "severity", "warn") ? "warn" : "info";
}

static void term(struct html *h, const char *name, const char *text)
{
  if(!text[0])
    return;
  hx_wrap(h, "<dt>", name, "</dt>");
  hx_wrap(h, "<dd>", text, "</dd>\n");
}

static void link_term(struct html *h, const char *url)
{
  if(strncmp(url, "https://", 8) != 0)
    return;
  hx_wrap(h, "<dt>nginx.org</dt><dd><a rel=\"noreferrer\" href=\"", url,
          "\">");
  hx_wrap(h, "", url, "</a></dd>\n");
}

static void place(struct html *h, json_t *finding)
{
  struct buf text;
  buf_init(&text, 0);
  if(!h->rc)
    h->rc = nginx_render_place(finding, &text);
  term(h, "at", buf_text(&text));
  if(doc_text(finding, "source")[0])
    hx_wrap(h, "<dt></dt><dd><pre>", doc_text(finding, "source"),
            "</pre></dd>\n");
  buf_free(&text);
}

static void finding_card(struct html *h, json_t *doc, json_t *finding)
{
  struct buf also;
  buf_init(&also, 0);
  if(!h->rc)
    h->rc = nginx_render_also(doc, finding, &also);
  hx_add(h, is(finding, "severity", "info") ? "<details>" : "<details open>");
  hx_wrap(h, "<summary><span class=\"badge ", class_of(finding), "\">");
  hx_wrap(h, "", doc_text(finding, "severity"), "</span> <code>");
  hx_wrap(h, "", doc_text(finding, "rule"), "</code> ");
  hx_wrap(h, "", doc_text(finding, "title"), "</summary><div><dl>\n");
  place(h, finding);
  term(h, "seen", doc_text(finding, "symptom"));
  term(h, "measured", doc_text(finding, "measured.before.text"));
  term(h, "with the fix", doc_text(finding, "measured.after.text"));
  term(h, "fix", doc_text(finding, "fix"));
  term(h, "proof",
       is(finding, "proof", "none") ? "" : doc_text(finding, "proof"));
  term(h, "mends too", buf_text(&also));
  term(h, "why", doc_text(finding, "why"));
  term(h, "mind", doc_text(finding, "caveats"));
  term(h, "sure", doc_text(finding, "confidence"));
  link_term(h, doc_text(finding, "doc"));
  hx_add(h, "</dl></div></details>\n");
  buf_free(&also);
}

static void verdict_card(struct html *h, json_t *doc)
{
  hx_add(h, "<h1>nginx and event streams</h1>\n<div class=\"targets\"><div "
            "class=\"card\">");
  hx_wrap(h, "<span class=\"badge ",
          is(doc, "verdict", "pass")   ? "pass"
          : is(doc, "verdict", "fail") ? "fail"
                                       : "warn",
          "\">");
  hx_wrap(h, "", nginx_render_verdict(doc), "</span> <span class=\"url\">");
  hx_wrap(h, "", doc_text(doc, "config.path"), "</span><p>");
  hx_wrap(h, "", doc_text(doc, "sentence"), "</p><p class=\"soft\">nginx ");
  hx_wrap(h, "", doc_text(doc, "nginx.version"), " (");
  hx_wrap(h, "", doc_text(doc, "nginx.version_from"), "), weir ");
  hx_wrap(h, "", doc_text(doc, "weir"), ", ");
  hx_wrap(h, "", doc_text(doc, "started"), "</p></div></div>\n");
}

/* What is wrong, how it looks, what to change; then the details. */
static void content(struct html *h, json_t *doc)
{
  json_t *findings = doc_array(doc, "findings"), *j;
  size_t i;
  verdict_card(h, doc);
  nginx_html_timelines(h, doc);
  if(doc_text(doc, "diff")[0]) {
    hx_add(h, "<h2>What to change</h2>\n");
    nginx_html_diff(h, doc_text(doc, "diff"));
  }
  if(json_array_size(findings))
    hx_add(h, "<h2>Findings</h2>\n");
  json_array_foreach(findings, i, j)
  {
    finding_card(h, doc, j);
  }
  nginx_html_measured(h, doc);
}

int nginx_render_html(json_t *doc, struct buf *out)
{
  struct html h = {.out = out};
  const char *page = (const char *)check_frame;
  const char *mark = strstr(page, CONTENT_MARK);
  const char *title = strstr(page, TITLE);
  if(!mark || !title || title > mark)
    return E_INTERNAL;
  h.rc = buf_add(out, page, (size_t)(title - page));
  hx_add(&h, "<title>weir nginx</title>");
  title += strlen(TITLE);
  if(!h.rc)
    h.rc = buf_add(out, title, (size_t)(mark - title));
  content(&h, doc);
  hx_add(&h, mark + strlen(CONTENT_MARK));
  return h.rc;
}
