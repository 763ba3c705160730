/* SPDX-License-Identifier: MIT
 * Two small samples against each other without assuming a distribution: the
 * exact Mann-Whitney test, and the Hodges-Lehmann estimate of the ratio with
 * its confidence interval.  Pure.
 *
 * Latencies of short runs have long tails and few runs are made, so tests
 * that need normal errors or many values would either cry wolf or see
 * nothing. */
#ifndef WEIR_METRICS_RANK_H
#define WEIR_METRICS_RANK_H
#include <stdbool.h>
#include <stddef.h>

/* Larger samples are refused: the exact distribution grows with n * m. */
#define RANK_MAX 64

struct rank_result {
  /* One-sided chances, were both samples drawn alike, of `now` being at least
   * as much greater (less) than `base` as it is.  Ties count as half, rounded
   * to the safe side. */
  double p_greater, p_less;
  /* Median of all pairwise differences now - base, and the interval that
   * holds the shift with the confidence asked for (or nearly: it is the
   * narrowest pair of order statistics that reaches it; where the samples are
   * too small to reach it, the whole range). */
  double shift, shift_low, shift_high;
  /* The same for now / base; only where every value of base is above 0. */
  bool has_ratio;
  double ratio, ratio_low, ratio_high;
};

/* rank_compare fills out.  Returns 0, E_RANGE (a sample empty or above
 * RANK_MAX) or E_NOMEM.  confidence is two-sided, 0.95 for instance. */
int rank_compare(const double *base, size_t n, const double *now, size_t m,
                 double confidence, struct rank_result *out);
/* rank_median of n > 0 values; v is put in order. */
double rank_median(double *v, size_t n);

#endif
