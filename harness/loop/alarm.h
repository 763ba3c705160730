/* SPDX-License-Identifier: MIT
 * A one-shot alarm with the kernel's precision (timerfd): libuv timers round
 * to the millisecond, which is more than many latencies that are measured. */
#ifndef WEIR_LOOP_ALARM_H
#define WEIR_LOOP_ALARM_H
#include <stdint.h>
#include <uv.h>

struct alarm_clock {
  uv_poll_t poll;
  int fd;
  void (*on_alarm)(void *ctx);
  void *ctx;
};

/* alarm_init: 0 or E_LIMIT when there is no descriptor left. */
int alarm_init(struct alarm_clock *a, uv_loop_t *loop,
               void (*on_alarm)(void *ctx), void *ctx);
/* alarm_set arms it for a CLOCK_MONOTONIC instant; the past fires at once, but
 * from the loop.  Arming again replaces the earlier instant. */
void alarm_set(struct alarm_clock *a, uint64_t mono_ns);
void alarm_stop(struct alarm_clock *a);
/* alarm_close: a must live until on_closed, which may be NULL. */
void alarm_close(struct alarm_clock *a, uv_close_cb on_closed);

#endif
