/* SPDX-License-Identifier: MIT
 * The first screen of a result: verdict, one sentence, three numbers; see
 * html.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "capacity/capacity_doc.h"
#include "conformance/check_doc.h"
#include "document/doc.h"
#include "reports/render/html.h"
#include "result/compare.h"

static void number(struct html *h, const char *what, const char *value)
{
  hx_wrap(h, "<div><dt>", what, "</dt>");
  hx_wrap(h, "<dd>", value, "</dd></div>");
}

static void count(struct html *h, const char *what, double v)
{
  char text[UNITS_MAX] = "\xe2\x80\x93";
  if(isfinite(v))
    units_fmt_count((uint64_t)(v < 0 ? 0 : v), text);
  number(h, what, text);
}

static void of_load(struct html *h, json_t *doc)
{
  char text[UNITS_MAX] = "\xe2\x80\x93";
  double v;
  if(doc_find(doc, "summary.latency_ms.p99", &v))
    units_fmt_ms(v, text);
  number(h, "latency, 99th percentile", text);
  count(h, "events per second",
        doc_number(doc, "summary.events.per_second", NAN));
  count(h, "events lost", doc_number(doc, "summary.events.lost", NAN));
}

static void of_capacity(struct html *h, json_t *doc)
{
  static const struct {
    const char *relation, *words;
  } relations[] = {{"at_most", "at most "}, {"at_least", "at least "}};
  char text[64] = "not compared", what[80];
  double ratio;
  size_t i;
  snprintf(what, sizeof(what), "%.60s held", doc_text(doc, "method.unit"));
  count(h, what, doc_number(doc, "knee.load", NAN));
  if(doc_find(doc, "ratio.value", &ratio)) {
    const char *words = "";
    for(i = 0; i < 2; i++) {
      if(strcmp(doc_text(doc, "ratio.relation"), relations[i].relation) == 0)
        words = relations[i].words;
    }
    snprintf(text, sizeof(text), "%s%.2f", words, ratio);
  }
  number(h, "of weir-server on this machine", text);
  number(h, "what ran out", doc_text(doc, "limited_by.code"));
}

static double verdicts(json_t *doc, const char *verdict)
{
  json_t *one, *m;
  size_t i, k;
  double n = 0;
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
  {
    json_array_foreach(doc_array(one, "metrics"), k, m)
    {
      n += doc_bool(m, "judged") &&
           strcmp(doc_text(m, "verdict"), verdict) == 0;
    }
  }
  return n;
}

static double listed(json_t *doc, const char *key)
{
  json_t *one;
  size_t i;
  double n = 0;
  json_array_foreach(doc_array(doc, "comparisons"), i, one) n +=
      (double)json_array_size(doc_array(one, key));
  return n;
}

static void of_compare(struct html *h, json_t *doc)
{
  bool load = strcmp(doc_text(doc, "kind"), "load") == 0;
  count(h, load ? "metrics worse" : "checks newly failing",
        load ? verdicts(doc, "worse") : listed(doc, "newly_failing"));
  count(h, load ? "metrics improved" : "checks newly passing",
        load ? verdicts(doc, "improved") : listed(doc, "newly_passing"));
  count(h, load ? "too noisy to say" : "checks no longer judged",
        load ? verdicts(doc, "too noisy to say")
             : listed(doc, "no_longer_judged"));
}

static void of_check(struct html *h, json_t *doc)
{
  count(h, "checks failed", doc_number(doc, "summary.fail", NAN));
  count(h, "checks warned", doc_number(doc, "summary.warn", NAN));
  count(h, "checks passed", doc_number(doc, "summary.pass", NAN));
}

static void of_nginx(struct html *h, json_t *doc)
{
  count(h, "errors", doc_number(doc, "summary.error", NAN));
  count(h, "warnings", doc_number(doc, "summary.warn", NAN));
  count(h, "for information", doc_number(doc, "summary.info", NAN));
}

static const char *badge(const char *verdict)
{
  if(strcmp(verdict, "pass") == 0)
    return "good";
  return strcmp(verdict, "fail") == 0 ? "bad" : "warn";
}

void report_head(struct html *h, const struct report_input *in, size_t at)
{
  json_t *doc = in->doc;
  const char *schema = doc_text(doc, "schema");
  const char *verdict = doc_text(doc, "verdict");
  char kind[40], letter[16];
  snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(schema + 5, "/"),
           schema + 5); /* "load" of "weir.load/1" */
  snprintf(letter, sizeof(letter), "%c: ", report_letter(at));
  hx_wrap(h, "<p class=\"soft\">", letter, "");
  hx_wrap(h, "weir ", kind, ", ");
  hx_wrap(h, "", in->name, "</p>\n<h2><span class=\"badge ");
  hx_wrap(h, badge(verdict), "", "\">");
  hx_wrap(h, "", verdict, "</span> ");
  hx_wrap(h, "", doc_text(doc, "sentence"), "</h2>\n");
  hx_wrap(h, "<p class=\"soft\">", doc_text(doc, "target.url"), " ");
  hx_wrap(h, "", doc_text(doc, "started"), "</p>\n<dl class=\"numbers\">");
  if(capacity_doc_is(doc))
    of_capacity(h, doc);
  else if(compare_doc_is(doc))
    of_compare(h, doc);
  else if(check_doc_is(doc))
    of_check(h, doc);
  else if(strcmp(kind, "nginx") == 0)
    of_nginx(h, doc);
  else
    of_load(h, doc);
  hx_add(h, "</dl>\n");
}
