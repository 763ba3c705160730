/* SPDX-License-Identifier: MIT
 * The timeline: each worker fills one slice at a time and sends it when it is
 * over, so that memory stays flat and progress is live. */
#include <stdlib.h>
#include <string.h>

#include "load/message.h"
#include "load/worker.h"
#include "metrics/hist_json.h"

void slice_send(struct worker *w)
{
  json_t *m = message_new("slice");
  int i;
  w->now.counter[S_CONNECTIONS] = (int64_t)w->open_now;
  message_set(m, "i", json_integer((json_int_t)w->now.index));
  for(i = 0; i < SLICE_COUNTER_COUNT; i++)
    message_set(m, slice_counter_key((enum slice_counter)i),
                json_integer(w->now.counter[i]));
  if(w->now.latency && w->now.latency->total)
    message_set(m, "latency", hist_to_json(w->now.latency));
  message_set(m, "failed_total",
              json_integer((json_int_t)w->snap->counter[C_FAILED]));
  message_set_u64(m, "duplicated_total", w->snap->counter[C_DUPLICATED]);
  message_send(&w->channel, m);
  memset(w->now.counter, 0, sizeof(w->now.counter));
  if(w->now.latency && w->now.latency->total)
    hist_init(w->now.latency);
}

void slice_advance(struct worker *w, uint64_t now_ns)
{
  uint64_t index;
  if(!w->t0_ns || now_ns < w->t0_ns)
    return;
  index = (now_ns - w->t0_ns) / SLICE_NS;
  if(index == w->now.index)
    return;
  slice_send(w);
  w->now.index = index;
}
