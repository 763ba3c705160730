/* SPDX-License-Identifier: MIT
 * The live figures as text; see live_text.h. */
#include "load/live_text.h"

#include <math.h>
#include <string.h>

/* X(family, unit, value, definition): what only rises. */
#define COUNTERS(X)                                                           \
  X("weir_streams_opened", NULL, f->opened, counter_definition(C_OPENED))     \
  X("weir_streams_failed", NULL, f->now.failed, counter_definition(C_FAILED)) \
  X("weir_reconnects", NULL, f->now.reconnects,                               \
    counter_definition(C_RECONNECTS))                                         \
  X("weir_events", NULL, f->events, counter_definition(C_EVENTS))             \
  X("weir_received_bytes", "bytes", f->bytes, counter_definition(C_BYTES))    \
  X("weir_events_duplicated", NULL, f->duplicated,                            \
    counter_definition(C_DUPLICATED))                                         \
  X("weir_events_published", NULL, f->published,                              \
    counter_definition(C_PUBLISHED))

/* X(family, unit, value, definition): what may also fall.  A gap that is
 * filled later is a loss no more, so the lost are here. */
#define GAUGES(X)                                                             \
  X("weir_streams", NULL, (double)f->now.connections, "streams open now")     \
  X("weir_streams_wanted", NULL, (double)f->now.target_connections,           \
    "streams that are to be open at most")                                    \
  X("weir_events_lost", NULL, (double)f->now.lost,                            \
    counter_definition(C_LOST))                                               \
  X("weir_workers", NULL, (double)f->workers, counter_definition(C_WORKERS))  \
  X("weir_run_elapsed_seconds", "seconds", f->now.elapsed_s,                  \
    "time since streams began to be opened")                                  \
  X("weir_run_expected_seconds", "seconds", f->now.total_s,                   \
    "about how long that will be in the end")

#define LATENCY "weir_latency_seconds"

/* Upper bounds of the buckets, and how OpenMetrics wants them written. */
static const struct {
  uint64_t us;
  const char *text;
} bounds[] = {
    {100, "0.0001"},    {250, "0.00025"},   {500, "0.0005"},
    {1000, "0.001"},    {2500, "0.0025"},   {5000, "0.005"},
    {10000, "0.01"},    {25000, "0.025"},   {50000, "0.05"},
    {100000, "0.1"},    {250000, "0.25"},   {500000, "0.5"},
    {1000000, "1.0"},   {2500000, "2.5"},   {5000000, "5.0"},
    {10000000, "10.0"}, {30000000, "30.0"}, {60000000, "60.0"},
};

/* The three lines before a family's samples. */
static void describe(struct buf *out, const char *family, const char *type,
                     const char *unit, const char *definition)
{
  const char *p;
  buf_addf(out, "# TYPE %s %s\n", family, type);
  if(unit)
    buf_addf(out, "# UNIT %s %s\n", family, unit);
  buf_addf(out, "# HELP %s ", family);
  for(p = definition; *p; p++) {
    if(*p == '\\' || *p == '"' || *p == '\n')
      buf_addc(out, '\\');
    buf_addc(out, *p == '\n' ? 'n' : *p);
  }
  buf_addc(out, '\n');
}

static void add_counter(struct buf *out, bool openmetrics, const char *family,
                        const char *unit, uint64_t value,
                        const char *definition)
{
  char total[64];
  snprintf(total, sizeof(total), "%s_total", family);
  describe(out, openmetrics ? family : total, "counter", unit, definition);
  buf_addf(out, "%s %llu\n", total, (unsigned long long)value);
}

static void add_gauge(struct buf *out, const char *family, const char *unit,
                      double value, const char *definition)
{
  describe(out, family, "gauge", unit, definition);
  buf_addf(out, "%s %.15g\n", family, value);
}

/* A bucket that reaches beyond the bound is left to the next: a value may be
 * counted 0.1 % too high, never too low. */
