/* SPDX-License-Identifier: MIT
 * A latency histogram with the HdrHistogram layout: microseconds, 1 us to
 * 1 hour, 3 significant digits, log-linear.  Merging is exact: adding two
 * histograms gives bucket by bucket what one histogram would have recorded.
 * No pointers: copy, compare and diff are plain.
 *
 * Durations are rounded down to whole microseconds to choose a bucket, so what
 * lasted less than 1 us is in bucket 0; quantiles are thus up to 1 us or 0.1 %
 * from the truth, whichever is more, while min_ns and max_ns are exact. */
#ifndef WEIR_METRICS_HIST_H
#define WEIR_METRICS_HIST_H
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define HIST_HIGHEST_US                                                       \
  3600000000ull /* larger values are clamped, counted                         \
                 */
#define HIST_SUB_BUCKETS 2048
#define HIST_BUCKETS     22
#define HIST_COUNTS      ((HIST_BUCKETS + 1) * (HIST_SUB_BUCKETS / 2))

struct hist {
  uint64_t total;   /* values recorded */
  uint64_t clamped; /* of these, above HIST_HIGHEST_US */
  uint64_t min_ns;  /* exact extremes; min_ns is UINT64_MAX when empty */
  uint64_t max_ns;
  double sum_ns;      /* for the mean */
  uint32_t low, high; /* used index range, low > high when empty */
  uint64_t counts[HIST_COUNTS];
};

void hist_init(struct hist *h);
/* hist_init_zeroed is hist_init for memory that is all zero already: it leaves
 * untouched pages untouched. */
void hist_init_zeroed(struct hist *h);
/* hist_new: an empty histogram on the heap, to be freed with free(), or NULL
 * without memory.  Unlike hist_init it touches only the pages in use. */
struct hist *hist_new(void);
/* hist_record adds one duration.  O(1), no branches on size. */
void hist_record(struct hist *h, uint64_t ns);
/* hist_record_n adds n equal durations; n = 0 does nothing. */
void hist_record_n(struct hist *h, uint64_t ns, uint64_t n);
/* hist_merge adds src to dst. */
void hist_merge(struct hist *dst, const struct hist *src);
/* hist_quantile_ms: the value below or at which share q (0..1) of all values
 * lie, in ms; 0 when empty.  It is the highest value of its bucket, as in
 * other HdrHistograms, but never outside the exact extremes: q = 0 gives the
 * exact minimum, q = 1 the exact maximum. */
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
/* hist_fill is hist_decode into a histogram that is empty already: it touches
 * only what it fills, and leaves half of it there on failure. */
int hist_fill(struct hist *h, struct slice text, struct err *e);

/* The layout, for those who draw or store it: the index that counts a value,
 * and the lowest and highest value (us) that share an index. */
uint32_t hist_index(uint64_t us); /* us <= HIST_HIGHEST_US */
uint64_t hist_lowest_us(uint32_t index);
uint64_t hist_highest_us(uint32_t index);

#endif
