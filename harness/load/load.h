/* SPDX-License-Identifier: MIT
 * A load run: plan it, run it with worker processes, get the outcome. */
#ifndef WEIR_LOAD_LOAD_H
#define WEIR_LOAD_LOAD_H
#include "load/live.h"
#include "load/outcome.h"
#include "loop/limits.h"

/* What will be started, for --dry-run and the preflight. */
struct load_plan {
  uint32_t workers;          /* processes holding streams */
  bool publisher;            /* one more, that publishes */
  uint64_t streams;          /* held at once, at most */
  uint32_t source_addresses; /* that streams are spread over */
  uint64_t bytes_per_stream; /* estimate, user space */
  uint64_t expected_ns;      /* about how long the run takes */
  bool loopback;
  struct limits limits;
};

struct load_options {
  const char *program;          /* this executable; workers run it again */
  load_progress_fn on_progress; /* may be NULL */
  void *progress_ctx;
  const struct live_socket *live; /* to be watched at; NULL = not at all */
};

/* load_plan_make looks at scenario and machine; raises the soft fd limit.
 * E_SYNTAX for a URL that is none, E_LIMIT with the shortage and its cure. */
int load_plan_make(const struct scenario *s, struct load_plan *out,
                   struct err *e);
/* load_run runs it to the end, in this process and its workers, with its own
 * loop; catches SIGINT, SIGTERM and SIGHUP
 * meanwhile.  0: `out` is filled (also when
 * interrupted or invalid) and to be freed with load_outcome_free.
 * E_UNREACHABLE: the first stream did not open, with the reason.  E_LIMIT,
 * E_IO, E_NOMEM: nothing was run. */
int load_run(const struct scenario *s, const struct load_options *options,
             struct load_outcome *out, struct err *e);
/* load_worker_process is what the hidden command of a worker calls. */
int load_worker_process(int fd);

#endif
