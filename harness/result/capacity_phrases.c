/* SPDX-License-Identifier: MIT
 * Pieces of text that several renderers of capacity documents share. */
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "result/capacity_phrases.h"

#define GOOD_FIT 0.8

static const char *count(json_t *step, const char *path, char out[UNITS_MAX])
{
  double v;
  return doc_find(step, path, &v) ? units_fmt_count(doc_count(step, path), out)
                                  : "-";
}

static const char *ms(json_t *step, const char *path, char out[UNITS_MAX])
{
  double v;
  return doc_find(step, path, &v) ? units_fmt_ms(v, out) : "-";
}

int capacity_step_line(json_t *step, struct buf *out)
{
  char load[UNITS_MAX], failed[UNITS_MAX], lost[UNITS_MAX];
  char events[UNITS_MAX], p99[UNITS_MAX];
  return buf_addf(
      out, "%4llu %-9s %-7s%10s%8s%8s%9s%10s  %s",
      (unsigned long long)doc_count(step, "number"), doc_text(step, "side"),
      doc_text(step, "phase"), count(step, "load", load),
      count(step, "summary.connections.failed", failed),
      count(step, "summary.events.lost", lost),
      count(step, "summary.events.per_second", events),
      ms(step, "summary.latency_ms.p99", p99), doc_text(step, "verdict"));
}

static int fit(json_t *slopes, const char *name, const char *what,
               size_t start, struct buf *out)
{
  json_t *f = json_object_get(slopes, name);
  char text[UNITS_MAX];
  double slope;
  if(!doc_find(f, "slope", &slope))
    return 0;
  buf_adds(out, out->n > start ? ", " : "");
  if(strcmp(name, "bytes_per_stream") == 0)
    buf_addf(out, "%s %s", units_fmt_bytes(slope, text), what);
  else
    buf_addf(out, "%.2f us %s", slope, what);
  return buf_addf(out, " (R2 %.3f%s)", doc_number(f, "r2", 0),
                  doc_number(f, "r2", 0) < GOOD_FIT ? ", a poor fit" : "");
}

int capacity_costs_text(json_t *slopes, struct buf *out)
{
  size_t start = out->n;
  fit(slopes, "bytes_per_stream", "of memory a stream", start, out);
  fit(slopes, "cpu_us_per_stream_second", "CPU a second and stream", start,
      out);
  return fit(slopes, "cpu_us_per_event", "CPU an event", start, out);
}

int capacity_slo_text(json_t *doc, struct buf *out)
{
  json_t *t;
  size_t i;
  json_array_foreach(doc_array(doc, "slo"), i, t)
  {
    buf_addf(out, "%s%s", i ? "; " : "", doc_text(t, "expression"));
  }
  return out->rc;
}
