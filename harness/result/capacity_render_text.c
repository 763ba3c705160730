/* SPDX-License-Identifier: MIT
 * A capacity search on one screen; see capacity_render.h. */
#include <string.h>

#include "base/units.h"
#include "capacity/capacity_close.h"
#include "document/doc.h"
#include "page/lines.h"
#include "result/capacity_render.h"
#include "result/phrases.h"

static void headline(struct lines *p, json_t *doc)
{
  lines_verdict(p, capacity_render_verdict(doc), doc_text(doc, "sentence"));
  if(doc_text(doc, "limited_by.advice")[0])
    lines_row(p, "  to do", doc_text(doc, "limited_by.advice"));
}

static int search(json_t *doc, struct buf *out)
{
  char from[UNITS_MAX], to[UNITS_MAX], step[UNITS_MAX], all[UNITS_MAX];
  return buf_addf(
      out, "%s from %s to %s at most; %zu steps of %s in %s, to %.0f%%",
      doc_text(doc, "method.axis"),
      units_fmt_count(doc_count(doc, "method.start"), from),
      units_fmt_count(doc_count(doc, "method.max"), to),
      json_array_size(doc_array(doc, "steps")),
      units_fmt_duration(
          (uint64_t)(doc_number(doc, "method.step_ms", 0) * 1e6), step),
      units_fmt_duration((uint64_t)(doc_number(doc, "elapsed_ms", 0) * 1e6),
                         all),
      100 * doc_number(doc, "method.tolerance", 0));
}

static int knee(json_t *doc, struct buf *out)
{
  char text[UNITS_MAX];
  uint64_t load = doc_count(doc, "knee.load");
  double v;
  if(load)
    capacity_load(doc, load, out);
  if(!load)
    return out->rc;
  if(doc_find(doc, "knee.events_per_second", &v))
    buf_addf(out, ", %s events/s", units_fmt_count((uint64_t)v, text));
  if(doc_find(doc, "knee.latency_p99_ms", &v))
    buf_addf(out, ", p99 %s", units_fmt_ms(v, text));
  if(doc_bool(doc, "knee.confirmed"))
    buf_addf(
        out, ", confirmed over %s",
        units_fmt_duration(
            (uint64_t)(doc_number(doc, "method.confirm_ms", 0) * 1e6), text));
  return out->rc;
}

static int costs(json_t *doc, struct buf *out)
{
  return capacity_costs_text(json_object_get(doc, "slopes"), out);
}

static void steps(struct lines *p, json_t *doc)
{
  json_t *step;
  size_t i;
  if(!p->out->rc)
    p->out->rc = buf_adds(p->out, CAPACITY_STEP_HEADING "\n");
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    if(!p->out->rc)
      p->out->rc = capacity_step_line(step, p->out);
    if(!p->out->rc)
      p->out->rc = buf_addc(p->out, '\n');
  }
}

static void assumptions(struct lines *p, json_t *doc)
{
  json_t *text;
  size_t i;
  json_array_foreach(doc_array(doc, "assumptions"), i, text)
  {
    lines_mark(p, PAGE_DIM, i ? "" : "note", json_string_value(text));
  }
}

int capacity_render_text(json_t *doc, bool colour, struct buf *out)
{
  struct lines p = {.out = out, .colour = colour};
  json_t *other = json_object_get(doc, "reference");
  headline(&p, doc);
  lines_blank(&p);
  lines_row(&p, "target", doc_text(doc, "target.url"));
  phrases_row(&p, "objectives", doc, capacity_slo_text);
  phrases_row(&p, "search", doc, search);
  phrases_row(&p, "knee", doc, knee);
  phrases_row(&p, "server", doc, costs);
  phrases_row(&p, "compared", doc, capacity_ratio_text);
  if(json_is_object(other)) {
    lines_row(&p, " limited by", doc_text(other, "limited_by.sentence"));
    phrases_row(&p, " server", other, costs);
  }
  assumptions(&p, doc);
  lines_blank(&p);
  steps(&p, doc);
  return out->rc;
}
