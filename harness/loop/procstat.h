/* SPDX-License-Identifier: MIT
 * What /proc tells about processes: memory, CPU, waiting for a CPU. */
#ifndef WEIR_LOOP_PROCSTAT_H
#define WEIR_LOOP_PROCSTAT_H
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct procstat {
  uint32_t processes; /* summed over */
  uint64_t rss_bytes; /* resident; pages shared by several count once each */
  uint64_t cpu_ns;    /* user + system since their start */
};

/* procstat_self is this process alone.  It takes as long however many files
 * are open: workers look at themselves while they read. */
void procstat_self(struct procstat *out);
/* procstat_tree sums pid and all its descendants.  E_NOT_FOUND when there is
 * no such process. */
int procstat_tree(pid_t pid, struct procstat *out);
/* procstat_pids puts pid and its descendants into out, at most max of them,
 * and returns how many. */
size_t procstat_pids(pid_t pid, pid_t *out, size_t max);
/* procstat_fds is how many files pid has open, 0 when not readable.  Before
 * Linux 6.2 that is a walk over all of them: not for a loop that must be in
 * time. */
uint64_t procstat_fds(pid_t pid);
/* procstat_find returns the oldest process whose command name is `name`, or 0:
 * for nginx that is the master, whose workers are its children. */
pid_t procstat_find(const char *name);
/* procstat_wait_ns: how long this process stood ready without getting a CPU.
 */
uint64_t procstat_wait_ns(void);

#endif
