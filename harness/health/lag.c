/* SPDX-License-Identifier: MIT
 * Loop lag; see lag.h.  Lateness is counted against the planned instant, not
 * against the last firing: one long stall is one long lag, and the periods it
 * swallowed are each reported as late as they were. */
#include "health/lag.h"

#include "base/clock.h"

#define PERIOD_NS (LAG_PERIOD_MS * NS_PER_MS)

static void tick(uv_timer_t *t)
{
  struct lag_meter *m = t->data;
  uint64_t now = clock_mono_ns();
  while(m->due_ns <= now) {
    m->on_lag(now - m->due_ns, m->ctx);
    m->due_ns += PERIOD_NS;
  }
  uv_update_time(t->loop);
  uv_timer_start(t, tick, (m->due_ns - now) / NS_PER_MS + 1, 0);
  /* libuv rounds down to its millisecond; +1 keeps it from firing early, and
   * the millisecond is taken off again here. */
  m->due_ns = now + ((m->due_ns - now) / NS_PER_MS + 1) * NS_PER_MS;
}

void lag_start(struct lag_meter *m, uv_loop_t *loop,
               void (*on_lag)(uint64_t lag_ns, void *ctx), void *ctx)
{
  m->on_lag = on_lag;
  m->ctx = ctx;
  uv_timer_init(loop, &m->timer);
  m->timer.data = m;
  uv_update_time(loop);
  m->due_ns = clock_mono_ns() + PERIOD_NS;
  uv_timer_start(&m->timer, tick, LAG_PERIOD_MS, 0);
}

void lag_stop(struct lag_meter *m)
{
  uv_timer_stop(&m->timer);
  uv_close((uv_handle_t *)&m->timer, NULL);
}
