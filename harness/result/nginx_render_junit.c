/* SPDX-License-Identifier: MIT
 * The doctor's findings as JUnit XML; see nginx_render.h. */
#include <string.h>

#include "result/doc.h"
#include "result/markup.h"
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
    rc = markup_xml(buf_text(&text), out);
  buf_free(&text);
  return rc;
}

static int failure(json_t *finding, struct buf *out)
{
  int rc = buf_adds(out, "      <failure");
  if(!rc)
    rc = markup_attribute("type", doc_text(finding, "severity"), out);
  if(!rc)
    rc = markup_attribute("message", doc_text(finding, "title"), out);
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

static int test_case(json_t *finding, struct buf *out)
{
  int rc = buf_adds(out, "    <testcase classname=\"weir.nginx\"");
  struct buf name;
  buf_init(&name, 0);
  if(!rc)
    rc = buf_addf(&name, "%s line %llu", doc_text(finding, "rule"),
                  (unsigned long long)doc_count(finding, "line"));
  if(!rc)
    rc = markup_attribute("name", buf_text(&name), out);
  buf_free(&name);
  if(!rc)
    rc = buf_adds(out, ">\n");
  if(!rc)
    rc = doc_bool(finding, "fails") ? failure(finding, out)
                                    : remark(finding, out);
  return rc ? rc : buf_adds(out, "    </testcase>\n");
}

static int open_suite(json_t *doc, size_t tests, size_t failures,
                      size_t errors, struct buf *out)
{
  const char *host = doc_text(doc, "environment.host");
  int rc = buf_addf(out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites>\n  <testsuite name=\"weir nginx\" "
                    "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                    "skipped=\"0\" time=\"%.3f\" timestamp=\"%.19s\"",
                    tests, failures, errors,
                    doc_number(doc, "elapsed_ms", 0) / 1000,
                    doc_text(doc, "started"));
  if(!rc)
    rc = markup_attribute("hostname", host[0] ? host : "localhost", out);
  if(!rc)
    rc = buf_adds(out, ">\n    <properties>\n      <property name=\"config\"");
  if(!rc)
    rc = markup_attribute("value", doc_text(doc, "config.path"), out);
  return rc ? rc : buf_adds(out, "/>\n    </properties>\n");
}

/* The run as a whole. */
static int run_case(json_t *doc, bool stopped, struct buf *out)
{
  int rc =
      buf_adds(out, "    <testcase classname=\"weir.nginx\" name=\"run\"");
  if(rc || !stopped)
    return rc ? rc : buf_adds(out, "/>\n");
  rc = buf_adds(out, ">\n      <error type=\"interrupted\"");
  if(!rc)
    rc = markup_attribute("message", doc_text(doc, "sentence"), out);
  return rc ? rc : buf_adds(out, "/>\n    </testcase>\n");
}

int nginx_render_junit(json_t *doc, struct buf *out)
{
  json_t *findings = doc_array(doc, "findings"), *j;
  bool stopped = strcmp(doc_text(doc, "verdict"), "interrupted") == 0;
  size_t i, failures = 0;
  int rc;
  json_array_foreach(findings, i, j)
  {
    failures += doc_bool(j, "fails");
  }
  rc = open_suite(doc, 1 + json_array_size(findings), failures, stopped, out);
  if(!rc)
    rc = run_case(doc, stopped, out);
  json_array_foreach(findings, i, j)
  {
    if(!rc)
      rc = test_case(j, out);
  }
  return rc ? rc
            : buf_adds(out, "    <system-out/>\n    <system-err/>\n"
                            "  </testsuite>\n</testsuites>\n");
}
