/* SPDX-License-Identifier: MIT
 * Why weir may have been late: who else wanted the CPU. */
#ifndef WEIR_HEALTH_MACHINE_H
#define WEIR_HEALTH_MACHINE_H
#include <stdint.h>

#include "base/buf.h"

/* What /proc said at one moment; what is not told there is negative. */
struct machine {
  double load;         /* average of one minute */
  double waited_ns;    /* that something stood ready without a CPU, at all */
  double busy, stolen; /* ticks of all CPUs; stolen went to other machines */
  uint64_t at_ns;      /* CLOCK_MONOTONIC */
  long cpus;
};

void machine_read(struct machine *m);
/* What was between two readings: shares of 0..1, negative where not told. */
struct machine_use {
  double load; /* average of one minute, at the end */
  double busy, waited, stolen;
  long cpus;
};

void machine_between(const struct machine *before, const struct machine *after,
                     struct machine_use *out);
/* machine_say appends what was between two readings: "load average 17.8 on 2
 * CPUs, something waited for one 64% of the time, 3% were stolen". */
int machine_say(const struct machine *before, const struct machine *after,
                struct buf *out);

#endif
