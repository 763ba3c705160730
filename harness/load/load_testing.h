/* SPDX-License-Identifier: MIT
 * What the tests of this room share: cmocka, scenarios from text, and a worker
 * made by hand that has neither loop nor network. */
#ifndef WEIR_LOAD_TESTING_H
#define WEIR_LOAD_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "load/worker.h"

static inline struct scenario *scenario_of(const char *yaml)
{
  struct err e = {0, ""};
  struct scenario *s = scenario_parse(slice_of(yaml), "t.yaml", &e);
  if(!s || scenario_finish(s, &e))
    fail_msg("%s", e.text);
  return s;
}

/* The run's instants, on both clocks: real = mono + OFFSET. */
#define T0     (1000 * NS_PER_SEC)
#define M0     (T0 + NS_PER_SEC)
#define M1     (T0 + 11 * NS_PER_SEC)
#define OFFSET (1700000000 * (int64_t)NS_PER_SEC)

static inline struct worker *worker_of_yaml(const char *yaml)
{
  struct worker *w = calloc(1, sizeof(*w));
  w->scenario = scenario_of(yaml);
  w->workers = 1;
  w->workload = &fleet_workload;
  w->t0_ns = T0;
  w->m0_ns = M0;
  w->m1_ns = M1;
  w->real_offset_ns = OFFSET;
  w->snap = snapshot_new(SLICE_NS);
  w->plan.users = w->scenario->user_count;
  sense_init(&w->sense, w->scenario);
  assert_non_null(w->snap);
  return w;
}

static inline void worker_drop(struct worker *w)
{
  snapshot_free(w->snap);
  scenario_free(w->scenario);
  spans_fini(&w->failed);
  free(w->now.latency);
  free(w);
}

static inline struct stream *stream_of_worker(struct worker *w, uint64_t n)
{
  struct stream *st = calloc(1, sizeof(*st));
  st->number = n;
  st->first_pending = true;
  st->sub.state = SUBSCRIBER_OPEN;
  st->open_ns = st->attempt_ns = M0;
  if(w->scenario->user_count) {
    st->user_index = (uint32_t)(n % w->scenario->user_count);
    st->user = &w->scenario->user[st->user_index];
  }
  return st;
}

static inline void stream_drop(struct stream *st)
{
  spans_fini(&st->account.breaks);
  ledger_fini(&st->account.ledger);
  free(st);
}

#endif
