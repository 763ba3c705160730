/* SPDX-License-Identifier: MIT
 * The loop's own health: a repeating timer that reports how late it fires.
 * A loop that is late cannot be trusted to have read in time. */
#ifndef WEIR_HEALTH_LAG_H
#define WEIR_HEALTH_LAG_H
#include <stdint.h>
#include <uv.h>

#define LAG_PERIOD_MS 20

struct lag_meter {
  uv_timer_t timer;
  uint64_t due_ns; /* when the timer should fire next, CLOCK_MONOTONIC */
  void (*on_lag)(uint64_t lag_ns, void *ctx);
  void *ctx;
};

/* lag_start calls on_lag every LAG_PERIOD_MS.  m must live until the loop has
 * closed the handle that lag_stop closes. */
void lag_start(struct lag_meter *m, uv_loop_t *loop,
               void (*on_lag)(uint64_t lag_ns, void *ctx), void *ctx);
void lag_stop(struct lag_meter *m);

#endif
