/* SPDX-License-Identifier: MIT
 * What a load run left behind: the input of result/.
 *
 * The coordinator fills it; result/ turns it into the weir.load/1 document and
 * the verdict; nobody else looks inside. */
#ifndef WEIR_LOAD_OUTCOME_H
#define WEIR_LOAD_OUTCOME_H
#include <stdbool.h>
#include <stdint.h>

#include "health/machine.h"
#include "metrics/snapshot.h"
#include "scenario/scenario.h"

enum ledger_mode {
  LEDGER_NONE,
  LEDGER_SEQUENCE,
  LEDGER_EXACT,
  LEDGER_DOUBTFUL /* numbers, too few to tell whether they are a sequence */
};
enum latency_source {
  LATENCY_NONE,
  LATENCY_STAMP,
  LATENCY_PUBLISH,
  LATENCY_REQUEST /* from the intended start of a request */
};

struct worker_report {
  uint32_t index;
  int64_t pid;
  uint64_t streams; /* its share of the plan */
  bool died;        /* no final snapshot: its numbers are missing */
  char how[80];     /* "killed by signal 9", "exited with code 1" */
  double cpu_share; /* of one core, over the measured span, 0..1 */
  double loop_lag_p99_ms;
};

/* Why a run does not say anything about the target. */
struct invalid_reason {
  char code[32];      /* "worker-died" "cpu" "loop-lag" "schedule-lag"
                         "clock-step" "receive-queue" "ports" "fds" */
  char sentence[200]; /* what was observed, with the figure */
  char advice[200];   /* what to change */
};

struct server_cost { /* when --server-pid (or --server-name) was given */
  bool known;
  int64_t pid;
  uint32_t processes;      /* in the tree, at the end */
  double cpu_percent;      /* of one core, while measuring */
  uint64_t rss_bytes;      /* largest sum seen while measuring */
  uint64_t rss_base_bytes; /* sum before the first stream */
  double bytes_per_connection;
  double cpu_us_per_event;
};

#define OUTCOME_MAX_NOTES 16

struct load_outcome {
  const struct scenario *scenario; /* borrowed */
  struct snapshot *total;          /* owned; all workers that reported */
  char run[24];                    /* run id */
  uint64_t seed;
  uint64_t started_real_ns;
  uint64_t ended_real_ns;
  uint64_t measured_ns; /* span that rates refer to */
  bool interrupted;     /* Ctrl-C, SIGTERM or SIGHUP */
  enum ledger_mode ledger;
  enum latency_source latency;
  char sequence_from[64];            /* "data /seq", "id", "" */
  char stamp_from[64];               /* "data /t in ns", "" */
  char note[OUTCOME_MAX_NOTES][200]; /* assumptions, printed as they are */
  uint32_t note_count;
  struct worker_report *worker; /* owned */
  uint32_t worker_count;
  struct invalid_reason invalid[8];
  uint32_t invalid_count;
  struct server_cost server;
  struct machine machine[2]; /* at the start of the run and at its end */
};

/* Live figures, about once a second, while the run goes on. */
struct load_progress {
  const char *phase; /* "opening" "warming up" "measuring" "draining" */
  double elapsed_s, total_s;
  uint64_t connections; /* open now */
  uint64_t target_connections;
  uint64_t events_per_second;
  uint64_t failed, reconnects, lost; /* so far */
  double p50_ms, p99_ms;             /* of the last slice; 0 when unknown */
};

typedef void (*load_progress_fn)(const struct load_progress *p, void *ctx);

void load_outcome_free(struct load_outcome *o);

#endif
