/* SPDX-License-Identifier: MIT
 * A capacity search: load runs against a target, and against a reference
 * server on the same machine in turn, one after the other, until the largest
 * load that holds is known.  Runs steps and keeps time; what a step says
 * about the target is judged by the caller. */
#ifndef WEIR_CAPACITY_CAPACITY_H
#define WEIR_CAPACITY_CAPACITY_H
#include "capacity/capacity_watch.h"
#include "capacity/search.h"
#include "load/load.h"

/* X(enumerator, name, unit): what is raised from step to step. */
#define CAPACITY_AXES(X)                                                      \
  X(CAPACITY_CONNECTIONS, "connections", "streams")                           \
  X(CAPACITY_RATE, "rate", "events/s")                                        \
  X(CAPACITY_PUBLISH, "publish", "publishes/s")                               \
  X(CAPACITY_CONCURRENCY, "concurrency", "users")                             \
  X(CAPACITY_REQUESTS, "requests", "requests/s")

enum capacity_axis {
#define X(id, name, unit) id,
  CAPACITY_AXES(X)
#undef X
};

const char *capacity_axis_name(enum capacity_axis a);
const char *capacity_axis_unit(enum capacity_axis a);

/* On the rate axis this part of URL, headers or body is replaced with the
 * events per second that one stream is to get. */
#define CAPACITY_RATE_MARK "{rate}"

struct capacity_step { /* one load run, over */
  uint32_t number;     /* from 1, both servers counted together */
  bool reference;      /* against the reference server */
  struct search_probe probe;
  const struct load_outcome *outcome; /* borrowed; NULL = nothing was run */
  bool no_answer;       /* ...since the first stream did not open */
  bool cannot;          /* ...since this machine cannot make such a load */
  const char *sentence; /* ...and why; else "" */
  struct capacity_server server;
};

struct capacity_judgement {
  enum search_verdict verdict;
  uint64_t hint; /* see search_tell */
  double rate;   /* events per second of one stream, for the reference */
  double size;   /* bytes of an event, for the reference */
};

/* capacity_judge_fn keeps what it needs of a step and judges it.  A negative
 * E_* ends the search. */
typedef int capacity_judge_fn(const struct capacity_step *step,
                              struct capacity_judgement *out, void *ctx);
/* capacity_begin_fn is told of each step before it runs. */
typedef void capacity_begin_fn(const struct capacity_step *step, void *ctx);

struct capacity_options {
  const char *program;        /* this executable */
  const char *server_program; /* weir-server; NULL = no reference */
  enum capacity_axis axis;
  struct search_config search;
  uint64_t step_ns;   /* measured time of a step; twice that to confirm */
  uint64_t warmup_ns; /* of a step, unless the scenario says */
  uint64_t budget_ns; /* for everything */
  capacity_judge_fn *judge;
  void *judge_ctx;
  capacity_begin_fn *begin;     /* may be NULL */
  load_progress_fn on_progress; /* may be NULL */
  void *ctx;                    /* of begin */
  void *progress_ctx;
  const struct live_socket *live; /* to watch the steps at; NULL = not */
};

/* X(enumerator, name): why it was over before the searches were. */
#define CAPACITY_STOPS(X)                                                     \
  X(CAPACITY_COMPLETE, "complete")                                            \
  X(CAPACITY_BUDGET, "budget")                                                \
  X(CAPACITY_INTERRUPTED, "interrupted")                                      \
  X(CAPACITY_TARGET_GONE, "gone") /* it stopped answering */

enum capacity_stop {
#define X(id, name) id,
  CAPACITY_STOPS(X)
#undef X
};

struct capacity_outcome {
  struct search_result target, reference;
  enum capacity_stop stop;
  bool has_reference;      /* at least one step ran against it */
  char reference_url[160]; /* its last one */
  char reference_why[200]; /* why there is none; "" */
  uint64_t started_real_ns, elapsed_ns;
  uint32_t steps;
  char gone[300]; /* CAPACITY_TARGET_GONE: the last thing heard of it */
};

/* capacity_run searches.  s is finished and has connections (no stages, no
 * arrivals).  0: `out` is filled, also when interrupted or stopped early.
 * E_UNREACHABLE: the very first step had no answer; E_CLOSED: interrupted
 * before there was anything; other E_*: not one step could be run. */
int capacity_run(const struct scenario *s, const struct capacity_options *o,
                 struct capacity_outcome *out, struct err *e);
/* capacity_check: E_MISMATCH when s cannot be searched on that axis. */
int capacity_check(const struct scenario *s, enum capacity_axis axis,
                   struct err *e);

#endif
