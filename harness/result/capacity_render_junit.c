/* SPDX-License-Identifier: MIT
 * A capacity search as JUnit XML; see capacity_render.h.  What the target
 * failed is a <failure>, what the generator or an interruption kept from
 * being known an <error>. */
#include <string.h>

#include "result/capacity_close.h"
#include "result/capacity_render.h"
#include "result/doc.h"
#include "result/markup.h"

struct suite {
  struct buf body;
  const char *verdict; /* of the document */
  size_t tests, failures, errors, skipped;
  int rc;
};

static void test_case(struct suite *s, const char *name, const char *element,
                      const char *text)
{
  struct buf *out = &s->body;
  s->tests++;
  if(!s->rc)
    s->rc = buf_adds(out, "    <testcase classname=\"weir.capacity\"");
  if(!s->rc)
    s->rc = markup_attribute("name", name, out);
  if(s->rc || !element) {
    if(!s->rc)
      s->rc = buf_adds(out, "/>\n");
    return;
  }
  s->errors += strcmp(element, "error") == 0;
  s->failures += strcmp(element, "failure") == 0;
  s->skipped += strcmp(element, "skipped") == 0;
  s->rc = buf_addf(out, ">\n      <%s", element);
  if(!s->rc && strcmp(element, "skipped") != 0)
    s->rc = markup_attribute("type", s->verdict, out);
  if(!s->rc)
    s->rc = markup_attribute("message", text, out);
  if(!s->rc)
    s->rc = buf_adds(out, "/>\n    </testcase>\n");
}

static void found(struct suite *s, json_t *doc)
{
  const char *verdict = doc_text(doc, "verdict");
  const char *element = NULL;
  if(strcmp(verdict, "invalid") == 0 || strcmp(verdict, "interrupted") == 0)
    element = "error";
  else if(!doc_count(doc, "knee.load") ||
          strcmp(doc_text(doc, "knee.end"), "gone") == 0)
    element = "failure";
  test_case(s, "a capacity was found", element, doc_text(doc, "sentence"));
}

static void required(struct suite *s, json_t *doc)
{
  struct buf name;
  uint64_t wanted = doc_count(doc, "required");
  bool enough = doc_count(doc, "knee.load") >= wanted;
  if(!wanted)
    return;
  buf_init(&name, 0);
  if(!s->rc)
    s->rc = buf_adds(&name, "holds ");
  if(!s->rc)
    s->rc = capacity_load(doc, wanted, &name);
  test_case(s, buf_text(&name), enough ? NULL : "failure",
            doc_text(doc, "sentence"));
  buf_free(&name);
}

static void compared(struct suite *s, json_t *doc)
{
  bool known = json_is_number(json_dotted_get(doc, "ratio.value"));
  test_case(s, "compared with the reference server", known ? NULL : "skipped",
            "no ratio is known");
}

static int open_suite(const struct suite *s, json_t *doc, struct buf *out)
{
  const char *host = doc_text(doc, "environment.host");
  int rc = buf_addf(out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites>\n  <testsuite name=\"weir capacity\" "
                    "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                    "skipped=\"%zu\" time=\"%.3f\" timestamp=\"%.19s\"",
                    s->tests, s->failures, s->errors, s->skipped,
                    doc_number(doc, "elapsed_ms", 0) / 1000,
                    doc_text(doc, "started"));
  if(!rc)
    rc = markup_attribute("hostname", host[0] ? host : "localhost", out);
  return rc ? rc : buf_adds(out, ">\n");
}

static int system_out(json_t *doc, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = capacity_render_text(doc, false, &text);
  if(!rc)
    rc = buf_adds(out, "    <system-out>");
  if(!rc)
    rc = markup_xml(buf_text(&text), out);
  buf_free(&text);
  return rc ? rc : buf_adds(out, "    </system-out>\n");
}

int capacity_render_junit(json_t *doc, struct buf *out)
{
  struct suite s = {.verdict = doc_text(doc, "verdict")};
  int rc;
  buf_init(&s.body, 0);
  found(&s, doc);
  required(&s, doc);
  compared(&s, doc);
  rc = s.rc;
  if(!rc)
    rc = open_suite(&s, doc, out);
  if(!rc)
    rc = buf_add(out, s.body.p, s.body.n);
  if(!rc)
    rc = system_out(doc, out);
  buf_free(&s.body);
  return rc ? rc : buf_adds(out, "  </testsuite>\n</testsuites>\n");
}
