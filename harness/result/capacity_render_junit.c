/* SPDX-License-Identifier: MIT
 * A capacity search as JUnit XML; see capacity_render.h.  What the target
 * failed is a <failure>, what the generator or an interruption kept from
 * being known an <error>. */
#include <string.h>

#include "capacity/capacity_close.h"
#include "document/doc.h"
#include "result/capacity_render.h"
#include "result/junit.h"

struct suite {
  struct buf body;
  const char *verdict; /* of the document */
  struct junit_count n;
  int rc;
};

static void test_case(struct suite *s, const char *name, const char *element,
                      const char *text)
{
  bool skipped = element && strcmp(element, "skipped") == 0;
  const struct junit_case c = {.group = "weir.capacity",
                               .name = name,
                               .element = element,
                               .type = skipped ? NULL : s->verdict,
                               .text = text};
  if(!s->rc)
    s->rc = junit_case(&s->n, &c, &s->body);
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
    rc = junit_open("weir capacity", &s.n, doc, out);
  if(!rc)
    rc = buf_add(out, s.body.p, s.body.n);
  if(!rc)
    rc = junit_text(capacity_render_text, doc, out);
  buf_free(&s.body);
  return rc ? rc : junit_close(out);
}
