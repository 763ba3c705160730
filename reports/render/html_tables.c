/* SPDX-License-Identifier: MIT
 * Rows of a result: thresholds, distributions, changes, findings, and how the
 * result came about; see html.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/gate.h"
#include "reports/render/html.h"
#include "result/compare_text.h"
#include "result/phrases.h"

static void open_table(struct html *h, const char *title,
                       const char *const *column, size_t columns)
{
  size_t i;
  hx_wrap(h, "<h3>", title,
          "</h3>\n<section class=\"scroll\" tabindex=\"0\" ");
  hx_wrap(h, "aria-label=\"", title, "\"><table><thead><tr>");
  for(i = 0; i < columns; i++)
    hx_wrap(h, i ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">",
            column[i], "</th>");
  hx_add(h, "</tr></thead><tbody>\n");
}

static void close_table(struct html *h)
{
  hx_add(h, "</tbody></table></section>\n");
}

static void distribution(struct html *h, json_t *doc, const char *label,
                         const char *path)
{
  static const char *const stats[] = {"p50", "p90", "p99", "p999", "max"};
  json_t *d = json_dotted_get(doc, path);
  size_t i;
  if(doc_count(d, "count") == 0)
    return;
  hx_wrap(h, "<tr><th scope=\"row\">", label, "</th>");
  for(i = 0; i < sizeof(stats) / sizeof(stats[0]); i++) {
    char text[UNITS_MAX];
    hx_wrap(h, "<td class=\"n\">",
            units_fmt_ms(doc_number(d, stats[i], NAN), text), "</td>");
  }
  hx_wrap(h, "<td class=\"n\">",
          units_fmt_count(doc_count(d, "count"), (char[UNITS_MAX]){0}),
          "</td></tr>\n");
}

static void distributions(struct html *h, json_t *doc)
{
  static const char *const columns[] = {"time",  "p50", "p90",   "p99",
                                        "p99.9", "max", "values"};
  open_table(h, "Times", columns, 7);
  distribution(h, doc, "latency", "summary.latency_ms");
  distribution(h, doc, "latency, uncorrected",
               "summary.latency_ms.uncorrected");
  distribution(h, doc, "connect", "summary.connect_ms");
  distribution(h, doc, "headers", "summary.headers_ms");
  distribution(h, doc, "first event", "summary.first_event_ms");
  distribution(h, doc, "gap between events", "summary.gap_ms");
  distribution(h, doc, "reconnect", "summary.reconnect_ms");
  close_table(h);
}

static void thresholds(struct html *h, json_t *doc)
{
  static const char *const columns[] = {"threshold", "observed", "verdict"};
  json_t *t;
  size_t i;
  if(json_array_size(doc_array(doc, "thresholds")) == 0)
    return;
  open_table(h, "Thresholds", columns, 3);
  json_array_foreach(doc_array(doc, "thresholds"), i, t)
  {
    struct buf seen;
    buf_init(&seen, 0);
    if(!h->rc)
      h->rc = gate_observed(t, &seen);
    hx_wrap(h, "<tr><th scope=\"row\"><code>", doc_text(t, "expression"),
            "</code></th>");
    hx_wrap(h, "<td class=\"n\">", buf_text(&seen), "</td>");
    hx_add(h, doc_bool(t, "pass")
                  ? "<td class=\"n\"><span class=\"badge good\">held</span>"
                    "</td></tr>\n"
                  : "<td class=\"n\"><span class=\"badge bad\">missed"
                    "</span></td></tr>\n");
    buf_free(&seen);
  }
  close_table(h);
}

static void text_cell(struct html *h, json_t *m, const char *side)
{
  struct buf text;
  buf_init(&text, 0);
  if(!h->rc)
    h->rc = side ? compare_text_value(m, side, &text)
                 : compare_text_percent(m, &text);
  hx_wrap(h, "<td class=\"n\">", buf_text(&text), "</td>");
  buf_free(&text);
}

static void changes(struct html *h, json_t *one)
{
  static const char *const columns[] = {"metric", "base",          "now",
                                        "change", "95 % interval", "verdict"};
  json_t *m;
  size_t i;
  if(json_array_size(doc_array(one, "metrics")) == 0)
    return;
  open_table(h, "Changes", columns, 6);
  json_array_foreach(doc_array(one, "metrics"), i, m)
  {
    double low, high;
    char range[64] = "";
    if(strcmp(doc_text(m, "verdict"), "not measured") == 0)
      continue;
    if(doc_find(m, "ratio_low", &low) && doc_find(m, "ratio_high", &high))
      snprintf(range, sizeof(range), "%+.1f to %+.1f %%", 100 * (low - 1),
               100 * (high - 1));
    hx_wrap(h, "<tr><th scope=\"row\"><code>", doc_text(m, "metric"),
            "</code></th>");
    text_cell(h, m, "base");
    text_cell(h, m, "now");
    text_cell(h, m, NULL);
    hx_wrap(h, "<td class=\"n\">", range, "</td>");
    hx_wrap(h, "<td class=\"n\">", doc_text(m, "verdict"), "</td></tr>\n");
  }
  close_table(h);
}

static void number_cell(struct html *h, const char *text)
{
  hx_wrap(h, "<td class=\"n\">", text, "</td>");
}

static void step_row(struct html *h, json_t *s)
{
  char text[UNITS_MAX];
  hx_number(h, "<tr><th scope=\"row\">", (size_t)doc_count(s, "number"));
  hx_wrap(h, ", ", doc_text(s, "side"), ", ");
  hx_wrap(h, "", doc_text(s, "phase"), "</th>");
  number_cell(h, units_fmt_count(doc_count(s, "load"), text));
  number_cell(h, doc_text(s, "verdict"));
  number_cell(
      h, units_fmt_ms(doc_number(s, "summary.latency_ms.p99", NAN), text));
  number_cell(
      h, units_fmt_count(doc_count(s, "summary.events.per_second"), text));
  hx_number(h, "<td class=\"n\">",
            (size_t)doc_count(s, "summary.events.lost"));
  hx_number(h, "</td><td class=\"n\">",
            (size_t)doc_count(s, "summary.connections.failed"));
  hx_add(h, "</td></tr>\n");
}

static void steps(struct html *h, json_t *doc)
{
  static const char *const columns[] = {"step",     "load", "verdict", "p99",
                                        "events/s", "lost", "failed"};
  json_t *s;
  size_t i;
  hx_add(h, "<details><summary>Steps of the search, one by one</summary>\n");
  open_table(h, "Steps of the search", columns, 7);
  json_array_foreach(doc_array(doc, "steps"), i, s)
  {
    step_row(h, s);
  }
  close_table(h);
  hx_add(h, "</details>\n");
}

/* Checks that failed or warned, findings of the doctor. */
static void findings(struct html *h, json_t *list, const char *id,
                     const char *said, const char *grade)
{
  json_t *f;
  size_t i;
  hx_add(h, "<ul>\n");
  json_array_foreach(list, i, f)
  {
    const char *how = doc_text(f, grade);
    if(strcmp(how, "FAIL") && strcmp(how, "WARN") && strcmp(how, "error") &&
       strcmp(how, "warn"))
      continue;
    hx_wrap(h, "<li><span class=\"badge ",
            strcmp(how, "FAIL") == 0 || strcmp(how, "error") == 0 ? "bad"
                                                                  : "warn",
            "\">");
    hx_wrap(h, "", how, "</span> ");
    hx_wrap(h, "<code>", doc_text(f, id), "</code> ");
    hx_wrap(h, "", doc_text(f, said), "</li>\n");
  }
  hx_add(h, "</ul>\n");
}

