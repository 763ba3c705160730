/* SPDX-License-Identifier: MIT
 * Objectives that each request has to meet to be a good one: "ttft<300ms,
 * gap.p99<80ms".  Pure.
 *
 * What there is none of: a request without a token misses one on its first
 * token, and meets one on what lies between tokens.  gap.p99 is the nearest
 * rank of the request's own gaps, the largest where they are fewer than 100;
 * of more than SLO_GAPS * 100 it is taken no lower than it is. */
#ifndef WEIR_REQUESTS_SLO_H
#define WEIR_REQUESTS_SLO_H
#include "base/err.h"
#include "requests/measure.h"

#define SLO_MAX  8
#define SLO_GAPS 32

enum slo_of {
  SLO_TTFT,
  SLO_TTFT_SENT,
  SLO_TTO,
  SLO_ITL,
  SLO_GAP_P99,
  SLO_GAP_MAX,
  SLO_LATENCY,
  SLO_LATENCY_TOKEN
};

struct slo {
  struct {
    enum slo_of of;
    uint64_t below_ns;
    bool equal; /* may be as much */
  } row[SLO_MAX];
  uint8_t rows;
};

/* The largest gaps of one request, in descending order; zero-initialised. */
struct slo_gaps {
  uint64_t gaps;
  uint8_t kept;
  uint64_t largest_ns[SLO_GAPS];
};

/* slo_parse: E_SYNTAX with a sentence that begins with where. */
int slo_parse(struct slo *out, struct slice text, const char *where,
              struct err *e);
void slo_gap(struct slo_gaps *g, uint64_t gap_ns);
/* slo_met judges a completed request whose body ended at eof_ns. */
bool slo_met(const struct slo *s, const struct request_times *t,
             const struct slo_gaps *g, uint64_t eof_ns);

#endif
