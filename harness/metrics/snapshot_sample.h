/* SPDX-License-Identifier: MIT
 * Random snapshots for the tests. */
#ifndef WEIR_METRICS_SNAPSHOT_SAMPLE_H
#define WEIR_METRICS_SNAPSHOT_SAMPLE_H
#include "base/rng.h"
#include "metrics/snapshot.h"

/* sample_snapshot fills every part of a new snapshot: slices of width_ns in
 * whole groups of four, sums small enough for exact doubles. */
struct snapshot *sample_snapshot(struct rng *r, uint64_t width_ns);
/* sample_copy is the empty snapshot plus s. */
struct snapshot *sample_copy(const struct snapshot *s);
/* assert_same_snapshot compares everything that counts. */
void assert_same_snapshot(const struct snapshot *a, const struct snapshot *b);
void assert_same_hist(const struct hist *a, const struct hist *b);

#endif
