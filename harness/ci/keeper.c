/* SPDX-License-Identifier: MIT
 * The keeping process; see keeper.h. */
#include "ci/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/procstat.h"

#define TREE_MAX 4096 /* processes that are signalled in one turn */
#define KILL_NS  (10 * NS_PER_SEC)
#define ALONE_NS (2 * NS_PER_SEC) /* grace where weir is gone */
#define TURN_MS  20
#define LEFT     1 /* the keeper's exit code where something lives on */
#define CANNOT   127

/* The keeper's own. */
struct kept {
  int line, news;
  pid_t shell;
  struct keeper_state state;
};

static void on_child(int number)
{
  (void)number; /* ends a wait, no more */
}

/* In the shell's process, which becomes the command. */
static void become(const char *command, int log)
{
  sigset_t none;
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGCHLD, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execl("/bin/sh", "sh", "-c", command, (char *)NULL);
  _exit(CANNOT);
}

/* Orphans come to the keeper, so that no child left means nobody left. */
static void reap(struct kept *k)
{
  const struct keeper_state before = k->state;
  int status;
  pid_t pid;
  do {
    pid = waitpid(-1, &status, WNOHANG);
    if(pid <= 0 || pid != k->shell)
      continue;
    k->state.command_over = true;
    k->state.status =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  } while(pid > 0);
  k->state.all_over = pid < 0 && errno == ECHILD;
  if(before.command_over != k->state.command_over ||
     before.all_over != k->state.all_over) {
    if(write(k->news, &k->state, sizeof(k->state)) < 0)
      return; /* nobody listens any more: its line is closed as well */
  }
}

static void signal_all(int number)
{
  pid_t pid[TREE_MAX];
  size_t i, n = procstat_pids(getpid(), pid, TREE_MAX);
  for(i = 0; i < n; i++) {
    if(pid[i] != getpid())
      kill(pid[i], number);
  }
}

/* True when nobody is left by then. */
static bool wait_for_all(struct kept *k, uint64_t until_ns, int number)
{
  reap(k);
  while(!k->state.all_over && clock_mono_ns() < until_ns) {
    if(number)
      signal_all(number);
    poll(NULL, 0, TURN_MS);
    reap(k);
  }
  return k->state.all_over;
}

static int end_all(struct kept *k, uint64_t grace_ns)
{
  uint64_t now = clock_mono_ns();
  signal_all(SIGTERM);
  signal_all(SIGCONT);
  if(wait_for_all(k, now + grace_ns, 0))
    return 0;
  return wait_for_all(k, now + grace_ns + KILL_NS, SIGKILL) ? 0 : LEFT;
}

/* Until weir lets go, or is gone. */
static uint64_t keep(struct kept *k)
{
  struct pollfd fd = {.fd = k->line, .events = POLLIN};
  uint64_t grace_ns = ALONE_NS;
  sigset_t none;
  sigemptyset(&none);
  for(;;) {
    reap(k);
    if(ppoll(&fd, 1, NULL, &none) <= 0)
      continue;
    if(read(k->line, &grace_ns, sizeof(grace_ns)) < 0 && errno == EINTR)
      continue;
    return grace_ns;
  }
}

static void settle(void)
{
  struct sigaction child = {.sa_handler = on_child};
  sigset_t block;
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  sigaction(SIGCHLD, &child, NULL);
  sigemptyset(&block);
  sigaddset(&block, SIGCHLD); /* let in by ppoll alone */
  sigprocmask(SIG_SETMASK, &block, NULL);
}

static void be_keeper(struct kept *k, const char *command, int log)
{
  settle();
  k->shell = fork();
  if(k->shell == 0)
    become(command, log);
  close(log);
  if(k->shell < 0)
    _exit(CANNOT);
  _exit(end_all(k, keep(k)));
}

static int open_lines(int line[2], int news[2], struct err *e)
{
  if(pipe2(line, O_CLOEXEC))
    return err_set(e, E_IO, "no pipe: %s", strerror(errno));
  if(pipe2(news, O_CLOEXEC)) {
    close(line[0]);
    close(line[1]);
    return err_set(e, E_IO, "no pipe: %s", strerror(errno));
  }
  fcntl(news[0], F_SETFL, O_NONBLOCK);
  return 0;
}

int keeper_start(struct keeper *k, const char *command, const char *log,
                 struct err *e)
{
  int line[2], news[2], file, rc;
  *k = (struct keeper){0, -1, -1};
  file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  if(file < 0)
    return err_set(e, E_IO, "%s: %s", log, strerror(errno));
  rc = open_lines(line, news, e);
  if(rc) {
    close(file);
    return rc;
  }
  k->pid = fork();
  if(k->pid == 0) {
    close(line[1]);
    close(news[0]);
    be_keeper(&(struct kept){.line = line[0], .news = news[1]}, command, file);
  }
  close(file);
  close(line[0]);
  close(news[1]);
  k->line = line[1];
  k->news = news[0];
  if(k->pid > 0)
    return 0;
  k->pid = 0;
  keeper_leave(k);
  return err_set(e, E_IO, "no process for the server: %s", strerror(errno));
}

struct keeper_state keeper_look(struct keeper *k, struct keeper_state before)
{
  struct keeper_state one;
  ssize_t n = -1;
  do {
    n = k->news < 0 ? -1 : read(k->news, &one, sizeof(one));
    if(n == sizeof(one))
      before = one;
  } while(n == sizeof(one));
  if(n == 0 && !before.all_over) /* somebody killed the keeper */
    before = (struct keeper_state){true, true, 128 + SIGKILL};
  return before;
}

void keeper_leave(struct keeper *k)
{
  if(k->line >= 0)
    close(k->line);
  if(k->news >= 0)
    close(k->news);
  k->line = k->news = -1;
}

bool keeper_end(struct keeper *k, uint64_t grace_ns)
{
  int status = 0;
  if(!k->pid)
    return true;
  if(write(k->line, &grace_ns, sizeof(grace_ns)) < 0)
    status = LEFT; /* the keeper is gone; so it is told by its exit code */
  keeper_leave(k);
  while(waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  k->pid = 0;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
