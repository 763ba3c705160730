/* SPDX-License-Identifier: MIT
 * Can the generator be trusted?  Each rule names what was seen and what to
 * change; one is enough to make the run invalid. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "load/coordinator.h"

/* Reading late does not spoil the arrival times, which are the kernel's; but
 * a loop this late opens, reconnects and publishes late, too. */
#define LAG_P99_MS 100.0
/* With a user-space clock, lag goes straight into the latency. */
#define LAG_P99_USER_CLOCK_MS 10.0
#define BATCHED_SHARE         0.01
#define BATCHED_LAG_MS        10.0
#define SCHEDULE_LAG_P99_MS   20.0
#define CPU_SHARE             0.95
#define UNSENT_SHARE          0.05
#define CLOCK_STEP_MS         1.0

static struct invalid_reason *add(struct load_outcome *o, const char *code)
{
  struct invalid_reason *r;
  size_t room = sizeof(o->invalid) / sizeof(o->invalid[0]);
  r = &o->invalid[o->invalid_count < room ? o->invalid_count++ : room - 1];
  memset(r, 0, sizeof(*r));
  snprintf(r->code, sizeof(r->code), "%s", code);
  return r;
}

static void check_died(struct coordinator *c)
{
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    const struct member *b = &c->member[i];
    struct invalid_reason *r;
    if(b->final)
      continue;
    r = add(c->out, "worker-died");
    snprintf(r->sentence, sizeof(r->sentence),
             "%s %u of %u died (%s): its numbers are missing",
             b->publisher ? "publishing worker" : "worker", i, c->members,
             b->how[0] ? b->how : "no final report");
    snprintf(r->advice, sizeof(r->advice),
             "look for the out-of-memory killer (dmesg), then run again");
  }
}

static void check_cpu(struct coordinator *c)
{
  uint32_t i, busy = 0;
  double most = 0;
  struct invalid_reason *r;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].cpu_share > CPU_SHARE)
      busy++;
    most = fmax(most, c->member[i].cpu_share);
  }
  if(!busy)
    return;
  r = add(c->out, "cpu");
  snprintf(r->sentence, sizeof(r->sentence),
           "%u of %u workers used their whole CPU core (%.0f%%)", busy,
           c->members, most * 100);
  snprintf(r->advice, sizeof(r->advice),
           "add workers (--workers) on more cores, or split the run over "
           "machines and add the results with weir merge");
}

static double waited(const struct coordinator *c)
{
  double most = 0;
  uint32_t i;
  for(i = 0; i < c->members; i++)
    most = fmax(most, c->member[i].wait_share);
  return most;
}

static void check_lag(struct coordinator *c)
{
  const struct snapshot *s = c->out->total;
  double p99 = hist_quantile_ms(&s->hist[H_LOOP_LAG], 0.99);
  bool user_clock = s->counter[C_CLOCK_USER] > s->counter[C_CLOCK_KERNEL];
  double limit = user_clock ? LAG_P99_USER_CLOCK_MS : LAG_P99_MS;
  struct invalid_reason *r;
  if(p99 <= limit)
    return;
  r = add(c->out, "loop-lag");
  snprintf(r->sentence, sizeof(r->sentence),
           "the workers' loops ran %.0f ms late (p99, limit %.0f ms)%s", p99,
           limit,
           user_clock ? ", and arrivals were timed by their clock" : "");
  snprintf(r->advice, sizeof(r->advice),
           "the workers stood ready %.0f%% of the time without a CPU: free "
           "cores, lift CPU limits, or lower the load",
           waited(c) * 100);
}

/* Events that pile up in a socket while the reader is away get the time of the
 * last of them.  Where that happens often enough to reach the p99, and the
 * reader's lateness is of the latency's size, the latency may be its own. */
