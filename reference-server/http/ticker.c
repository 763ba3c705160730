/* SPDX-License-Identifier: MIT
 * Timers on one timerfd; see ticker.h. */
#include "http/ticker.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

/* After this long the sockets get a turn, however many timers are due. */
#define TURN_NS (5 * NS_PER_MS)
#define LATE_NS (20 * NS_PER_MS)
/* Timers closer together than this run in one turn: exact to the microsecond
 * while few are due, and never more than 4,000 wake-ups a second. */
#define SPACING_NS (250 * NS_PER_US)

static void arm(struct ticker *t, uint64_t due_ns)
{
  struct itimerspec when = {{0, 0}, {0, 0}};
  /* Zero would disarm; a time in the past fires at once. */
  when.it_value.tv_sec = (time_t)(due_ns / NS_PER_SEC);
  when.it_value.tv_nsec = (long)(due_ns % NS_PER_SEC);
  timerfd_settime(t->fd, TFD_TIMER_ABSTIME, &when, NULL);
  t->armed_ns = due_ns;
}

static void on_prepare(uv_prepare_t *handle)
{
  struct ticker *t = handle->data;
  uint64_t next = schedule_next_ns(&t->schedule);
  if(next == TIMER_NEVER)
    next = 0;
  else if(next < t->ran_ns + SPACING_NS)
    next = t->ran_ns + SPACING_NS;
  if(next != t->armed_ns)
    arm(t, next);
}

static void on_due(uv_poll_t *handle, int status, int events)
{
  struct ticker *t = handle->data;
  uint64_t now = clock_mono_ns(), start = now;
  uint64_t due = schedule_next_ns(&t->schedule);
  struct timer *timer;
  (void)status;
  (void)events;
  if(t->on_late && due < now && now - due > LATE_NS)
    t->on_late(t, now, now - due);
  while(now - start < TURN_NS) {
    timer = schedule_pop(&t->schedule, now);
    if(!timer)
      break;
    timer->fn(timer, now);
    now = clock_mono_ns();
  }
  t->ran_ns = start;
  /* Setting the timerfd anew is what clears its readiness. */
  t->armed_ns = UINT64_MAX;
}

int ticker_open(struct ticker *t, uv_loop_t *loop)
{
  schedule_init(&t->schedule);
  t->armed_ns = t->ran_ns = 0;
  t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if(t->fd < 0)
    return E_LIMIT;
  if(uv_poll_init(loop, &t->poll, t->fd) || uv_prepare_init(loop, &t->prepare))
    return E_LIMIT;
  t->poll.data = t->prepare.data = t;
  uv_poll_start(&t->poll, UV_READABLE, on_due);
  uv_prepare_start(&t->prepare, on_prepare);
  return 0;
}

void ticker_unref(struct ticker *t)
{
  uv_unref((uv_handle_t *)&t->poll);
  uv_unref((uv_handle_t *)&t->prepare);
}

void ticker_close(struct ticker *t)
{
  uv_close((uv_handle_t *)&t->poll, NULL);
  uv_close((uv_handle_t *)&t->prepare, NULL);
}

void ticker_free(struct ticker *t)
{
  schedule_fini(&t->schedule);
  if(t->fd >= 0)
    close(t->fd);
  t->fd = -1;
}
