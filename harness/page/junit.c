/* SPDX-License-Identifier: MIT
 * JUnit XML; see write.h.  What failed is a <failure>, what could not be
 * judged an <error>. */
#include "page/cases.h"
#include "page/escape.h"
#include "page/write.h"

struct count {
  size_t tests, failures, errors, skipped;
};

static struct count count_all(const struct page *p)
{
  struct count n = {0};
  struct cases c;
  const struct page_finding *f;
  for(f = cases_first(&c, p); f; f = cases_next(&c)) {
    if(f->no_case)
      continue;
    n.tests++;
    n.failures += f->outcome == PAGE_FAILED;
    n.errors += f->outcome == PAGE_ERROR;
    n.skipped += f->outcome == PAGE_SKIPPED;
  }
  return n;
}

static void open_suite(const struct page *p, struct buf *out)
{
  struct count n = count_all(p);
  buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<testsuites>\n  <testsuite");
  escape_attribute("name", page_has(p->suite) ? p->suite : p->command, out);
  /* The schema of JUnit knows neither fractions nor zones. */
  buf_addf(out,
           " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
           "skipped=\"%zu\" time=\"%.3f\" timestamp=\"%.19s\"",
           n.tests, n.failures, n.errors, n.skipped, p->elapsed_ms / 1000,
           p->started ? p->started : "");
  escape_attribute("hostname", page_has(p->host) ? p->host : "localhost", out);
  buf_adds(out, ">\n");
  if(!page_has(p->property[0]))
    return;
  buf_adds(out, "    <properties>\n      <property");
  escape_attribute("name", p->property[0], out);
  escape_attribute("value", p->property[1], out);
  buf_adds(out, "/>\n    </properties>\n");
}

static void problem(const struct page_finding *f, const char *element,
                    const char *body, struct buf *out)
{
  buf_addf(out, "      <%s", element);
  escape_attribute("type", page_has(f->type) ? f->type : f->word, out);
  escape_attribute("message", cases_message(f), out);
  if(body[0]) {
    buf_addc(out, '>');
    escape_xml(body, out);
    buf_addf(out, "</%s>\n", element);
  } else
    buf_adds(out, "/>\n");
}

/* A warning that fails nothing, information, an expected failure. */
static void remark(const struct page_finding *f, const char *body,
                   struct buf *out)
{
  buf_adds(out, "      <system-out>");
  escape_xml(f->word, out);
  buf_adds(out, ": ");
  escape_xml(body, out);
  buf_adds(out, "</system-out>\n");
}

static void test_case(const struct page_finding *f, struct buf *out)
{
  struct buf group, body;
  buf_init(&group, 0);
  buf_init(&body, 0);
  cases_group(f, &group);
  cases_body(f, &body);
  buf_fail(out, group.rc ? group.rc : body.rc);
  buf_adds(out, "    <testcase");
  escape_attribute("classname", buf_text(&group), out);
  escape_attribute("name", cases_name(f), out);
  buf_adds(out, f->outcome == PAGE_PASSED ? "/>\n" : ">\n");
  if(f->outcome == PAGE_FAILED)
    problem(f, "failure", buf_text(&body), out);
  else if(f->outcome == PAGE_ERROR)
    problem(f, "error", buf_text(&body), out);
  else if(f->outcome == PAGE_SKIPPED) {
    buf_adds(out, "      <skipped");
    escape_attribute("message", cases_message(f), out);
    buf_adds(out, "/>\n");
  } else if(f->outcome == PAGE_NOTED)
    remark(f, buf_text(&body), out);
  buf_adds(out, f->outcome == PAGE_PASSED ? "" : "    </testcase>\n");
  buf_free(&group);
  buf_free(&body);
}

/* The whole result as text is what the suite printed. */
int page_junit(const struct page *p, bool colour, struct buf *out)
{
  const struct page_finding *f;
  struct cases c;
  struct buf text;
  (void)colour;
  open_suite(p, out);
  for(f = cases_first(&c, p); f; f = cases_next(&c)) {
    if(!f->no_case)
      test_case(f, out);
  }
  buf_init(&text, 0);
  if(page_text(p, false, &text))
    buf_fail(out, text.rc);
  buf_adds(out, "    <system-out>");
  escape_xml(buf_text(&text), out);
  buf_free(&text);
  return buf_adds(out, "</system-out>\n    <system-err/>\n  </testsuite>\n"
                       "</testsuites>\n");
}
