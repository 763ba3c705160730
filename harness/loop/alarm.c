/* SPDX-License-Identifier: MIT
 * Precise alarms; see alarm.h. */
#include "loop/alarm.h"

#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/err.h"

static void fired(uv_poll_t *p, int status, int events)
{
  struct alarm_clock *a = p->data;
  uint64_t times;
  (void)status;
  (void)events;
  if(read(a->fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
    a->on_alarm(a->ctx);
}

int alarm_init(struct alarm_clock *a, uv_loop_t *loop,
               void (*on_alarm)(void *ctx), void *ctx)
{
  a->on_alarm = on_alarm;
  a->ctx = ctx;
  a->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if(a->fd < 0)
    return E_LIMIT;
  if(uv_poll_init(loop, &a->poll, a->fd)) {
    close(a->fd);
    return E_LIMIT;
  }
  a->poll.data = a;
  return uv_poll_start(&a->poll, UV_READABLE, fired) ? E_LIMIT : 0;
}

void alarm_set(struct alarm_clock *a, uint64_t mono_ns)
{
  struct itimerspec at;
  weir_assert(a->fd >= 0 && a->on_alarm);
  memset(&at, 0, sizeof(at));
  if(mono_ns == 0)
    mono_ns = 1; /* zero would disarm */
  at.it_value.tv_sec = (time_t)(mono_ns / NS_PER_SEC);
  at.it_value.tv_nsec = (long)(mono_ns % NS_PER_SEC);
  timerfd_settime(a->fd, TFD_TIMER_ABSTIME, &at, NULL);
}

void alarm_stop(struct alarm_clock *a)
{
  struct itimerspec off;
  memset(&off, 0, sizeof(off));
  timerfd_settime(a->fd, 0, &off, NULL);
}

void alarm_close(struct alarm_clock *a, uv_close_cb on_closed)
{
  uv_poll_stop(&a->poll);
  close(a->fd);
  uv_close((uv_handle_t *)&a->poll, on_closed);
}
