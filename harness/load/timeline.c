/* SPDX-License-Identifier: MIT
 * The timeline of a run, one row per slice; see summary.h. */
#include "document/doc.h"
#include "load/summary.h"

static json_t *latency(const struct hist *h)
{
  if(!h || h->total == 0)
    return json_pack("{s:i, s:n, s:n, s:n}", "count", 0, "p50", "p99", "max");
  return json_pack("{s:o, s:o, s:o, s:o}", "count", doc_integer(h->total),
                   "p50", doc_real(hist_quantile_ms(h, 0.5)), "p99",
                   doc_real(hist_quantile_ms(h, 0.99)), "max",
                   doc_real(hist_max_ms(h)));
}

static json_t *row(const struct timeslice *slice, double t_s)
{
  json_t *j = json_pack("{s:o}", "t", doc_real(t_s));
  int c, failed = 0;
  for(c = 0; c < SLICE_COUNTER_COUNT; c++)
    failed |= json_object_set_new(j, slice_counter_key((enum slice_counter)c),
                                  json_integer(slice->counter[c]));
  failed |= json_object_set_new(j, "latency_ms", latency(slice->latency));
  if(failed) {
    json_decref(j);
    return NULL;
  }
  return j;
}

/* Slices that nobody reported are left out: a row of zeros would claim that
 * nothing happened. */
json_t *timeline_build(const struct snapshot *total)
{
  const struct series *s = &total->series;
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < s->count; i++) {
    double t_s = (double)s->width_ns / 1e9 * i;
    if(!s->slice[i].filled)
      continue;
    if(json_array_append_new(list, row(&s->slice[i], t_s))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
