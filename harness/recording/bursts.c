/* SPDX-License-Identifier: MIT
 * The runs in which a stream's bytes came; see bursts.h. */
#include "recording/bursts.h"

#include <string.h>

#define HANDFUL 4u

static void add_read(struct bursts *b, const struct timed_read *read,
                     int64_t before_ns)
{
  bool apart = !b->n || read->t_ns - before_ns >= BURSTS_SILENCE_NS;
  if(apart && b->n < BURSTS_MAX)
    b->at[b->n++] = (struct burst){.t_ns = read->t_ns};
  b->at[b->n - 1].bytes += read->n;
}

/* The burst that something of that time belongs to. */
static struct burst *burst_of(struct bursts *b, int64_t t_ns)
{
  size_t i = b->n;
  while(i > 1 && b->at[i - 1].t_ns > t_ns)
    i--;
  return i ? &b->at[i - 1] : NULL;
}

void bursts_read(const struct recording *r, struct bursts *b)
{
  size_t i;
  memset(b, 0, sizeof(*b));
  for(i = 0; i < r->body_reads; i++)
    add_read(b, &r->body_read[i], i ? r->body_read[i - 1].t_ns : 0);
  for(i = 0; i < r->reads && b->n; i++)
    burst_of(b, r->read[i].t_ns)->wire += r->read[i].n;
  for(i = 0; i < r->events && b->n; i++)
    burst_of(b, r->event[i].t_ns)->events++;
}

bool bursts_held(const struct recording *r, const struct bursts *b,
                 int64_t *gap_ns)
{
  int64_t before_ns = r->head.complete_ns;
  size_t i;
  *gap_ns = 0;
  for(i = 0; i < b->n; i++) {
    int64_t gap = b->at[i].t_ns - before_ns;
    if(gap < BURSTS_SILENCE_NS || b->at[i].events < HANDFUL)
      return false;
    *gap_ns = gap > *gap_ns ? gap : *gap_ns;
    before_ns = b->at[i].t_ns;
  }
  return b->n > 0;
}
