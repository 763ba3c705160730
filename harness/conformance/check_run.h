/* SPDX-License-Identifier: MIT
 * A conformance run: which checks, which exchanges, recording, judging,
 * repeating what rested on a clock, and the document of it all. */
#ifndef WEIR_CONFORMANCE_CHECK_RUN_H
#define WEIR_CONFORMANCE_CHECK_RUN_H
#include "base/json.h"
#include "checks/app/app.h"
#include "checks/core/lost.h"
#include "loop/process.h"
#include "probe/probe.h"

/* Who watches a run. */
struct check_watcher {
  /* One exchange or script is over; name is NULL when a set of them is. */
  void (*on_progress)(size_t over, size_t total, const char *name, void *ctx);
  /* A line that belongs to the plan and became known later. */
  void (*on_plan)(const char *line, void *ctx);
  void *ctx;
};

/* What is to be done.  All borrowed. */
struct check_job {
  struct target *target;
  struct probe_result *loaded; /* taken over: the recordings of from */
  const char *const *only, *const *skip; /* globs; none = all, nothing */
  size_t onlys, skips;
  const char *from;             /* folder of recordings to judge again; NULL */
  const char *save;             /* folder to keep them in; NULL */
  const char *profile;          /* file of what is expected; NULL */
  const struct profile *app;    /* the protocol on top; NULL */
  struct profile *const *guess; /* those that it may be; NULL: none */
  size_t guesses;
  const char *via;            /* what the proxy under test forwards to; NULL */
  const char *server_program; /* weir-server, the origin behind it */
  const char *command;        /* for the document */
  uint64_t time_ns;           /* at most, of the whole run; 0 = as planned */
  bool owned, keep_secrets;
  struct check_watcher watcher;
};

struct check_run {
  const struct check_job *job;    /* borrowed */
  const struct check **check;     /* owned array of the selected */
  struct finding *finding;        /* owned, one for each */
  const struct profile *protocol; /* borrowed: given or guessed; NULL */
  struct app_checks *app;         /* owned: its rows; NULL */
  size_t checks;
  struct exchange_set set;
  struct probe_result look;  /* the redirects, until they are kept */
  struct probe_result begun; /* the steps before, until they are kept */
  struct probe_result first;
  struct probe_result again; /* the repetition; often empty */
  struct process origin;     /* behind the proxy under test */
  uint64_t started_real_ns, elapsed_ns;
  bool interrupted;
  bool doubtful;            /* what answers may be no stream */
  bool held;                /* the response head is held back */
  char stopped[400];        /* why nothing could be judged; "" */
  char lost[LOST_TEXT_MAX]; /* why the rest of the plan was not made; "" */
};

/* check_run_select chooses the checks that the mode allows (one that --only
 * names alone is kept in any mode) and what they need.  0, E_NOMEM, or
 * E_NOT_FOUND with a sentence when none is left. */
int check_run_select(struct check_run *r, const struct check_job *job,
                     struct err *e);
/* check_is_chosen: only and skip let c through; exact: one of only names it
 * alone. */
bool check_is_chosen(const struct check_job *job, const struct check *c,
                     bool *exact);
/* check_run_plan appends what will be done and how long it takes, or, brief,
 * one line of it. */
int check_run_plan(const struct check_run *r, bool brief, struct buf *out);
/* check_run_perform records (or reads what was recorded), then judges.  A
 * FAIL or WARN that rests on a clock is recorded once more: if it does not
 * come again it is one step milder and flaky.  0 or E_* with a sentence. */
int check_run_perform(struct check_run *r, struct err *e);
/* check_run_save keeps the recordings and what was declared. */
int check_run_save(const struct check_run *r, struct err *e);
/* check_run_document builds the weir.check/1 document, compared with the
 * profile; new reference.  NULL with a sentence and e->code: E_NOMEM, or what
 * is wrong with the profile. */
json_t *check_run_document(const struct check_run *r, struct err *e);
void check_run_free(struct check_run *r);

/* check_guess finds the protocol on top by the first events of r, adds its
 * checks and says so among the assumptions; without one it does nothing.  0 or
 * E_NOMEM. */
int check_guess(struct check_run *run, const struct recording *r);
/* check_rows_add adds the checks of a profile's rows that are chosen.  0 or
 * E_NOMEM. */
int check_rows_add(struct check_run *r, const struct profile *p);

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

/* check_append moves the recordings of from behind those of to.  E_NOMEM. */
int check_append(struct probe_result *to, struct probe_result *from);
/* check_steps_begin makes the requests that come before all others, such as a
 * session's beginning, and asks by what they brought; sets stopped where they
 * were refused.  check_steps_end makes the last ones, and keeps them. */
int check_steps_begin(struct check_run *r, struct err *e);
int check_steps_end(struct check_run *r, struct err *e);

/* check_is_held: r waited in vain for its head, and that will be judged
 * (http.hdr.prompt) instead of being told as unreachable. */
bool check_is_held(const struct check_run *run, const struct recording *r);
/* check_is_doubtful: r has another type than a stream; by its body it may be
 * one. */
bool check_is_doubtful(const struct recording *r);
/* check_is_about_type: c is one of those that judge such an answer even where
 * its body is no stream either. */
bool check_is_about_type(const struct check *c);
/* check_stop writes why r, the ordinary exchange, is no event stream that
 * could be judged, or nothing. */
void check_stop(const struct recording *r, char *out, size_t size);

#endif
