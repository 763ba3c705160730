/* SPDX-License-Identifier: MIT
 * When an exchange is to be ended from our side: stop rules. */
#include <string.h>

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
