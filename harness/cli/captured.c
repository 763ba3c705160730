/* SPDX-License-Identifier: MIT
 * Commands in a child process; see captured.h. */
#include "cli/captured.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(int (*cmd)(int, char **), char **argv, int out)
{
  int argc = 0, code;
  while(argv[argc])
    argc++;
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  alarm(20);
  code = cmd(argc, argv);
  fflush(stdout);
  _exit(code);
}

struct captured captured_run(int (*cmd)(int, char **), char **argv)
{
  struct captured c = {.code = -1};
  char part[4096];
  int out[2], status = 0;
  pid_t pid;
  buf_init(&c.text, 1 << 24);
  fflush(stdout);
  if(pipe(out))
    abort();
  pid = fork();
  if(pid < 0)
    abort();
  if(pid == 0) {
    close(out[0]);
    child(cmd, argv, out[1]);
  }
  close(out[1]);
  for(;;) {
    ssize_t n = read(out[0], part, sizeof(part));
    if(n <= 0 || buf_add(&c.text, part, (size_t)n))
      break;
  }
  close(out[0]);
  waitpid(pid, &status, 0);
  if(WIFEXITED(status))
    c.code = WEXITSTATUS(status);
  return c;
}
