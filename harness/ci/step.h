/* SPDX-License-Identifier: MIT
 * One step of a run: a command of weir in a process group of its own, watched
 * meanwhile. */
#ifndef WEIR_CI_STEP_H
#define WEIR_CI_STEP_H
#include "base/buf.h"
#include "ci/server.h"

#define STEP_ARGUMENTS_MAX 2048

/* A command line; zero-initialised. */
struct step_line {
  char *word[STEP_ARGUMENTS_MAX + 1]; /* owned, NULL behind the last */
  int words;
  int rc; /* 0, E_NOMEM or E_TOO_LONG: the first failure */
};

void step_add(struct step_line *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* step_add_list adds each as it is, behind `before`. */
void step_add_list(struct step_line *l, const char *before, char **text,
                   uint32_t count);
void step_line_free(struct step_line *l);

/* A command of weir: argv[0] is its name; returns its exit code. */
typedef int step_command(int argc, char **argv);

struct step_job {
  step_command *command;
  const struct step_line *line;
  struct server *server; /* its death ends the step */
  bool silent;           /* nothing of it is shown */
  struct process_stop stop;
};

struct step_end {
  int code;         /* the command's exit code, 128 and more: a signal's */
  bool interrupted; /* stop was asked */
  bool server_died; /* in the midst of it */
  uint64_t elapsed_ns;
  struct err why; /* of the server; else the last line that the command
                     wrote to standard error, "" where it wrote none */
};

/* step_run runs it to its end.  What it writes to standard error is passed on.
 * 0, or E_IO, E_NOMEM with a sentence where it could not be begun. */
int step_run(const struct step_job *job, struct step_end *end, struct err *e);

#endif
