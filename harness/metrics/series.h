/* SPDX-License-Identifier: MIT
 * The timeline inside a snapshot: private to metrics/, others go through
 * snapshot_slice. */
#ifndef WEIR_METRICS_SERIES_H
#define WEIR_METRICS_SERIES_H
#include "metrics/snapshot.h"

/* series_init returns 0 or E_NOMEM. */
int series_init(struct series *t, uint64_t width_ns);
void series_fini(struct series *t);
/* series_at returns the slice at t_ns, joining neighbours until it fits. */
struct timeslice *series_at(struct series *t, uint64_t t_ns);
/* series_latency returns the slice's histogram, made on demand, or NULL. */
struct hist *series_latency(struct timeslice *slice);
/* series_merge adds src to dst.  E_NOMEM leaves the counts of dst alone. */
int series_merge(struct series *dst, const struct series *src);
/* series_peak: the largest S_CONNECTIONS, or -1 when no slice is filled. */
int64_t series_peak(const struct series *t);

#endif
