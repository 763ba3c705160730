/* SPDX-License-Identifier: MIT
 * The frame of JUnit documents; see junit.h. */
#include "result/junit.h"

#include <string.h>

#include "document/doc.h"
#include "page/escape.h"

void junit_tally(struct junit_count *n, const char *element)
{
  n->tests++;
  if(!element)
    return;
  n->failures += strcmp(element, "failure") == 0;
  n->errors += strcmp(element, "error") == 0;
  n->skipped += strcmp(element, "skipped") == 0;
}

int junit_case(struct junit_count *n, const struct junit_case *c,
               struct buf *out)
{
  int rc = buf_adds(out, "    <testcase");
  if(!rc)
    rc = escape_attribute("classname", c->group, out);
  if(!rc)
    rc = escape_attribute("name", c->name, out);
  junit_tally(n, c->element);
  if(rc || !c->element)
    return rc ? rc : buf_adds(out, "/>\n");
  rc = buf_addf(out, ">\n      <%s", c->element);
  if(!rc && c->type)
    rc = escape_attribute("type", c->type, out);
  if(!rc)
    rc = escape_attribute("message", c->text, out);
  return rc ? rc : buf_adds(out, "/>\n    </testcase>\n");
}

int junit_open(const char *name, const struct junit_count *n, json_t *doc,
               struct buf *out)
{
  const char *host = doc_text(doc, "environment.host");
  buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<testsuites>\n  <testsuite");
  escape_attribute("name", name, out);
  /* The schema of JUnit knows neither fractions nor zones. */
  buf_addf(out,
           " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
           "skipped=\"%zu\" time=\"%.3f\" timestamp=\"%.19s\"",
           n->tests, n->failures, n->errors, n->skipped,
           doc_number(doc, "elapsed_ms", 0) / 1000, doc_text(doc, "started"));
  escape_attribute("hostname", host[0] ? host : "localhost", out);
  return buf_adds(out, ">\n");
}

int junit_property(const char *name, const char *value, struct buf *out)
{
  buf_adds(out, "    <properties>\n      <property");
  escape_attribute("name", name, out);
  escape_attribute("value", value, out);
  return buf_adds(out, "/>\n    </properties>\n");
}

int junit_text(int (*render)(json_t *doc, bool colour, struct buf *out),
               json_t *doc, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = render(doc, false, &text);
  if(!rc)
    rc = buf_adds(out, "    <system-out>");
  if(!rc)
    rc = escape_xml(buf_text(&text), out);
  buf_free(&text);
  return rc ? rc : buf_adds(out, "    </system-out>\n");
}

int junit_close(struct buf *out)
{
  return buf_adds(out, "  </testsuite>\n</testsuites>\n");
}
