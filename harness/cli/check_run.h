/* SPDX-License-Identifier: MIT
 * A conformance run: which checks, which exchanges, recording, judging,
 * repeating what rested on a clock.  Prints nothing but progress. */
#ifndef WEIR_CLI_CHECK_RUN_H
#define WEIR_CLI_CHECK_RUN_H
#include "checks/check.h"
#include "cli/check_args.h"
#include "loop/process.h"
#include "probe/probe.h"

struct check_run {
  struct check_args *args;    /* borrowed */
  const struct check **check; /* owned array of the selected */
  struct finding *finding;    /* owned, one for each */
  size_t checks;
  struct exchange_set set;
  struct probe_result look; /* the redirects, until they are kept */
  struct probe_result first;
  struct probe_result again; /* the repetition; often empty */
  struct process origin;     /* behind the proxy under test */
  uint64_t started_real_ns, elapsed_ns;
  bool interrupted;
  bool doubtful;     /* what answers may be no stream */
  bool held;         /* the response head is held back */
  char stopped[400]; /* why nothing could be judged; "" */
};

/* check_run_select chooses the checks that the mode allows (one that --only
 * names alone is kept in any mode) and what they need.  0, E_NOMEM, or
 * E_NOT_FOUND with a sentence when none is left. */
int check_run_select(struct check_run *r, struct check_args *a, struct err *e);
/* check_run_plan appends what will be done and how long it takes. */
int check_run_plan(const struct check_run *r, struct buf *out);
/* check_run_perform records (or reads what was recorded), then judges.  A
 * FAIL or WARN that rests on a clock is recorded once more: if it does not
 * come again it is one step milder and flaky.  0 or E_* with a sentence. */
int check_run_perform(struct check_run *r, struct err *e);
/* check_run_save keeps the recordings and what was declared. */
int check_run_save(const struct check_run *r, struct err *e);
void check_run_free(struct check_run *r);

/* check_record performs one set on a loop of its own; Ctrl-C sets
 * interrupted. */
int check_record(struct check_run *r, const struct exchange_set *set,
                 struct probe_result *out, struct err *e);
/* check_look goes where redirects lead and makes that the target; sets
 * stopped where there is no stream at the end, before anything unusual is
 * sent, and held where no head came.  check_keep_look puts what it recorded to
 * the rest, if it is wanted.
 */
int check_look(struct check_run *r, struct err *e);
int check_keep_look(struct check_run *r, struct err *e);

/* check_is_held: r waited in vain for its head, and that will be judged
 * (http.hdr.prompt) instead of being told as unreachable. */
bool check_is_held(const struct check_run *run, const struct recording *r);
/* check_is_doubtful: r has another type than a stream, but is not over yet: by
 * its body it may be one. */
bool check_is_doubtful(const struct recording *r);
/* check_stop writes why r, the ordinary exchange, is no event stream that
 * could be judged, or nothing. */
void check_stop(const struct recording *r, char *out, size_t size);

#endif
