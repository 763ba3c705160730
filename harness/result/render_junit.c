/* SPDX-License-Identifier: MIT
 * JUnit XML; see render.h.  An invalid run is an <error>, a missed threshold
 * a <failure>. */
#include <string.h>

#include "result/doc.h"
#include "result/gate.h"
#include "result/markup.h"
#include "result/phrases.h"
#include "result/render.h"

struct suite {
  json_t *doc;
  struct buf *out;
  const char *name; /* of the scenario */
  size_t tests, failures, errors;
};

/* One problem of a test case: <failure> or <error>. */
struct problem {
  const char *element; /* NULL: the test passed */
  const char *type;
  const char *text;
};

static int test_case(struct suite *s, const char *name,
                     const struct problem *p)
{
  struct buf *out = s->out;
  int rc = buf_adds(out, "    <testcase");
  if(!rc)
    rc = markup_attribute("classname", s->name, out);
  if(!rc)
    rc = markup_attribute("name", name, out);
  s->tests++;
  if(rc || !p->element)
    return rc ? rc : buf_adds(out, "/>\n");
  if(strcmp(p->element, "error") == 0)
    s->errors++;
  else
    s->failures++;
  rc = buf_addf(out, ">\n      <%s", p->element);
  if(!rc)
    rc = markup_attribute("type", p->type, out);
  if(!rc)
    rc = markup_attribute("message", p->text, out);
  return rc ? rc : buf_adds(out, "/>\n    </testcase>\n");
}

static int opened_case(struct suite *s)
{
  struct problem p = {.type = "unreachable",
                      .text = doc_text(s->doc, "sentence")};
  if(gate_nothing_opened(s->doc))
    p.element = "failure";
  return test_case(s, "streams opened", &p);
}

static int validity_case(struct suite *s)
{
  struct problem p = {.text = doc_text(s->doc, "sentence")};
  const char *verdict = doc_text(s->doc, "verdict");
  if(strcmp(verdict, "invalid") == 0 || strcmp(verdict, "interrupted") == 0) {
    p.element = "error";
    p.type = verdict;
  }
  return test_case(s, "run is valid and complete", &p);
}

static int threshold_case(struct suite *s, json_t *t)
{
  struct problem p = {.type = "threshold"};
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = buf_adds(&text, "observed ");
  if(!rc)
    rc = gate_observed(t, &text);
  if(!rc && doc_text(t, "why")[0])
    rc = buf_addf(&text, ": %s", doc_text(t, "why"));
  p.text = buf_text(&text);
  if(!doc_bool(t, "pass"))
    p.element = "failure";
  if(!rc)
    rc = test_case(s, doc_text(t, "expression"), &p);
  buf_free(&text);
  return rc;
}

static int cases(struct suite *s)
{
  json_t *t;
  size_t i;
  int rc = opened_case(s);
  if(!rc)
    rc = validity_case(s);
  json_array_foreach(doc_array(s->doc, "thresholds"), i, t)
  {
    if(!rc)
      rc = threshold_case(s, t);
  }
  return rc;
}

static int open_suite(const struct suite *s, struct buf *out)
{
  const char *host = doc_text(s->doc, "environment.host");
  double seconds = doc_number(s->doc, "elapsed_ms", 0) / 1000;
  int rc = buf_addf(out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites>\n  <testsuite tests=\"%zu\" "
                    "failures=\"%zu\" errors=\"%zu\" skipped=\"0\" "
                    "time=\"%.3f\"",
                    s->tests, s->failures, s->errors, seconds);
  if(!rc)
    rc = buf_addf(out, " name=\"weir load ");
  if(!rc)
    rc = markup_xml(s->name, out);
  if(!rc)
    rc = buf_addc(out, '"');
  /* The schema of JUnit knows neither fractions nor zones. */
  if(!rc)
    rc = buf_addf(out, " timestamp=\"%.19s\"", doc_text(s->doc, "started"));
  if(!rc)
    rc = markup_attribute("hostname", host[0] ? host : "localhost", out);
  return rc ? rc : buf_adds(out, ">\n");
}

static int system_out(json_t *doc, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = render_text(doc, false, &text);
  if(!rc)
    rc = buf_adds(out, "    <system-out>");
  if(!rc)
    rc = markup_xml(buf_text(&text), out);
  buf_free(&text);
  return rc ? rc : buf_adds(out, "    </system-out>\n");
}

int render_junit(json_t *doc, struct buf *out)
{
  struct buf body;
  struct suite s = {.doc = doc, .out = &body};
  int rc;
  buf_init(&body, 0);
  s.name = doc_text(doc, "scenario.name")[0] ? doc_text(doc, "scenario.name")
                                             : "load";
  rc = cases(&s);
  if(!rc)
    rc = open_suite(&s, out);
  if(!rc)
    rc = buf_add(out, body.p, body.n);
  if(!rc)
    rc = system_out(doc, out);
  buf_free(&body);
  return rc ? rc : buf_adds(out, "  </testsuite>\n</testsuites>\n");
}
