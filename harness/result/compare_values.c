/* SPDX-License-Identifier: MIT
 * The values of a metric on both sides; see compare_metric.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "document/doc.h"
#include "result/compare_metric.h"

#define BLOCKS       12 /* of a timeline, at most */
#define BLOCK_SLICES 2  /* at least; single slices are too alike */
#define EDGES        1  /* slices left out at each end: not whole seconds */

/* latency.min is judged beside the median: what else runs on a machine only
 * ever adds to a latency, so the fastest event shows a slower server long
 * before noisy medians do. */
static const struct compare_metric table[] = {
    {"latency.min", false, true, false, 0.1, NULL},
    {"latency.p50", false, true, false, 0.1, "latency_ms.p50"},
    {"latency.p99", false, true, false, 0.5, "latency_ms.p99"},
    {"latency.p999", false, false, false, 1, NULL},
    {"first_event.p50", false, true, false, 1, NULL},
    {"first_event.p99", false, false, false, 5, NULL},
    {"connect.p50", false, false, false, 1, NULL},
    {"reconnect.p50", false, false, false, 5, NULL},
    {"events.per_second", true, true, false, 0, "events"},
    {"ttft.p50", false, true, false, 0.5, NULL},
    {"ttft.p99", false, false, false, 2, NULL},
    {"itl.p50", false, true, false, 0.2, NULL},
    {"itl.p99", false, false, false, 1, NULL},
    {"tokens.per_second", true, true, false, 0, NULL},
    {"requests.failed", false, true, true, 0, NULL},
    {"server.cpu_us_per_event", false, true, false, 0.5, NULL},
    {"server.bytes_per_connection", false, true, false, 1024, NULL},
    {"events.lost", false, true, true, 0, NULL},
    {"events.duplicated", false, true, true, 0, NULL},
    {"events.reordered", false, true, true, 0, NULL},
    {"events.corrupt", false, true, true, 0, NULL},
    {"events.foreign", false, true, true, 0, NULL},
    {"connections.failed", false, true, true, 0, NULL},
    {"connections.broken", false, true, true, 0, NULL},
    {"publish.failed", false, true, true, 0, NULL},
};

size_t compare_metrics_count(void)
{
  return sizeof(table) / sizeof(table[0]);
}

const struct compare_metric *compare_metrics_at(size_t i)
{
  return &table[i];
}

/* One value of each run; 0 of them where a run does not have it. */
static size_t of_runs(const struct compare_metric *metric,
                      const struct compare_side *s, double *out, char *why,
                      size_t size)
{
  size_t i;
  for(i = 0; i < s->runs; i++) {
    struct err e;
    json_t *summary = json_object_get(s->run[i], "summary");
    if(fields_observe(summary, metric->field, 'n', &out[i], &e)) {
      snprintf(why, size, "%.150s", e.text);
      return 0;
    }
  }
  return s->runs;
}

static double block_value(json_t *timeline, size_t from, size_t to,
                          const char *path)
{
  double value[1200];
  size_t n = 0, i;
  for(i = from; i < to && n < sizeof(value) / sizeof(value[0]); i++) {
    if(doc_find(json_array_get(timeline, i), path, &value[n]))
      n++;
  }
  return n ? rank_median(value, n) : NAN;
}

/* Medians of stretches of the timelines, every run cut into as many. */
static size_t of_slices(const struct compare_metric *metric,
                        const struct compare_side *s, double *out)
{
  size_t each = RANK_MAX / s->runs, n = 0, i, b;
  each = each < BLOCKS ? each : BLOCKS;
  for(i = 0; i < s->runs; i++) {
    json_t *timeline = doc_array(s->run[i], "timeline");
    size_t all = json_array_size(timeline);
    size_t usable = all > 2 * EDGES ? all - 2 * EDGES : 0;
    size_t blocks = usable / BLOCK_SLICES;
    blocks = blocks < each ? blocks : each;
    for(b = 0; b < blocks; b++) {
      double v = block_value(timeline, EDGES + usable * b / blocks,
                             EDGES + usable * (b + 1) / blocks, metric->slice);
      if(isfinite(v))
        out[n++] = v;
    }
  }
  return n;
}

/* False where the timelines are too short: the runs' own values stay. */
static bool use_slices(const struct compare_metric *metric,
                       const struct compare_side *base,
                       const struct compare_side *now, struct comparison *c)
{
  double a[RANK_MAX], b[RANK_MAX];
  size_t n = of_slices(metric, base, a), m = of_slices(metric, now, b);
  if(!n || !m)
    return false;
  memcpy(c->base, a, n * sizeof(a[0]));
  memcpy(c->now, b, m * sizeof(b[0]));
  c->n = n;
  c->m = m;
  return true;
}

static double whole_of(const struct compare_side *s, const char *field)
{
  const char *path =
      strncmp(field, "connections.", 12) == 0 ? "summary.connections.attempted"
      : strncmp(field, "publish.", 8) == 0    ? "summary.publish.published"
                                              : "summary.events.received";
  double sum = 0;
  size_t i;
  for(i = 0; i < s->runs; i++)
    sum += doc_number(s->run[i], path, 0);
  return sum;
}

static double sum_of(const double *v, size_t n)
{
  double sum = 0;
  while(n)
    sum += v[--n];
  return sum;
}

/* Chance of at least `of` of `n` events falling on a side that holds the
 * share p of everything. */
static double at_least(double of, double n, double p)
{
  double k, sum = 0;
  if(of <= 0)
    return 1;
  for(k = of; k <= n && k < of + 100000; k++)
    sum += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) +
               (n - k) * log1p(-p));
  return sum < 1 ? sum : 1;
}

static void count_up(struct comparison *c, const struct compare_side *base,
                     const struct compare_side *now)
{
  double both, share;
  c->base_sum = sum_of(c->base, c->n);
  c->now_sum = sum_of(c->now, c->m);
  c->base_whole = whole_of(base, c->metric->field);
  c->now_whole = whole_of(now, c->metric->field);
  both = c->base_sum + c->now_sum;
  share = c->now_whole + c->base_whole > 0
              ? c->now_whole / (c->now_whole + c->base_whole)
              : 0.5;
  share = fmin(fmax(share, 1e-9), 1 - 1e-9);
  c->p_worse = at_least(c->now_sum, both, share);
  c->p_better = at_least(c->base_sum, both, 1 - share);
}

int compare_measure(const struct compare_metric *metric,
                    const struct compare_side *base,
                    const struct compare_side *now, struct comparison *out)
{
  bool up = metric->higher_is_better;
  int rc;
  memset(out, 0, sizeof(*out));
  out->metric = metric;
  out->field = fields_find(metric->field);
  out->judged = metric->judged;
  out->p_worse = out->p_better = 1;
  out->n = of_runs(metric, base, out->base, out->why, sizeof(out->why));
  out->m = of_runs(metric, now, out->now, out->why, sizeof(out->why));
  if(!out->n || !out->m)
    return 0;
  out->why[0] = '\0';
  if(metric->count) {
    count_up(out, base, now);
    return 0;
  }
  if(metric->slice && (out->n < COMPARE_RUNS || out->m < COMPARE_RUNS)) {
    out->slices = use_slices(metric, base, now, out);
  }
  rc = rank_compare(out->base, out->n, out->now, out->m, 0.95, &out->rank);
  out->p_worse = up ? out->rank.p_less : out->rank.p_greater;
  out->p_better = up ? out->rank.p_greater : out->rank.p_less;
  return rc;
}
