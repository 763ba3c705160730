/* SPDX-License-Identifier: MIT
 * Plots of a load run; see report.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "metrics/hist_json.h"
#include "reports/render/plots.h"
#include "result/phrases.h"

#define GAP_BARS 60

/* A duration of a document as people read it. */
#define MS(doc, path)                                                         \
  units_fmt_ms(doc_number(doc, path, NAN), (char[UNITS_MAX]){0})

#define COUNT(doc, path)                                                      \
  units_fmt_count((uint64_t)(doc_number(doc, path, 0) + 0.5),                 \
                  (char[UNITS_MAX]){0})

static double per_second(json_t *doc, json_t *row, const char *key)
{
  double width = doc_number(doc, "slice_ms", 1000) / 1000;
  return doc_number(row, key, NAN) / (width > 0 ? width : 1);
}

/* The tail of a histogram as HdrHistogram draws it: one row per recorded
 * value, at most a few thousand. */
static int percentiles(struct plot *p, json_t *distribution)
{
  struct hist *h = hist_new();
  struct err ignored;
  uint64_t seen = 0;
  uint32_t i;
  int rc = h ? 0 : E_NOMEM;
  if(!rc && hist_from_json(h, distribution, &ignored) == 0 && h->total) {
    for(i = h->low; i <= h->high && !rc; i++) {
      double below = (double)seen / (double)h->total;
      double row[2] = {1 / (1 - below), (double)hist_highest_us(i) / 1000};
      seen += h->counts[i];
      if(h->counts[i])
        rc = plot_row(p, row, 2);
    }
  }
  free(h);
  return rc;
}

/* The strictest limit that a threshold sets on a latency, in ms; 0: none. */
static double latency_limit(json_t *doc, const char *field)
{
  json_t *t;
  size_t i;
  double limit = 0;
  json_array_foreach(doc_array(doc, "thresholds"), i, t)
  {
    double v = doc_number(t, "limit", 0);
    if(strncmp(doc_text(t, "field"), field, strlen(field)) == 0 &&
       doc_text(t, "op")[0] == '<' && v > 0 && (limit <= 0 || v < limit))
      limit = v;
  }
  return limit;
}

static int percentile_plot(json_t *doc, struct plot_list *l)
{
  json_t *latency = json_dotted_get(doc, "summary.latency_ms");
  json_t *raw = json_dotted_get(doc, "summary.latency_ms.uncorrected");
  struct plot *p;
  int rc;
  if(doc_count(latency, "count") == 0)
    return 0;
  p = plots_add(l, PLOT_PERCENTILE, "Latency by percentile");
  if(!p)
    return 0;
  rc = percentiles(p, latency);
  snprintf(p->given, sizeof(p->given), "blocks = %d; limit = %.9g",
           doc_count(raw, "count") ? 2 : 1, latency_limit(doc, "latency."));
  if(!rc && doc_count(raw, "count")) {
    rc = plot_break(p);
    if(!rc)
      rc = percentiles(p, raw);
  }
  snprintf(p->caption, sizeof(p->caption),
           "Half of all %s came within %s, 99 %% within %s, the slowest "
           "took %s.",
           phrases_of_requests(doc) ? "answers" : "events", MS(latency, "p50"),
           MS(latency, "p99"), MS(latency, "max"));
  return rc;
}

/* One row per slice of the timeline, by columns. */
static int timeline_rows(json_t *doc, struct plot *p,
                         void (*row)(json_t *doc, json_t *slice, double *v),
                         size_t columns)
{
  double width = doc_number(doc, "slice_ms", 1000) / 1000;
  double end = doc_number(doc, "elapsed_ms", INFINITY) / 1000;
  json_t *slice;
  double v[8];
  size_t i;
  int rc = 0;
  json_array_foreach(doc_array(doc, "timeline"), i, slice)
  {
    v[0] = doc_number(slice, "t", NAN);
    if(i && v[0] + width > end)
      break; /* not whole: it would look like a collapse */
    row(doc, slice, v + 1);
    if(!rc)
      rc = plot_row(p, v, columns + 1);
  }
  return rc;
}

static void latency_row(json_t *doc, json_t *slice, double *v)
{
  (void)doc;
  v[0] = doc_number(slice, "latency_ms.p50", NAN);
  v[1] = doc_number(slice, "latency_ms.p99", NAN);
  v[2] = doc_number(slice, "latency_ms.max", NAN);
}

static void streams_row(json_t *doc, json_t *slice, double *v)
{
  v[0] = doc_number(slice, "connections", NAN);
  v[1] = per_second(doc, slice, "events");
}

static void rate_row(json_t *doc, json_t *slice, double *v)
{
  v[0] = per_second(doc, slice, "opened");
  v[1] = per_second(doc, slice, "closed");
  v[2] = per_second(doc, slice, "failed");
}

static void reconnect_row(json_t *doc, json_t *slice, double *v)
{
  v[0] = doc_number(slice, "connections", NAN);
  v[1] = per_second(doc, slice, "reconnects");
}

/* From the shortest to the longest gap in us, 20 % apart at least: the bars of
 * an even stream would be narrower than the histogram's own. */
static void gap_range(const struct hist *h, double *low, double *high)
{
  *low = fmax((double)hist_lowest_us(h->low), 1);
  *high = (double)hist_highest_us(h->high) + 1;
  if(*high / *low < 1.2) {
    double middle = sqrt(*low * *high);
    *low = middle / 1.1;
    *high = middle * 1.1;
  }
}

static double gap_share(const struct hist *h, double from, double to)
{
  uint64_t n = 0;
  uint32_t i;
  for(i = h->low; i <= h->high; i++) {
    double at = (double)hist_lowest_us(i);
    n += at >= from && at < to ? h->counts[i] : 0;
  }
  return 100 * (double)n / (double)h->total;
}

