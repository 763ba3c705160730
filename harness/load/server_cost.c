/* SPDX-License-Identifier: MIT
 * What the server's process tree costs, when the user told which it is. */
#include <stdio.h>
#include <string.h>

#include "load/coordinator.h"
#include "loop/procstat.h"

void server_watch_begin(struct coordinator *c)
{
  struct server_watch *v = &c->server;
  struct procstat p;
  v->pid = c->scenario->server_pid;
  if(!v->pid && c->scenario->server_name && c->scenario->server_name[0])
    v->pid = procstat_find(c->scenario->server_name);
  v->known = v->pid && procstat_tree((pid_t)v->pid, &p) == 0;
  if(v->known) {
    v->rss_base = p.rss_bytes;
    v->processes = p.processes;
  } else if(c->scenario->server_pid ||
            (c->scenario->server_name && c->scenario->server_name[0]))
    gather_note(c->out,
                "server cost: there is no such process, so none is reported");
}

void server_watch_sample(struct coordinator *c, uint64_t now_ns)
{
  struct server_watch *v = &c->server;
  struct procstat p;
  if(!v->known || procstat_tree((pid_t)v->pid, &p))
    return;
  v->processes = p.processes;
  if(p.rss_bytes > v->rss_most)
    v->rss_most = p.rss_bytes;
  if(c->m0_ns && now_ns >= c->m0_ns && !v->at_m0_ns) {
    v->at_m0_ns = now_ns;
    v->cpu_m0_ns = p.cpu_ns;
  }
  if(v->at_m0_ns && (now_ns <= c->m1_ns || !v->at_m1_ns)) {
    v->at_m1_ns = now_ns;
    v->cpu_m1_ns = p.cpu_ns;
  }
}

void server_watch_end(struct coordinator *c)
{
  const struct server_watch *v = &c->server;
  struct server_cost *s = &c->out->server;
  const uint64_t *n = c->out->total->counter;
  double span = (double)(v->at_m1_ns - v->at_m0_ns);
  double cpu = (double)(v->cpu_m1_ns - v->cpu_m0_ns);
  /* A process that ended takes its share of the sum along. */
  s->known = v->known && span > 0 && v->cpu_m1_ns >= v->cpu_m0_ns;
  if(!s->known)
    return;
  s->pid = v->pid;
  s->processes = v->processes;
  s->rss_bytes = v->rss_most;
  s->rss_base_bytes = v->rss_base;
  s->cpu_percent = 100 * cpu / span;
  if(n[C_PEAK] && v->rss_most > v->rss_base)
    s->bytes_per_connection =
        (double)(v->rss_most - v->rss_base) / (double)n[C_PEAK];
  if(n[C_EVENTS_MEASURED])
    s->cpu_us_per_event = cpu / 1000 * ((double)c->out->measured_ns / span) /
                          (double)n[C_EVENTS_MEASURED];
}
