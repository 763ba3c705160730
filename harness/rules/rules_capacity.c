/* SPDX-License-Identifier: MIT
 * Rules about how many streams there can be: slots, descriptors, ports,
 * memory.  Most speak only where a number of streams was declared. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

#define MAX_PEERS   64
#define PORTS       28232u /* of Linux's default ip_local_port_range */
#define STORM       2000u  /* declared streams that come back at once */
#define NOFILE_SOFT 1024u  /* a usual limit where nginx sets none */

static void count(uint64_t n, char out[UNITS_MAX])
{
  units_fmt_count(n, out);
}

/* ---- nginx.worker-connections --------------------------------------------
 */

/* More connections need more descriptors. */
static void raise_nofile(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "worker_rlimit_nofile");
  uint64_t files;
  if(!s.n)
    fact_fix_main(f, "worker_rlimit_nofile 131072;", out);
  else if(!conf_setting_number(&s, &files) && files < 131072)
    fact_fix_replace(s.from[0], "worker_rlimit_nofile 131072;", out);
}

static void slots(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "worker_connections");
  uint64_t per_worker, workers, all, need = f->declared.streams;
  char have[UNITS_MAX], want[UNITS_MAX], value[40];
  const struct conf_directive *events = conf_child(f->conf->root, "events");
  if(!rule_slots(f, &per_worker, &workers))
    return;
  all = (workers ? workers : f->declared.workers) * per_worker / 2;
  if(need ? need <= all : per_worker > 100)
    return;
  count(need ? all : per_worker / 2, have);
  count(need, want);
  doctor_finding_hit(out, DOCTOR_ERROR,
                     need && workers ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "A proxied stream takes two of worker_connections (%llu "
                     "a worker): nginx holds %s streams%s%s%s. Beyond that "
                     "clients connect and are closed without a response.",
                     (unsigned long long)per_worker, have,
                     need ? " in all, and " : " per worker", need ? want : "",
                     need ? " are wanted" : "");
  snprintf(value, sizeof(value), "worker_connections %llu;",
           (unsigned long long)(need > 16384 ? 4 * need : 65536));
  doctor_finding_fix(out,
                     "`%s` in events, and `worker_rlimit_nofile` twice "
                     "that in main",
                     value);
  fact_blame(f, &s, out);
  if(s.n)
    fact_fix_replace(s.from[0], value, out);
  else if(events)
    fact_fix_inside(events, value, out);
  raise_nofile(f, out);
}

/* ---- nginx.nofile --------------------------------------------------------
 */

static void nofile(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "worker_rlimit_nofile");
  uint64_t files = 0, per_worker, workers, need;
  if(!rule_slots(f, &per_worker, &workers))
    return;
  workers = workers ? workers : f->declared.workers;
  need = workers ? 2 * f->declared.streams / workers : 0;
  if(s.n && !conf_setting_number(&s, &files) && files < per_worker) {
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "A worker may open %llu files but has %llu "
                       "connections: before these are used up, clients get "
                       "500 and \"Too many open files\" stands in the log.",
                       (unsigned long long)files,
                       (unsigned long long)per_worker);
    fact_blame(f, &s, out);
    fact_fix_replace(s.from[0], "worker_rlimit_nofile 131072;", out);
  } else if(!s.n && need > NOFILE_SOFT) {
    doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_POSSIBLE,
                       "worker_rlimit_nofile is not set, and a worker needs "
                       "%llu descriptors: the limit it is started with is "
                       "often 1024.",
                       (unsigned long long)need);
    fact_blame(f, &s, out);
    fact_fix_main(f, "worker_rlimit_nofile 131072;", out);
  }
  doctor_finding_fix(out, "`worker_rlimit_nofile 131072;` in the main "
                          "context (or LimitNOFILE of the service)");
}

/* ---- nginx.ephemeral-ports -----------------------------------------------
 */

static void ports(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_peer peer[MAX_PEERS];
  struct conf_setting bind = fact_family(f, "bind");
  size_t i, n = rule_servers(f, peer, MAX_PEERS);
  uint64_t room = n * (uint64_t)PORTS, need = f->declared.streams;
  char have[UNITS_MAX], want[UNITS_MAX];
  for(i = 0; i < n; i++) {
    if(peer[i].address && strncmp(peer[i].address, "unix:", 5) == 0)
      return;
  }
  if(!n || need <= room || f->route->pass_variable || bind.n)
    return;
  count(room, have);
  count(need, want);
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_LIKELY,
                     "From one address to %zu upstream address%s there are "
                     "about %s ports (ip_local_port_range), and %s streams "
                     "are wanted: beyond that, 502 and \"Cannot assign "
                     "requested address\".",
                     n, n == 1 ? "" : "es", have, want);
  doctor_finding_fix(out, "several upstream addresses or ports, a unix "
                          "socket, or `proxy_bind` over several local "
                          "addresses");
  fact_blame_directive(
      f->route->upstream ? f->route->upstream : f->route->handler, out);
}