static void add_latency(struct buf *out, const struct hist *h)
{
  uint64_t sum = 0;
  uint32_t at = h->low;
  size_t i;
  describe(out, LATENCY, "histogram", "seconds",
           histogram_definition(H_LATENCY));
  for(i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
    for(; h->total && at <= h->high && hist_highest_us(at) <= bounds[i].us;
        at++)
      sum += h->counts[at];
    buf_addf(out, LATENCY "_bucket{le=\"%s\"} %llu\n", bounds[i].text,
             (unsigned long long)sum);
  }
  buf_addf(out, LATENCY "_bucket{le=\"+Inf\"} %llu\n",
           (unsigned long long)h->total);
  buf_addf(out, LATENCY "_count %llu\n", (unsigned long long)h->total);
  buf_addf(out, LATENCY "_sum %.15g\n", h->sum_ns / 1e9);
}

static void add_info(struct buf *out, bool openmetrics, const char *run)
{
  describe(out, openmetrics ? "weir_run" : "weir_run_info",
           openmetrics ? "info" : "gauge", NULL, "the run that is going on");
  buf_addf(out, "weir_run_info{run=\"%s\",version=\"%s\"} 1\n", run,
           WEIR_VERSION);
}

int live_metrics(const struct live_figures *f, const struct hist *latency,
                 const char *run, bool openmetrics, struct buf *out)
{
  add_info(out, openmetrics, run);
#define X(family, unit, value, definition)                                    \
  add_counter(out, openmetrics, family, unit, value, definition);
  COUNTERS(X)
#undef X
#define X(family, unit, value, definition)                                    \
  add_gauge(out, family, unit, value, definition);
  GAUGES(X)
#undef X
  if(latency)
    add_latency(out, latency);
  return openmetrics ? buf_adds(out, "# EOF\n") : buf_adds(out, "");
}

static double rounded(double x)
{
  return round(x * 1000) / 1000;
}

static json_t *figures_json(const struct live_figures *f)
{
  const struct load_progress *p = &f->now;
  return json_pack(
      "{s:s, s:f, s:f, s:I, s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I, s:I, "
      "s:I}",
      "phase", p->phase, "elapsed_s", rounded(p->elapsed_s), "expected_s",
      rounded(p->total_s), "streams", (json_int_t)p->connections, "wanted",
      (json_int_t)p->target_connections, "events_per_second",
      (json_int_t)p->events_per_second, "p50_ms", rounded(p->p50_ms), "p99_ms",
      rounded(p->p99_ms), "events", (json_int_t)f->events, "bytes",
      (json_int_t)f->bytes, "failed", (json_int_t)p->failed, "reconnects",
      (json_int_t)p->reconnects, "lost", (json_int_t)p->lost, "duplicated",
      (json_int_t)f->duplicated, "workers", (json_int_t)f->workers);
}

int live_event(const struct live_figures *f, const char *run, uint64_t n,
               const char *type, uint32_t retry_ms, struct buf *out)
{
  json_t *j = figures_json(f);
  int rc = j ? 0 : E_NOMEM;
  if(!rc && retry_ms)
    rc = buf_addf(out, "retry: %u\n", retry_ms);
  if(!rc && type)
    rc = buf_addf(out, "event: %s\n", type);
  if(!rc)
    rc = buf_addf(out, "id: %s-%llu\ndata: ", run, (unsigned long long)n);
  if(!rc)
    rc = json_print(j, false, out);
  if(!rc)
    rc = buf_adds(out, "\n\n");
  json_decref(j);
  return rc;
}

uint64_t live_event_after(struct slice last_event_id, const char *run)
{
  uint64_t n = 0;
  size_t head = strlen(run), i;
  if(!slice_starts(last_event_id, run) || last_event_id.n < head + 2 ||
     last_event_id.n > head + 19 || last_event_id.p[head] != '-')
    return 0;
  for(i = head + 1; i < last_event_id.n; i++) {
    char c = last_event_id.p[i];
    if(c < '0' || c > '9')
      return 0;
    n = n * 10 + (uint64_t)(c - '0');
  }
  return n;
}
