/* SPDX-License-Identifier: MIT
 * Open-loop schedules; see schedule.h. */
#include "load/schedule.h"

#include "base/assert.h"
#include "base/clock.h"

static uint64_t along(uint64_t from, uint64_t to, uint64_t t, uint64_t span)
{
  double share = span ? (double)t / (double)span : 1.0;
  double v = (double)from + ((double)to - (double)from) * share;
  return (uint64_t)(v + 1e-9);
}

static uint64_t staged(const struct scenario *s, uint64_t t)
{
  uint64_t from = 0;
  uint32_t i;
  for(i = 0; i < s->stage_count; i++) {
    const struct stage *g = &s->stage[i];
    if(t < g->ramp_ns)
      return along(from, g->connections, t, g->ramp_ns);
    t -= g->ramp_ns;
    if(t < g->hold_ns)
      return g->connections;
    t -= g->hold_ns;
    from = g->connections;
  }
  return from;
}

uint64_t schedule_streams(const struct scenario *s, uint64_t t_ns)
{
  if(s->arrival_rate > 0)
    return (uint64_t)((double)t_ns / 1e9 * s->arrival_rate + 1e-9) + 1;
  if(s->stage_count)
    return staged(s, t_ns);
  if(t_ns < s->ramp_ns) {
    uint64_t n = along(0, s->connections, t_ns, s->ramp_ns) + 1;
    return n < s->connections ? n : s->connections;
  }
  return s->connections;
}

/* The last time up to t_ns at which the stages wanted stream n anew. */
static uint64_t staged_due_ns(const struct scenario *s, uint64_t n,
                              uint64_t t_ns)
{
  uint64_t from = 0, at = 0, due = 0;
  uint32_t i;
  for(i = 0; i < s->stage_count && at <= t_ns; i++) {
    const struct stage *g = &s->stage[i];
    if(from <= n && n < g->connections) {
      double share = (double)(n + 1 - from) / (double)(g->connections - from);
      uint64_t rise = at + (uint64_t)(share * (double)g->ramp_ns);
      due = rise <= t_ns ? rise : due;
    }
    at += g->ramp_ns + g->hold_ns;
    from = g->connections;
  }
  return due;
}

uint64_t schedule_stream_due_ns(const struct scenario *s, uint64_t n,
                                uint64_t t_ns)
{
  if(s->arrival_rate > 0)
    return (uint64_t)((double)n * (1e9 / s->arrival_rate));
  if(s->stage_count)
    return staged_due_ns(s, n, t_ns);
  if(!s->connections)
    return 0;
  return (uint64_t)((double)s->ramp_ns * (double)n / (double)s->connections);
}

uint64_t schedule_bytes(uint64_t bytes_per_second, uint64_t span_ns)
{
  double n = (double)bytes_per_second * ((double)span_ns / 1e9);
  return n < 1e15 ? (uint64_t)n : 1000000000000000u;
}

uint64_t schedule_bytes_ns(uint64_t bytes_per_second, uint64_t bytes)
{
  weir_assert(bytes_per_second);
  return (uint64_t)((double)bytes / (double)bytes_per_second * 1e9);
}

uint64_t schedule_publish_ns(double rate, uint64_t i)
{
  weir_assert(rate > 0);
  return (uint64_t)((double)i * (1e9 / rate));
}

uint64_t schedule_publish_from(double rate, uint64_t t_ns)
{
  uint64_t i = (uint64_t)((double)t_ns / (1e9 / rate));
  while(i && schedule_publish_ns(rate, i - 1) >= t_ns)
    i--;
  while(schedule_publish_ns(rate, i) < t_ns)
    i++;
  return i;
}

uint64_t schedule_user_seq(uint64_t i, uint64_t users)
{
  return (users ? i / users : i) + 1;
}

uint64_t schedule_user_publish(uint64_t seq, uint64_t user, uint64_t users)
{
  weir_assert(seq && (!users || user < users));
  return users ? (seq - 1) * users + user : seq - 1;
}

uint64_t schedule_user_first(uint64_t i, uint64_t user, uint64_t users)
{
  if(!users)
    return i + 1;
  return (i > user ? (i - user + users - 1) / users : 0) + 1;
}

uint64_t schedule_user_last(uint64_t count, uint64_t user, uint64_t users)
{
  if(!users)
    return count;
  return count > user ? (count - user - 1) / users + 1 : 0;
}
