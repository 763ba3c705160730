/* SPDX-License-Identifier: MIT
 * Private to the live run: the shots (one exchange each) that make up the
 * probes, the loop that fires them, the origin's log beside them, and what is
 * measured on both. */
#ifndef WEIR_DOCTOR_LIVE_PRIVATE_H
#define WEIR_DOCTOR_LIVE_PRIVATE_H
#include <jansson.h>

#include "doctor/doctor_live.h"
#include "probe/recorder.h"

#define LIVE_SHOTS_MAX 512
#define LIVE_RUN_MAX   24
/* Q1 and its kin: long enough to tell an interval from a jitter, short enough
 * for nobody to wait. */
#define LIVE_REGULAR "n=12&every=100ms"
#define LIVE_CONTROL "control"

/* Shots of one stage run at the same time; the next stage begins when all are
 * over. */
enum live_stage {
  STAGE_MAIN,  /* everything that leaves nginx as it was */
  STAGE_HARSH, /* what may mark the upstream as down */
  STAGE_CROWD, /* more than nginx may hold */
  STAGE_COUNT
};

struct live_shot {
  enum doctor_probe probe;
  enum doctor_transport transport;
  enum sandbox_copy copy;
  enum live_stage stage;
  int after;         /* starts when that shot is over; -1: with its stage */
  uint64_t delay_ms; /* from then */
  char run[LIVE_RUN_MAX]; /* as in the origin's log */
  char query[420];        /* what the origin is asked for */
  const char *headers;    /* lines that replace the usual ones; NULL */
  struct stop_rule stop;
  struct recording *r; /* owned; NULL: not over, or never begun */
  bool begun, over;
};

struct live_plan {
  const struct doctor_facts *facts; /* borrowed */
  struct live_shot *shot;           /* owned, LIVE_SHOTS_MAX places */
  size_t shots;
  char host[256];  /* Host of all requests */
  char path[2048]; /* without a query */
  char args[2048]; /* the user's own query, "" none */
  enum sandbox_copy main_copy;
  uint64_t quiet_ms;     /* the timeout as it holds in COPY_SCALED */
  uint64_t heartbeat_ms; /* there */
  uint32_t crowd;        /* streams that one worker should hold; 0 unknown */
};

/* live_plan.c: what is to be fired at that sandbox.  0 or E_NOMEM. */
int live_plan_make(struct live_plan *p, const struct doctor_facts *f,
                   const struct conf_request *request,
                   const struct sandbox *s);
void live_plan_free(struct live_plan *p);
/* The listener that offers a transport; NULL where none does. */
const struct conf_listener *live_listener(const struct doctor_facts *f,
                                          enum doctor_transport t);
/* The path and query of a shot. */
int live_path(const struct live_plan *p, const struct live_shot *shot,
              struct buf *out);
/* Its header lines, joined by '\n'.  The scenario is in them once more, for
 * configurations that replace the query. */
int live_lines(const struct live_plan *p, const struct live_shot *shot,
               struct buf *out);
/* What Q3 sends: names and values, NULL behind the last. */
extern const char *const LIVE_REQUEST_HEADERS[][2];

/* live_run.c: fires all shots, then reads the origin's log (a new reference)
 * and the bait as the origin sends it.  0, E_CLOSED when stopped, E_NOMEM,
 * E_IO. */
struct live_outcome {
  json_t *log; /* {"requests": [...]} */
  struct buf bait;
  /* The regular stream without nginx: what this machine adds.  Owned. */
  struct recording *control;
};

int live_fire(struct live_plan *p, const struct sandbox *s,
              struct live_outcome *out, struct err *e);
void live_outcome_free(struct live_outcome *o);

/* live_h2.c: shots over HTTP/2, by libcurl. */
struct live_h2;
struct live_h2 *live_h2_new(uv_loop_t *loop, uint32_t max_connections,
                            struct err *e);
/* on_done gets the recording. */
int live_h2_fire(struct live_h2 *h, const struct live_shot *shot,
                 const char *url, const char *host, const char *scenario,
                 const struct doctor_declared *declared,
                 void (*on_done)(struct recording *r, void *ctx), void *ctx);
void live_h2_cut_all(struct live_h2 *h);
void live_h2_close(struct live_h2 *h);

/* live_log.c, pure: lines of the origin's log. */
size_t live_log_count(const json_t *log, const char *run);
const json_t *live_log_entry(const json_t *log, const char *run, size_t i);
uint64_t live_log_ns(const json_t *entry, const char *key); /* 0: absent */
const char *live_log_text(const json_t *entry, const char *key);
/* The request header as the origin got it; NULL when it did not. */
const char *live_log_header(const json_t *entry, const char *name);
/* A time of a recording on the log's clock, CLOCK_MONOTONIC. */
uint64_t live_mono_ns(const struct recording *r, int64_t t_ns,
                      int64_t offset_ns);

/* live_measure.c, pure: when events came. */
/* live_measure fills symptoms and timelines from all shots.  offset_ns is
 * clock_offset_ns(); noise is the nginx error log. */
void live_measure(const struct live_plan *p, const struct live_outcome *o,
                  int64_t offset_ns, const char *noise,
                  struct doctor_live *out);
/* live_compare.c, pure: what one shot tells besides: headers, bytes, who was
 * told what, how many got in. */
void live_compare(const struct live_plan *p, size_t i,
                  const struct live_outcome *o, int64_t offset_ns,
                  struct symptom *s);

#endif
