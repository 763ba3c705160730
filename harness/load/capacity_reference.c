/* SPDX-License-Identifier: MIT
 * The reference server, run beside the target on the same machine. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "load/capacity_private.h"

#define READY_MS 10000
#define LEAVE_NS (3 * NS_PER_SEC)

/* In the child: only what is safe behind a fork. */
static void become_server(const char *program, int ready)
{
  char fd[16];
  int null = open("/dev/null", O_RDWR);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_IGN); /* a terminal's Ctrl-C is for weir */
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  setpgid(0, 0);
  if(null >= 0) {
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
  }
  fcntl(ready, F_SETFD, 0);
  snprintf(fd, sizeof(fd), "%d", ready);
  execlp(program, program, "--port", "0", "--ready-fd", fd, (char *)NULL);
  _exit(127);
}

/* The line with its port, which it writes when it accepts. */
static uint16_t await_port(int fd)
{
  char text[16];
  size_t n = 0;
  struct pollfd p = {.fd = fd, .events = POLLIN};
  long port;
  while(n < sizeof(text) - 1 && poll(&p, 1, READY_MS) > 0) {
    ssize_t got = read(fd, text + n, sizeof(text) - 1 - n);
    if(got <= 0)
      break;
    n += (size_t)got;
    if(text[n - 1] == '\n')
      break;
  }
  text[n] = '\0';
  port = strtol(text, NULL, 10);
  return port > 0 && port < 65536 ? (uint16_t)port : 0;
}

int reference_start(struct reference *r, const char *program, struct err *e)
{
  int fd[2];
  memset(r, 0, sizeof(*r));
  if(pipe2(fd, O_CLOEXEC))
    return err_set(e, E_IO, "no pipe for %s: %s", program, strerror(errno));
  r->pid = fork();
  if(r->pid == 0)
    become_server(program, fd[1]);
  close(fd[1]);
  if(r->pid < 0) {
    r->pid = 0;
    close(fd[0]);
    return err_set(e, E_IO, "%s cannot be started: %s", program,
                   strerror(errno));
  }
  r->port = await_port(fd[0]);
  close(fd[0]);
  if(r->port)
    return 0;
  reference_stop(r);
  return err_set(e, E_NOT_FOUND, "%s did not start (is it installed?)",
                 program);
}

void reference_stop(struct reference *r)
{
  uint64_t until = clock_mono_ns() + LEAVE_NS;
  if(!r->pid)
    return;
  kill(r->pid, SIGTERM);
  while(waitpid(r->pid, NULL, WNOHANG) == 0) {
    if(clock_mono_ns() > until) {
      kill(-r->pid, SIGKILL);
      until += 1000 * NS_PER_SEC;
    }
    poll(NULL, 0, 10);
  }
  r->pid = 0;
}
