/* SPDX-License-Identifier: MIT
 * Reading /proc; see procstat.h. */
#include "loop/procstat.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
#include "base/units.h"

struct proc_line { /* the fields of /proc/PID/stat that matter */
  pid_t pid, parent;
  char name[20];
  uint64_t ticks, start, pages;
};

/* Field k counts from the one behind ")": 0 is the state (field 3). */
static int parse_stat(char *text, struct proc_line *out)
{
  char *open = strchr(text, '(');
  char *shut = strrchr(text, ')');
  struct slice rest;
  int k;
  if(!open || !shut || shut < open)
    return E_SYNTAX;
  *shut = '\0';
  snprintf(out->name, sizeof(out->name), "%s", open + 1);
  rest = slice_of(shut + 2);
  out->ticks = 0;
  for(k = 0; rest.p; k++) {
    struct slice field = slice_cut(&rest, ' ');
    uint64_t v = 0;
    if(units_count(field, &v))
      continue;
    if(k == 1)
      out->parent = (pid_t)v;
    else if(k == 11 || k == 12)
      out->ticks += v;
    else if(k == 19)
      out->start = v;
    else if(k == 21)
      out->pages = v;
  }
  return 0;
}

static int read_proc(const char *pid, struct proc_line *out)
{
  char path[64], text[1024];
  ssize_t n;
  int fd;
  memset(out, 0, sizeof(*out));
  snprintf(path, sizeof(path), "/proc/%s/stat", pid);
  fd = open(path, O_RDONLY | O_CLOEXEC);
  if(fd < 0)
    return E_NOT_FOUND;
  n = read(fd, text, sizeof(text) - 1);
  close(fd);
  if(n <= 0)
    return E_NOT_FOUND;
  text[n] = '\0';
  out->pid = (pid_t)strtol(pid, NULL, 10);
  return parse_stat(text, out);
}

uint64_t procstat_fds(pid_t pid)
{
  char path[64];
  uint64_t n = 0;
  struct stat st;
  DIR *d;
  snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
  if(stat(path, &st) == 0 && st.st_size > 0)
    return (uint64_t)st.st_size; /* since Linux 6.2 their number */
  d = opendir(path);
  while(d && readdir(d))
    n++;
  if(d)
    closedir(d);
  return n > 2 ? n - 2 : 0;
}

static void add(struct procstat *sum, const struct proc_line *p)
{
  uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);
  sum->processes++;
  sum->rss_bytes += p->pages * page;
  sum->cpu_ns += p->ticks * (NS_PER_SEC / hz);
}

/* All processes, as an array; the caller frees it. */
static struct proc_line *list_all(size_t *count)
{
  struct proc_line *all = NULL;
  size_t n = 0, cap = 0;
  DIR *d = opendir("/proc");
  struct dirent *ent;
  for(ent = d ? readdir(d) : NULL; ent; ent = readdir(d)) {
    struct proc_line p;
    if(ent->d_name[0] < '1' || ent->d_name[0] > '9' ||
       read_proc(ent->d_name, &p))
      continue;
    if(n == cap) {
      struct proc_line *more;
      cap = cap ? cap * 2 : 64;
      more = realloc(all, cap * sizeof(*all));
      if(!more)
        break;
      all = more;
    }
    all[n++] = p;
  }
  if(d)
    closedir(d);
  *count = n;
  return all;
}

static bool descends(const struct proc_line *all, size_t n, pid_t pid,
                     pid_t root)
{
  int depth;
  for(depth = 0; depth < 64 && pid > 1; depth++) {
    size_t i;
    if(pid == root)
      return true;
    for(i = 0; i < n && all[i].pid != pid; i++)
      ;
    if(i == n)
      return false;
    pid = all[i].parent;
  }
  return pid == root;
}

int procstat_tree(pid_t pid, struct procstat *out)
{
  size_t n, i;
  struct proc_line *all = list_all(&n);
  memset(out, 0, sizeof(*out));
  for(i = 0; i < n; i++) {
    if(descends(all, n, all[i].pid, pid))
      add(out, &all[i]);
  }
  free(all);
  return out->processes ? 0 : E_NOT_FOUND;
}

size_t procstat_pids(pid_t pid, pid_t *out, size_t max)
{
  size_t n, i, count = 0;
  struct proc_line *all = list_all(&n);
  for(i = 0; i < n && count < max; i++) {
    if(descends(all, n, all[i].pid, pid))
      out[count++] = all[i].pid;
  }
  free(all);
  return count;
}

void procstat_self(struct procstat *out)
{
  struct proc_line p;
  memset(out, 0, sizeof(*out));
  if(read_proc("self", &p) == 0) {
    p.pid = getpid();
    add(out, &p);
  }
  out->cpu_ns = clock_cpu_ns(); /* finer than the kernel's ticks */
}

pid_t procstat_find(const char *name)
{
  size_t n, i;
  struct proc_line *all = list_all(&n);
  uint64_t oldest = UINT64_MAX;
  pid_t pid = 0;
  for(i = 0; i < n; i++) {
    if(strcmp(all[i].name, name) == 0 && all[i].start < oldest) {
      oldest = all[i].start;
      pid = all[i].pid;
    }
  }
  free(all);
  return pid;
}

uint64_t procstat_wait_ns(void)
{
  char text[96];
  struct slice rest;
  uint64_t wait = 0;
  int fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
  if(fd >= 0)
    close(fd);
  if(n <= 0)
    return 0;
  text[n] = '\0';
  rest = slice_of(text);
  slice_cut(&rest, ' ');
  units_count(slice_cut(&rest, ' '), &wait);
  return wait;
}
