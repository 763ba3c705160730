/* SPDX-License-Identifier: MIT
 * The process that removes a private folder when weir was killed; see
 * private_dir.h.  A fork, not a program: it needs nothing that could be gone
 * by then. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nginxbox/private_parts.h"

#define TURN_MS   20
#define TURNS     500 /* nginx ends meanwhile, and writes its last lines */
#define FIRST_FD  10  /* of those that the guard keeps */
#define NOT_OURS  3   /* behind the standard ones */
#define GUARD_FDS 2

/* It must hold nothing of weir's: whoever reads weir's output, or waits for
 * the end of another guard's pipe, would wait for this process. */
static void drop_descriptors(int *alive, int *owner)
{
  int null = open("/dev/null", O_RDWR), kept[GUARD_FDS];
  kept[0] = fcntl(*alive, F_DUPFD, FIRST_FD);
  kept[1] = fcntl(*owner < 0 ? *alive : *owner, F_DUPFD, FIRST_FD);
  if(null < 0 || kept[0] < 0 || kept[1] < kept[0])
    _exit(1);
  for(int fd = 0; fd < NOT_OURS; fd++)
    dup2(null, fd);
  close_range(NOT_OURS, (unsigned)kept[0] - 1, 0);
  if(kept[1] > kept[0] + 1)
    close_range((unsigned)kept[0] + 1, (unsigned)kept[1] - 1, 0);
  close_range((unsigned)kept[1] + 1, UINT_MAX, 0);
  *alive = kept[0];
  *owner = kept[1];
}

/* Nothing but SIGKILL ends it before weir. */
static void leave_weir(void)
{
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  setsid();
  prctl(PR_SET_NAME, "weir-guard");
  if(chdir("/"))
    _exit(1);
}

/* Nobody writes: what comes is the end, with the last of weir. */
static bool await_end(int alive)
{
  char c;
  return read(alive, &c, 1) == 0;
}

_Noreturn static void guard(const char *path, int alive, int owner)
{
  const char *name = strrchr(path, '/') + 1;
  char base[sizeof(((struct private_dir *)0)->path)];
  int above, dir;
  leave_weir();
  drop_descriptors(&alive, &owner);
  snprintf(base, sizeof(base), "%.*s", (int)(name - path), path);
  above = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dir = above < 0 ? -1 : private_tree_open(above, name);
  if(dir < 0)
    _exit(1);
  if(!await_end(alive))
    _exit(1);
  for(int i = 0; i < TURNS && private_tree_remove(above, name, dir); i++)
    poll(NULL, 0, TURN_MS);
  _exit(0);
}

void private_guard_start(struct private_dir *d)
{
  int pair[2];
  if(pipe2(pair, O_CLOEXEC))
    return;
  d->guard = fork();
  if(d->guard == 0)
    guard(d->path, pair[0], d->owner);
  close(pair[0]);
  d->alive = pair[1];
  if(d->guard > 0)
    return;
  close(d->alive);
  d->guard = 0;
  d->alive = -1;
}

void private_guard_end(struct private_dir *d)
{
  if(d->guard > 0) {
    kill(d->guard, SIGKILL);
    waitpid(d->guard, NULL, 0);
  }
  if(d->alive >= 0)
    close(d->alive);
  d->guard = 0;
  d->alive = -1;
}
