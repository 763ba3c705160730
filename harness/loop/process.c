/* SPDX-License-Identifier: MIT
 * Child processes; see process.h. */
#include "loop/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define READS_EACH 256 /* one that never stops talking is left, too */
#define OUTPUT_MAX ((size_t)1 << 20)
#define TURN_MS    20

/* The groups first, since a user may not change them. */
static bool change_user(struct process_user as)
{
  return !as.uid ||
         (setgroups(0, NULL) == 0 && setresgid(as.gid, as.gid, as.gid) == 0 &&
          setresuid(as.uid, as.uid, as.uid) == 0);
}

bool process_turn_into(struct process_user as)
{
  if(!as.uid && !as.jail)
    return true;
  return change_user(as) && (!as.jail || jail_enter(as.jail)) &&
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static void complain(const char *program, struct process_user as)
{
  char text[PATH_MAX + 120];
  unsigned long uid = as.uid ? as.uid : geteuid();
  int n = snprintf(text, sizeof(text), "%s cannot be run as user %lu: %s\n",
                   program, uid, strerror(errno));
  if(n > 0 && write(2, text, (size_t)n) < 0)
    _exit(PROCESS_CANNOT);
}

static void take_streams(int out)
{
  int null = open("/dev/null", O_RDONLY);
  if(null >= 0)
    dup2(null, 0);
  dup2(out, 1);
  dup2(out, 2);
}

static void take_signals(void)
{
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGPIPE, SIG_DFL);
}

/* In the child; returns only when that failed.  program: argv[0], held open,
 * since that user need not get there, nor a jail have it. */
static void become(const char *const *argv, int program, int out, pid_t parent,
                   struct process_user as)
{
  char *const *args = (char *const *)(uintptr_t)argv;
  bool changed;
  setpgid(0, 0);
  take_streams(out);
  changed = process_turn_into(as);
  /* SIGTERM: nginx and weir-server both end their workers with it.  Behind
   * the change of user, which would undo it. */
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if(getppid() != parent)
    return;
  take_signals();
  if(changed && (as.uid || as.jail))
    fexecve(program, args, environ);
  if(changed)
    execv(argv[0], args);
  if(as.uid || as.jail)
    complain(argv[0], as);
}

/* Nothing that this process holds may live on in a child. */
static int output_pipe(int pair[2])
{
  if(pipe2(pair, O_CLOEXEC))
    return E_IO;
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  return 0;
}

int process_start(struct process *p, const char *const *argv, struct err *e)
{
  return process_start_as(p, argv, (struct process_user){0, 0, NULL}, e);
}

int process_start_as(struct process *p, const char *const *argv,
                     struct process_user as, struct err *e)
{
  int pair[2], program;
  pid_t parent = getpid();
  p->pid = 0;
  p->out = -1;
  if(access(argv[0], X_OK))
    return err_set(e, E_NOT_FOUND, "%s cannot be run: %s", argv[0],
                   strerror(errno));
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if(output_pipe(pair))
    return err_set(e, E_IO, "no pipe: %s", strerror(errno));
  program = open(argv[0], O_PATH | O_CLOEXEC);
  p->pid = fork();
  if(p->pid == 0) {
    become(argv, program, pair[1], parent, as);
    _exit(PROCESS_CANNOT);
  }
  close(pair[1]);
  close(program);
  if(p->pid < 0) {
    p->pid = 0;
    close(pair[0]);
    return err_set(e, E_IO, "no process for %s: %s", argv[0], strerror(errno));
  }
  setpgid(p->pid, p->pid); /* whoever comes first */
  p->out = pair[0];
  return 0;
}

bool process_running(struct process *p, int *status)
{
  siginfo_t info = {0};
  *status = 0;
  /* Left unreaped: its number stays ours until process_end. */
  if(!p->pid ||
     waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT))
    return false;
  if(info.si_pid == 0)
    return true;
  *status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  return false;
}

bool process_read(struct process *p, struct buf *out)
{
  char piece[4096];
  ssize_t n;
  int i = 0;
  if(p->out < 0)
    return false;
  do {
    n = read(p->out, piece, sizeof(piece));
    if(n > 0 && out->n < OUTPUT_MAX)
      buf_add(out, piece, (size_t)n);
  } while(++i < READS_EACH && (n > 0 || (n < 0 && errno == EINTR)));
  return n != 0;
}

static bool has_line(const struct buf *said, const char *mark)
{
  const char *at = strstr(buf_text(said), mark);
  return at && strchr(at, '\n');
}

int process_await(struct process *p, const char *mark, uint64_t limit_ns,
                  struct buf *said, struct process_stop stop)
{
  uint64_t end = clock_mono_ns() + limit_ns;
  for(;;) {
    struct pollfd fd = {.fd = p->out, .events = POLLIN};
    bool open = process_read(p, said);
    if(has_line(said, mark))
      return 0;
    if(!open || clock_mono_ns() > end)
      return E_IO;
    if(stop.asked && stop.asked(stop.ctx))
      return E_CLOSED;
    poll(&fd, 1, TURN_MS);
  }
}

void process_end(struct process *p)
{
  int status;
  if(p->pid) {
    kill(-p->pid, SIGKILL);
    kill(p->pid, SIGKILL);
    /* Orphans of the group come to us: none of them writes any more. */
    while(waitpid(-p->pid, &status, 0) > 0 || errno == EINTR)
      continue;
  }
  if(p->out >= 0)
    close(p->out);
  p->pid = 0;
  p->out = -1;
}

int process_run(const char *const *argv, struct process_bounds bounds,
                struct buf *out, struct err *e)
{
  uint64_t end = clock_mono_ns() + bounds.limit_ns;
  struct process_stop stop = bounds.stop;
  struct process p;
  struct pollfd fd;
  int status = 0, rc = process_start_as(&p, argv, bounds.as, e);
  if(rc)
    return rc;
  while(process_read(&p, out)) {
    if(stop.asked && stop.asked(stop.ctx))
      rc = err_set(e, E_CLOSED, "stopped");
    else if(clock_mono_ns() > end)
      rc = err_set(e, E_IO, "%s did not end in time", argv[0]);
    if(rc)
      break;
    fd = (struct pollfd){.fd = p.out, .events = POLLIN};
    poll(&fd, 1, TURN_MS);
  }
  /* Its output is closed: it ends now, or it is ended. */
  while(!rc && process_running(&p, &status) && clock_mono_ns() < end)
    poll(NULL, 0, 1);
  process_end(&p);
  return rc ? rc : status;
}

static bool is_program(const char *path)
{
  return access(path, X_OK) == 0;
}

static bool find_in(const char *folders, const char *name, char *out,
                    size_t size)
{
  struct slice rest = slice_of(folders), one;
  while(rest.n) {
    one = slice_cut(&rest, ':');
    if(!one.n ||
       (size_t)snprintf(out, size, "%.*s/%s", (int)one.n, one.p, name) >= size)
      continue;
    if(is_program(out))
      return true;
  }
  return false;
}

bool process_find(const char *wanted, const char *name, const char *folders,
                  char *out, size_t size)
{
  const char *path = getenv("PATH");
  char self[PATH_MAX];
  if(wanted && strchr(wanted, '/')) {
    snprintf(out, size, "%s", wanted);
    return is_program(out);
  }
  if(wanted)
    return find_in(path ? path : "", wanted, out, size);
  if(file_self(self, sizeof(self)) == 0) {
    *strrchr(self, '/') = '\0';
    if(find_in(self, name, out, size))
      return true;
  }
  return (path && find_in(path, name, out, size)) ||
         (folders && find_in(folders, name, out, size));
}
