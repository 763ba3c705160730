/* SPDX-License-Identifier: MIT
 * Test help: Base64 histograms, and a text that another HdrHistogram wrote. */
#ifndef WEIR_METRICS_HIST_TESTING_H
#define WEIR_METRICS_HIST_TESTING_H
#include "base/slice.h"
#include "metrics/hist.h"

/* Written by hdr-histogram-js 3.0.1 (lowest 1, highest 3,600,000,000, 3
 * digits) for: 0; 5 times 1; 300 times 2047; 2048; 2 times 4097; 25 i^2 for i
 * from 1 to 200; 500 times 123,456,789; 3,600,000,000. */
extern const char hist_foreign[];
/* The same, recorded here; the caller frees it. */
struct hist *hist_foreign_holds(void);

/* A text that has to decode; the caller frees it. */
struct hist *hist_decoded(const char *text);
/* The text is refused with this code and a sentence, and leaves nothing. */
void assert_hist_refused(struct slice text, int code);

#endif
