/* SPDX-License-Identifier: MIT
 * One step; see step.h. */
#include "ci/step.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define TURN_MS 50
#define STOP_NS (10 * NS_PER_SEC) /* for the result of what is interrupted */
#define LINE    1024

void step_add(struct step_line *l, const char *fmt, ...)
{
  va_list ap;
  char *text = NULL;
  if(l->rc)
    return;
  if(l->words == STEP_ARGUMENTS_MAX) {
    l->rc = E_TOO_LONG;
    return;
  }
  va_start(ap, fmt);
  if(vasprintf(&text, fmt, ap) < 0)
    l->rc = E_NOMEM;
  else
    l->word[l->words++] = text;
  va_end(ap);
}

void step_add_list(struct step_line *l, const char *before, char **text,
                   uint32_t count)
{
  uint32_t i;
  for(i = 0; i < count; i++)
    step_add(l, "%s%s", before, text[i]);
}

void step_line_free(struct step_line *l)
{
  int i;
  for(i = 0; i < l->words; i++)
    free(l->word[i]);
  *l = (struct step_line){.words = 0};
}

/* --- in the child --- */

static void become(const struct step_job *job, int out)
{
  int null, code;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  if(job->server)
    keeper_leave(&job->server->keeper);
  /* The summary of the job is written once, of all steps. */
  unsetenv("GITHUB_STEP_SUMMARY");
  dup2(out, STDERR_FILENO);
  if(job->silent) {
    null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
  }
  code = job->command(job->line->words, (char **)(uintptr_t)job->line->word);
  fflush(NULL);
  _exit(code);
}

/* --- in the parent --- */

struct watch {
  const struct step_job *job;
  struct step_end *end;
  pid_t pid;
  int out;
  char line[LINE]; /* what came of the line that is not over */
  size_t n;
  uint64_t stopped_ns; /* when it was told to end; 0: it was not */
};

/* "weir: error: what": the sentence alone. */
static struct slice without(struct slice text, const char *before)
{
  size_t n = strlen(before);
  return slice_starts(text, before) ? (struct slice){text.p + n, text.n - n}
                                    : text;
}

static void end_line(struct watch *w)
{
  struct slice text = slice_trim((struct slice){w->line, w->n});
  text = without(without(text, "weir: "), "error: ");
  if(text.n && !w->end->server_died)
    snprintf(w->end->why.text, sizeof(w->end->why.text), "%.*s", (int)text.n,
             text.p);
  w->n = 0;
}

static void take(struct watch *w, const char *p, size_t n)
{
  size_t i;
  for(i = 0; i < n; i++) {
    if(p[i] == '\n')
      end_line(w);
    else if(w->n < LINE)
      w->line[w->n++] = p[i];
  }
}

/* False at its end. */
static bool pass_on(struct watch *w)
{
  char piece[4096];
  ssize_t n = read(w->out, piece, sizeof(piece));
  if(n > 0) {
    take(w, piece, (size_t)n);
    if(!w->job->silent && write(STDERR_FILENO, piece, (size_t)n) < 0)
      return false;
  }
  return n > 0 || (n < 0 && errno == EINTR);
}

static void tell_to_end(struct watch *w)
{
  w->stopped_ns = clock_mono_ns();
  kill(-w->pid, SIGINT);
}

static void look(struct watch *w)
{
  const struct step_job *job = w->job;
  if(w->stopped_ns) {
    if(clock_mono_ns() - w->stopped_ns > STOP_NS)
      kill(-w->pid, SIGKILL);
    return;
  }
  if(job->stop.asked && job->stop.asked(job->stop.ctx)) {
    w->end->interrupted = true;
    tell_to_end(w);
  } else if(job->server && !server_lives(job->server, &w->end->why)) {
    w->end->server_died = true;
    tell_to_end(w);
  }
}

static void follow(struct watch *w)
{
  struct pollfd fd = {.fd = w->out, .events = POLLIN};
  siginfo_t over = {0};
  int status = 0;
  for(;;) {
    int ready = poll(&fd, 1, TURN_MS);
    if(ready > 0 && !pass_on(w))
      fd.fd = -1; /* closed: only its end is awaited */
    if(ready == 0 &&
       waitid(P_PID, (id_t)w->pid, &over, WEXITED | WNOHANG | WNOWAIT) == 0 &&
       over.si_pid)
      break;
    look(w);
  }
  kill(-w->pid, SIGKILL); /* what it left behind */
  while(waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  w->end->code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int step_run(const struct step_job *job, struct step_end *end, struct err *e)
{
  struct watch w = {.job = job, .end = end};
  uint64_t begun = clock_mono_ns();
  int pair[2];
  memset(end, 0, sizeof(*end));
  if(job->line->rc)
    return err_set(e, job->line->rc, "%s", err_name(job->line->rc));
  if(pipe2(pair, O_CLOEXEC))
    return err_set(e, E_IO, "no pipe: %s", strerror(errno));
  fflush(NULL); /* what waits is not to be written twice */
  w.pid = fork();
  if(w.pid == 0)
    become(job, pair[1]);
  close(pair[1]);
  w.out = pair[0];
  if(w.pid < 0) {
    close(pair[0]);
    return err_set(e, E_IO, "no process: %s", strerror(errno));
  }
  setpgid(w.pid, w.pid); /* whoever comes first */
  follow(&w);
  close(w.out);
  end->elapsed_ns = clock_mono_ns() - begun;
  return 0;
}
