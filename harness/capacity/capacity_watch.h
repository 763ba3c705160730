/* SPDX-License-Identifier: MIT
 * What a server's processes use up during one step of a capacity search:
 * descriptors against their limit, CPU of the busiest thread and how long it
 * stood ready without one, memory left on the machine. */
#ifndef WEIR_CAPACITY_CAPACITY_WATCH_H
#define WEIR_CAPACITY_CAPACITY_WATCH_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define WATCH_THREADS_MAX 256

struct capacity_server { /* of one step */
  bool known;            /* the process was there, and seen while measuring */
  bool gone;             /* it was there, and ended during the step */
  int64_t pid;
  char name[20];             /* command name of the process */
  uint64_t fds;              /* open in all processes together, at most */
  uint64_t fds_fullest;      /* open in the process nearest its limit */
  uint64_t fds_limit;        /* of that process; 0 = not readable */
  double busiest_percent;    /* CPU of the busiest thread, of one core */
  double starved_percent;    /* time that thread was ready without a CPU */
  uint64_t memory_available; /* least, of the machine or the cgroup; bytes */
  uint64_t memory_total;     /* what it is a part of; 0 = unknown */
  /* CPU of everything that ran on the machine while measuring, of one core;
   * looked at without a process too.  < 0 = unknown. */
  double machine_percent;
};

struct watch_thread {
  pid_t tid;
  uint64_t run_ns, wait_ns; /* when measuring began */
};

struct capacity_watch {
  pid_t pid;
  struct capacity_server seen;
  uint64_t looked_ns, since_ns, sampled_ns; /* CLOCK_MONOTONIC; 0 = not yet */
  struct watch_thread thread[WATCH_THREADS_MAX];
  uint32_t threads;
  uint64_t busy_ns, busy_at_ns; /* of the machine, when measuring began */
};

/* watch_begin: pid, or the oldest process called name (may be NULL or ""). */
void watch_begin(struct capacity_watch *w, int64_t pid, const char *name);
/* watch_sample looks, at most about twice a second; measuring: the span whose
 * CPU counts has begun and not ended. */
void watch_sample(struct capacity_watch *w, bool measuring, uint64_t now_ns);
/* watch_end looks a last time and returns what was seen. */
struct capacity_server watch_end(struct capacity_watch *w);

#endif
