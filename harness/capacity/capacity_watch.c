/* SPDX-License-Identifier: MIT
 * Reading /proc and the cgroup about a server; see capacity_watch.h.  What
 * cannot be read (another user's process) stays 0: unknown. */
#include "capacity/capacity_watch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/units.h"
#include "loop/procstat.h"

#define PIDS_MAX  256
#define EVERY_NS  (400 * NS_PER_MS)
#define FILE_MAX  16384
#define CGROUP_FS "/sys/fs/cgroup"

/* The file's text, "" when there is none. */
static const char *text_of(const char *path, struct buf *out)
{
  buf_clear(out);
  file_read(path, FILE_MAX, out, NULL);
  return buf_text(out);
}

/* The first number behind `label`; 0 when there is none. */
static uint64_t number_after(const char *text, const char *label)
{
  const char *at = strstr(text, label);
  return at ? strtoull(at + strlen(label), NULL, 10) : 0;
}

static void look_at_fds(struct capacity_server *s, const pid_t *pid, size_t n,
                        struct buf *text)
{
  uint64_t sum = 0;
  size_t i;
  for(i = 0; i < n; i++) {
    char path[64];
    uint64_t fds = procstat_fds(pid[i]), limit;
    snprintf(path, sizeof(path), "/proc/%ld/limits", (long)pid[i]);
    limit = number_after(text_of(path, text), "Max open files");
    sum += fds;
    if(limit &&
       (!s->fds_limit || (double)fds / (double)limit >
                             (double)s->fds_fullest / (double)s->fds_limit)) {
      s->fds_fullest = fds;
      s->fds_limit = limit;
    }
  }
  if(sum > s->fds)
    s->fds = sum;
}

/* Calls back with each thread's time on a CPU and ready without one. */
static void each_thread(struct capacity_watch *w, pid_t pid, struct buf *text,
                        void (*fn)(struct capacity_watch *w, pid_t tid,
                                   uint64_t run_ns, uint64_t wait_ns))
{
  char path[128];
  struct dirent *ent;
  DIR *d;
  snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
  d = opendir(path);
  for(ent = d ? readdir(d) : NULL; ent; ent = readdir(d)) {
    struct slice rest;
    uint64_t run = 0, wait = 0;
    long tid = strtol(ent->d_name, NULL, 10);
    if(tid <= 0)
      continue;
    snprintf(path, sizeof(path), "/proc/%ld/task/%ld/schedstat", (long)pid,
             tid);
    rest = slice_of(text_of(path, text));
    if(units_count(slice_cut(&rest, ' '), &run) == 0 &&
       units_count(slice_cut(&rest, ' '), &wait) == 0)
      fn(w, (pid_t)tid, run, wait);
  }
  if(d)
    closedir(d);
}

static void remember(struct capacity_watch *w, pid_t tid, uint64_t run_ns,
                     uint64_t wait_ns)
{
  if(w->threads < WATCH_THREADS_MAX)
    w->thread[w->threads++] = (struct watch_thread){tid, run_ns, wait_ns};
}

static void compare(struct capacity_watch *w, pid_t tid, uint64_t run_ns,
                    uint64_t wait_ns)
{
  double span = (double)(w->sampled_ns - w->since_ns);
  uint32_t i;
  for(i = 0; i < w->threads; i++) {
    const struct watch_thread *t = &w->thread[i];
    double run, wait;
    if(t->tid != tid || run_ns < t->run_ns || wait_ns < t->wait_ns)
      continue;
    run = 100 * (double)(run_ns - t->run_ns) / span;
    wait = 100 * (double)(wait_ns - t->wait_ns) / span;
    if(run + wait > w->seen.busiest_percent + w->seen.starved_percent) {
      w->seen.busiest_percent = run;
      w->seen.starved_percent = wait;
    }
  }
}

static void look_at_threads(struct capacity_watch *w, const pid_t *pid,
                            size_t n, uint64_t now_ns)
{
  struct buf text;
  bool first = !w->since_ns;
  size_t i;
  buf_init(&text, 0);
  w->sampled_ns = now_ns;
  if(first)
    w->since_ns = now_ns;
  w->seen.busiest_percent = w->seen.starved_percent = 0;
  for(i = 0; i < n; i++)
    each_thread(w, pid[i], &text, first ? remember : compare);
  buf_free(&text);
}

static void note_memory(struct capacity_server *s, uint64_t available,
                        uint64_t total)
{
  if(!total)
    return;
  if(s->memory_total &&
     (double)available / (double)total >=
         (double)s->memory_available / (double)s->memory_total)
    return;
  s->memory_available = available;
  s->memory_total = total;
}

