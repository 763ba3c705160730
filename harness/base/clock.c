/* SPDX-License-Identifier: MIT
 * Clocks; see clock.h. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t read_clock(clockid_t id)
{
  struct timespec ts;
  clock_gettime(id, &ts);
  return (uint64_t)ts.tv_sec * NS_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t clock_mono_ns(void)
{
  return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_real_ns(void)
{
  return read_clock(CLOCK_REALTIME);
}

uint64_t clock_cpu_ns(void)
{
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t clock_offset_ns(void)
{
  /* The tightest of a few tries: a preemption between the two reads would
   * otherwise look like a clock step. */
  int64_t best = 0;
  uint64_t width = UINT64_MAX;
  int i;
  for(i = 0; i < 8; i++) {
    uint64_t before = clock_mono_ns();
    uint64_t real = clock_real_ns();
    uint64_t after = clock_mono_ns();
    if(after - before < width) {
      width = after - before;
      best = (int64_t)(real - (before + width / 2));
    }
  }
  return best;
}

void clock_iso8601(uint64_t real_ns, char *out, size_t size)
{
  time_t sec = (time_t)(real_ns / NS_PER_SEC);
  unsigned ms = (unsigned)(real_ns % NS_PER_SEC / NS_PER_MS);
  struct tm tm;
  char day[32];
  gmtime_r(&sec, &tm);
  strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf(out, size, "%s.%03uZ", day, ms);
}
