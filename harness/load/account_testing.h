/* SPDX-License-Identifier: MIT
 * Events for a worker made by hand, and what it must have counted. */
#ifndef WEIR_LOAD_ACCOUNT_TESTING_H
#define WEIR_LOAD_ACCOUNT_TESTING_H
#include <stdio.h>

#include "load/load_testing.h"

#define URL     "url: http://127.0.0.1:1/\n"
#define PUBLISH URL "publish: {url: \"http://127.0.0.1:1/p\", rate: 10/s}\n"
#define BY_SEQ  URL "sequence: /seq\nstamp: /t\n"
#define P0      M0 /* publish i is due at P0 + i * 100 ms */

static inline uint64_t real_of(uint64_t mono)
{
  return mono + (uint64_t)OFFSET;
}

static inline uint64_t due(uint64_t i)
{
  return P0 + i * 100 * NS_PER_MS;
}

static inline void event_at(struct worker *w, struct stream *st,
                            const char *data, uint64_t mono)
{
  struct sse_event e;
  struct arrival when = {real_of(mono), true};
  memset(&e, 0, sizeof(e));
  e.data = slice_of(data);
  account_event(w, st, &e, &when);
}

/* Number n, scheduled at `sent`, which came in after `delay_ns`. */
static inline void arrive_late(struct worker *w, struct stream *st, uint64_t n,
                               uint64_t sent, int64_t delay_ns)
{
  char data[120];
  snprintf(data, sizeof(data), "{\"seq\":%llu,\"t\":%llu,\"s\":%llu}",
           (unsigned long long)n, (unsigned long long)real_of(sent),
           (unsigned long long)real_of(sent) + 1000);
  event_at(w, st, data, sent + (uint64_t)delay_ns);
}

static inline void arrive(struct worker *w, struct stream *st, uint64_t n)
{
  arrive_late(w, st, n, due(n - 1), NS_PER_MS);
}

static inline void arrive_run(struct worker *w, struct stream *st,
                              uint64_t from, uint64_t to)
{
  while(from <= to)
    arrive(w, st, from++);
}

static inline void broke(struct worker *w, struct stream *st, bool resumed)
{
  (void)w;
  numbers_broke(st);
  st->resumed = resumed;
}

static inline void counts(const struct worker *w, enum counter c,
                          uint64_t want)
{
  if(w->snap->counter[c] != want)
    fail_msg("%s is %llu, not %llu", counter_key(c),
             (unsigned long long)w->snap->counter[c],
             (unsigned long long)want);
}

static inline void ledger_is(const struct worker *w, uint64_t lost,
                             uint64_t dup, uint64_t reordered,
                             uint64_t in_reconnect)
{
  counts(w, C_LOST, lost);
  counts(w, C_DUPLICATED, dup);
  counts(w, C_REORDERED, reordered);
  counts(w, C_LOST_RECONNECT, in_reconnect);
  assert_int_equal(w->now.counter[S_LOST], lost);
  assert_int_equal(ledger_tally_total(w->snap->missing), lost);
}

static inline void finish(struct worker *w, struct stream *st)
{
  numbers_decide(w);
  account_close(w, st);
  objection_review(w);
  stream_drop(st);
}

#endif
