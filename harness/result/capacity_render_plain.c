/* SPDX-License-Identifier: MIT
 * Capacity documents as Markdown, CSV and workflow commands; see
 * capacity_render.h. */
#include <inttypes.h>
#include <string.h>

#include "base/markdown.h"
#include "base/units.h"
#include "capacity/capacity_close.h"
#include "document/doc.h"
#include "page/escape.h"
#include "result/capacity_render.h"

static int fact(const char *label, const char *text, struct buf *out)
{
  if(!text[0])
    return 0;
  buf_addf(out, "| %s | ", label);
  markdown_text(text, out);
  return buf_adds(out, " |\n");
}

static int phrase(const char *label, json_t *doc,
                  int (*fn)(json_t *doc, struct buf *out), struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = fn(doc, &text);
  if(!rc)
    rc = fact(label, buf_text(&text), out);
  buf_free(&text);
  return rc;
}

static int facts(json_t *doc, struct buf *out)
{
  json_t *other = json_object_get(doc, "reference");
  int rc = buf_adds(out, "\n| | |\n| --- | --- |\n");
  if(!rc)
    rc = fact("target", doc_text(doc, "target.url"), out);
  if(!rc)
    rc = phrase("objectives", doc, capacity_slo_text, out);
  if(!rc)
    rc = fact("limited by", doc_text(doc, "limited_by.code"), out);
  if(!rc)
    rc = fact("to do", doc_text(doc, "limited_by.advice"), out);
  if(!rc)
    rc = phrase("server", json_object_get(doc, "slopes"), capacity_costs_text,
                out);
  if(!rc)
    rc = phrase("compared", doc, capacity_ratio_text, out);
  if(!rc)
    rc = phrase("reference server", json_object_get(other, "slopes"),
                capacity_costs_text, out);
  return rc;
}

static int cell(json_t *step, const char *path, struct buf *out)
{
  char text[UNITS_MAX];
  double v;
  if(!doc_find(step, path, &v))
    return buf_adds(out, " - |");
  return buf_addf(out, " %s |", units_fmt_count(doc_count(step, path), text));
}

static int row(json_t *step, struct buf *out)
{
  char text[UNITS_MAX];
  double v;
  buf_addf(out, "| %" PRIu64 " | %s | %s |", doc_count(step, "number"),
           doc_text(step, "side"), doc_text(step, "phase"));
  cell(step, "load", out);
  cell(step, "summary.connections.failed", out);
  cell(step, "summary.events.lost", out);
  cell(step, "summary.events.per_second", out);
  buf_addf(out, " %s |",
           doc_find(step, "summary.latency_ms.p99", &v) ? units_fmt_ms(v, text)
                                                        : "-");
  return buf_addf(out, " %s |\n", doc_text(step, "verdict"));
}

int capacity_render_markdown(json_t *doc, struct buf *out)
{
  json_t *step;
  size_t i;
  int rc =
      buf_addf(out, "### weir capacity: %s\n\n", capacity_render_verdict(doc));
  if(!rc)
    rc = markdown_text(doc_text(doc, "sentence"), out);
  if(!rc)
    rc = buf_addc(out, '\n');
  if(!rc)
    rc = facts(doc, out);
  if(!rc)
    rc = buf_adds(out,
                  "\n| step | server | phase | load | failed | lost | "
                  "events/s | p99 | verdict |\n"
                  "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | "
                  "--- |\n");
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    if(!rc)
      rc = row(step, out);
  }
  return rc;
}

/* Column titles and where they stand in a step. */
static const char *const columns[][2] = {
    {"load", "load"},
    {"streams", "summary.connections.peak"},
    {"failed", "summary.connections.failed"},
    {"refused", "summary.connections.refused"},
    {"lost", "summary.events.lost"},
    {"events_per_second", "summary.events.per_second"},
    {"bytes_per_second", "summary.events.bytes_per_second"},
    {"latency_p50_ms", "summary.latency_ms.p50"},
    {"latency_p99_ms", "summary.latency_ms.p99"},
    {"latency_max_ms", "summary.latency_ms.max"},
    {"generator_cpu_percent", "summary.generator.cpu_percent"},
    {"server_cpu_percent", "server.cpu_percent"},
    {"server_rss_bytes", "server.rss_bytes"},
    {"server_fds", "server.fds"}};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void csv_row(json_t *step, struct buf *out)
{
  size_t i;
  buf_addf(out, "%" PRIu64 ",%s,%s,%s,%s", doc_count(step, "number"),
           doc_text(step, "side"), doc_text(step, "phase"),
           doc_bool(step, "repeat") ? "1" : "0", doc_text(step, "verdict"));
  for(i = 0; i < COLUMNS; i++) {
    json_t *v = json_dotted_get(step, columns[i][1]);
    if(json_is_integer(v))
      buf_addf(out, ",%" PRId64, (int64_t)json_integer_value(v));
    else if(json_is_real(v))
      buf_addf(out, ",%.3f", json_real_value(v));
    else
      buf_addc(out, ',');
  }
  buf_adds(out, "\r\n");
}

int capacity_render_csv(json_t *doc, struct buf *out)
{
  json_t *step;
  size_t i;
  buf_adds(out, "step,side,phase,repeat,verdict");
  for(i = 0; i < COLUMNS; i++)
    buf_addf(out, ",%s", columns[i][0]);
  buf_adds(out, "\r\n");
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    csv_row(step, out);
  }
  return out->rc;
}

int capacity_render_github(json_t *doc, struct buf *out)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = buf_addf(&text, "%s", doc_text(doc, "sentence"));
  if(!rc && json_is_object(json_object_get(doc, "reference")))
    rc = buf_adds(&text, "; ");
  if(!rc)
    rc = capacity_ratio_text(doc, &text);
  if(!rc)
    rc = escape_annotation(pass ? "notice" : "error", "weir capacity",
                           buf_text(&text), out);
  buf_free(&text);
  return rc;
}
