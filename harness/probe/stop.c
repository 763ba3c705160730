/* SPDX-License-Identifier: MIT
 * Ending exchanges from our side: stop rules and cuts. */
#include <string.h>

#include "base/clock.h"
#include "probe/recorder_private.h"

static bool has_pattern(struct recorder_exchange *x)
{
  const struct buf *body = &x->r->body;
  struct slice want = x->stop.pattern;
  bool found;
  if(body->n < want.n || !want.n)
    return !want.n;
  found = memmem(body->p + x->searched, body->n - x->searched, want.p,
                 want.n) != NULL;
  x->searched = body->n - want.n + 1;
  return found;
}

bool stop_met(struct recorder_exchange *x)
{
  const struct recording *r = x->r;
  switch(x->stop.when) {
  case STOP_AFTER_CONNECT:
    return r->connected_ns >= 0;
  case STOP_AFTER_REQUEST:
    return x->sent;
  case STOP_AFTER_HEAD:
    return x->head_done;
  case STOP_AFTER_EVENTS:
    return x->head_done && r->events >= x->stop.n;
  case STOP_AT_OFFSET:
    return x->head_done && r->body.n >= x->stop.n;
  case STOP_AT_PATTERN:
    return x->head_done && has_pattern(x);
  default:
    return false;
  }
}

/* An answer that may be short is given a moment to be whole; a stream has
 * none coming. */
static bool is_stream(const struct recording *r)
{
  struct slice type = recording_field(&r->head, "Content-Type", 0);
  return r->head.status == 200 &&
         slice_ieq_cstr(slice_trim(slice_cut(&type, ';')),
                        "text/event-stream");
}

void stop_now(struct recorder_exchange *x)
{
  uint64_t wait_ns = x->stop.delay_ns;
  if(x->stop.when == STOP_AFTER_HEAD && !wait_ns && !is_stream(x->r))
    wait_ns = RECORDER_TAIL_NS;
  if(wait_ns)
    exchange_arm(x, JOB_CUT, wait_ns);
  else
    stop_cut(x, x->stop.how);
}

static void half_close(struct recorder_exchange *x)
{
  uint64_t now_ms;
  if(x->half)
    return;
  x->half = true;
  wire_half_close(x->w);
  if(x->tail)
    return;
  if(!x->head_done) {
    exchange_arm(x, JOB_HEAD, x->stop.head_ns);
    return;
  }
  uv_update_time(x->rec->loop);
  now_ms = uv_now(x->rec->loop);
  exchange_arm(x, JOB_LIMIT,
               x->limit_ms > now_ms ? (x->limit_ms - now_ms) * NS_PER_MS : 0);
}

void stop_cut(struct recorder_exchange *x, enum cut_how how)
{
  if(x->over)
    return;
  if(!x->w) {
    exchange_finish(x, REC_END_OURS, false, "given up");
    return;
  }
  switch(how) {
  case CUT_HALF:
    half_close(x);
    break;
  case CUT_STALL:
    wire_pause(x->w, true);
    exchange_arm(x, JOB_STALL, x->stop.stall_ns);
    break;
  case CUT_RST:
    exchange_finish(x, REC_END_OURS, true, "RST");
    break;
  default:
    exchange_finish(x, REC_END_OURS, false, "FIN");
    break;
  }
}
