/* SPDX-License-Identifier: MIT
 * Runs a worker's timers: one timerfd for all of them, armed to the
 * nanosecond, at most once per turn of the loop. */
#ifndef WEIR_SERVER_HTTP_TICKER_H
#define WEIR_SERVER_HTTP_TICKER_H
#include <uv.h>

#include "http/timer_heap.h"

struct ticker;
/* Called when timers run later than they should by late_ns. */
typedef void (*ticker_late_fn)(struct ticker *t, uint64_t now_ns,
                               uint64_t late_ns);

struct ticker {
  struct schedule schedule;
  ticker_late_fn on_late; /* may be NULL */
  void *owner;
  uv_poll_t poll;
  uv_prepare_t prepare;
  int fd;
  uint64_t ran_ns;   /* when timers last ran */
  uint64_t armed_ns; /* what the timerfd is set to; 0 = nothing */
};

int ticker_open(struct ticker *t, uv_loop_t *loop);
/* ticker_unref lets the loop end although timers are set. */
void ticker_unref(struct ticker *t);
/* ticker_close closes the handles; the memory must outlive the loop's next
 * turn, then ticker_free releases the rest. */
void ticker_close(struct ticker *t);
void ticker_free(struct ticker *t);

#endif
