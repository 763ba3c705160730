/* SPDX-License-Identifier: MIT
 * JUnit XML; see render.h.  An invalid run is an <error>, a missed threshold
 * a <failure>. */
#include <string.h>

#include "document/doc.h"
#include "load/gate.h"
#include "result/junit.h"
#include "result/render.h"

struct suite {
  json_t *doc;
  struct buf *out;
  const char *name; /* of the scenario */
  struct junit_count n;
};

static int opened_case(struct suite *s)
{
  struct junit_case c = {.group = s->name,
                         .name = "streams opened",
                         .type = "unreachable",
                         .text = doc_text(s->doc, "sentence")};
  if(gate_nothing_opened(s->doc))
    c.element = "failure";
  return junit_case(&s->n, &c, s->out);
}

static int validity_case(struct suite *s)
{
  struct junit_case c = {.group = s->name,
                         .name = "run is valid and complete",
                         .text = doc_text(s->doc, "sentence")};
  const char *verdict = doc_text(s->doc, "verdict");
  if(strcmp(verdict, "invalid") == 0 || strcmp(verdict, "interrupted") == 0) {
    c.element = "error";
    c.type = verdict;
  }
  return junit_case(&s->n, &c, s->out);
}

static int threshold_case(struct suite *s, json_t *t)
{
  struct junit_case c = {.group = s->name,
                         .name = doc_text(t, "expression"),
                         .type = "threshold"};
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = buf_adds(&text, "observed ");
  if(!rc)
    rc = gate_observed(t, &text);
  if(!rc && doc_text(t, "why")[0])
    rc = buf_addf(&text, ": %s", doc_text(t, "why"));
  c.text = buf_text(&text);
  if(!doc_bool(t, "pass"))
    c.element = "failure";
  if(!rc)
    rc = junit_case(&s->n, &c, s->out);
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
  struct buf name;
  int rc;
  buf_init(&name, 0);
  rc = buf_addf(&name, "weir load %s", s->name);
  if(!rc)
    rc = junit_open(buf_text(&name), &s->n, s->doc, out);
  buf_free(&name);
  return rc;
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
    rc = junit_text(render_text, doc, out);
  buf_free(&body);
  return rc ? rc : junit_close(out);
}
