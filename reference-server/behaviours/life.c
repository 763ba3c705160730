/* SPDX-License-Identifier: MIT
 * The life of a stream; see life.h. */
#include "behaviours/life.h"

#include "base/clock.h"

#define SYNC_NS (5 * NS_PER_SEC)

static uint64_t end_of(const struct fault_set *f, uint64_t now_ns)
{
  if(f->v[FAULT_TIGHT_CLOSE])
    return now_ns;
  if(f->v[FAULT_SYNC_CLOSE])
    return now_ns - now_ns % SYNC_NS + SYNC_NS;
  return f->v[FAULT_CLOSE_NO_RETRY] ? now_ns + 2 * NS_PER_SEC : UINT64_MAX;
}

struct life life_of(const struct fault_set *f, uint64_t now_ns,
                    uint64_t silence_ns)
{
  struct life l = {.hello = !f->v[FAULT_NO_PRELUDE], .silence_ns = silence_ns};
  l.head_ns = f->v[FAULT_HEADERS_WITH_FIRST_EVENT] ? 2 * NS_PER_SEC : 0;
  if(f->v[FAULT_HB_NONE])
    l.silence_ns = 0;
  if(f->v[FAULT_HB_60])
    l.silence_ns = 60 * NS_PER_SEC;
  l.late_ns = f->v[FAULT_HB_LATE_FIRST] ? 2 * l.silence_ns : 0;
  l.heartbeat = f->v[FAULT_HB_EMPTY_EVENT] ? "data:\n\n" : ": hb\n";
  l.pause_ns = f->v[FAULT_SPLIT_STALL] ? 600 * NS_PER_MS : 0;
  l.most_events = f->v[FAULT_FINITE_LOOP] ? 1 : 0;
  l.idle_ns = f->v[FAULT_IDLE_CUT] ? 1300 * NS_PER_MS : 0;
  l.ends_ns = end_of(f, now_ns);
  if(l.idle_ns && l.ends_ns == UINT64_MAX)
    l.ends_ns = now_ns + l.idle_ns;
  return l;
}

bool life_says_retry(const struct fault_set *f)
{
  return !f->v[FAULT_RETRY_NEVER] && !f->v[FAULT_RETRY_LATE] &&
         !f->v[FAULT_CLOSE_NO_RETRY];
}

bool life_begins_again(const struct fault_set *f)
{
  return f->v[FAULT_FINISH_200_REPLAY] != 0;
}

bool life_leaks_head(const struct fault_set *f)
{
  return f->v[FAULT_HEAD_LEAK] != 0;
}
