/* SPDX-License-Identifier: MIT
 * What the live view shows, out of what the workers have reported so far. */
#include "load/coordinator.h"

static uint64_t rising(int64_t n)
{
  return n > 0 ? (uint64_t)n : 0;
}

static void look(struct live_figures *out, void *ctx)
{
  struct coordinator *c = ctx;
  const struct series *series = &c->out->total->series;
  int64_t sum[SLICE_COUNTER_COUNT] = {0};
  uint32_t i;
  int k;
  gather_progress(c, &out->now);
  for(i = 0; i < series->count; i++) {
    for(k = 0; k < SLICE_COUNTER_COUNT; k++)
      sum[k] += series->slice[i].counter[k];
  }
  out->opened = rising(sum[S_OPENED]);
  out->events = rising(sum[S_EVENTS]);
  out->bytes = rising(sum[S_BYTES]);
  out->published = rising(sum[S_PUBLISHED]);
  for(i = 0; i < c->members; i++)
    out->duplicated += c->member[i].duplicated;
  out->workers = crew_alive(c);
}

int live_begin(struct coordinator *c)
{
  if(!c->options->live)
    return 0;
  c->live = live_new(c->out->run, look, c);
  if(!c->live)
    return err_set(c->e, E_NOMEM, "out of memory");
  return live_listen(c->live, &c->loop, c->options->live, c->e);
}
