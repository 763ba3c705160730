/* SPDX-License-Identifier: MIT
 * Plots of capacities, comparisons and the nginx doctor; see plots.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "capacity/capacity_doc.h"
#include "document/doc.h"
#include "load/load_doc.h"
#include "reports/render/plots.h"
#include "result/compare.h"

struct plot *plots_add(struct plot_list *l, enum plot_kind kind,
                       const char *title)
{
  if(l->count == REPORT_MAX_PLOTS)
    return NULL;
  plot_init(&l->item[l->count], kind, title);
  return &l->item[l->count++];
}

/* What of a step is drawn: an objective, and what scales it. */
struct objective {
  const char *field;
  double limit, scale; /* limit as drawn, 0: none */
  const char *unit;
};

static json_t *objective_of(json_t *slo, const char *field)
{
  json_t *t;
  size_t i;
  json_array_foreach(slo, i, t)
  {
    if(strcmp(doc_text(t, "field"), field) == 0)
      return t;
  }
  return NULL;
}

/* The objective that the smallest load broke; the latency where none did. */
static json_t *broken(json_t *doc)
{
  json_t *step, *t, *found = NULL;
  double least = INFINITY;
  size_t i, k;
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    double load = doc_number(step, "load", INFINITY);
    if(strcmp(doc_text(step, "side"), "target") != 0 || load >= least)
      continue;
    json_array_foreach(doc_array(step, "slo"), k, t)
    {
      if(!doc_bool(t, "pass") && load < least &&
         json_is_number(json_object_get(t, "observed"))) {
        found = t;
        least = load;
      }
    }
  }
  return found ? found : objective_of(doc_array(doc, "slo"), "latency.p99");
}

static struct objective choose(json_t *doc)
{
  json_t *t = broken(doc);
  bool share = strcmp(doc_text(t, "unit"), "share") == 0;
  struct objective o = {.field = doc_text(t, "field"),
                        .scale = share ? 100 : 1,
                        .unit = share ? "percent" : doc_text(t, "unit")};
  o.limit = doc_number(t, "limit", 0) * o.scale;
  if(!t)
    o = (struct objective){"latency.p99", 0, 1, "ms"};
  if(strcmp(o.unit, "plain") == 0)
    o.unit = "";
  return o;
}

/* The same objective of a step; without one its latency. */
static double observed(json_t *step, const struct objective *o)
{
  json_t *t = objective_of(doc_array(step, "slo"), o->field);
  if(!t && strcmp(o->field, "latency.p99") == 0)
    return doc_number(step, "summary.latency_ms.p99", NAN);
  return doc_number(t, "observed", NAN) * o->scale;
}

/* One block of the capacity curve. */
static int steps(struct plot *p, json_t *doc, const char *block[2],
                 const struct objective *o)
{
  json_t *step;
  size_t i, n = 0;
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    double v[2] = {doc_number(step, "load", NAN), observed(step, o)};
    if(strcmp(doc_text(step, "side"), block[0]) != 0 ||
       strcmp(doc_text(step, "verdict"), block[1]) != 0 || !isfinite(v[1]))
      continue;
    plot_row(p, v, 2);
    n++;
  }
  if(n == 0) {
    plot_row(p, (double[]){NAN, NAN}, 2);
    p->points--;
  }
  return plot_break(p);
}

