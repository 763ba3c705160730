/* SPDX-License-Identifier: MIT
 * Child processes that one blocks on: each in a group of its own, ended whole,
 * and ended by the kernel when this process dies however it dies. */
#ifndef WEIR_LOOP_PROCESS_H
#define WEIR_LOOP_PROCESS_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "loop/jail.h"

struct process {
  pid_t pid; /* 0: none */
  int out;   /* what it prints, both streams; -1: none */
};

/* Who a process runs as (uid 0: the same as this one), and what it sees of
 * the files. */
struct process_user {
  uid_t uid;
  gid_t gid;
  const struct jail *jail; /* borrowed; NULL: all that its user sees */
};

/* process_start runs argv (NULL behind the last); argv[0] is a path.  Its
 * output comes through p->out, which never blocks.  0 or E_IO, E_NOT_FOUND
 * with a sentence. */
int process_start(struct process *p, const char *const *argv, struct err *e);
/* process_start_as does it as another user, which root may: in no other group,
 * and never again with more rights than that user has; and in a jail, where
 * one is given (argv[0] need not be seen there).  Where that cannot be, the
 * process says so and ends with PROCESS_CANNOT. */
#define PROCESS_CANNOT 127
int process_start_as(struct process *p, const char *const *argv,
                     struct process_user as, struct err *e);
/* process_turn_into makes this process, which has one thread, such a one for
 * good; false with errno, and then it is for nothing else any more. */
bool process_turn_into(struct process_user as);
/* process_running tells whether it still runs; *status is its exit code where
 * it does not, 128 and the signal that ended it. */
bool process_running(struct process *p, int *status);
/* process_read appends what it has printed so far; false at the end of it. */
bool process_read(struct process *p, struct buf *out);
/* Who may end a wait. */
struct process_stop {
  bool (*asked)(void *ctx); /* NULL: nobody */
  void *ctx;
};

/* process_await collects what p prints until a line of it that has mark in it
 * is whole.  0, E_CLOSED where stop was asked, or E_IO when p closed its
 * output or limit_ns is over; what was printed is in said. */
int process_await(struct process *p, const char *mark, uint64_t limit_ns,
                  struct buf *said, struct process_stop stop);
/* process_end kills the whole group and waits for it. */
void process_end(struct process *p);
/* process_run runs argv to its end and collects what it prints.  Returns its
 * exit code, or E_* with a sentence: E_CLOSED where stop was asked, E_IO where
 * it takes longer than limit_ns. */
struct process_bounds {
  uint64_t limit_ns;
  struct process_stop stop;
  struct process_user as;
};
int process_run(const char *const *argv, struct process_bounds bounds,
                struct buf *out, struct err *e);

/* process_find looks for a program: wanted (a path, or NULL), then beside this
 * program, then in PATH and folders (colons between; may be NULL).  false when
 * it is nowhere. */
bool process_find(const char *wanted, const char *name, const char *folders,
                  char *out, size_t size);

#endif
