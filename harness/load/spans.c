/* SPDX-License-Identifier: MIT
 * Runs of numbers; see spans.h. */
#include "load/spans.h"

#include <stdlib.h>

#include "base/assert.h"
#include "load/schedule.h"

static bool grow(struct spans *s)
{
  uint32_t cap = s->cap ? s->cap * 2 : 4;
  struct span *more;
  if(cap > SPANS_MAX)
    return false;
  more = realloc(s->run, cap * sizeof(*more));
  if(!more)
    return false;
  s->run = more;
  s->cap = cap;
  return true;
}

void spans_add(struct spans *s, uint64_t first, uint64_t count)
{
  struct span *last = s->count ? &s->run[s->count - 1] : NULL;
  if(!count)
    return;
  weir_assert(!last || last->first + last->count <= first);
  if(last && last->first + last->count == first) {
    last->count += count;
    return;
  }
  if(s->count < s->cap || grow(s)) {
    s->run[s->count++] = (struct span){first, count};
    return;
  }
  s->blurred = true;
  if(last)
    last->count = first + count - last->first;
}

/* Index of the first run that ends behind number n. */
static uint32_t run_behind(const struct spans *s, uint64_t n)
{
  uint32_t low = 0, high = s->count;
  while(low < high) {
    uint32_t mid = low + (high - low) / 2;
    if(s->run[mid].first + s->run[mid].count <= n)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

uint64_t spans_overlap(const struct spans *s, uint64_t first, uint64_t count)
{
  uint64_t end = first + count, sum = 0;
  uint32_t i;
  for(i = run_behind(s, first); i < s->count && s->run[i].first < end; i++) {
    uint64_t from = s->run[i].first > first ? s->run[i].first : first;
    uint64_t to = s->run[i].first + s->run[i].count;
    sum += (to < end ? to : end) - from;
  }
  return sum;
}

void spans_fini(struct spans *s)
{
  free(s->run);
  *s = (struct spans){0};
}

struct owed {
  void (*fn)(struct span owed, void *ctx);
  void *ctx;
  uint64_t sum;
};

static void owe(struct owed *o, uint64_t from, uint64_t to)
{
  if(from >= to)
    return;
  o->sum += to - from;
  if(o->fn)
    o->fn((struct span){from, to - from}, o->ctx);
}

uint64_t spans_each_owed(const struct spans *failed, struct span numbers,
                         struct share share,
                         void (*fn)(struct span owed, void *ctx), void *ctx)
{
  struct owed o = {fn, ctx, 0};
  uint64_t from = numbers.first, end = numbers.first + numbers.count;
  uint32_t i = 0;
  if(failed->count && numbers.count && from)
    i = run_behind(failed,
                   schedule_user_publish(from, share.user, share.users));
  for(; i < failed->count && from < end; i++) {
    const struct span *r = &failed->run[i];
    /* The user's own numbers in this run are a .. b - 1. */
    uint64_t a = schedule_user_first(r->first, share.user, share.users);
    uint64_t b =
        schedule_user_first(r->first + r->count, share.user, share.users);
    if(a >= end)
      break;
    if(a == b)
      continue;
    owe(&o, from, a);
    from = b > from ? b : from;
  }
  owe(&o, from, end);
  return o.sum;
}
