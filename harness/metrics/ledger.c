/* SPDX-License-Identifier: MIT
 * One stream's account of numbers; see ledger.h.  In-order arrivals never get
 * here: ledger_arrive handles them in the header. */
#include "metrics/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#define FIRST_RANGES 2
#define KEPT_RANGES  8 /* an empty list of up to this size is kept */

struct range {
  uint64_t first;
  uint64_t count;
};

struct ledger_ranges {
  uint32_t n;
  uint32_t cap;
  struct range r[]; /* sorted, at least one number between two ranges */
};

static void start(struct ledger_stream *s, uint64_t first)
{
  if(s->started || first > LEDGER_NUMBER_MAX)
    return;
  s->started = true;
  s->first = first;
  s->next = first;
}

void ledger_expect(struct ledger_stream *s, uint64_t first)
{
  start(s, first);
  ledger_seal(s);
}

static bool grow(struct ledger_stream *s)
{
  struct ledger_ranges *m = s->missing;
  uint32_t cap = m ? m->cap * 2 : FIRST_RANGES;
  if(cap > LEDGER_MAX_RANGES)
    return false;
  m = realloc(m, sizeof(*m) + cap * sizeof(m->r[0]));
  if(!m)
    return false;
  if(!s->missing)
    m->n = 0;
  m->cap = cap;
  s->missing = m;
  return true;
}

static void remove_at(struct ledger_ranges *m, uint32_t i)
{
  weir_assert(i < m->n);
  m->n--;
  memmove(&m->r[i], &m->r[i + 1], (m->n - i) * sizeof(m->r[0]));
}

/* Makes room for one range more, at the price of the oldest if need be.
 * False: there is no memory for even one. */
static bool make_room(struct ledger_stream *s)
{
  if(s->missing && s->missing->n < s->missing->cap)
    return true;
  if(grow(s))
    return true;
  s->overflowed = true;
  if(!s->missing)
    return false;
  remove_at(s->missing, 0);
  return true;
}

static void add_missing(struct ledger_stream *s, uint64_t first,
                        uint64_t count)
{
  const struct ledger_ranges *m = s->missing;
  weir_assert(count && first + count > first);
  weir_assert(!m || !m->n ||
              m->r[m->n - 1].first + m->r[m->n - 1].count <= first);
  s->missing_count += count;
  if(make_room(s))
    s->missing->r[s->missing->n++] = (struct range){first, count};
}

/* Below all others.  Without room it is counted and forgotten. */
static void add_missing_below(struct ledger_stream *s, uint64_t first,
                              uint64_t count)
{
  struct ledger_ranges *m;
  s->missing_count += count;
  if((!s->missing || s->missing->n == s->missing->cap) && !grow(s)) {
    s->overflowed = true;
    return;
  }
  m = s->missing;
  memmove(&m->r[1], &m->r[0], m->n * sizeof(m->r[0]));
  m->r[0] = (struct range){first, count};
  m->n++;
}

static struct ledger_result lower(struct ledger_stream *s, uint64_t n)
{
  struct ledger_result res = {LEDGER_EARLIER, n + 1, s->first - n - 1};
  if(res.gap_count)
    add_missing_below(s, res.gap_first, res.gap_count);
  s->first = n;
  return res;
}

/* The range that holds n, or NULL. */
static struct range *find(const struct ledger_stream *s, uint64_t n)
{
  uint32_t low = 0;
  uint32_t high = s->missing ? s->missing->n : 0;
  struct range *r;
  while(low < high) {
    uint32_t mid = low + (high - low) / 2;
    if(s->missing->r[mid].first <= n)
      low = mid + 1;
    else
      high = mid;
  }
  if(!low)
    return NULL;
  r = &s->missing->r[low - 1];
  return n - r->first < r->count ? r : NULL;
}

static void split(struct ledger_stream *s, uint64_t n)
{
  struct ledger_ranges *m;
  struct range *r;
  uint64_t below;
  if(!make_room(s))
    return;
  m = s->missing;
  r = find(s, n); /* making room may have moved it, or forgotten it */
  if(!r)
    return;
  memmove(r + 1, r, (size_t)(&m->r[m->n] - r) * sizeof(*r));
  m->n++;
  below = n - r->first;
  weir_assert(below && below < r->count - 1 && m->n <= m->cap);
  r[0].count = below;
  r[1].first = n + 1;
  r[1].count -= below + 1;
}

static void take(struct ledger_stream *s, struct range *r, uint64_t n)
{
  struct ledger_ranges *m = s->missing;
  weir_assert(s->missing_count && n - r->first < r->count);
  s->missing_count--;
  if(r->count == 1) {
    remove_at(m, (uint32_t)(r - m->r));
  } else if(n == r->first) {
    r->first++;
    r->count--;
  } else if(n == r->first + r->count - 1) {
    r->count--;
  } else {
    split(s, n);
  }
  if(s->missing->n == 0 && s->missing->cap > KEPT_RANGES) {
    free(s->missing);
    s->missing = NULL;
  }
}

struct ledger_result ledger_arrive_other(struct ledger_stream *s, uint64_t n)
{
  struct ledger_result res = {LEDGER_BEFORE, 0, 0};
  struct range *r;
  start(s, n);
  if(s->started && !s->sealed && n < s->first)
    return lower(s, n);
  if(n < s->first || (n > s->next && n > LEDGER_NUMBER_MAX) || !s->started)
    return res;
  if(n >= s->next) {
    res.arrival = n == s->next ? LEDGER_IN_ORDER : LEDGER_AHEAD;
    if(n > s->next) {
      res.gap_first = s->next;
      res.gap_count = n - s->next;
      add_missing(s, res.gap_first, res.gap_count);
    }
    s->next = n + 1;
    return res;
  }
  r = find(s, n);
  res.arrival = r ? LEDGER_LATE : LEDGER_DUPLICATE;
  if(r)
    take(s, r, n);
  return res;
}

uint64_t ledger_close(struct ledger_stream *s, uint64_t last)
{
  uint64_t lacks;
  if(last > LEDGER_NUMBER_MAX)
    last = LEDGER_NUMBER_MAX;
  if(!s->started || last < s->next)
    return 0;
  lacks = last - s->next + 1;
  add_missing(s, s->next, lacks);
  s->next = last + 1;
  return lacks;
}

void ledger_missing(const struct ledger_stream *s,
                    void (*fn)(uint64_t first, uint64_t count, void *ctx),
                    void *ctx)
{
  uint32_t i;
  for(i = 0; s->missing && i < s->missing->n; i++)
    fn(s->missing->r[i].first, s->missing->r[i].count, ctx);
}

uint64_t ledger_forgotten(const struct ledger_stream *s)
{
  uint64_t forgotten = s->missing_count;
  uint32_t i;
  for(i = 0; s->missing && i < s->missing->n; i++)
    forgotten -= s->missing->r[i].count;
  weir_assert(forgotten <= s->missing_count);
  return forgotten;
}

void ledger_fini(struct ledger_stream *s)
{
  free(s->missing);
  *s = (struct ledger_stream){0};
}