static int capacity_curve(json_t *doc, struct plot_list *l)
{
  static const char *const blocks[][2] = {{"target", "held"},
                                          {"target", "broke"},
                                          {"target", "invalid"},
                                          {"reference", "held"}};
  struct objective o = choose(doc);
  struct plot *p = plots_add(l, PLOT_CAPACITY, "Load against its objective");
  double knee = doc_number(doc, "knee.load", 0);
  char unit[PLOT_WORDS], field[PLOT_WORDS], of[PLOT_WORDS];
  size_t i;
  if(!p)
    return 0;
  plot_words(doc_text(doc, "method.unit"), unit);
  plot_words(o.field, field);
  plot_words(o.unit, of);
  snprintf(p->given, sizeof(p->given),
           "axis = \"%.60s\"\nwhat = \"%.60s%s%.20s\"\nof = \"%.20s\"\n"
           "slo = %.9g\nknee = %.9g",
           unit, field, of[0] ? ", " : "", of, of, o.limit, knee);
  snprintf(p->caption, sizeof(p->caption),
           "Each point is one step of the search, by %.60s: what the smallest "
           "load that broke missed.  The largest load that held is %.0f %s.",
           o.field, knee, doc_text(doc, "method.unit"));
  for(i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
    steps(p, doc, (const char *[2]){blocks[i][0], blocks[i][1]}, &o);
  return p->data.rc;
}

/* What could be fitted; either may be missing. */
static void say_cost(struct plot *p, json_t *mem, json_t *cpu)
{
  char bytes[60] = "", time[60] = "";
  double slope, r2;
  if(doc_find(mem, "slope", &slope) && doc_find(mem, "r2", &r2))
    snprintf(bytes, sizeof(bytes), "%.0f bytes (R2 %.2f)", slope, r2);
  if(doc_find(cpu, "slope", &slope) && doc_find(cpu, "r2", &r2))
    snprintf(time, sizeof(time), "%.3g us of CPU per second (R2 %.2f)", slope,
             r2);
  if(bytes[0] || time[0])
    snprintf(p->caption, sizeof(p->caption), "Fitted: %s%s%s for each stream.",
             bytes, bytes[0] && time[0] ? " and " : "", time);
}

static int capacity_cost(json_t *doc, struct plot_list *l)
{
  json_t *mem = json_dotted_get(doc, "slopes.bytes_per_stream");
  json_t *cpu = json_dotted_get(doc, "slopes.cpu_us_per_stream_second");
  json_t *step;
  struct plot *p;
  size_t i;
  int rc = 0;
  if(!json_is_object(mem) && !json_is_object(cpu))
    return 0;
  p = plots_add(l, PLOT_COST, "What a stream costs the server");
  json_array_foreach(doc_array(doc, "steps"), i, step)
  {
    double v[3] = {doc_number(step, "summary.connections.peak", NAN),
                   doc_number(step, "server.rss_bytes", NAN) / 1048576,
                   doc_number(step, "server.cpu_percent", NAN)};
    if(p && !rc && strcmp(doc_text(step, "side"), "target") == 0 &&
       isfinite(v[1]))
      rc = plot_row(p, v, 3);
  }
  if(!p)
    return 0;
  snprintf(p->given, sizeof(p->given),
           "mem_slope = %.9g\nmem_offset = %.9g\ncpu_slope = %.9g\n"
           "cpu_offset = %.9g",
           doc_number(mem, "slope", 0) / 1048576,
           doc_number(mem, "base", 0) / 1048576,
           doc_number(cpu, "slope", 0) / 1e4,
           doc_number(cpu, "base", 0) / 1e4);
  say_cost(p, mem, cpu);
  return rc;
}

int plots_of_capacity(json_t *doc, struct plot_list *l)
{
  int rc = capacity_curve(doc, l);
  return rc ? rc : capacity_cost(doc, l);
}

static int change_row(struct plot *p, json_t *m)
{
  double ratio, low, high;
  char name[PLOT_WORDS];
  if(!doc_find(m, "ratio", &ratio) || !doc_find(m, "ratio_low", &low) ||
     !doc_find(m, "ratio_high", &high))
    return 0;
  p->points++;
  plot_words(doc_text(m, "metric"), name);
  buf_addf(&p->data, "%zu\t%s\t%.6g\t%.6g\t%.6g\n", p->points, name,
           100 * (ratio - 1), 100 * (low - 1), 100 * (high - 1));
  return p->data.rc;
}

int plots_of_compare(json_t *doc, struct plot_list *l)
{
  json_t *one, *m;
  size_t i, k;
  int rc = 0;
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
  {
    struct plot *p = plots_add(l, PLOT_CHANGE, "What changed");
    if(!p)
      return 0;
    json_array_foreach(doc_array(one, "metrics"), k, m)
    {
      if(!rc)
        rc = change_row(p, m);
    }
    snprintf(p->given, sizeof(p->given), "rows = %zu", p->points);
    snprintf(p->caption, sizeof(p->caption), "%.200s against the base: %.150s",
             doc_text(one, "now.name"), doc_text(doc, "sentence"));
    if(p->points == 0) {
      plot_free(p);
      l->count--;
    }
  }
  return rc;
}

static int delay_plot(json_t *line, struct plot_list *l)
{
  json_t *point;
  struct plot *p;
  char title[96];
  size_t i;
  int rc = 0;
  if(json_array_size(doc_array(line, "points")) == 0)
    return 0;
  snprintf(title, sizeof(title), "Written and arrived over %.40s",
           doc_text(line, "transport"));
  p = plots_add(l, PLOT_DELAY, title);
  json_array_foreach(doc_array(line, "points"), i, point)
  {
    json_t *at = json_array_get(point, 1);
    double written = json_number_value(json_array_get(point, 0)) / 1000;
    double arrived = json_is_number(at) ? json_number_value(at) / 1000 : NAN;
    if(p && !rc)
      rc = plot_row(p, (double[]){(double)(i + 1), written, arrived}, 3);
  }
  if(p)
    snprintf(p->caption, sizeof(p->caption),
             "Each event when the application wrote it and when it reached "
             "the client; a long bar is time that nginx held it.");
  return rc;
}

int plots_of_nginx(json_t *doc, struct plot_list *l)
{
  json_t *target, *line;
  size_t i, k;
  int rc = 0;
  json_array_foreach(doc_array(doc, "targets"), i, target)
  {
    json_array_foreach(doc_array(target, "timelines"), k, line)
    {
      if(!rc)
        rc = delay_plot(line, l);
    }
  }
  return rc;
}

int report_plots(json_t *doc, struct plot_list *out)
{
  const char *schema = doc_text(doc, "schema");
  memset(out, 0, sizeof(*out));
  if(strcmp(schema, LOAD_SCHEMA) == 0)
    return plots_of_load(doc, out);
  if(capacity_doc_is(doc))
    return plots_of_capacity(doc, out);
  if(compare_doc_is(doc))
    return plots_of_compare(doc, out);
  return strncmp(schema, "weir.nginx/", 11) == 0 ? plots_of_nginx(doc, out)
                                                 : 0;
}

void report_plots_free(struct plot_list *l)
{
  while(l->count)
    plot_free(&l->item[--l->count]);
}
