/* SPDX-License-Identifier: MIT
 * Findings as JUnit XML; see check_render.h. */
#include <string.h>

#include "result/check_render.h"
#include "result/doc.h"
#include "result/junit.h"
#include "result/markup.h"

/* The group of an id, "http.ct" of "http.ct.present", as the class. */
static int class_of(const char *id, struct buf *out)
{
  const char *dot = strrchr(id, '.');
  buf_adds(out, "weir.");
  return buf_add(out, id, dot ? (size_t)(dot - id) : strlen(id));
}

static const char *element_of(json_t *check)
{
  const char *verdict = doc_text(check, "verdict");
  if(doc_bool(check, "fails"))
    return "failure";
  if(strcmp(verdict, "ERROR") == 0)
    return "error";
  if(strcmp(verdict, "SKIP") == 0 || strcmp(verdict, "UNTESTABLE") == 0)
    return "skipped";
  return NULL;
}

static void proof(json_t *check, struct buf *out)
{
  markup_xml(doc_text(check, "evidence"), out);
  buf_adds(out, "\nwhy: ");
  markup_xml(doc_text(check, "why"), out);
  buf_adds(out, "\nreproduce: ");
  markup_xml(doc_text(check, "reproduce"), out);
  buf_addc(out, '\n');
}

static int message(json_t *check, struct buf *out)
{
  buf_addf(out, " message=\"%s: ", doc_text(check, "verdict"));
  markup_xml(doc_text(check, "text"), out);
  return buf_addc(out, '"');
}

static int problem(json_t *check, const char *element, struct buf *out)
{
  bool is_skipped = strcmp(element, "skipped") == 0;
  buf_addf(out, "      <%s", element);
  if(!is_skipped)
    markup_attribute("type", doc_text(check, "verdict"), out);
  message(check, out);
  if(is_skipped)
    return buf_adds(out, "/>\n");
  buf_addc(out, '>');
  proof(check, out);
  return buf_addf(out, "</%s>\n", element);
}

/* A warning that does not fail, information, an expected failure. */
static int remark(json_t *check, struct buf *out)
{
  buf_addf(out, "      <system-out>%s: ", doc_text(check, "verdict"));
  markup_xml(doc_text(check, "text"), out);
  if(doc_text(check, "expected")[0])
    buf_adds(out, "\nexpected: ");
  markup_xml(doc_text(check, "expected"), out);
  return buf_adds(out, "</system-out>\n");
}

static int test_case(json_t *check, struct junit_count *n, struct buf *out)
{
  const char *id = doc_text(check, "id");
  const char *element = element_of(check);
  int rc = buf_adds(out, "    <testcase classname=\"");
  junit_tally(n, element);
  if(!rc)
    rc = class_of(id, out);
  if(!rc)
    rc = buf_addc(out, '"');
  if(!rc)
    rc = markup_attribute("name", id, out);
  if(rc || (!element && strcmp(doc_text(check, "verdict"), "PASS") == 0))
    return rc ? rc : buf_adds(out, "/>\n");
  rc = buf_adds(out, ">\n");
  if(!rc)
    rc = element ? problem(check, element, out) : remark(check, out);
  return rc ? rc : buf_adds(out, "    </testcase>\n");
}

/* Problems of the run as a whole: nothing judged, a stale profile. */
static int whole_case(json_t *doc, struct junit_count *n, struct buf *out)
{
  const char *verdict = doc_text(doc, "verdict");
  bool is_stale = json_array_size(doc_array(doc, "baseline.stale")) > 0;
  bool is_error = strcmp(verdict, "pass") != 0 && strcmp(verdict, "fail") != 0;
  struct junit_case c = {.group = "weir",
                         .name = "run",
                         .type = is_error ? verdict : "stale-profile",
                         .text = doc_text(doc, "sentence")};
  if(is_error || is_stale)
    c.element = is_error ? "error" : "failure";
  return junit_case(n, &c, out);
}

int check_render_junit(json_t *doc, struct buf *out)
{
  struct junit_count n = {0};
  struct buf body;
  json_t *check;
  size_t i;
  int rc;
  buf_init(&body, 0);
  rc = whole_case(doc, &n, &body);
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(!rc)
      rc = test_case(check, &n, &body);
  }
  if(!rc)
    rc = junit_open("weir check", &n, doc, out);
  if(!rc)
    rc = junit_property("target", doc_text(doc, "target.url"), out);
  if(!rc)
    rc = buf_add(out, body.p, body.n);
  buf_free(&body);
  if(!rc)
    rc = buf_adds(out, "    <system-out/>\n    <system-err/>\n");
  return rc ? rc : junit_close(out);
}