/* ---- nginx.listen-backlog ------------------------------------------------
 */

static void backlog(const struct doctor_facts *f, struct doctor_finding *out)
{
  size_t i;
  if(f->declared.streams < STORM)
    return;
  for(i = 0; i < f->listeners; i++) {
    const struct conf_listener *l = &f->listener[i];
    if(l->quic || l->backlog > 511)
      continue;
    doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_LIKELY,
                       "When %llu clients come back at once, the accept "
                       "queue holds %d: the others wait 1 s, 3 s, 7 s for "
                       "TCP to try again.",
                       (unsigned long long)f->declared.streams, l->backlog);
    doctor_finding_fix(out, "`backlog=65535` on the listen, and "
                            "net.core.somaxconn to match");
    if(l->directive)
      fact_blame_directive(l->directive, out);
    fact_fix_listen(f, l, "backlog=65535", out);
    return;
  }
}

/* ---- nginx.memory-per-stream ---------------------------------------------
 */

static void memory(const struct doctor_facts *f, struct doctor_finding *out)
{
  double each = rule_gzip(f) || rule_brotli(f) ? 110e3
                : facts_tls(f)                 ? 45e3
                                               : 15e3;
  char all[UNITS_MAX], one[UNITS_MAX];
  if(!f->declared.streams)
    return;
  units_fmt_bytes(each, one);
  units_fmt_bytes(each * (double)f->declared.streams, all);
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_LIKELY,
                     "nginx needs about %s of memory for %llu streams (%s "
                     "each), and the kernel's socket buffers besides.",
                     all, (unsigned long long)f->declared.streams, one);
  fact_blame_block(f, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.worker-connections",
     .headline = "reach fewer clients than wanted",
     .title = "too few connection slots",
     .severity = DOCTOR_ERROR,
     .graded = "error where fewer than the declared streams fit, or 100 or "
               "less are set",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "A proxied stream takes two slots and two descriptors. 512, the "
            "default, is 255 streams per worker. Workers do not share: an "
            "uneven accept fills one of them earlier.",
     .fix = "worker_connections 65536;",
     .block = "events",
     .kind = FIX_KIND_SET,
     .caveats = "Declare how many there will be: --streams 20000.",
     .doc = NGX_MAIN "worker_connections",
     .judge = slots},
    {.id = "nginx.nofile",
     .headline = "reach fewer clients than wanted",
     .title = "too few file descriptors",
     .severity = DOCTOR_ERROR,
     .graded = "error where the limit is below worker_connections; warn, "
               "possible, where none is set and many streams are declared",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Each stream takes two descriptors. Out of them nginx answers 500 "
            "or stops accepting.",
     .fix = "worker_rlimit_nofile 131072;",
     .block = "main",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_MAIN "worker_rlimit_nofile",
     .judge = nofile},
    {.id = "nginx.ephemeral-ports",
     .headline = "reach fewer clients than wanted",
     .title = "too few local ports towards the application",
     .severity = DOCTOR_ERROR,
     .graded = "error where the declared streams exceed the ports",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "A TCP connection is told apart by its four numbers. To one "
            "address and port there are about 28,000 local ports.",
     .fix = "",
     .block = "upstream",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_bind",
     .judge = ports},
    {.id = "nginx.listen-backlog",
     .title = "a short accept queue for a storm of reconnects",
     .severity = DOCTOR_WARN,
     .graded = "warn, where 2000 or more streams are declared",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "After a restart all clients reconnect within a moment. Those "
            "beyond the backlog (511) are dropped and come again by TCP's "
            "own timers.",
     .fix = "listen 443 ssl backlog=65535;",
     .block = "server",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_CORE "listen",
     .judge = backlog},
    {.id = "nginx.memory-per-stream",
     .title = "memory for the declared streams",
     .severity = DOCTOR_INFO,
     .graded = "info, where streams are declared",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Measured per idle stream: plain 14 to 15 kB, TLS 42 to 47 kB, "
            "gzip 110 kB.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = "",
     .judge = memory},
};

DOCTOR_GROUP(rules_capacity, "Capacity", rows);
