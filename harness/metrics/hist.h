/* SPDX-License-Identifier: MIT
 * A latency histogram with the HdrHistogram layout: microseconds, 1 us to
 * 1 hour, 3 significant digits, log-linear.  Merging is exact: adding two
 * histograms gives bucket by bucket what one histogram would have recorded.
 * No pointers: copy, compare and diff are plain. */
#ifndef WEIR_METRICS_HIST_H
#define WEIR_METRICS_HIST_H
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define HIST_HIGHEST_US 3600000000ull /* larger values are clamped, counted */
#define HIST_SUB_BUCKETS 2048
#define HIST_BUCKETS 22
#define HIST_COUNTS ((HIST_BUCKETS + 1) * (HIST_SUB_BUCKETS / 2))

struct hist {
  uint64_t total;      /* values recorded */
  uint64_t clamped;    /* of these, above HIST_HIGHEST_US */
  uint64_t min_ns;     /* exact extremes; min_ns is UINT64_MAX when empty */
  uint64_t max_ns;
  double sum_ns;       /* for the mean */
  uint32_t low, high;  /* used index range, low > high when empty */
  uint64_t counts[HIST_COUNTS];
};

void hist_init(struct hist *h);
/* hist_record adds one duration.  O(1), no branches on size. */
void hist_record(struct hist *h, uint64_t ns);
void hist_record_n(struct hist *h, uint64_t ns, uint64_t n);
/* hist_merge adds src to dst. */
void hist_merge(struct hist *dst, const struct hist *src);
/* hist_quantile_ms: the value below or at which share q (0..1) of all values
 * lie, in ms; 0 when empty.  q = 1 gives the exact maximum. */
double hist_quantile_ms(const struct hist *h, double q);
double hist_mean_ms(const struct hist *h);
double hist_max_ms(const struct hist *h);
double hist_min_ms(const struct hist *h);
/* hist_encode appends the HdrHistogram V2 compressed form in Base64, as other
 * HdrHistogram implementations read it (unit: microseconds). */
int hist_encode(const struct hist *h, struct buf *out);
/* hist_decode replaces *h by what hist_encode or another implementation wrote
 * (same range and precision; E_MISMATCH otherwise, E_SYNTAX when damaged).
 * Extremes and mean come back to bucket precision only: documents carry the
 * exact ones beside the blob. */
int hist_decode(struct hist *h, struct slice text, struct err *e);

#endif
