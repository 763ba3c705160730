/* SPDX-License-Identifier: MIT
 * 4-ary heap of timers; see timer_heap.h. */
#include "http/timer_heap.h"

#include <stdlib.h>

#include "base/err.h"

#define FIRST_CAP 64u

void schedule_init(struct schedule *s)
{
  *s = (struct schedule){NULL, 0, 0};
}

void schedule_fini(struct schedule *s)
{
  free(s->heap);
  schedule_init(s);
}

/* Makes room for n timers. */
static int reserve(struct schedule *s, uint32_t n)
{
  uint32_t cap = s->cap ? s->cap : FIRST_CAP;
  struct schedule_entry *heap;
  if(n <= s->cap)
    return 0;
  while(cap < n)
    cap *= 2;
  heap = realloc(s->heap, cap * sizeof(*heap));
  if(!heap)
    return E_NOMEM;
  s->heap = heap;
  s->cap = cap;
  return 0;
}

static void place(struct schedule *s, uint32_t at, struct schedule_entry e)
{
  s->heap[at] = e;
  e.timer->rank = at + 1;
}

static void sift_up(struct schedule *s, uint32_t at, struct schedule_entry e)
{
  while(at > 0) {
    uint32_t parent = (at - 1) / 4;
    if(s->heap[parent].due_ns <= e.due_ns)
      break;
    place(s, at, s->heap[parent]);
    at = parent;
  }
  place(s, at, e);
}

static void sift_down(struct schedule *s, uint32_t at, struct schedule_entry e)
{
  for(;;) {
    uint32_t child = 4 * at + 1;
    uint32_t end = child + 4 < s->count ? child + 4 : s->count;
    uint32_t least = child;
    if(child >= s->count)
      break;
    for(uint32_t i = child + 1; i < end; i++) {
      if(s->heap[i].due_ns < s->heap[least].due_ns)
        least = i;
    }
    if(s->heap[least].due_ns >= e.due_ns)
      break;
    place(s, at, s->heap[least]);
    at = least;
  }
  place(s, at, e);
}

int schedule_set(struct schedule *s, struct timer *t, uint64_t due_ns)
{
  struct schedule_entry e = {due_ns, t};
  uint32_t at;
  if(due_ns == TIMER_NEVER) {
    schedule_clear(s, t);
    return 0;
  }
  if(t->rank) {
    at = t->rank - 1;
    if(due_ns > s->heap[at].due_ns)
      sift_down(s, at, e);
    else
      sift_up(s, at, e);
    return 0;
  }
  if(reserve(s, s->count + 1))
    return E_NOMEM;
  s->count++;
  sift_up(s, s->count - 1, e);
  return 0;
}

void schedule_clear(struct schedule *s, struct timer *t)
{
  struct schedule_entry last;
  uint32_t at;
  if(!t->rank)
    return;
  at = t->rank - 1;
  t->rank = 0;
  last = s->heap[--s->count];
  if(last.timer == t)
    return;
  if(at > 0 && s->heap[(at - 1) / 4].due_ns > last.due_ns)
    sift_up(s, at, last);
  else
    sift_down(s, at, last);
}

uint64_t schedule_next_ns(const struct schedule *s)
{
  return s->count ? s->heap[0].due_ns : TIMER_NEVER;
}

struct timer *schedule_pop(struct schedule *s, uint64_t now_ns)
{
  struct timer *t;
  if(schedule_next_ns(s) > now_ns || !s->count)
    return NULL;
  t = s->heap[0].timer;
  schedule_clear(s, t);
  return t;
}
