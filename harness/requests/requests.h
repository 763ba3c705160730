/* SPDX-License-Identifier: MIT
 * Users that ask again and again, and streams that answer: a load in requests.
 *
 * Closed loop: so many users, each asks, waits for the end of the answer,
 * thinks, asks again.  Open loop: requests are sent at a rate, whatever
 * becomes of the earlier ones.  Each answer is judged by the grammar of its
 * protocol (judge.h) and timed (measure.h), into a snapshot.
 *
 * One worker's share of it, on its loop.  Redirects are not followed. */
#ifndef WEIR_REQUESTS_REQUESTS_H
#define WEIR_REQUESTS_REQUESTS_H
#include "requests/judge.h"
#include "requests/measure.h"
#include "requests/pace.h"
#include "requests/slo.h"
#include "sse/heard.h"
#include "transport/transport.h"

#define REQUESTS_HEADERS_MAX 64
/* A user whose request got no answer asks again no sooner. */
#define REQUESTS_PAUSE_NS (100 * UINT64_C(1000000))

struct requests;

struct requests_listener {
  /* Fills in a request (borrowed until the next call); Accept is added.
   * Numbers count from 0 over all workers.  false: it has no room. */
  bool (*on_request)(void *ctx, uint64_t number, uint64_t user,
                     struct request *out);
  /* The first request of the run has an answer, or none. */
  void (*on_pilot)(void *ctx, enum request_result so_far,
                   const struct request_course *c, const char *cause,
                   const char *sentence);
  void (*on_started)(void *ctx, uint64_t now_ns);
  void (*on_bytes)(void *ctx, size_t n);
  void (*on_event)(void *ctx);
  /* latency_ns: of a completed one. */
  void (*on_ended)(void *ctx, enum request_result r, uint64_t latency_ns);
};

/* All borrowed. */
struct requests_config {
  uv_loop_t *loop;
  struct transport *transport;
  const struct grammar *grammar;
  struct snapshot *snap;
  struct sse_heard *heard; /* where lines are counted */
  const struct requests_listener *listener;
  void *ctx;
  size_t max_line, max_event; /* of an answer; 0 = no limit */
  uint32_t workers, index;
  uint64_t users;    /* of all workers; open loop: at most so many at once */
  uint64_t requests; /* of all workers; 0 = no limit */
  uint64_t ramp_ns;  /* closed loop: users begin over this time */
  uint64_t think_ns; /* closed loop */
  double rate;       /* open loop: per second, of all workers; 0 = closed */
  enum arrival_shape shape;
  uint64_t seed;
  struct slo slo;    /* goodput; no rows: none is asked for */
  uint64_t stall_ns; /* gives up an answer where nothing comes for so long */
  const int64_t *real_offset_ns; /* CLOCK_REALTIME minus CLOCK_MONOTONIC */
};

/* requests_new: NULL without memory. */
struct requests *requests_new(const struct requests_config *c);
/* requests_pilot sends the first request, alone. */
void requests_pilot(struct requests *r);
/* requests_go: the start of the run. */
void requests_go(struct requests *r, uint64_t t0_ns);
/* requests_measure: the measured span.  None begins behind its end. */
void requests_measure(struct requests *r, uint64_t m0_ns, uint64_t m1_ns);
/* requests_tick sends what is due by now. */
void requests_tick(struct requests *r, uint64_t now_ns);
/* requests_due_ns: when a tick has something to do next, or until_ns. */
uint64_t requests_due_ns(const struct requests *r, uint64_t now_ns,
                         uint64_t until_ns);
/* requests_drain: none begins any more. */
void requests_drain(struct requests *r);
uint64_t requests_open(const struct requests *r);
uint64_t requests_started(const struct requests *r);
/* requests_over: all that were to be sent have ended; the last one then. */
bool requests_over(const struct requests *r, uint64_t *last_ns);
/* requests_cut_lines: answers that are inside a line which is no comment. */
uint64_t requests_cut_lines(const struct requests *r);
/* requests_stop ends what is open; it counts as cancelled. */
void requests_stop(struct requests *r);
/* requests_free: memory goes when the loop has run its closing callbacks. */
void requests_free(struct requests *r);

#endif
