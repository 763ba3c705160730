/* SPDX-License-Identifier: MIT
 * Private to load/: the process that was started, and the run as it sees it.
 *
 * run.c sets up and winds up, coordinator.c walks through the phases, crew.c
 * keeps the worker processes,
 * gather.c adds up what they send, live_look.c shows it, server_cost.c watches
 * the server's process tree, health.c judges whether the generator can be
 * trusted. */
#ifndef WEIR_LOAD_COORDINATOR_H
#define WEIR_LOAD_COORDINATOR_H
#include "base/clock.h"
#include "load/live_server.h"
#include "load/load.h"
#include "load/message.h"

enum phase {
  PHASE_SPAWN,     /* until every worker is ready */
  PHASE_PILOT,     /* one stream alone */
  PHASE_OPEN,      /* until what is due has opened or failed */
  PHASE_MEASURE,   /* warm-up, then the measured span */
  PHASE_PUBLISHED, /* until the publisher has its last answer */
  PHASE_DRAIN,     /* for what is owed */
  PHASE_FINISH,    /* until every worker has sent its snapshot */
  PHASE_DONE
};

struct coordinator;

struct member { /* one worker process */
  struct coordinator *c;
  uv_process_t process;
  struct channel channel;
  uint32_t index;
  bool publisher;
  bool spawned, ready, settled, over, drained, finished, exited, died;
  char how[80];
  uint64_t streams, absent, held_back;
  uint64_t last_ns; /* over: when its last request ended */
  double cpu_share, wait_share, clock_step_ms;
  struct snapshot *final; /* owned until merged */
  /* of the last slice it sent */
  uint64_t slice, connections, events, failed, duplicated;
  int64_t slice_connections; /* its part in the joined slice of the total */
  uint64_t joined_ns;        /* and when that slice began */
  int64_t lost, reconnects;  /* so far */
};

struct server_watch { /* the server's process tree */
  int64_t pid;
  uint64_t rss_base, rss_most, cpu_m0_ns, cpu_m1_ns, at_m0_ns, at_m1_ns;
  uint32_t processes;
  bool known;
};

struct coordinator {
  uv_loop_t loop;
  const struct scenario *scenario;
  const struct load_options *options;
  struct load_plan plan;
  struct load_outcome *out;
  struct err *e;
  int rc;
  struct member *member; /* owned; the publisher is the last */
  uint32_t members;
  enum phase phase;
  uint64_t phase_ns; /* when it began, CLOCK_MONOTONIC */
  uint64_t t0_ns, m0_ns, m1_ns;
  uv_timer_t tick;
  uv_signal_t on_int, on_term, on_hup;
  uint64_t open_seen; /* streams open when that last changed */
  uint64_t unsent;    /* publishes due that were never sent */
  bool published_known, blurred;
  bool doubtful; /* a worker could not tell a sequence */

  uint64_t published;
  uint64_t stop_ns; /* when the publisher was told to stop; 0 = not told */
  uint64_t progress_ns;
  struct server_watch server;
  struct live *live; /* owned; NULL = nobody is to watch */
  char sequence_from[80], stamp_from[80];
};

/* crew.c */
int crew_start(struct coordinator *c);
void crew_tell(struct coordinator *c, json_t *m); /* releases m */
void crew_tell_one(struct member *b, json_t *m);
bool crew_all(const struct coordinator *c, size_t flag_offset);
/* crew_end closes all channels; the workers then leave by themselves. */
void crew_end(struct coordinator *c);
void crew_kill(struct coordinator *c);
uint32_t crew_alive(const struct coordinator *c);

/* crew_dismiss kills one that does not answer any more. */
void crew_dismiss(struct member *b);

/* gather.c */
void gather_note(struct load_outcome *o, const char *text);
void gather_slice(struct member *b, json_t *m);
int gather_final(struct member *b, json_t *m, struct err *e);
/* gather_outcome merges the snapshots and fills the outcome. */
int gather_outcome(struct coordinator *c);
void gather_progress(struct coordinator *c, struct load_progress *out);

/* live_look.c: the live view, where options ask for one. */
int live_begin(struct coordinator *c);

/* coordinator.c */
void coordinator_enter(struct coordinator *c, enum phase phase);
/* coordinator_walk goes on to the next phase when it is time. */
void coordinator_walk(struct coordinator *c, uint64_t now_ns);
/* coordinator_interrupt: the first time ends the run now, in order, the second
 * time at once. */
void coordinator_interrupt(struct coordinator *c);
/* What workers report. */
void coordinator_heard(struct member *b, json_t *m);
void coordinator_lost(struct member *b);

/* server_cost.c */
void server_watch_begin(struct coordinator *c);
void server_watch_sample(struct coordinator *c, uint64_t now_ns);
void server_watch_end(struct coordinator *c);

/* health.c */
void health_judge(struct coordinator *c);

#endif