static void check_batches(struct coordinator *c)
{
  const struct snapshot *s = c->out->total;
  double lag = hist_quantile_ms(&s->hist[H_LOOP_LAG], 0.99);
  bool asks = s->counter[C_REQUESTS] > 0;
  double latency = hist_quantile_ms(&s->hist[asks ? H_GAP : H_LATENCY], 0.99);
  double share = s->counter[C_EVENTS_MEASURED]
                     ? (double)s->counter[C_BATCHED] /
                           (double)s->counter[C_EVENTS_MEASURED]
                     : 0;
  struct invalid_reason *r;
  if(share < BATCHED_SHARE || lag < BATCHED_LAG_MS || lag < latency / 2)
    return;
  r = add(c->out, "receive-queue");
  snprintf(r->sentence, sizeof(r->sentence),
           "%.1f%% of the events waited in sockets for a reader that was "
           "%.0f ms late (p99): the %s p99 of %.0f ms may be its own",
           share * 100, lag, asks ? "gap" : "latency", latency);
  snprintf(r->advice, sizeof(r->advice),
           "the workers stood ready %.0f%% of the time without a CPU: free "
           "cores, lift CPU limits, or lower the load",
           waited(c) * 100);
}

static void check_schedule(struct coordinator *c)
{
  const struct hist *h = &c->out->total->hist[H_SCHEDULE_LAG];
  double p99 = hist_quantile_ms(h, 0.99);
  struct invalid_reason *r;
  if(h->total == 0 || p99 <= SCHEDULE_LAG_P99_MS)
    return;
  r = add(c->out, "schedule-lag");
  snprintf(r->sentence, sizeof(r->sentence),
           "the schedule was kept %.0f ms late (p99, limit %.0f ms): the "
           "load asked for was not the load made",
           p99, SCHEDULE_LAG_P99_MS);
  snprintf(r->advice, sizeof(r->advice),
           "lower the rate, lengthen the ramp, or add workers");
}

static void check_unsent(struct coordinator *c)
{
  uint64_t due = c->unsent + c->published;
  struct invalid_reason *r;
  if(!due || (double)c->unsent / (double)due < UNSENT_SHARE)
    return;
  r = add(c->out, "publish-behind");
  snprintf(r->sentence, sizeof(r->sentence),
           "%llu of %llu publishes due were never sent: they go one after the "
           "other, and the answers took too long for this rate",
           (unsigned long long)c->unsent, (unsigned long long)due);
  snprintf(r->advice, sizeof(r->advice),
           "lower --publish.rate; its latencies count the wait for the "
           "publish endpoint");
}

static void check_clock(struct coordinator *c)
{
  double step = 0;
  uint32_t i;
  struct invalid_reason *r;
  for(i = 0; i < c->members; i++)
    step = fmax(step, fabs(c->member[i].clock_step_ms));
  if(step <= CLOCK_STEP_MS)
    return;
  r = add(c->out, "clock-step");
  snprintf(r->sentence, sizeof(r->sentence),
           "the system clock was set by %.1f ms during the run: latencies "
           "across it are wrong",
           step);
  snprintf(r->advice, sizeof(r->advice),
           "wait until time synchronisation has settled, then run again");
}

static void check_local_limits(struct coordinator *c)
{
  const struct snapshot *s = c->out->total;
  struct invalid_reason *r;
  uint32_t i;
  for(i = 0; i < s->cause_count; i++) {
    if(strcmp(s->cause[i].name, "local-limit") != 0)
      continue;
    r = add(c->out, "ports");
    snprintf(r->sentence, sizeof(r->sentence),
             "%llu attempts failed because this machine ran out of file "
             "descriptors or ports",
             (unsigned long long)s->cause[i].count);
    snprintf(r->advice, sizeof(r->advice),
             "raise ulimit -n, give more --source-ip, or widen "
             "net.ipv4.ip_local_port_range");
  }
}

static void check_publish(struct coordinator *c)
{
  const struct snapshot *s = c->out->total;
  struct invalid_reason *r;
  if(!s->ledger_overflowed)
    return;
  r = add(c->out, "ledger");
  snprintf(r->sentence, sizeof(r->sentence),
           "a stream missed numbers in more places than the ledger "
           "remembers: late arrivals may be counted as duplicates");
  snprintf(r->advice, sizeof(r->advice),
           "the loss itself is real; lower the rate to tell lateness apart");
}

void health_judge(struct coordinator *c)
{
  check_died(c);
  check_cpu(c);
  check_lag(c);
  check_batches(c);
  check_schedule(c);
  check_unsent(c);
  check_clock(c);
  check_local_limits(c);
  check_publish(c);
}
