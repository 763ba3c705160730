/* SPDX-License-Identifier: MIT
 * Timers of one worker, ordered by due time: a 4-ary heap that holds the keys
 * inline, so that 100,000 timers cost one cache line a level.  Pure: knows no
 * clock.  One thread. */
#ifndef WEIR_SERVER_HTTP_TIMER_HEAP_H
#define WEIR_SERVER_HTTP_TIMER_HEAP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_NEVER UINT64_MAX

struct timer;
typedef void (*timer_fn)(struct timer *t, uint64_t now_ns);

/* Embedded in what it wakes; zero-initialised means: not set. */
struct timer {
  timer_fn fn;   /* called when due; the timer is unset by then */
  uint32_t rank; /* private: place in the heap + 1; 0 = not in it */
};

struct schedule_entry {
  uint64_t due_ns;
  struct timer *timer;
};

struct schedule {
  struct schedule_entry *heap; /* owned */
  uint32_t count, cap;
};

void schedule_init(struct schedule *s);
void schedule_fini(struct schedule *s);
/* schedule_set puts or moves the timer; TIMER_NEVER takes it out. */
int schedule_set(struct schedule *s, struct timer *t, uint64_t due_ns);
void schedule_clear(struct schedule *s, struct timer *t);
/* schedule_next_ns is the earliest due time, or TIMER_NEVER. */
uint64_t schedule_next_ns(const struct schedule *s);
/* schedule_pop takes the earliest timer out when it is due at now_ns, else
 * returns NULL. */
struct timer *schedule_pop(struct schedule *s, uint64_t now_ns);

#endif