/* The limit of the server's own cgroup (version 2), where it has one. */
static void look_at_cgroup(struct capacity_server *s, struct buf *text)
{
  char path[512], group[300];
  const char *at;
  uint64_t most, now;
  snprintf(path, sizeof(path), "/proc/%lld/cgroup", (long long)s->pid);
  at = strstr(text_of(path, text), "0::/");
  if(!at)
    return;
  snprintf(group, sizeof(group), "%.*s", (int)strcspn(at + 3, "\n"), at + 3);
  snprintf(path, sizeof(path), CGROUP_FS "%s/memory.max", group);
  most = strtoull(text_of(path, text), NULL, 10); /* 0 for "max" */
  snprintf(path, sizeof(path), CGROUP_FS "%s/memory.current", group);
  now = strtoull(text_of(path, text), NULL, 10);
  if(most)
    note_memory(s, now < most ? most - now : 0, most);
}

static void look_at_memory(struct capacity_server *s, struct buf *text)
{
  const char *all = text_of("/proc/meminfo", text);
  note_memory(s, number_after(all, "MemAvailable:") * 1024,
              number_after(all, "MemTotal:") * 1024);
  look_at_cgroup(s, text);
}

/* CPU time that all cores together were busy, since the machine started. */
static uint64_t machine_busy_ns(void)
{
  enum { USER, NICE, SYSTEM, IDLE, IOWAIT, FIELDS };
  uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK), sum = 0, v;
  struct buf text;
  struct slice rest;
  int i;
  buf_init(&text, 0);
  rest = slice_of(text_of("/proc/stat", &text));
  rest = slice_trim(slice_cut(&rest, '\n')); /* "cpu  USER NICE ..." */
  slice_cut(&rest, ' ');
  rest = slice_trim(rest);
  for(i = 0; rest.n && i < FIELDS + 3; i++) { /* irq, softirq, steal too */
    if(units_count(slice_cut(&rest, ' '), &v) == 0 && i != IDLE && i != IOWAIT)
      sum += v;
  }
  buf_free(&text);
  return hz ? sum * (NS_PER_SEC / hz) : 0;
}

static void look_at_machine(struct capacity_watch *w, uint64_t now_ns)
{
  uint64_t busy = machine_busy_ns();
  if(!w->busy_at_ns) {
    w->busy_at_ns = now_ns;
    w->busy_ns = busy;
  } else if(now_ns > w->busy_at_ns && busy >= w->busy_ns)
    w->seen.machine_percent =
        100 * (double)(busy - w->busy_ns) / (double)(now_ns - w->busy_at_ns);
}

void watch_begin(struct capacity_watch *w, int64_t pid, const char *name)
{
  char path[64];
  struct buf text;
  memset(w, 0, sizeof(*w));
  w->seen.machine_percent = -1;
  w->pid = (pid_t)pid;
  if(!w->pid && name && name[0])
    w->pid = procstat_find(name);
  if(!w->pid)
    return;
  w->seen.pid = w->pid;
  buf_init(&text, 0);
  snprintf(path, sizeof(path), "/proc/%ld/comm", (long)w->pid);
  text_of(path, &text);
  snprintf(w->seen.name, sizeof(w->seen.name), "%.*s",
           (int)strcspn(buf_text(&text), "\n"), buf_text(&text));
  buf_free(&text);
}

void watch_sample(struct capacity_watch *w, bool measuring, uint64_t now_ns)
{
  pid_t pid[PIDS_MAX];
  struct buf text;
  size_t n;
  if(now_ns - w->looked_ns < EVERY_NS)
    return;
  w->looked_ns = now_ns;
  if(measuring)
    look_at_machine(w, now_ns);
  if(!w->pid)
    return;
  n = procstat_pids(w->pid, pid, PIDS_MAX);
  w->seen.gone = n == 0;
  if(!n)
    return;
  buf_init(&text, 0);
  look_at_fds(&w->seen, pid, n, &text);
  look_at_memory(&w->seen, &text);
  buf_free(&text);
  if(measuring)
    look_at_threads(w, pid, n, now_ns);
  w->sampled_ns = now_ns;
}

struct capacity_server watch_end(struct capacity_watch *w)
{
  pid_t pid;
  w->seen.gone = w->pid && !procstat_pids(w->pid, &pid, 1);
  w->seen.known = w->pid && !w->seen.gone && w->sampled_ns > 0;
  return w->seen;
}
