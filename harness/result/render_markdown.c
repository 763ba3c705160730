/* SPDX-License-Identifier: MIT
 * Markdown for job summaries; see render.h. */
#include <string.h>

#include "base/markdown.h"
#include "base/units.h"
#include "document/doc.h"
#include "load/gate.h"
#include "load/offenders.h"
#include "result/phrases.h"
#include "result/render.h"

static int row(const char *label, const char *text, struct buf *out)
{
  buf_addf(out, "| %s | ", label);
  markdown_text(text, out);
  return buf_adds(out, " |\n");
}

static int phrase(const char *label, json_t *doc, phrase_fn *fn,
                  struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = fn(doc, &text);
  if(!rc && text.n)
    rc = row(label, buf_text(&text), out);
  buf_free(&text);
  return rc;
}

static int facts(json_t *doc, struct buf *out)
{
  static const struct {
    const char *label;
    phrase_fn *fn;
  } rows[] = {{"run", phrases_run},          {"streams", phrases_streams},
              {"endings", phrases_endings},  {"causes", phrases_causes},
              {"events", phrases_events},    {"delivery", phrases_delivery},
              {"latency is", phrases_clock}, {"generator", phrases_generator},
              {"server", phrases_server}};
  size_t i;
  int rc = buf_adds(out, "\n| | |\n| --- | --- |\n");
  if(!rc)
    rc = row("target", doc_text(doc, "target.url"), out);
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]) && !rc; i++)
    rc = phrase(rows[i].label, doc, rows[i].fn, out);
  return rc;
}

static void time_row(json_t *doc, const char *label, const char *path,
                     struct buf *out)
{
  static const char *const stats[] = {"p50", "p90", "p99", "p999", "max"};
  json_t *h = json_dotted_get(doc, path);
  size_t i;
  if(doc_count(h, "count") == 0)
    return;
  buf_addf(out, "| %s |", label);
  for(i = 0; i < 5; i++) {
    char text[UNITS_MAX];
    double v;
    buf_addf(out, " %s |",
             doc_find(h, stats[i], &v) ? units_fmt_ms(v, text) : "-");
  }
  buf_addc(out, '\n');
}

static int times(json_t *doc, struct buf *out)
{
  static const char *const rows[][2] = {
      {"latency", "summary.latency_ms"},
      {"latency, uncorrected", "summary.latency_ms.uncorrected"},
      {"connect", "summary.connect_ms"},
      {"headers", "summary.headers_ms"},
      {"first event", "summary.first_event_ms"},
      {"gap", "summary.gap_ms"},
      {"reconnect", "summary.reconnect_ms"}};
  size_t i;
  buf_adds(out, "\n| time | p50 | p90 | p99 | p99.9 | max |\n"
                "| --- | ---: | ---: | ---: | ---: | ---: |\n");
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    time_row(doc, rows[i][0], rows[i][1], out);
  return out->rc;
}

static int threshold(json_t *t, struct buf *out)
{
  buf_adds(out, "| ");
  markdown_text(doc_text(t, "expression"), out);
  buf_adds(out, " | ");
  gate_observed(t, out);
  if(doc_text(t, "why")[0])
    buf_addf(out, " (%s)", doc_text(t, "why"));
  return buf_addf(out, " | %s |\n", doc_bool(t, "pass") ? "yes" : "**no**");
}

static int thresholds(json_t *doc, struct buf *out)
{
  json_t *list = doc_array(doc, "thresholds"), *t;
  size_t i;
  if(json_array_size(list) == 0)
    return 0;
  buf_adds(out, "\n| threshold | observed | met |\n"
                "| --- | ---: | --- |\n");
  json_array_foreach(list, i, t)
  {
    threshold(t, out);
  }
  return out->rc;
}

static int offenders(json_t *doc, struct buf *out)
{
  json_t *list = doc_array(doc, "first_offenders"), *o;
  size_t i;
  if(json_array_size(list))
    buf_adds(out, "\nFirst offenders:\n\n");
  json_array_foreach(list, i, o)
  {
    buf_adds(out, "- ");
    offenders_sentence(o, out);
    buf_addc(out, '\n');
  }
  return out->rc;
}

static int reasons(json_t *doc, struct buf *out)
{
  json_t *list = doc_array(doc, "summary.generator.reasons"), *r;
  size_t i;
  if(json_array_size(list))
    buf_addc(out, '\n');
  json_array_foreach(list, i, r)
  {
    buf_adds(out, "- invalid: ");
    markdown_text(doc_text(r, "sentence"), out);
    buf_adds(out, " **To do:** ");
    markdown_text(doc_text(r, "advice"), out);
    buf_addc(out, '\n');
  }
  return out->rc;
}

int render_markdown(json_t *doc, struct buf *out)
{
  int rc = buf_addf(out, "### weir load: %s\n\n", phrases_verdict(doc));
  if(!rc)
    rc = markdown_text(doc_text(doc, "sentence"), out);
  if(!rc)
    rc = buf_addc(out, '\n');
  if(!rc)
    rc = reasons(doc, out);
  if(!rc)
    rc = thresholds(doc, out);
  if(!rc)
    rc = facts(doc, out);
  if(!rc && !gate_nothing_opened(doc))
    rc = times(doc, out);
  return rc ? rc : offenders(doc, out);
}
