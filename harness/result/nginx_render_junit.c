/* SPDX-License-Identifier: MIT
 * The doctor's findings as JUnit XML; see nginx_render.h. */
#include <string.h>

#include "page/escape.h"
#include "result/doc.h"
#include "result/junit.h"
#include "result/nginx_render.h"

static int details(json_t *finding, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = nginx_render_place(finding, &text);
  if(!rc)
    rc = buf_addf(&text, "\n%s\nfix: %s\n", doc_text(finding, "symptom"),
                  doc_text(finding, "fix"));
  if(!rc)
    rc = escape_xml(buf_text(&text), out);
  buf_free(&text);
  return rc;
}

static int failure(json_t *finding, struct buf *out)
{
  int rc = buf_adds(out, "      <failure");
  if(!rc)
    rc = escape_attribute("type", doc_text(finding, "severity"), out);
  if(!rc)
    rc = escape_attribute("message", doc_text(finding, "title"), out);
  if(!rc)
    rc = buf_addc(out, '>');
  if(!rc)
    rc = details(finding, out);
  return rc ? rc : buf_adds(out, "</failure>\n");
}

static int remark(json_t *finding, struct buf *out)
{
  int rc =
      buf_addf(out, "      <system-out>%s: ", doc_text(finding, "severity"));
  if(!rc)
    rc = details(finding, out);
  return rc ? rc : buf_adds(out, "</system-out>\n");
}

static int test_case(json_t *finding, struct junit_count *n, struct buf *out)
{
  bool fails = doc_bool(finding, "fails");
  int rc = buf_adds(out, "    <testcase classname=\"weir.nginx\"");
  struct buf name;
  buf_init(&name, 0);
  junit_tally(n, fails ? "failure" : NULL);
  if(!rc)
    rc = buf_addf(&name, "%s line %llu", doc_text(finding, "rule"),
                  (unsigned long long)doc_count(finding, "line"));
  if(!rc)
    rc = escape_attribute("name", buf_text(&name), out);
  buf_free(&name);
  if(!rc)
    rc = buf_adds(out, ">\n");
  if(!rc)
    rc = fails ? failure(finding, out) : remark(finding, out);
  return rc ? rc : buf_adds(out, "    </testcase>\n");
}

/* The run as a whole. */
static int run_case(json_t *doc, struct junit_count *n, struct buf *out)
{
  bool stopped = strcmp(doc_text(doc, "verdict"), "interrupted") == 0;
  const struct junit_case c = {.group = "weir.nginx",
                               .name = "run",
                               .element = stopped ? "error" : NULL,
                               .type = "interrupted",
                               .text = doc_text(doc, "sentence")};
  return junit_case(n, &c, out);
}

int nginx_render_junit(json_t *doc, struct buf *out)
{
  struct junit_count n = {0};
  struct buf body;
  json_t *j;
  size_t i;
  int rc;
  buf_init(&body, 0);
  rc = run_case(doc, &n, &body);
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(!rc)
      rc = test_case(j, &n, &body);
  }
  if(!rc)
    rc = junit_open("weir nginx", &n, doc, out);
  if(!rc)
    rc = junit_property("config", doc_text(doc, "config.path"), out);
  if(!rc)
    rc = buf_add(out, body.p, body.n);
  buf_free(&body);
  if(!rc)
    rc = buf_adds(out, "    <system-out/>\n    <system-err/>\n");
  return rc ? rc : junit_close(out);
}