static int gap_bars(struct plot *p, const struct hist *h)
{
  double low, high;
  int bar, rc = 0;
  gap_range(h, &low, &high);
  for(bar = 0; bar < GAP_BARS && !rc; bar++) {
    double from = low * pow(high / low, (double)bar / GAP_BARS);
    double to = low * pow(high / low, (double)(bar + 1) / GAP_BARS);
    rc = plot_row(
        p, (double[]){from / 1000, to / 1000, gap_share(h, from, to)}, 3);
  }
  snprintf(p->given, sizeof(p->given), "wide = %d; narrow = %d",
           high > 100 * low, high < 4 * low);
  return rc;
}

static int gap_plot(json_t *doc, struct plot_list *l)
{
  json_t *gap = json_dotted_get(doc, "summary.gap_ms");
  struct hist *h = hist_new();
  struct err ignored;
  struct plot *p = NULL;
  int rc = h ? 0 : E_NOMEM;
  if(!rc && hist_from_json(h, gap, &ignored) == 0 && h->total) {
    p = plots_add(l, PLOT_GAP, "Gaps between events");
    rc = p ? gap_bars(p, h) : 0;
  }
  if(p)
    snprintf(p->caption, sizeof(p->caption),
             "The time between two events of one stream: half of the gaps are "
             "below %s, 99 %% below %s, the longest is %s.",
             MS(gap, "p50"), MS(gap, "p99"), MS(gap, "max"));
  free(h);
  return rc;
}

static int delivery_plot(json_t *doc, struct plot_list *l)
{
  static const char *const names[] = {"received",  "lost",    "duplicated",
                                      "reordered", "corrupt", "foreign"};
  json_t *events = json_dotted_get(doc, "summary.events");
  struct plot *p;
  size_t i;
  if(strcmp(doc_text(events, "ledger"), "none") == 0)
    return 0;
  p = plots_add(l, PLOT_DELIVERY, "What became of the events");
  for(i = 0; p && i < sizeof(names) / sizeof(names[0]); i++) {
    p->points++;
    buf_addf(&p->data, "%s\t%.0f\n", names[i],
             doc_number(events, names[i], 0));
  }
  if(p)
    snprintf(p->caption, sizeof(p->caption),
             "%s received, %s lost, %s duplicated, %s reordered, "
             "%s corrupt, %s of another reader, counted %s.",
             COUNT(events, "received"), COUNT(events, "lost"),
             COUNT(events, "duplicated"), COUNT(events, "reordered"),
             COUNT(events, "corrupt"), COUNT(events, "foreign"),
             strcmp(doc_text(events, "ledger"), "exact") == 0
                 ? "against what was published"
                 : "by the numbers in the events");
  return p ? p->data.rc : 0;
}

static int latency_plot(json_t *doc, struct plot_list *l)
{
  struct plot *p;
  if(doc_count(doc, "summary.latency_ms.count") == 0)
    return 0;
  p = plots_add(l, PLOT_LATENCY_TIME, "Latency over time");
  if(!p)
    return 0;
  snprintf(p->given, sizeof(p->given), "limit = %.9g",
           latency_limit(doc, "latency."));
  snprintf(p->caption, sizeof(p->caption),
           "Per second of the run: median, 99th percentile and slowest "
           "event.");
  return timeline_rows(doc, p, latency_row, 3);
}

static int streams_plot(json_t *doc, struct plot_list *l)
{
  struct plot *p = plots_add(l, PLOT_STREAMS, "Streams and events over time");
  if(!p)
    return 0;
  snprintf(p->caption, sizeof(p->caption),
           "At most %s streams were open at once; %s events came per "
           "second of the measured span.",
           COUNT(doc, "summary.connections.peak"),
           COUNT(doc, "summary.events.per_second"));
  return timeline_rows(doc, p, streams_row, 2);
}

static int rate_plot(json_t *doc, struct plot_list *l)
{
  struct plot *p = plots_add(l, PLOT_RATE, "Streams opened and ended");
  if(!p)
    return 0;
  snprintf(p->caption, sizeof(p->caption),
           "%s opened of %s attempts, %s failed, %s ended by the server.",
           COUNT(doc, "summary.connections.opened"),
           COUNT(doc, "summary.connections.attempted"),
           COUNT(doc, "summary.connections.failed"),
           COUNT(doc, "summary.connections.ended_by_server"));
  return timeline_rows(doc, p, rate_row, 3);
}

static int reconnect_plot(json_t *doc, struct plot_list *l)
{
  struct plot *p;
  if(doc_count(doc, "summary.connections.reconnects") == 0)
    return 0;
  p = plots_add(l, PLOT_RECONNECT, "Recovery after streams broke");
  if(!p)
    return 0;
  snprintf(p->caption, sizeof(p->caption),
           "%s reconnects; half of the streams were back within %s, the "
           "slowest took %s.",
           COUNT(doc, "summary.connections.reconnects"),
           MS(doc, "summary.reconnect_ms.p50"),
           MS(doc, "summary.reconnect_ms.max"));
  return timeline_rows(doc, p, reconnect_row, 2);
}

int plots_of_load(json_t *doc, struct plot_list *l)
{
  typedef int make_fn(json_t *, struct plot_list *);
  static make_fn *const make[] = {percentile_plot, latency_plot, streams_plot,
                                  rate_plot,       gap_plot,     delivery_plot,
                                  reconnect_plot};
  size_t i;
  int rc = 0;
  for(i = 0; i < sizeof(make) / sizeof(make[0]) && !rc; i++)
    rc = make[i](doc, l);
  return rc;
}
