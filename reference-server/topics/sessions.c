/* SPDX-License-Identifier: MIT
 * Sessions and seats; see sessions.h. */
#include "topics/sessions.h"

#include <stdio.h>

#include "base/rng.h"

#define PREFIX "weir-"

uint64_t sessions_open(struct sessions *s)
{
  uint64_t serial = atomic_fetch_add(&s->last, 1) + 1;
  struct session *row = &s->row[serial % SESSIONS_MAX];
  atomic_store(&row->open, false);
  atomic_store(&row->serial, serial);
  atomic_store(&row->readers, 0);
  atomic_store(&row->taken_ns, 0);
  atomic_store(&row->said, 0);
  atomic_store(&row->open, true);
  return serial;
}

struct session *sessions_find(struct sessions *s, uint64_t serial)
{
  struct session *row = &s->row[serial % SESSIONS_MAX];
  bool open =
      serial && atomic_load(&row->serial) == serial && atomic_load(&row->open);
  return open ? row : NULL;
}

void sessions_name(uint64_t serial, uint64_t seed,
                   char out[SESSION_ID_MAX + 1])
{
  struct rng r;
  rng_seed(&r, seed ^ serial);
  (void)snprintf(out, SESSION_ID_MAX + 1, PREFIX "%llu-%016llx",
                 (unsigned long long)serial, (unsigned long long)rng_next(&r));
}

uint64_t sessions_serial(struct slice name, uint64_t seed)
{
  char right[SESSION_ID_MAX + 1];
  uint64_t serial = 0;
  size_t i = sizeof(PREFIX) - 1;
  if(!slice_starts(name, PREFIX) || name.n > SESSION_ID_MAX)
    return 0;
  for(; i < name.n && name.p[i] >= '0' && name.p[i] <= '9'; i++)
    serial = serial * 10 + (uint64_t)(name.p[i] - '0');
  sessions_name(serial, seed, right);
  return slice_eq_cstr(name, right) ? serial : 0;
}

struct seats *sessions_pool(struct sessions *s, const char *name)
{
  uint32_t hash = 0;
  for(; *name; name++)
    hash = hash * 31 + (unsigned char)*name;
  return &s->pool[hash % SEATS_POOLS];
}

bool seats_take(struct seats *p, uint32_t limit, uint64_t now_ns)
{
  uint32_t kept =
      now_ns < atomic_load(&p->kept_ns) ? atomic_load(&p->kept) : 0;
  if(atomic_fetch_add(&p->taken, 1) + kept < limit)
    return true;
  atomic_fetch_sub(&p->taken, 1);
  return false;
}

void seats_leave(struct seats *p)
{
  atomic_fetch_sub(&p->taken, 1);
}

void seats_keep(struct seats *p, uint64_t until_ns)
{
  atomic_fetch_add(&p->kept, 1);
  atomic_store(&p->kept_ns, until_ns);
}
