/* SPDX-License-Identifier: MIT
 * What one event costs in the meters: nanoseconds per hist_record and per
 * in-order ledger_arrive, as one line of JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/rng.h"
#include "metrics/hist.h"
#include "metrics/ledger.h"

#define VALUES  4096
#define ROUNDS  5000
#define STREAMS 10000

static double per_call(uint64_t from_ns, uint64_t calls)
{
  return (double)(clock_cpu_ns() - from_ns) / (double)calls;
}

/* Latencies around a millisecond with a long tail. */
static double bench_record(struct hist *h)
{
  static uint64_t ns[VALUES];
  struct rng r;
  uint64_t from;
  uint64_t i;
  rng_seed(&r, 1);
  for(i = 0; i < VALUES; i++)
    ns[i] = 500000 + (rng_next(&r) >> (36 + rng_below(&r, 20)));
  from = clock_cpu_ns();
  for(i = 0; i < (uint64_t)VALUES * ROUNDS; i++)
    hist_record(h, ns[i % VALUES]);
  return per_call(from, h->total);
}

/* One number to each of so many streams in turn, as a fan-out delivers. */
static double bench_arrive(struct ledger_stream *s, uint64_t streams,
                           uint64_t *in_order)
{
  uint64_t numbers = (uint64_t)VALUES * ROUNDS / streams;
  uint64_t from = clock_cpu_ns();
  uint64_t n;
  uint64_t i;
  for(n = 0; n < numbers; n++)
    for(i = 0; i < streams; i++)
      *in_order += ledger_arrive(&s[i], n).arrival == LEDGER_IN_ORDER;
  return per_call(from, numbers * streams);
}

int main(void)
{
  struct hist *h = hist_new();
  struct ledger_stream *s = calloc(STREAMS, sizeof(*s));
  struct ledger_stream one = {0};
  uint64_t in_order = 0;
  double record;
  double arrive;
  double fan_out;
  if(!h || !s)
    return 1;
  record = bench_record(h);
  arrive = bench_arrive(&one, 1, &in_order);
  fan_out = bench_arrive(s, STREAMS, &in_order);
  printf("{\"hist_record_ns\": %.2f, \"ledger_arrive_ns\": %.2f, "
         "\"ledger_arrive_%d_streams_ns\": %.2f, "
         "\"ledger_stream_bytes\": %zu, \"calls\": %llu}\n",
         record, arrive, STREAMS, fan_out, sizeof(one),
         (unsigned long long)(h->total + in_order));
  free(s);
  free(h);
  return 0;
}