void report_tables(struct html *h, json_t *doc)
{
  json_t *one;
  size_t i;
  if(json_is_object(json_dotted_get(doc, "summary.latency_ms"))) {
    thresholds(h, doc);
    distributions(h, doc);
  }
  json_array_foreach(doc_array(doc, "comparisons"), i, one) changes(h, one);
  if(doc_array(doc, "steps"))
    steps(h, doc);
  if(doc_array(doc, "checks"))
    findings(h, doc_array(doc, "checks"), "id", "text", "verdict");
  if(doc_array(doc, "findings"))
    findings(h, doc_array(doc, "findings"), "rule", "symptom", "severity");
}

static void fact(struct html *h, const char *name, const char *value)
{
  if(!value[0])
    return;
  hx_wrap(h, "<dt>", name, "</dt>");
  hx_wrap(h, "<dd>", value, "</dd>\n");
}

static void phrase(struct html *h, const char *name, json_t *doc,
                   phrase_fn *fn)
{
  struct buf text;
  buf_init(&text, 0);
  if(!h->rc)
    h->rc = fn(doc, &text);
  fact(h, name, buf_text(&text));
  buf_free(&text);
}

static void load_facts(struct html *h, json_t *doc)
{
  phrase(h, "run", doc, phrases_run);
  phrase(h, "streams", doc, phrases_streams);
  phrase(h, "failures", doc, phrases_causes);
  phrase(h, "endings", doc, phrases_endings);
  phrase(h, "events", doc, phrases_events);
  phrase(h, "delivery", doc, phrases_delivery);
  phrase(h, "latency is", doc, phrases_clock);
  phrase(h, "generator", doc, phrases_generator);
  phrase(h, "server", doc, phrases_server);
}

static void validity(struct html *h, json_t *doc)
{
  json_t *r;
  size_t i;
  json_array_foreach(doc_array(doc, "summary.generator.reasons"), i, r)
      fact(h, "not valid", doc_text(r, "sentence"));
  if(json_is_object(json_dotted_get(doc, "summary.generator")) &&
     json_array_size(doc_array(doc, "summary.generator.reasons")) == 0)
    fact(h, "validity",
         "the generator kept up: its CPU, event loop, schedule and receive "
         "queues stayed within their limits");
  json_array_foreach(doc_array(doc, "assumptions"), i, r)
      fact(h, "assumed", json_string_value(r) ? json_string_value(r) : "");
}

void report_facts(struct html *h, json_t *doc)
{
  char machine[200];
  hx_add(h, "<h3>How this was measured</h3>\n<dl class=\"facts\">\n");
  if(json_is_object(json_dotted_get(doc, "summary.latency_ms")))
    load_facts(h, doc);
  if(json_is_string(json_dotted_get(doc, "method")))
    fact(h, "method", doc_text(doc, "method"));
  if(json_is_object(json_dotted_get(doc, "limited_by"))) {
    fact(h, "limited by", doc_text(doc, "limited_by.sentence"));
    fact(h, "advice", doc_text(doc, "limited_by.advice"));
  }
  validity(h, doc);
  snprintf(machine, sizeof(machine), "%.60s, %.80s, %.0f CPUs",
           doc_text(doc, "environment.host"),
           doc_text(doc, "environment.kernel"),
           doc_number(doc, "environment.cpus", 0));
  if(doc_text(doc, "environment.host")[0])
    fact(h, "machine", machine);
  fact(h, "command", doc_text(doc, "command"));
  fact(h, "weir", doc_text(doc, "weir"));
  hx_add(h, "</dl>\n");
}
