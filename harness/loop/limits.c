/* SPDX-License-Identifier: MIT
 * Preflight; see limits.h. */
#include "loop/limits.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/units.h"

/* What fits below a limit of 20,000 descriptors with room to spare; an idle
 * stream costs its worker no time, so more workers would only take memory. */
#define STREAMS_PER_WORKER 17600
#define FEW_STREAMS        500 /* one worker is enough up to here */

static uint64_t read_ports(void)
{
  unsigned low = 32768, high = 60999;
  char line[64];
  struct slice rest, first;
  uint64_t a, b;
  FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
  if(f && fgets(line, sizeof(line), f)) {
    rest = slice_trim(slice_of(line));
    first = slice_cut(&rest, '\t');
    if(!units_count(first, &a) && !units_count(slice_trim(rest), &b)) {
      low = (unsigned)a;
      high = (unsigned)b;
    }
  }
  if(f)
    fclose(f);
  return high >= low ? high - low + 1 : 0;
}

static uint64_t read_memory(void)
{
  char line[128];
  uint64_t kib = 0;
  FILE *f = fopen("/proc/meminfo", "re");
  while(f && fgets(line, sizeof(line), f)) {
    struct slice s = slice_of(line);
    if(slice_starts(s, "MemAvailable:")) {
      s = slice_trim((struct slice){s.p + 13, s.n - 13});
      units_count(slice_cut(&s, ' '), &kib);
      break;
    }
  }
  if(f)
    fclose(f);
  return kib * 1024;
}

void limits_read(struct limits *l)
{
  struct rlimit r = {0, 0};
  cpu_set_t set;
  memset(l, 0, sizeof(*l));
  getrlimit(RLIMIT_NOFILE, &r);
  l->fds_soft = r.rlim_cur;
  l->fds_hard = r.rlim_max;
  l->ports = read_ports();
  l->memory_available = read_memory();
  l->cpus = 1;
  if(sched_getaffinity(0, sizeof(set), &set) == 0)
    l->cpus = (uint32_t)CPU_COUNT(&set);
}

void limits_raise_fds(struct limits *l)
{
  struct rlimit r = {l->fds_hard, l->fds_hard};
  if(l->fds_soft < l->fds_hard && setrlimit(RLIMIT_NOFILE, &r) == 0)
    l->fds_soft = l->fds_hard;
}

uint32_t limits_workers(const struct limits *l, uint64_t streams)
{
  uint64_t room = l->fds_soft > 2 * LIMITS_FDS_RESERVED
                      ? l->fds_soft - LIMITS_FDS_RESERVED
                      : LIMITS_FDS_RESERVED;
  uint64_t each = room < STREAMS_PER_WORKER ? room : STREAMS_PER_WORKER;
  uint64_t n = (streams + each - 1) / each;
  if(streams > FEW_STREAMS && n < l->cpus)
    n = l->cpus;
  return n ? (uint32_t)n : 1;
}

static int check_fds(const struct limits *l, const struct demand *d,
                     struct err *e)
{
  uint64_t each = (d->streams + d->workers - 1) / d->workers;
  uint64_t need = each * d->fds_per_stream_x100 / 100 + LIMITS_FDS_RESERVED;
  uint64_t fit = l->fds_soft > LIMITS_FDS_RESERVED
                     ? l->fds_soft - LIMITS_FDS_RESERVED
                     : 1;
  if(need <= l->fds_soft)
    return 0;
  return err_set(e, E_LIMIT,
                 "%llu streams in %u worker(s) need %llu file descriptors "
                 "each, but the limit is %llu per process.  Raise it "
                 "(ulimit -n %llu, as root or in limits.conf) or spread over "
                 "more workers (--workers %llu)",
                 (unsigned long long)d->streams, d->workers,
                 (unsigned long long)need, (unsigned long long)l->fds_soft,
                 (unsigned long long)need,
                 (unsigned long long)((d->streams + fit - 1) / fit));
}

static int check_ports(const struct limits *l, const struct demand *d,
                       struct err *e)
{
  uint64_t sockets = d->streams * d->fds_per_stream_x100 / 100;
  uint64_t have = l->ports * d->source_addresses;
  uint64_t want;
  if(!l->ports || sockets <= have)
    return 0;
  want = (sockets + l->ports - 1) / l->ports;
  return err_set(e, E_LIMIT,
                 "%llu connections need %llu source addresses (%llu "
                 "ephemeral ports each), but there is %u.  Give more "
                 "(--source-ip A --source-ip B ...) or widen the range: "
                 "sysctl -w net.ipv4.ip_local_port_range='1024 65535'",
                 (unsigned long long)sockets, (unsigned long long)want,
                 (unsigned long long)l->ports, d->source_addresses);
}

static int check_memory(const struct limits *l, const struct demand *d,
                        struct err *e)
{
  uint64_t need = d->streams * d->bytes_per_stream;
  char a[UNITS_MAX], b[UNITS_MAX];
  if(!l->memory_available || need <= l->memory_available)
    return 0;
  return err_set(e, E_LIMIT,
                 "%llu streams need about %s of memory, %s are available.  "
                 "Lower --connections, or run part of it on another machine "
                 "and add the results with weir merge",
                 (unsigned long long)d->streams,
                 units_fmt_bytes((double)need, a),
                 units_fmt_bytes((double)l->memory_available, b));
}

int limits_check(const struct limits *l, const struct demand *d, struct err *e)
{
  int rc = check_fds(l, d, e);
  if(!rc)
    rc = check_ports(l, d, e);
  if(!rc)
    rc = check_memory(l, d, e);
  return rc;
}
