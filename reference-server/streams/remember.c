/* SPDX-License-Identifier: MIT
 * Faults that need a memory; see remember.h. */
#include "streams/remember.h"

#include <string.h>

#include "base/clock.h"
#include "http/reply.h"
#include "streams/shape.h"
#include "streams/streams.h"

#define EARLY_NS      (100 * NS_PER_MS) /* a stream that hardly lived */
#define EARLY_MOST    60u               /* then the worker is worn out */
#define LIVED_NS      (900 * NS_PER_MS) /* a stream that counts as lost */
#define TOGETHER_NS   (500 * NS_PER_MS)
#define TOGETHER_MANY 10u
#define REFUSE_NS     (2 * NS_PER_SEC)

uint64_t remember_hash(struct slice text, uint64_t seed)
{
  uint64_t hash = 0xcbf29ce484222325ull ^ seed;
  for(size_t i = 0; i < text.n; i++)
    hash = (hash ^ (uint8_t)text.p[i]) * 0x100000001b3ull;
  return hash ? hash : 1;
}

static void note_together(struct remember *m, uint64_t now_ns)
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

void remember_gone(struct stream *s, bool reset)
{
  struct remember *m = &streams_of(s->conn)->remember;
  struct shape *h = s->shape;
  uint64_t now;
  bool early;
  if(!h || h->gone)
    return;
  h->gone = true;
  now = clock_mono_ns();
  early = now - h->began_ns < EARLY_NS;
  m->early_resets += early && reset;
  if(early && h->resumed_from)
    m->used[m->used_n++ % REMEMBER_IDS] = h->resumed_from;
  if(reset && h->body.events)
    m->reset[m->resets++ % REMEMBER_RESETS] = s->at.place - 1;
  if(now - h->began_ns > LIVED_NS)
    note_together(m, now);
}

bool remember_refuses(struct conn *c)
{
  struct remember *m = &streams_of(c)->remember;
  if(asked_fault(c, FAULT_STORM_REFUSE) && m->to_refuse &&
     clock_mono_ns() < m->refuse_until_ns) {
    m->to_refuse--;
    reply_error(c, 503, "too many come back");
  } else if(asked_fault(c, FAULT_RST_CRASH) && m->early_resets >= EARLY_MOST) {
    conn_close(c);
  } else {
    return false;
  }
  return true;
}

bool remember_is_foreign(struct conn *c)
{
  struct remember *m = &streams_of(c)->remember;
  struct sockaddr_storage a;
  char peer[REMEMBER_ADDRESS] = "";
  int n = sizeof(a);
  if(uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&a, &n) ||
     uv_ip_name((struct sockaddr *)&a, peer, sizeof(peer)))
    return false;
  if(!m->home[0])
    memcpy(m->home, peer, sizeof(peer));
  return strcmp(m->home, peer) != 0;
}

bool remember_is_used(const struct conn *c, struct slice id)
{
  const struct remember *m = &streams_of(c)->remember;
  uint64_t hash = remember_hash(id, 0);
  for(uint32_t i = 0; i < REMEMBER_IDS; i++) {
    if(m->used[i] == hash)
      return true;
  }
  return false;
}

uint64_t remember_place(struct conn *c, uint64_t place)
{
  struct remember *m = &streams_of(c)->remember;
  for(uint32_t i = 0; i < REMEMBER_RESETS; i++) {
    if(m->reset[i] != place)
      continue;
    m->reset[i] = 0;
    return place + 1;
  }
  return place;
}
