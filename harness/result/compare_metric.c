/* SPDX-License-Identifier: MIT
 * From values to verdicts; see compare_metric.h. */
#include "result/compare_metric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *compare_verdict_text(enum compare_verdict v)
{
  static const char *const text[] = {"not measured", "same", "improved",
                                     "worse", "too noisy to say"};
  return text[v];
}

double compare_change(const struct comparison *c)
{
  double share;
  if(c->metric->count) {
    double was = c->base_whole > 0 ? c->base_sum / c->base_whole : 0;
    double is = c->now_whole > 0 ? c->now_sum / c->now_whole : 0;
    if(was > 0)
      return is / was - 1;
    return is > 0 ? INFINITY : 0;
  }
  if(!c->rank.has_ratio)
    return c->rank.shift > 0 ? INFINITY : 0;
  share = c->rank.ratio;
  if(!c->metric->higher_is_better)
    return share - 1;
  return share > 0 ? 1 / share - 1 : INFINITY;
}

/* The bound of the interval that is nearest to no change, as a share towards
 * worse (or, for better, away from it). */
static double surely_worse(const struct comparison *c)
{
  if(!c->rank.has_ratio)
    return c->rank.shift_low > 0 ? INFINITY : 0;
  if(!c->metric->higher_is_better)
    return c->rank.ratio_low - 1;
  return c->rank.ratio_high > 0 ? 1 / c->rank.ratio_high - 1 : INFINITY;
}

static double surely_better(const struct comparison *c)
{
  if(!c->rank.has_ratio)
    return 0;
  if(!c->metric->higher_is_better)
    return c->rank.ratio_high > 0 ? 1 / c->rank.ratio_high - 1 : INFINITY;
  return c->rank.ratio_low - 1;
}

static bool matters(const struct comparison *c)
{
  return c->metric->count ||
         (fabs(c->rank.shift) >= c->metric->floor &&
          (!c->rank.has_ratio || fabs(c->rank.ratio - 1) >= COMPARE_LEAST));
}

static bool close_together(const struct comparison *c)
{
  if(c->metric->count)
    return c->now_sum <= 0 || (c->base_sum > 0 && c->p_worse > 0.2);
  if(c->rank.shift_low >= -c->metric->floor &&
     c->rank.shift_high <= c->metric->floor)
    return true;
  return c->rank.has_ratio && c->rank.ratio_low >= 1 - COMPARE_SAME_WITHIN &&
         c->rank.ratio_high <= 1 + COMPARE_SAME_WITHIN;
}

static void doubt(struct comparison *c)
{
  if(close_together(c)) {
    c->verdict = COMPARE_SAME;
    return;
  }
  c->verdict = COMPARE_NOISY;
  if(c->metric->count)
    snprintf(c->why, sizeof(c->why),
             "%.0f before and %.0f now are too few to tell apart", c->base_sum,
             c->now_sum);
  else if(!c->slices && (c->n < COMPARE_RUNS || c->m < COMPARE_RUNS))
    snprintf(c->why, sizeof(c->why),
             "%zu and %zu runs tell nothing: %d of each are needed "
             "(--repeat)",
             c->n, c->m, COMPARE_RUNS);
  else if(c->slices)
    snprintf(c->why, sizeof(c->why),
             "single runs differ by up to %.0f %% by themselves; --repeat %d "
             "tells more",
             100 * COMPARE_ALLOWANCE, COMPARE_DEFAULT_RUNS);
  else
    snprintf(c->why, sizeof(c->why),
             "the runs of one side differ by more than what is looked for");
}

static void decide_one(struct comparison *c, bool worse, bool better)
{
  if(!c->n || !c->m) {
    c->verdict = COMPARE_ABSENT;
    return;
  }
  if(c->slices) {
    worse = worse && surely_worse(c) > COMPARE_ALLOWANCE;
    better = better && surely_better(c) > COMPARE_ALLOWANCE;
  }
  if(worse && matters(c))
    c->verdict = COMPARE_WORSE;
  else if(better && matters(c))
    c->verdict = COMPARE_IMPROVED;
  else if((worse || better) && !matters(c))
    c->verdict = COMPARE_SAME;
  else
    doubt(c);
}

/* Whether a test of it could say anything; the others take no part in
 * sharing the chance of a false alarm. */
static bool testable(const struct comparison *c)
{
  if(!c->n || !c->m)
    return false;
  if(c->metric->count)
    return c->base_sum + c->now_sum > 0;
  return c->slices || (c->n >= COMPARE_RUNS && c->m >= COMPARE_RUNS);
}

struct entry {
  size_t at;
  double p;
};

static int by_chance(const void *a, const void *b)
{
  double x = ((const struct entry *)a)->p, y = ((const struct entry *)b)->p;
  return (x > y) - (x < y);
}

/* Holm's step-down over the judged ones; the others are tested by themselves.
 */
static void find_significant(const struct comparison *c, size_t count,
                             bool worse, bool *found)
{
  struct entry judged[COMPARE_MAX_METRICS];
  size_t i, n = 0;
  for(i = 0; i < count; i++) {
    double p = worse ? c[i].p_worse : c[i].p_better;
    found[i] = testable(&c[i]) && p <= COMPARE_ALPHA;
    if(c[i].judged && testable(&c[i]))
      judged[n++] = (struct entry){i, p};
  }
  qsort(judged, n, sizeof(judged[0]), by_chance);
  for(i = 0; i < n; i++) {
    bool passed = i == 0 || found[judged[i - 1].at];
    found[judged[i].at] =
        passed && judged[i].p <= COMPARE_ALPHA / (double)(n - i);
  }
}

void compare_decide(struct comparison *c, size_t count)
{
  bool worse[COMPARE_MAX_METRICS], better[COMPARE_MAX_METRICS];
  size_t i;
  find_significant(c, count, true, worse);
  find_significant(c, count, false, better);
  for(i = 0; i < count; i++)
    decide_one(&c[i], worse[i], better[i]);
}
