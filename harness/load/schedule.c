/* SPDX-License-Identifier: MIT
 * Open-loop schedules; see schedule.h. */
#include "load/schedule.h"

#include <math.h>

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

uint64_t schedule_stream_due_ns(const struct scenario *s, uint64_t n)
{
  if(s->arrival_rate > 0)
    return (uint64_t)((double)n / s->arrival_rate * 1e9);
  if(s->stage_count || !s->connections)
    return 0;
  return (uint64_t)((double)s->ramp_ns * (double)n / (double)s->connections);
}

uint64_t schedule_most_streams(const struct scenario *s)
{
  uint64_t most = s->connections;
  uint32_t i;
  if(s->arrival_rate > 0) {
    uint64_t stay =
        s->lifetime_ns ? s->lifetime_ns : s->warmup_ns + s->duration_ns;
    return (uint64_t)(ceil(s->arrival_rate * (double)stay / 1e9)) + 1;
  }
  for(i = 0; i < s->stage_count; i++) {
    if(i == 0 || s->stage[i].connections > most)
      most = s->stage[i].connections;
  }
  return most;
}

uint64_t schedule_stages_ns(const struct scenario *s)
{
  uint64_t sum = 0;
  uint32_t i;
  for(i = 0; i < s->stage_count; i++)
    sum += s->stage[i].ramp_ns + s->stage[i].hold_ns;
  return sum;
}

uint64_t schedule_publish_ns(double rate, uint64_t i)
{
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
