/* SPDX-License-Identifier: MIT
 * A loop's stalls; see stalls.h. */
#include "health/stalls.h"

#include <string.h>

#include "base/clock.h"

static uint64_t length(const struct stall *s)
{
  return s->to_ns - s->from_ns;
}

/* Where the next one goes: behind the others, or in the shortest one's place.
 */
static struct stall *place(struct stalls *s)
{
  struct stall *shortest = s->stall;
  size_t i;
  if(s->count < STALLS_MAX)
    return &s->stall[s->count++];
  for(i = 1; i < s->count; i++) {
    if(length(&s->stall[i]) < length(shortest))
      shortest = &s->stall[i];
  }
  return shortest;
}

void stalls_add(struct stalls *s, uint64_t now_ns, uint64_t lag_ns)
{
  const struct stall seen = {now_ns - lag_ns, now_ns};
  struct stall *to;
  size_t i;
  if(lag_ns < STALLS_LEAST_NS)
    return;
  /* The meter tells each period that a stall swallowed. */
  for(i = 0; i < s->count; i++) {
    if(seen.from_ns >= s->stall[i].from_ns && seen.from_ns < s->stall[i].to_ns)
      return;
  }
  to = place(s);
  if(length(to) < lag_ns)
    *to = seen;
}

static void on_lag(uint64_t lag_ns, void *ctx)
{
  stalls_add(ctx, clock_real_ns(), lag_ns);
}

void stalls_start(struct stalls *s, uv_loop_t *loop)
{
  memset(s, 0, sizeof(*s));
  lag_start(&s->meter, loop, on_lag, s);
  uv_unref((uv_handle_t *)&s->meter.timer);
}

void stalls_stop(struct stalls *s)
{
  lag_stop(&s->meter);
}

uint64_t stalls_longest_ns(const struct stalls *s, uint64_t from_ns,
                           uint64_t to_ns)
{
  uint64_t most = 0;
  size_t i;
  for(i = 0; i < s->count; i++) {
    const struct stall *one = &s->stall[i];
    if(one->from_ns < to_ns && one->to_ns > from_ns && length(one) > most)
      most = length(one);
  }
  return most;
}
