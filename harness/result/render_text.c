/* SPDX-License-Identifier: MIT
 * One screen of text; see render.h.  What did not happen takes no line. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/gate.h"
#include "load/offenders.h"
#include "page/lines.h"
#include "result/phrases.h"
#include "result/render.h"

#define OFFENDERS_SHOWN 4
#define REASONS_SHOWN   3

static void cell(json_t *h, const char *stat, char *out, size_t size)
{
  char text[UNITS_MAX];
  double v;
  snprintf(out, size, "%11s",
           doc_find(h, stat, &v) ? units_fmt_ms(v, text) : "-");
}

static void times_row(struct lines *p, json_t *doc, const char *label,
                      const char *path)
{
  static const char *const stats[] = {"p50", "p90", "p99", "p999", "max"};
  char row[128] = "";
  json_t *h = json_dotted_get(doc, path);
  size_t i, n = 0;
  if(doc_count(h, "count") == 0)
    return;
  for(i = 0; i < 5; i++) {
    cell(h, stats[i], row + n, sizeof(row) - n);
    n = strlen(row);
  }
  lines_row(p, label, row);
}

/* The uncorrected figures only where they tell another story. */
static bool corrected_differs(json_t *doc)
{
  double fair = doc_number(doc, "summary.latency_ms.p99", 0);
  double raw = doc_number(doc, "summary.latency_ms.uncorrected.p99", fair);
  double diff = fair > raw ? fair - raw : raw - fair;
  return diff > 1 && diff > fair / 10;
}

static void times(struct lines *p, json_t *doc)
{
  lines_rowf(p, "", "%11s%11s%11s%11s%11s", "p50", "p90", "p99", "p99.9",
             "max");
  times_row(p, doc, "latency", "summary.latency_ms");
  if(corrected_differs(doc))
    times_row(p, doc, " uncorrected", "summary.latency_ms.uncorrected");
  times_row(p, doc, "connect", "summary.connect_ms");
  times_row(p, doc, "headers", "summary.headers_ms");
  times_row(p, doc, "first event", "summary.first_event_ms");
  times_row(p, doc, "gap", "summary.gap_ms");
  times_row(p, doc, "reconnect", "summary.reconnect_ms");
  phrases_row(p, "latency is", doc, phrases_clock);
}

static void threshold(struct lines *p, json_t *t)
{
  struct buf text;
  bool pass = doc_bool(t, "pass");
  int rc;
  buf_init(&text, 0);
  rc = buf_addf(&text, "%s: ", doc_text(t, "expression"));
  if(!rc)
    rc = gate_observed(t, &text);
  if(!rc && doc_text(t, "why")[0])
    rc = buf_addf(&text, ", %s", doc_text(t, "why"));
  if(rc && !p->out->rc)
    p->out->rc = rc;
  lines_mark(p, pass ? PAGE_GOOD : PAGE_BAD,
             pass ? "\xe2\x9c\x93 met" : "\xe2\x9c\x97 not met",
             buf_text(&text));
  buf_free(&text);
}

static void thresholds(struct lines *p, json_t *doc)
{
  json_t *list = doc_array(doc, "thresholds"), *t;
  size_t i;
  json_array_foreach(list, i, t)
  {
    threshold(p, t);
  }
}

static void offenders(struct lines *p, json_t *doc)
{
  json_t *list = doc_array(doc, "first_offenders"), *o;
  size_t i, n = json_array_size(list);
  json_array_foreach(list, i, o)
  {
    struct buf text;
    if(i == OFFENDERS_SHOWN)
      break;
    buf_init(&text, 0);
    if(!p->out->rc)
      p->out->rc = offenders_sentence(o, &text);
    lines_row(p, i ? "" : "offenders", buf_text(&text));
    buf_free(&text);
  }
  if(n > OFFENDERS_SHOWN)
    lines_rowf(p, "", "and %zu more in the JSON document",
               n - OFFENDERS_SHOWN);
}

/* The headline has said the first reason already. */
static void reasons(struct lines *p, json_t *doc)
{
  json_t *list = doc_array(doc, "summary.generator.reasons"), *r;
  bool said = strcmp(doc_text(doc, "verdict"), "invalid") == 0;
  size_t i;
  json_array_foreach(list, i, r)
  {
    if(i == REASONS_SHOWN)
      break;
    if(i || !said)
      lines_mark(p, PAGE_WARN, "invalid too", doc_text(r, "sentence"));
    lines_row(p, "  to do", doc_text(r, "advice"));
  }
}

static void assumptions(struct lines *p, json_t *doc)
{
  json_t *list = doc_array(doc, "assumptions"), *s;
  size_t i;
  json_array_foreach(list, i, s)
  {
    const char *text = json_string_value(s);
    lines_mark(p, PAGE_DIM, i ? "" : "assumed", text ? text : "");
  }
}

int render_text(json_t *doc, bool colour, struct buf *out)
{
  struct lines p = {.out = out, .colour = colour};
  lines_verdict(&p, phrases_verdict(doc), doc_text(doc, "sentence"));
  reasons(&p, doc);
  thresholds(&p, doc);
  lines_blank(&p);
  lines_row(&p, "target", doc_text(doc, "target.url"));
  phrases_row(&p, "run", doc, phrases_run);
  phrases_row(&p, "streams", doc, phrases_streams);
  phrases_row(&p, "", doc, phrases_endings);
  phrases_row(&p, "causes", doc, phrases_causes);
  if(!gate_nothing_opened(doc)) {
    phrases_row(&p, "events", doc, phrases_events);
    phrases_row(&p, "delivery", doc, phrases_delivery);
    offenders(&p, doc);
    times(&p, doc);
  }
  phrases_row(&p, "generator", doc, phrases_generator);
  phrases_row(&p, "server", doc, phrases_server);
  assumptions(&p, doc);
  return out->rc;
}
