/* SPDX-License-Identifier: MIT
 * The three clocks weir uses, all in nanoseconds.
 *
 * Durations inside one process come from clock_mono_ns.  Stamps that travel
 * between processes, and the kernel's socket receive times, are on
 * clock_real_ns (CLOCK_REALTIME): compare only those with each other. */
#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H
#include <stddef.h>
#include <stdint.h>

#define NS_PER_US  1000ull
#define NS_PER_MS  1000000ull
#define NS_PER_SEC 1000000000ull

uint64_t clock_mono_ns(void); /* CLOCK_MONOTONIC: the same in all processes */
uint64_t clock_real_ns(void); /* CLOCK_REALTIME since the epoch */
uint64_t clock_cpu_ns(void);  /* user + system CPU time of this process */
/* clock_offset_ns returns real minus mono, to convert one into the other. */
int64_t clock_offset_ns(void);
/* clock_iso8601 writes real_ns as "2026-01-31T12:00:00.123Z". */
void clock_iso8601(uint64_t real_ns, char *out, size_t size);

#endif
