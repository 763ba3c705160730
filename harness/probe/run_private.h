/* SPDX-License-Identifier: MIT
 * Private to probe_run: run.c goes through the plan, above all scripts;
 * scripts/script.c is what they see of it, below them. */
#ifndef WEIR_PROBE_RUN_PRIVATE_H
#define WEIR_PROBE_RUN_PRIVATE_H
#include "health/machine.h"
#include "health/stalls.h"
#include "probe/probe.h"
#include "probe/scripts/script.h"

#define PROBE_MAX_RECORDINGS 4096

struct probe_run;

struct script {
  struct probe_run *run;
  const struct script_row *row; /* NULL: not part of the run */
  void *state;                  /* owned */
  unsigned named;
  uv_timer_t timer;
  void (*then)(struct script *s);
  bool started, done, timed;
};

/* A simple exchange of the run. */
struct planned {
  struct probe_run *run;
  enum exchange_id id;
  struct recording *r; /* owned until the run is over */
  unsigned tries;
  bool wanted, started, headed, done;
  int status; /* of its head, where headed */
};

/* The ordinary request that is made around what disturbs. */
enum control_state { CONTROL_DUE, CONTROL_ASKING, CONTROL_FINE };

struct probe_run {
  uv_loop_t *loop;
  struct target *target;
  struct recorder *rec; /* owned */
  const struct probe_listener *l;
  struct probe_result *out;
  struct planned planned[EXCHANGE_COUNT];
  struct script script[SCRIPT_COUNT];
  struct recording **kept; /* owned; what scripts handed over */
  size_t kept_count;
  size_t over, total;
  size_t timers; /* of scripts and the run, not closed yet */
  uv_timer_t deadline, pause;
  enum control_state control;
  unsigned control_tries;
  const char *since;    /* the script that was over last; NULL */
  struct stalls stalls; /* of weir itself */
  struct machine machine;
  bool opened;  /* it is known whether a second stream is let in */
  bool pausing; /* nothing is begun until the pause is over */
  bool lost;    /* the target refuses what it took before: nothing is begun */
  bool detected, late;
  int rc;
};

/* order.c: begins what may begin now; called after each turn of the loop. */
void order_advance(struct probe_run *run);
/* The row of the script "control", which has no file of its own. */
extern const struct script_row script_control;

void run_tell(struct probe_run *run, const char *name);

#endif
