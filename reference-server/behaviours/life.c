/* SPDX-License-Identifier: MIT
 * The life of a stream; see life.h. */
#include "behaviours/life.h"

#include "base/clock.h"
#include "behaviours/body.h"

#define HELD_HEAD_NS (2 * NS_PER_SEC)
#define STALL_NS     (600 * NS_PER_MS)
#define SYNC_NS      (5 * NS_PER_SEC)
#define BARE_NS      (2 * NS_PER_SEC)
#define IDLE_NS      (1300 * NS_PER_MS)

bool life_begins_again(const struct fault_set *f)
{
  return f->v[FAULT_FINISH_200_REPLAY] != 0;
}

bool life_says_retry(const struct fault_set *f)
{
  return !f->v[FAULT_RETRY_NEVER] && !f->v[FAULT_RETRY_LATE] &&
         !f->v[FAULT_CLOSE_NO_RETRY];
}

bool life_says_hello(const struct fault_set *f)
{
  return !f->v[FAULT_NO_PRELUDE];
}

uint64_t life_holds_head_ns(const struct fault_set *f)
{
  return f->v[FAULT_HEADERS_WITH_FIRST_EVENT] ? HELD_HEAD_NS : 0;
}

uint64_t life_ends_ns(const struct fault_set *f, uint64_t now_ns)
{
  if(f->v[FAULT_TIGHT_CLOSE])
    return now_ns;
  if(f->v[FAULT_SYNC_CLOSE])
    return now_ns - now_ns % SYNC_NS + SYNC_NS;
  if(f->v[FAULT_CLOSE_NO_RETRY])
    return now_ns + BARE_NS;
  return life_idles_ns(f, now_ns, UINT64_MAX);
}

uint64_t life_idles_ns(const struct fault_set *f, uint64_t now_ns,
                       uint64_t ends_ns)
{
  return f->v[FAULT_IDLE_CUT] ? now_ns + IDLE_NS : ends_ns;
}

bool life_is_over(const struct fault_set *f, uint64_t events)
{
  return f->v[FAULT_FINITE_LOOP] && events;
}

uint64_t life_pauses_ns(const struct fault_set *f, uint64_t event)
{
  return f->v[FAULT_SPLIT_STALL] && body_hits(event) ? STALL_NS : 0;
}

uint64_t life_silence_ns(const struct fault_set *f, uint64_t asked_ns)
{
  if(f->v[FAULT_HB_60])
    return 60 * NS_PER_SEC;
  return f->v[FAULT_HB_NONE] ? 0 : asked_ns;
}

uint64_t life_late_ns(const struct fault_set *f, uint64_t silence_ns)
{
  return f->v[FAULT_HB_LATE_FIRST] ? 2 * silence_ns : 0;
}

const char *life_heartbeat(const struct fault_set *f)
{
  return f->v[FAULT_HB_EMPTY_EVENT] ? "data:\n\n" : ": hb\n";
}

bool life_leaks_head(const struct fault_set *f)
{
  return f->v[FAULT_HEAD_LEAK] != 0;
}
