/* SPDX-License-Identifier: MIT
 * Faults that need a memory; see memory.h. */
#include "behaviours/memory.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define EARLY_NS      (100 * NS_PER_MS) /* a stream that hardly lived */
#define EARLY_MOST    60u               /* then the worker is worn out */
#define LIVED_NS      (900 * NS_PER_MS) /* a stream that counts as lost */
#define TOGETHER_NS   (500 * NS_PER_MS)
#define TOGETHER_MANY 10u
#define REFUSE_NS     (2 * NS_PER_SEC)

uint64_t memory_hash(struct slice text)
{
  uint64_t hash = 0xcbf29ce484222325ull;
  for(size_t i = 0; i < text.n; i++)
    hash = (hash ^ (uint8_t)text.p[i]) * 0x100000001b3ull;
  return hash ? hash : 1;
}

static void note_together(struct memory *m, uint64_t now_ns)
{
  if(now_ns - m->together_ns > TOGETHER_NS) {
    m->together_ns = now_ns;
    m->together = 0;
  }
  if(++m->together == TOGETHER_MANY)
    m->to_refuse = TOGETHER_MANY;
  else if(m->together > TOGETHER_MANY)
    m->to_refuse++;
  m->refuse_until_ns = now_ns + REFUSE_NS;
}

void memory_lost(struct memory *m, const struct memory_loss *l)
{
  bool early = l->now_ns - l->began_ns < EARLY_NS;
  m->early_resets += early && l->reset;
  if(early && l->resumed_from)
    m->used[m->used_n++ % MEMORY_IDS] = l->resumed_from;
  if(l->reset && l->events)
    m->reset[m->resets++ % MEMORY_RESETS] = l->place - 1;
  if(l->now_ns - l->began_ns > LIVED_NS)
    note_together(m, l->now_ns);
}

enum memory_verdict memory_judges(struct memory *m, const struct fault_set *f,
                                  uint64_t now_ns)
{
  if(f->v[FAULT_STORM_REFUSE] && m->to_refuse && now_ns < m->refuse_until_ns) {
    m->to_refuse--;
    return MEMORY_REFUSE;
  }
  return f->v[FAULT_RST_CRASH] && m->early_resets >= EARLY_MOST ? MEMORY_DROP
                                                                : MEMORY_FINE;
}

static bool is_foreign(struct memory *m, const char *peer)
{
  if(!m->home[0])
    snprintf(m->home, sizeof(m->home), "%s", peer);
  return peer[0] && strcmp(m->home, peer) != 0;
}

/* A stream that was resumed from this id broke early. */
static bool is_used(const struct memory *m, struct slice id)
{
  uint64_t hash = memory_hash(id);
  for(uint32_t i = 0; i < MEMORY_IDS; i++) {
    if(m->used[i] == hash)
      return true;
  }
  return false;
}

static struct slice heeded(const struct fault_set *f, struct memory *m,
                           const struct id_offer *o)
{
  if(f->v[FAULT_QUERY_WINS] && o->query.n)
    return o->query;
  if(o->second.p && f->v[FAULT_DUP_HEADER_RANDOM] && m->doubles++ % 2)
    return o->second;
  return f->v[FAULT_RESUME_CASE_SENSITIVE] ? o->exact : o->first;
}

struct slice memory_heeds(const struct fault_set *f, struct memory *m,
                          const struct id_offer *o)
{
  static const struct slice NONE = {NULL, 0};
  struct slice id = heeded(f, m, o);
  if(!id.n)
    id = NONE;
  if((f->v[FAULT_REDIRECT_DROPS_ID] && o->direct) ||
     (f->v[FAULT_IP_BOUND] && is_foreign(m, o->peer)) ||
     (id.p && f->v[FAULT_RESUME_ONCE] && is_used(m, id)))
    return NONE;
  return id;
}

uint64_t memory_place(struct memory *m, uint64_t place)
{
  for(uint32_t i = 0; i < MEMORY_RESETS; i++) {
    if(m->reset[i] != place)
      continue;
    m->reset[i] = 0;
    return place + 1;
  }
  return place;
}
